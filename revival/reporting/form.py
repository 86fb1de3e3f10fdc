"""The controls of a report's page: filters as form fields, active filters in words, groupings and units."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from revival.reporting.breadcrumbs import breadcrumbs
from revival.reporting.dimensions import NOT_STATED, STATE, Dimension, RegionDimension
from revival.reporting.filters import AtFilter, ValuesFilter, filter_title
from revival.reporting.notes import HelpNote, filter_note
from revival.reporting.query import FORMATS, Query
from revival.reporting.units import MONEY, MONEY_UNITS

# The filters whose choices narrow the regions that a filter offers.
WIDER = {"city": ("part",), "county": ("part", "city")}
KEPT = ("region", "unit")


@dataclass(frozen=True)
class FilterOption:
    value: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class FilterControl:
    """A form field: a list of options to tick, or a text to type into an input of that type.

    form: how it is typed, where that is not free.
    """

    name: str
    title: str
    options: tuple[FilterOption, ...] = ()
    value: str = ""
    type: str = ""
    note: HelpNote | None = None
    form: str = ""

    @property
    def counted(self) -> int:
        return sum(option.chosen for option in self.options)


@dataclass(frozen=True)
class GroupSelect:
    """A choice of one dimension to group by."""

    id: str
    name: str
    title: str
    options: tuple[FilterOption, ...]


@dataclass(frozen=True)
class ViewTab:
    """A view of the report, and whether it is the one shown."""

    label: str
    url: str
    chosen: bool


@dataclass(frozen=True)
class FilterChip:
    """An active filter in words, and the URL without it. name: its parameter."""

    title: str
    text: str
    url: str
    name: str = ""


def form_context(query: Query) -> dict[str, Any]:
    """The context of the controls: filter form, chips, groupings, units and files."""
    here = query.url()
    join = "&" if "?" in here else "?"
    return {
        "region": query.user.region,
        "filters": [filter_control(query, name) for name in filter_names(query)],
        "selects": group_selects(query),
        "choosers": choice_controls(query),
        "hidden": [(name, v) for name in KEPT for v in query.params.getlist(name) if v],
        "chips": filter_chips(query),
        "without_filters": query.url(drop=(*query.filters, *query.narrow)),
        "tabs": view_tabs(query),
        "breadcrumbs": breadcrumbs(query),
        "shown_as": measure_links(query),
        "units": money_links(query),
        "files": [(name.upper(), f"{here}{join}format={name}") for name in FORMATS],
        "counted_states": [query.label(STATE, state) for state in query.states],
    }


def filter_names(query: Query) -> list[str]:
    """The names of the filters in the order of the form: search, dimensions, then the report's own filters."""
    names = ["q", *(d.name for d in query.report.dimensions), *query.filterset.filters]
    return [name for name in dict.fromkeys(names) if name in query.filterset.filters and name != "region"]


def view_tabs(query: Query) -> list[ViewTab]:
    """The tabs: the records, and the roll-up by each dimension."""
    records = ViewTab(_("Records"), query.url(drop=("by", "across", "sort")), not query.by)
    return [records] + [
        ViewTab(d.heading(query.report.model), query.url(drop=("across", "sort"), by=d.name), query.by[:1] == (d,))
        for d in offered_dimensions(query)
    ]


def offered_dimensions(query: Query) -> list[Dimension]:
    """The dimensions that are offered for grouping. The state is offered only if several are counted."""
    return [d for d in query.report.dimensions if d is not STATE or len(query.states) > 1]


def money_links(query: Query) -> list[tuple[str, str, bool]]:
    """The units of money with their URLs, and whether they are in use; empty if no measure is money."""
    if not any(measure.unit is MONEY for measure in query.report.measures):
        return []
    return [(str(u.title), query.url(unit=u.name), u == query.money) for u in MONEY_UNITS.values()]


def measure_links(query: Query) -> list[tuple[str, str, bool]]:
    """The measures that a cross-tab can show, with their URLs; empty for a table that shows them all."""
    if query.across is None:
        return []
    return [
        (m.heading(query.report.model), query.url(measure=m.name), m in query.shown) for m in query.report.measures
    ]


def group_selects(query: Query) -> list[GroupSelect]:
    """The choices of dimensions: rows by one, then by another, and columns by a third."""
    chosen = (*(*query.by, None, None)[:2], query.across)
    names = (("by", _("Rows by")), ("by", _("then by")), ("across", _("Columns by")))
    return [
        GroupSelect(
            f"{name}{index}",
            name,
            title,
            tuple(
                FilterOption(d.name, d.heading(query.report.model), d == chosen[index])
                for d in offered_dimensions(query)
            ),
        )
        for index, (name, title) in enumerate(names)
    ]


def choice_controls(query: Query) -> list[FilterControl]:
    """The choices of measures and columns to show. All are shown unless some are ticked."""
    report = query.report
    measures = query.params.getlist("measure")
    columns = query.params.getlist("columns")
    return [
        FilterControl(
            "measure",
            _("Measures"),
            tuple(FilterOption(m.name, m.heading(report.model), m.name in measures) for m in report.measures),
        ),
        FilterControl(
            "columns",
            _("Columns"),
            tuple(
                FilterOption(c.name, c.heading(report.model), c.name in columns)
                for c in (*report.columns, *report.codes())
            ),
        ),
    ]


def title_of_filter(query: Query, name: str) -> str:
    """The name of a filter in words."""
    return filter_title(name, query.filterset.filters[name])


def values_offered(query: Query, made: ValuesFilter) -> dict[Any, str]:
    """The values that a filter offers. Counties are offered once a city, or the reader, narrows them down."""
    dimension = made.dimension
    if not isinstance(dimension, RegionDimension):
        labels = query.regions.labels_of(dimension, query.report.model)
        return labels or (query.numbers(dimension) if dimension.number else {})
    wider = [tuple(query.filters[name]) for name in WIDER.get(dimension.name, ()) if query.filters.get(name)]
    if dimension.name == "county" and not wider and query.regions.own.level == "province":
        return {}
    labels = query.regions.labels(dimension.level, wider)
    return {value: label for value, label in labels.items() if query.regions.may_ask(str(value))}


def filter_control(query: Query, name: str) -> FilterControl:
    made = query.filterset.filters[name]
    title = title_of_filter(query, name)
    chosen = query.filters.get(name)
    if not isinstance(made, ValuesFilter):
        shown = "" if chosen is None else str(chosen)
        if not isinstance(made, AtFilter):
            return FilterControl(name, title, value=shown, type="search")
        note, form = filter_note(query.report, name, made.dimension), str(made.field.help_text)
        return FilterControl(name, title, value=shown, type="text", note=note, form=form)
    labels = dict(values_offered(query, made))
    for value in chosen or ():
        labels.setdefault(value, query.label(made.dimension, value))
    return FilterControl(
        name,
        title,
        tuple(
            FilterOption(NOT_STATED if value is None else str(value), label, value in (chosen or ()))
            for value, label in labels.items()
        ),
        note=filter_note(query.report, name, made.dimension),
    )


def filter_chips(query: Query) -> list[FilterChip]:
    """The values of all active filters in words, each with the URL without it."""
    found = []
    for name, chosen in query.filters.items():
        made, title = query.filterset.filters[name], title_of_filter(query, name)
        if not isinstance(made, ValuesFilter):
            found.append(FilterChip(title, str(chosen), query.url(drop=(name, *query.narrow)), name))
            continue
        for value in dict.fromkeys(chosen):
            text = query.regions.label(value) if name == "region" else query.label(made.dimension, value)
            rest = [NOT_STATED if each is None else each for each in chosen if each != value]
            changes: dict[str, Any] = {name: rest}
            found.append(FilterChip(title, text, query.url(drop=query.narrow, **changes), name))
    return found

"""The register: every published figure next to the value that the reader's records give."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from revival import catalogue
from revival.accounts.models import Official
from revival.publishing.compare import compared_state, rounded_half_up
from revival.publishing.compute import figure_query, record_params, value_in_unit
from revival.publishing.models import PublishedFigure
from revival.publishing.words import RATES, FigureState, amount_text, printed_unit
from revival.punctuation import comma
from revival.records.review import may
from revival.reporting.grid import Cell, Grid, Head, Row
from revival.reporting.measures import Figures, Measure
from revival.reporting.params import BadQuery
from revival.reporting.regions import Regions
from revival.reporting.rollup import total_of
from revival.reporting.sheets import Provenance
from revival.reporting.units import COUNT, SHARE, rate_number

# Decimals beyond the published ones, for a computed value that differs only there.
FINER = 2


@dataclass(frozen=True)
class RegisterLine:
    """A figure with its comparison to the records.

    state: None if the scope or the report is not open to the reader. computed: in the unit of the figure, None if
    there is no value. url: the link to the records. broken: the filters have no answer any more.
    """

    figure: PublishedFigure
    state: FigureState | None
    computed: Decimal | None = None
    url: str = ""
    broken: bool = False

    @property
    def difference(self) -> Decimal | None:
        return None if self.computed is None else self.computed - self.figure.value

    @property
    def coverage(self) -> Decimal | None:
        """The computed value as a fraction of the published one."""
        return self.computed / self.figure.value if self.computed is not None and self.figure.value else None

    @property
    def difference_text(self) -> str:
        return self.text(self.difference, sign=True)

    @property
    def verdict(self) -> str:
        """The state in words."""
        if self.broken:
            return _("Cannot be computed: its filters need correcting")
        return str(self.state.label) if self.state else _("Not in your scope")

    def text(self, value: Decimal | None, *, sign: bool = False) -> str:
        """A computed value or a difference, as text for readers."""
        if not value:
            return "" if value is None else "0"
        digits = self.figure.digits
        if rounded_half_up(value, digits) != value:
            digits += FINER
        shown = rounded_half_up(value, digits)
        return amount_text(shown, digits, self.figure.unit, sign=sign) if shown or not sign else "0"


def register_lines(
    figures: Iterable[PublishedFigure], reader: Official, regions: Regions | None = None
) -> list[RegisterLine]:
    """All figures compared in the reader's scope. Each set of records takes one statement for all its measures."""
    regions = regions or Regions(reader)
    totals: dict[tuple[str, str], Figures] = {}
    return [register_line(figure, reader, regions, totals) for figure in figures]


def register_line(
    figure: PublishedFigure, reader: Official, regions: Regions, totals: dict[tuple[str, str], Figures]
) -> RegisterLine:
    try:
        report, measure = catalogue.measure(figure.measure)
    except LookupError:
        return RegisterLine(figure, FigureState.STATEMENT)
    if not regions.may_ask(figure.region_id) or not may(reader, "view", report.model):
        return RegisterLine(figure, None)
    try:
        query = figure_query(figure, reader, regions)
    except BadQuery:  # such as a deleted policy in the filters; the other figures stay
        return RegisterLine(figure, None, broken=True)
    key = (report.name, record_params(figure).urlencode())
    if key not in totals:
        totals[key] = total_of(query)
    value = totals[key][measure.name]
    url = query.records_url({}, measure if isinstance(measure, Measure) else None)
    return compared_line(figure, value, url)


def compared_line(figure: PublishedFigure, value: Any, url: str) -> RegisterLine:
    """The figure compared with the value of its measure. A sum or rate of nothing counts as no records."""
    if value is None or (not value and figure.unit not in RATES):
        return RegisterLine(figure, FigureState.NO_RECORDS, url=url)
    computed = value_in_unit(value, figure.unit)
    return RegisterLine(
        figure, compared_state(figure.value, figure.digits, figure.qualifier, computed), computed, url
    )


def register_heads(*, file: bool) -> tuple[Head, ...]:
    """The columns of the page. A file has the numbers in columns of their own."""
    first = [Head(text) for text in (_("Code"), _("Figure"), _("Scope"), _("Period"), _("Published"))]
    last = [Head(_("Coverage"), SHARE), Head(_("State")), Head(_("Source"))]
    if not file:
        return (*first, Head(_("Computed")), Head(_("Difference")), *last)
    value = [Head(_("Qualifier")), Head(_("Published value"), COUNT), Head(_("Unit")), Head(_("Also published as"))]
    computed = [Head(_("Computed"), COUNT), Head(_("Difference"), COUNT)]
    more = [
        Head(_("Rank in the country"), COUNT),
        Head(_("System")),
        Head(_("Period stated")),
        Head(_("Computed by")),
    ]
    return (*first, *value, *computed, *last, *more)


def page_row(line: RegisterLine) -> Row:
    figure = line.figure
    also = _("also %(value)s") % {"value": figure.also} if figure.also else ""
    rank = _("rank %(rank)s in the country") % {"rank": figure.national_rank} if figure.national_rank else ""
    return Row(
        (
            *first_cells(figure),
            Cell(comma().join(filter(None, [figure.published, also, rank]))),
            Cell(line.text(line.computed), url="" if line.computed is None else line.url),
            Cell(line.difference_text),
            *last_cells(line),
            Cell(f"{figure.source_id}{comma()}{figure.place}"),
        ),
        line.state or "outside",
    )


def first_cells(figure: PublishedFigure) -> tuple[Cell, ...]:
    """Code, name, place and period, with a note if the source does not state the period."""
    period = figure.when if figure.period_stated else _("%(period)s (not stated)") % {"period": figure.when}
    return Cell(figure.code), Cell(figure.name), Cell(figure.where), Cell(period)


def last_cells(line: RegisterLine) -> tuple[Cell, ...]:
    return Cell(line.coverage, SHARE) if line.coverage is not None else Cell(""), Cell(line.verdict)


def file_row(line: RegisterLine) -> Row:
    """The row of a file: as on the page, with exact numbers in the unit that the page prints."""
    figure = line.figure
    unit = printed_unit(figure.unit)
    return Row(
        (
            *first_cells(figure),
            Cell(figure.published),
            Cell(figure.get_qualifier_display()),
            Cell(figure.value, unit),
            Cell(unit.title),
            Cell(figure.also),
            Cell(line.computed, unit),
            Cell(line.difference, unit),
            *last_cells(line),
            Cell(f"{figure.source}{comma()}{figure.place}"),
            Cell(figure.national_rank, COUNT),
            Cell(figure.get_system_display()),
            Cell(_("yes") if figure.period_stated else _("no")),
            Cell(f"{figure.measure}?{figure.filters}" if figure.measure else ""),
        )
    )


def register_grid(found: Sequence[RegisterLine], *, file: bool = False) -> Grid:
    return Grid(register_heads(file=file), tuple((file_row if file else page_row)(each) for each in found))


def register_provenance(user: Official, filters: str = "") -> Provenance:
    """What the file of the register answers."""
    return Provenance(_("Register of published figures"), user, more=((_("Filters"), filters),))


def state_counts(found: Sequence[RegisterLine]) -> list[tuple[str, int]]:
    """The number of figures in each state."""
    counts = [(str(state.label), sum(each.state == state for each in found)) for state in FigureState]
    broken = sum(each.broken for each in found)
    outside = sum(each.state is None for each in found) - broken
    more = ((_("Not in your scope"), outside), (_("Cannot be computed: its filters need correcting"), broken))
    return [*counts, *((title, count) for title, count in more if count)]


def line_as_json(line: RegisterLine) -> dict[str, Any]:
    """The figure as `manage.py register` prints it: numbers in the unit of the figure, coverage in percent."""
    figure = line.figure
    return {
        "id": figure.code,
        "name": figure.name,
        "published": json_number(figure.value),
        "qualifier": figure.qualifier,
        "unit": figure.unit,
        "computed": json_number(line.computed),
        "difference": json_number(line.difference),
        "coverage": None if line.coverage is None else rate_number(line.coverage * 100),
        "state": line.state,
        "link": line.url,
    }


def json_number(value: Decimal | None) -> int | float | None:
    """The value as a JSON number, as an integer if it is whole."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)

"""The value of a published figure from the records: a measure of a report, filtered, in the figure's scope."""

from decimal import Decimal
from typing import Any, Protocol

from django.http import QueryDict
from django.utils.translation import gettext as _

from revival import catalogue
from revival.accounts.models import Official, Region
from revival.publishing.words import FigureScope, FigureUnit
from revival.reporting.dimensions import RegionDimension
from revival.reporting.filters import filter_class
from revival.reporting.params import BadQuery
from revival.reporting.query import SHAPE, Query, report_query
from revival.reporting.regions import Regions
from revival.reporting.units import COUNT, MONEY, MU, SHARE, TIMES, Unit

# The unit of the measure for each unit of figures, and the factor between the two.
UNITS: dict[str, tuple[Unit, int]] = {
    **dict.fromkeys(
        (
            FigureUnit.PROJECT,
            FigureUnit.SET,
            FigureUnit.ENTERPRISE,
            FigureUnit.PRODUCT,
            FigureUnit.PARK,
            FigureUnit.BRAND,
            FigureUnit.UNIT,
            FigureUnit.EVENT,
            FigureUnit.ATTENDANCE,
        ),
        (COUNT, 1),
    ),
    FigureUnit.BILLION_YUAN: (MONEY, 10**9),
    FigureUnit.MU: (MU, 1),
    FigureUnit.SHARE: (SHARE, 1),
    FigureUnit.MULTIPLE: (TIMES, 1),
}


class Computable(Protocol):
    """The part of a figure that declares how it is computed."""

    measure: str
    filters: str
    scope: str
    unit: str
    region_id: str


def record_params(figure: Computable) -> QueryDict:
    """The parameters that select the figure's records: its filters, and the region of a city's or county's figure."""
    params = QueryDict(figure.filters, mutable=True)
    if figure.scope in (FigureScope.CITY, FigureScope.COUNTY):
        params["region"] = figure.region_id
    return params


def figure_query(figure: Computable, reader: Official, regions: Regions | None = None) -> Query:
    """The figure's query to its report. Raises BadQuery, and LookupError if no measure computes it."""
    report, _measure = catalogue.measure(figure.measure)
    return report_query(report, record_params(figure), reader, regions)


def value_in_unit(value: Any, unit: str) -> Decimal:
    """A computed value in the unit of a figure."""
    return Decimal(value) / UNITS[unit][1]


def figure_errors(figure: Computable) -> dict[str, list[str]]:
    """The errors in the declaration of how a figure is computed, by field."""
    if not figure.measure:
        return {"filters": [_("Choose a measure, or remove the filters.")]} if figure.filters else {}
    try:
        report, measure = catalogue.measure(figure.measure)
    except LookupError:
        return {"measure": [_("There is no such measure. Choose one from the list.")]}
    if figure.unit not in UNITS or measure.unit is not UNITS[figure.unit][0]:
        return {"measure": [_("The measure and the figure have different units. Choose another measure or unit.")]}
    params = QueryDict(figure.filters)
    made: type = report
    places = {name for name, f in filter_class(made).base_filters.items() if name == "region" or is_place_filter(f)}
    # Only verified records prove a figure.
    wrong = [
        _("“%(name)s” cannot be a filter of a figure. Remove it.") % {"name": name}
        for name in params
        if name in (*SHAPE, "state")
    ]
    wrong += [
        _("The scope already sets “%(name)s”. Remove it from the filters.") % {"name": name}
        for name in params
        if name in places
    ]
    if figure.filters and not params:
        wrong.append(_("Write filters as in the address of the report, such as year=2024."))
    if not wrong:
        try:
            figure_query(figure, Official(region=Region.objects.get(level=Region.Level.PROVINCE)))
        except BadQuery as bad:
            wrong = bad.messages
    return {"filters": wrong} if wrong else {}


def is_place_filter(made: Any) -> bool:
    return isinstance(getattr(made, "dimension", None), RegionDimension)

"""Months in files: 2025-06 in place of a word, which sorts and which every program reads."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Case, CharField, TextField, Value, When
from django.db.models import F as Path
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Concat, LPad

from revival.reporting.dimensions import Dimension, field_at
from revival.reporting.dimensions import Value as DimensionValue
from revival.reporting.query import Query

NUMBERS = set(range(1, 13))


def is_months(choices: Mapping[Any, Any]) -> bool:
    """Whether the choices are the twelve months, with or without a 0 for no month."""
    return set(choices) - {0} == NUMBERS


def year_path(model: Any, path: str) -> str:
    """The path of the year of the month at a path; empty if the model has none."""
    base, _separator, last = path.rpartition("__")
    if last == "month" and base:  # of a day
        return f"{base}__year"
    found = f"{base}__year" if base else "year"
    try:
        field_at(model, found)
    except LookupError:
        return ""
    return found


def month_sql(model: Any, path: str, labels: Mapping[Any, str]) -> Combinable:
    """The expression of a month column in a file. A value that is no month keeps its label."""
    year = year_path(model, path)
    month = LPad(Cast(path, CharField()), 2, Value("0"))
    text = Concat(Cast(Path(year), CharField()), Value("-"), month) if year else month
    others = [When(**{path: key}, then=Value(label)) for key, label in labels.items() if key not in NUMBERS]
    known = [When(**{f"{path}__isnull": False}, then=text)]
    if year:  # a month without its year stands alone
        known.insert(0, When(**{f"{path}__isnull": False, f"{year}__isnull": True}, then=month))
    return Case(*others, *known, output_field=TextField())


def month_text(query: Query, slice_: Mapping[Dimension, DimensionValue], dimension: Dimension) -> str:
    """The month of a row or column in a file, with its year if the slice has one; empty if it is no month."""
    model, value = query.report.model, slice_.get(dimension)
    if value not in NUMBERS or not is_months(query.regions.labels_of(dimension, model)):
        return ""
    year = query.report.dimension("year")
    if year is None or year.source != year_path(model, dimension.source):
        return f"{value:02}"
    years = [slice_[year]] if slice_.get(year) else query.filters.get("year", [])
    return f"{years[0]}-{value:02}" if len(years) == 1 and years[0] else f"{value:02}"

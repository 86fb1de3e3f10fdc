"""The filters of a report, by django-filter; one per dimension, besides those that a report declares itself."""

import re
from collections import defaultdict
from collections.abc import Callable
from functools import cache, reduce
from operator import and_
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from revival.accounts.models import Region
from revival.accounts.spelling import name_condition, searched_words
from revival.records.entry import DayField
from revival.records.models import Reviewed
from revival.reporting.dimensions import NOT_STATED, Dimension, RegionDimension, field_at
from revival.reporting.period import is_axis, valid_at
from revival.reporting.regions import Regions


class ValuesField(forms.Field):
    """Values of one parameter, given once or several times. Empty ones count as not given."""

    widget = forms.SelectMultiple

    def __init__(self, *, accept: Any = None, choices: Any = (), **kwargs: Any) -> None:
        self.accept = accept
        super().__init__(**kwargs)
        self.choices = choices

    def to_python(self, value: Any) -> list[Any]:
        return [self.one(text) for text in value or () if text != ""]

    def one(self, text: str) -> Any:
        """The value of a text, or None for "not stated". Raises ValidationError."""
        try:
            return self.accept(text)
        except (ValueError, KeyError) as unknown:
            raise ValidationError(
                _("“%(value)s” is not one of the values."), params={"value": text[:80]}
            ) from unknown


class ValuesFilter(django_filters.Filter):
    """Rows with one of the values. The field checks these, so no wrong value widens a total."""

    field_class = ValuesField

    def __init__(self, dimension: Dimension, **kwargs: Any) -> None:
        self.dimension = dimension
        super().__init__(field_name=dimension.source, label="", **kwargs)

    @property
    def field(self) -> Any:
        if not hasattr(self, "_field"):
            self._field = ValuesField(required=False, label=self.label, accept=self.accept)
        return self._field

    def accept(self, text: str) -> Any:
        """The value of the text. Raises ValueError if there is none."""
        if text == NOT_STATED and self.dimension.nullable(self.model):
            return None
        value = self.dimension.coerce(text, self.model)
        labels = self.parent.regions.labels_of(self.dimension, self.model)
        if labels and value not in labels:
            raise ValueError(text)
        return value

    def filter(self, rows: QuerySet[Any], values: list[Any]) -> QuerySet[Any]:
        if not values or self.on_axis():
            return rows
        return rows.filter(self.condition(values))

    def on_axis(self) -> bool:
        """Whether the filter chooses the period of snapshots, which is no condition on rows."""
        return is_axis(self.parent.report, self.dimension.name)

    def narrowed(self, chosen: list[Any], value: Any) -> list[Any]:
        """The chosen values that select the records of the row `value`."""
        return [value]

    def condition(self, values: list[Any]) -> Q:
        stated = [value for value in values if value is not None]
        condition = Q(**{f"{self.field_name}__in": stated}) if stated else Q()
        if stated and self.field_name.endswith("__year"):  # singly, as each is a range of an index
            condition = Q(*((self.field_name, value) for value in stated), _connector=Q.OR)
        if None in values:
            condition |= Q(**{f"{self.field_name}__isnull": True})
        return condition


class RegionFilter(ValuesFilter):
    """Rows of regions, checked against the reader's own; former codes stand for those in force."""

    def accept(self, text: str) -> Any:
        regions: Regions = self.parent.regions
        level = getattr(self.dimension, "level", "")
        if text == NOT_STATED and level:
            return None
        if level == "part":
            code = text if text in Region.Part.values else None
        else:
            code = regions.resolve(text)
            if code and level and regions.by_code[code].level != level:
                code = None
        if code is None:
            raise ValueError(text)
        if not regions.may_ask(code):
            raise ValidationError(_("%(region)s is not in your region."), params={"region": text})
        return code

    def condition(self, values: list[Any]) -> Q:
        if isinstance(self.dimension, RegionDimension):
            return super().condition(values)
        regions: Regions = self.parent.regions
        condition = Q()
        for code in values:
            region = regions.by_code[code]
            below = [other for other, path in regions.path.items() if code in path]
            if region.level == "city":
                condition |= Q(city=code)
            elif region.level != "province":
                condition |= Q(region__in=below)
            else:
                return Q()
        return condition


class TagFilter(ValuesFilter):
    """Rows with one of the tags in a column of tags."""

    def __init__(self, name: str, column: str, tags: Any, title: Any, description: Any) -> None:
        super().__init__(Dimension(name, column, title, choices=tags, description=description))

    def on_axis(self) -> bool:
        return False

    def condition(self, values: list[Any]) -> Q:
        return Q(**{f"{self.field_name}__overlap": values})


class CaseFilter(ValuesFilter):
    """Rows that meet one of the named conditions. cases: label and condition by the value in URLs.

    description: what the conditions compare, where no measure of the same name and title says so.
    """

    def __init__(
        self, name: str, column: str, title: Any, cases: dict[str, tuple[Any, Q]], description: Any = ""
    ) -> None:
        self.cases = cases
        labels = {value: label for value, (label, _q) in cases.items()}
        super().__init__(Dimension(name, column, title, choices=labels, description=description))

    def accept(self, text: str) -> Any:
        """One of the cases; a case of its own says that nothing is stated."""
        if text not in self.cases:
            raise ValueError(text)
        return text

    def condition(self, values: list[Any]) -> Q:
        return Q(*(self.cases[value][1] for value in values), _connector=Q.OR)


class PrefixFilter(ValuesFilter):
    """Rows whose code begins with one of the values.

    column: the path of the code. spelled: the function to the stored spelling, which the pattern must fit.
    """

    def __init__(self, dimension: Dimension, column: str, spelled: Callable[[str], str], pattern: str) -> None:
        self.column, self.spelled, self.pattern = column, spelled, pattern
        super().__init__(dimension)

    def accept(self, text: str) -> Any:
        if text == NOT_STATED:
            return None
        code = self.spelled(text)
        if not re.fullmatch(self.pattern, code):
            raise ValueError(text)
        return code

    def narrowed(self, chosen: list[Any], value: Any) -> list[Any]:
        """The longer codes chosen within a division, as its row holds no others."""
        longer = [code for code in chosen if value and code and code.startswith(value)]
        return longer or [value]

    def condition(self, values: list[Any]) -> Q:
        found = [(self.column, "") if code is None else (f"{self.column}__startswith", code) for code in values]
        return Q(*found, _connector=Q.OR)


class DayParameter(DayField):
    """A day in an address. Its refusal gets the label where all refusals get theirs."""

    def __init__(self, *, label: Any = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)


class AtFilter(django_filters.Filter):
    """Rows that are valid on a day: they have begun and not ended. start, end: the paths of the two dates."""

    field_class = DayParameter

    def __init__(self, start: str, end: str, label: Any, description: Any) -> None:
        self.start, self.end = start, end
        self.dimension = Dimension("at", start, label, description=description)
        super().__init__(label=label)

    def filter(self, rows: QuerySet[Any], value: Any) -> QuerySet[Any]:
        if not value:
            return rows
        return rows.filter(valid_at(value, self.start, self.end))


class SearchFilter(django_filters.CharFilter):
    """Rows in which the report's search columns, or their pinyin, contain each word, or a code that the text spells.

    The search is case-sensitive. Chinese has no case, and ignoring it would double the time without an index.
    """

    def __init__(self, *, spelled: Callable[[str], str] = str, **kwargs: Any) -> None:
        self.spelled = spelled
        super().__init__(label=_("Search"), max_length=100, **kwargs)

    def filter(self, rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        if not value:
            return rows
        found = reduce(and_, map(self.condition, searched_words(value)))
        code = self.spelled(value)
        return rows.filter(found | self.condition(code) if code not in ("", value) else found)

    def condition(self, word: str) -> Q:
        """The condition that one of the search columns contains the word."""
        model, beyond = self.parent.report.model, defaultdict[str, Q](Q)
        found = Q()
        for path in self.parent.report.search:
            key, _separator, rest = path.rpartition("__")
            if key:
                beyond[key] |= name_condition(field_at(model, key).related_model, rest, word)
            else:
                found |= name_condition(model, rest, word)
        for key, matches in beyond.items():
            # A separate query: a join would read the names of the related records for every row.
            related = field_at(model, key).related_model
            named = related._default_manager.order_by()
            if issubclass(related, Reviewed):  # not by the name of a record that the reader sees as a number
                named = named.readable_by(self.parent.regions.reader)
            found |= Q(**{f"{key}__in": named.filter(matches).values("pk")})
        return found


def filter_title(name: str, made: django_filters.Filter) -> str:
    """The label of a filter, as chips and refusals name it."""
    if name == "region":
        return str(_("Region"))
    return made.dimension.heading(made.model) if isinstance(made, ValuesFilter) else str(made.label)


class ReportFilters(django_filters.FilterSet):
    """The base of every report's filter set, which is made for one report and one reader's regions."""

    def __init__(self, *args: Any, report: Any, regions: Regions, **kwargs: Any) -> None:
        self.report = report
        self.regions = regions
        super().__init__(*args, **kwargs)


@cache
def filter_class(report: Any) -> type[ReportFilters]:
    """The report's own filters together with `region`, one per dimension, and `q`; made once per report."""
    filters: dict[str, Any] = {"region": RegionFilter(Dimension("region"))}
    for dimension in report.dimensions:
        made = RegionFilter if isinstance(dimension, RegionDimension) else ValuesFilter
        if dimension.name not in report.Filters.base_filters:
            filters[dimension.name] = made(dimension)
    if report.search and "q" not in report.Filters.base_filters:
        filters["q"] = SearchFilter()
    meta = type("Meta", (), {"model": report.model, "fields": []})
    return type(f"{report.__name__}Filters", (report.Filters,), {**filters, "Meta": meta})

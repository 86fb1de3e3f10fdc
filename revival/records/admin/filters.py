"""Filters of the officials' lists. Each offers only values in the official's scope and refuses any other value."""

from functools import reduce
from operator import or_
from typing import Any

from django.contrib import admin
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from revival.accounts.admin_strict import MOST
from revival.accounts.models import Region
from revival.accounts.requests import official
from revival.records.review import work_conditions

EARLIEST = 2000  # of the years of records


def refuse(value: Any) -> None:
    """Raise the error that the admin answers with 400: an ignored filter would show more than was asked for."""
    raise DisallowedModelAdminLookup(f"no such value to filter by: {value!r}")


class ListedFilter(admin.SimpleListFilter):
    """A filter by a list of values that takes no other value."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        if value is None:
            return queryset
        if value not in {str(key) for key, _label in self.lookup_choices}:
            refuse(value)
        return self.narrowed(request, queryset, value)

    def narrowed(self, request: HttpRequest, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        return queryset.filter(**{str(self.parameter_name): value})

    def has_output(self) -> bool:
        return True


class CityFilter(ListedFilter):
    """Cities of the official's region; an official of one city needs none."""

    title = _("city")
    parameter_name = "city"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        cities = Region.objects.below(official(request).region).filter(level=Region.Level.CITY)
        return [(city.pk, str(city)) for city in cities]

    def has_output(self) -> bool:
        return len(self.lookup_choices) > 1 or self.value() is not None


class CountyFilter(ListedFilter):
    """Counties and functional zones of the official's city; an official of the province chooses a city first."""

    title = _("county")
    parameter_name = "county"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        own = official(request).region
        city = own if own.level == Region.Level.CITY else None
        if own.level == Region.Level.PROVINCE:
            city = Region.objects.filter(pk=request.GET.get("city", ""), level=Region.Level.CITY).first()
        if city is None:
            return []
        below = Region.objects.below(city).filter(level__in=(Region.Level.COUNTY, Region.Level.ZONE))
        return [(region.pk, region.name) for region in below]

    def has_output(self) -> bool:
        return bool(self.lookup_choices) or self.value() is not None

    def narrowed(self, request: HttpRequest, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        rows: Any = queryset
        return rows.within(Region.objects.get(pk=value))  # type: ignore[no-any-return]


class YearFilter(ListedFilter):
    """Years that rows of the official's scope have. `path` leads to the year, or to the date that it is read from.

    Where there are more rows than have pages, it offers every year that a record may have: asking which years they
    have would read all rows.
    """

    parameter_name = "year"
    path = "year"

    def __init__(self, request: HttpRequest, params: Any, model: Any, model_admin: Any) -> None:
        self.title = model._meta.get_field(self.path.split("__")[0]).verbose_name
        super().__init__(request, params, model, model_admin)

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        some = model_admin.get_queryset(request).order_by()[: MOST + 1]
        found = some.aggregate(years=ArrayAgg(self.path, distinct=True), rows=Count("pk"))
        years = {year for year in found["years"] or () if year}
        if found["rows"] > MOST:
            years.update(range(EARLIEST, timezone.localdate().year + 2))
        return [(year, str(year)) for year in sorted(years, reverse=True)]

    def narrowed(self, request: HttpRequest, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        return queryset.filter(**{self.path: value})


class ChoiceFilter(admin.ChoicesFieldListFilter):
    """A filter by one of the field's choices that takes no other value."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
        for values in self.used_parameters.values():
            for value in values if isinstance(values, list) else [values]:
                if value not in {key for key, _label in self.field.flatchoices}:
                    refuse(value)
        return super().queryset(request, queryset)


class WorkFilter(ListedFilter):
    """The official's own list: what they entered, what came back to them, what waits."""

    title = _("my work")
    parameter_name = "work"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("mine", _("Entered by me")),
            ("returned", _("Returned to me")),
            ("waiting", _("Waiting")),
            ("verify", _("Waiting for me")),
            ("submitted", _("Submitted by me")),
            ("drafts", _("My drafts")),
        ]

    def narrowed(self, request: HttpRequest, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        """Waiting is what the official may verify, and what they have submitted."""
        user = official(request)
        rows: Any = queryset
        if rows.model.shared:  # what lies above their region they only read
            queryset = rows.visible_to(user)
        if value == "mine":
            return queryset.filter(created_by=user)
        work = work_conditions(user, queryset.model)
        wanted = ("verify", "submitted") if value == "waiting" else (value,)
        return queryset.filter(reduce(or_, (work[each] for each in wanted)))

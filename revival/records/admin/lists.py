"""What the lists of all records have besides what each declares: counties, the enterprise and the last change."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from revival.accounts.admin_strict import StrictAdmin
from revival.records.admin.columns import admin_column
from revival.records.admin.filters import CityFilter, CountyFilter


class RecordLists(StrictAdmin):
    """The columns and filters of the list of a record."""

    def get_list_filter(self, request: HttpRequest) -> Any:
        """The declared filters, and the counties of a city behind its own."""
        declared = [*super().get_list_filter(request)]
        place = declared.index(CityFilter) + 1 if CityFilter in declared else len(declared)
        return [*declared[:place], CountyFilter, *declared[place:]]

    def get_list_display(self, request: HttpRequest) -> Any:
        """The declared columns, with the enterprise where a record has one, and the last change."""
        declared = [*super().get_list_display(request)]
        names = [getattr(column, "__name__", column) for column in declared]
        if "enterprise" not in names and any(f.name == "enterprise" for f in self.opts.concrete_fields):
            declared.insert(names.index("region"), admin_column(self.model, "enterprise"))
        return [*declared, admin_column(self.model, "changed_at")]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """The rows; of a list with the enterprises that it names, which not every row is joined with."""
        rows = super().get_queryset(request)
        listed = request.resolver_match and str(request.resolver_match.url_name).endswith("_changelist")
        shown = any(f.name == "enterprise" for f in self.opts.concrete_fields)
        return rows.select_related("enterprise") if listed and shown else rows

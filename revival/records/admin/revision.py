"""The admin of revisions: changes to verified records, each with the values before and after."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.contrib.contenttypes.prefetch import GenericPrefetch
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from revival.accounts.requests import official
from revival.records.admin.asked import asked_of_revision
from revival.records.admin.filters import ChoiceFilter, CityFilter, WorkFilter
from revival.records.admin.record import RecordAdmin
from revival.records.counted import CountedRows
from revival.records.models import Record, Revision
from revival.records.revisions import revision_lines


@admin.register(Revision)
class RevisionAdmin(RecordAdmin):
    """Revisions are written by changing a verified record; here they are reviewed."""

    list_display = ("__str__", "kind", "region", "state", "submitted_by", "submitted_at")
    list_filter = (WorkFilter, ("state", ChoiceFilter), CityFilter)
    fieldsets = ((None, {"fields": ("region",)}),)
    change_form_template = "admin/revision_form.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Revisions with their records, whose names may need the records that they belong to."""
        return super().get_queryset(request).prefetch_related(GenericPrefetch("record", named_records()))

    @admin.display(description=_("kind of record"), ordering="content_type")
    def kind(self, obj: Any) -> str:
        return str(capfirst(obj.content_type.name))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def editable(self, request: HttpRequest, obj: Any) -> bool:
        return False

    def counted(self, keys: Sequence[int]) -> CountedRows:
        """The totals that change with the records that the revisions are of."""
        revised: defaultdict[int, set[int]] = defaultdict(set)
        for kind, key in Revision.objects.filter(pk__in=keys).values_list("content_type", "object_id"):
            revised[kind].add(key)
        for kind, of in revised.items():
            model: Any = ContentType.objects.get_for_id(kind).model_class()
            own: Any = self.admin_site.get_model_admin(model)
            yield from ((totals, model.objects.filter(pk__in=of)) for totals in own.counted_in)

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        revision = context["original"]
        kind = revision.content_type
        context["lines"] = revision_lines([revision], official(request))[0]
        context["asked"] = asked_of_revision(revision, official(request))
        context["record_url"] = reverse(f"admin:{kind.app_label}_{kind.model}_change", args=[revision.object_id])
        return super().render_change_form(request, context, *args, **kwargs)


def named_records() -> list[QuerySet[Any]]:
    """All records of each model, with the period that locks each and the rows that its name takes words from."""
    return [m.objects.named().with_locks() for m in apps.get_models() if issubclass(m, Record) and not m._meta.proxy]

"""The deletion of records in the admin: who may delete which, and what a refusal says."""

from typing import Any

from django.contrib import messages
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.contrib.admin.utils import NestedObjects, unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, router
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from revival.accounts.admin_strict import StrictAdmin
from revival.accounts.models import Official
from revival.accounts.once import saved_result
from revival.accounts.requests import official
from revival.punctuation import labelled
from revival.records.admin.bulk import seen_versions
from revival.records.admin.conflicts import check_seen
from revival.records.admin.forms import is_closed
from revival.records.applying import delete_record
from revival.records.display import choosable_rows
from revival.records.locking import lock_rows
from revival.records.models import StaleRecord, State
from revival.records.refusals import closed_period_error, refusal_error
from revival.records.review import in_own_region, may


class RecordDeletion(StrictAdmin):
    """The pages that delete one record, or those chosen in a list, at the versions that the official saw."""

    delete_confirmation_template = "admin/record_delete.html"
    delete_selected_confirmation_template = "admin/record_delete_selected.html"

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only drafts and returned records of the official's region: what is submitted or verified stays."""
        user = official(request)
        deletable = obj is None or (obj.state in (State.DRAFT, State.RETURNED) and in_own_region(user, obj))
        closed = obj is not None and is_closed(obj, request)
        return deletable and not closed and super().has_delete_permission(request, obj)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What the admin lists, but with the number of records outside the official's scope that stand in the way."""
        listed, counts, lacking, protected = super().get_deleted_objects(objs, request)
        if protected:
            collector = NestedObjects(using=router.db_for_write(self.model), origin=objs)
            collector.collect(objs)
            protected = seen_names(collector.protected, official(request))
            lacking = set()  # nothing is deleted while they stand, so nobody lacks a right to delete them
        return listed, counts, lacking, protected

    def delete_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> Any:
        """The page of a deletion. A refusal leads to the record, as the page may not open any more.

        One that is asked for again, as by a second click, says that it is done.
        """
        try:
            return super().delete_view(request, object_id, *args, **kwargs)
        except Http404:
            if not self.is_deleted(request, unquote(object_id)):
                raise
            messages.info(request, _("This was deleted already. Nothing was deleted again."))
            page = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
            return HttpResponseRedirect(self.kept_filters(request, page))
        except (StaleRecord, IntegrityError, ValidationError) as error:
            refused = refusal_error(error, (self.model,))
        except PermissionDenied:
            user = official(request)
            obj = self.get_object(request, unquote(object_id))
            if request.method != "POST" or not (may(user, "delete", self.model) and in_own_region(user, obj)):
                raise
            refused = (
                closed_period_error(obj.locked) if obj.locked else refusal_error(StaleRecord(obj), (self.model,))
            )
        messages.error(request, " ".join(refused.messages))
        name = f"{self.opts.app_label}_{self.opts.model_name}_change"
        return HttpResponseRedirect(self.kept_filters(request, reverse(f"admin:{name}", args=[object_id])))

    def is_deleted(self, request: HttpRequest, object_id: str) -> bool:
        """Whether the official may read that there was such a record; the pages of the history tell."""
        return False

    def kept_filters(self, request: HttpRequest, url: str) -> str:
        """The address with the filters of the list that the record was opened from."""
        kept: dict[str, Any] = {"preserved_filters": self.get_preserved_filters(request), "opts": self.opts}
        return add_preserved_filters(kept, url)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        check_seen(obj, request.POST.get("version"))
        delete_record(obj, obj.version)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Delete all or none. The rows are locked first, so that none is submitted meanwhile."""
        seen = seen_versions(request)
        saved_result(request).told = ngettext(
            "%(count)d record deleted.", "%(count)d records deleted.", len(seen)
        ) % {"count": len(seen)}
        lock_rows(self.model, list(seen))
        for row in queryset.select_related(None).select_for_update().order_by("pk"):
            if not self.has_delete_permission(request, row):
                raise PermissionDenied
            check_seen(row, seen.get(row.pk))
            delete_record(row, row.version)


def seen_names(rows: Any, user: Official) -> list[str]:
    """The names of the rows that the official may see, and how many others there are."""
    models: set[type[Model]] = {type(row) for row in rows}
    seen = [
        labelled(capfirst(str(model._meta.verbose_name)), row)
        for model in models
        for row in choosable_rows(model, user).filter(pk__in=[row.pk for row in rows if type(row) is model])
    ]
    hidden = len(rows) - len(seen)
    more = ngettext("%(count)d record outside your region", "%(count)d records outside your region", hidden)
    return [*seen, *([more % {"count": hidden}] if hidden else [])]

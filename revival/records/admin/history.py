"""The history of a record, read from the events that the triggers of the database wrote."""

from collections.abc import Iterable
from typing import Any

from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import PAGE_VAR
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import CharField, F, QuerySet, Value, Window
from django.db.models.functions import Lag
from django.http import Http404, HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import Resolver404, path, resolve
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from revival.accounts.admin_once import NUL
from revival.accounts.admin_strict import StrictAdmin
from revival.accounts.models import Official, Region
from revival.accounts.requests import official
from revival.accounts.spelling import SpellingField
from revival.records.display import RelatedNames, field_label, related_keys, related_names, value_text
from revival.records.models import Record, Revision, ScopedQuerySet, State
from revival.records.reasons import WORDS, ChangeReasons
from revival.records.review import in_own_region
from revival.records.revisions import proposed_values

DONE: dict[str, Promise] = {
    "insert": gettext_lazy("Added"),
    "update": gettext_lazy("Changed"),
    "delete": gettext_lazy("Deleted"),
}
# The columns When, Who and Why tell these. The next month has a history of its own.
SILENT = {"id", "city", "version", "created_at", "created_by", "changed_at", "changed_by", "next_month", *WORDS}
OF_REVISIONS = {"content_type", "object_id", "base_version"}  # they say which record, whose history it is
PAGE = 50
# The pages that change records, by the end of the name of their address.
PAGES: dict[str, Promise] = {
    "_add": gettext_lazy("form"),
    "_change": gettext_lazy("form"),
    "_delete": gettext_lazy("form"),
    "_changelist": gettext_lazy("list"),
    "monthly": gettext_lazy("monthly form"),
    "inbox": gettext_lazy("inbox"),
    "extension": gettext_lazy("request for an extension"),
}


def event_model(model: Any) -> Any:
    """The model that the events of a record model are rows of."""
    return model.events.rel.related_model


def timeline(sources: Iterable[QuerySet[Any]]) -> QuerySet[Any]:
    """All events, newest first: when, number, number of the event before, and model."""
    parts = [
        source.order_by().values_list(
            "pgh_created_at",
            "pgh_id",
            Window(Lag("pgh_id"), partition_by=F("pgh_obj_id"), order_by=F("pgh_id").asc()),
            Value(source.model._meta.label_lower, output_field=CharField()),
        )
        for source in sources
    ]
    first, *others = parts
    union = first.union(*others, all=True) if others else first
    return union.order_by("-pgh_created_at", "-pgh_id")


def described_events(page: Iterable[Any], models: Iterable[Any], user: Official) -> list[dict[str, Any]]:
    """The events of a page in the official's words; one query a model, however many events."""
    page = list(page)
    found: dict[tuple[str, int], Any] = {}
    for model in models:
        name = model._meta.label_lower
        ids = {number for _at, new, old, label in page if label == name for number in (new, old)} - {None}
        found |= {(name, event.pgh_id): event for event in model.objects.filter(pk__in=ids)} if ids else {}
    related = set()
    for event in found.values():
        related |= related_keys(event.pgh_tracked_model, [event])
        if event.pgh_tracked_model is Revision:
            related |= {(field.related_model, value) for field, value in proposed_values(event) if field.is_relation}
    names = related_names(related, user)
    officials = official_names(found.values())
    reasons = ChangeReasons(found[name, new] for _at, new, _old, name in page)
    seen = in_scope(found.values(), user)
    lines = [
        {
            "at": at,
            "why": reasons.why(found[name, new], found.get((name, old))),
            "where": where(found[name, new]) if getattr(found[name, new], "region_id", None) in seen else "",
            "who": who(found[name, new], officials),
            "event": found[name, new].pgh_label,
            "what": DONE.get(found[name, new].pgh_label, found[name, new].pgh_label),
            "kind": capfirst(found[name, new].pgh_tracked_model._meta.verbose_name),
            "name": title(found[name, new], names),
            "lines": differences(found[name, new], found.get((name, old)), names),
        }
        for at, new, old, name in page
    ]
    return [line for line in lines if line["lines"] or line["why"] or line["event"] != "update"]


def official_names(found: Iterable[Any]) -> dict[int, str]:
    """The names of the officials who made the events, by key."""
    ids: set[Any] = {(event.pgh_context or {}).get("user") for event in found} - {None}
    return {each.pk: str(each) for each in Official.objects.filter(pk__in=ids)}


def who(event: Any, officials: dict[int, str]) -> str:
    """The name of the official who made the event; else the command, else that the database was changed directly."""
    context = event.pgh_context or {}
    if context.get("user") is not None:
        return officials.get(context["user"], f"#{context['user']}")
    return str(context.get("command") or _("Database"))


def in_scope(found: Iterable[Any], user: Official) -> set[str | None]:
    """The regions of the events that lie in the official's. Where somebody worked is not told to other regions."""
    codes = {getattr(event, "region_id", None) for event in found}
    regions = Region.objects.filter(pk__in=codes - {None})
    return {None} | {region.pk for region in regions if user.region.holds(region)}


def where(event: Any) -> str:
    """The page and the network address that the change was sent from; nothing for a command."""
    context = event.pgh_context or {}
    return " · ".join(filter(None, (page_name(str(context.get("url") or "")), str(context.get("address") or ""))))


def page_name(address: str) -> str:
    """What the page of an address is called; the address itself where it has no name here."""
    try:
        match = resolve(address)
    except Resolver404:
        return address
    return str(next((label for end, label in PAGES.items() if (match.url_name or "").endswith(end)), address))


def differences(event: Any, before: Any, names: Any) -> list[tuple[str, str, str]]:
    """Label, old and new value of each field that the event changed; of an added or deleted row, of every field."""
    added, deleted = event.pgh_label == "insert", event.pgh_label == "delete"
    lines = []
    silent = SILENT | OF_REVISIONS if event.pgh_tracked_model is Revision else SILENT
    for field in event.pgh_tracked_model._meta.concrete_fields:
        if field.name in silent or isinstance(field, SpellingField):  # events keep no spellings
            continue
        if event.pgh_tracked_model is Revision and field.name == "changes":
            lines += proposals(event, before, names)
            continue
        new = None if deleted else getattr(event, field.attname)
        old_row = event if deleted else before
        old = None if added or old_row is None else getattr(old_row, field.attname)
        if new != old:
            texts = value_text(field, old, names), value_text(field, new, names)
            if any(texts):
                lines.append((capfirst(str(field_label(field))), *texts))
    return lines


def proposals(event: Any, before: Any, names: Any) -> list[tuple[str, str, str]]:
    """Label, former and new proposal of each field that a revision changes."""
    known = (proposed_values(each) if each else [] for each in (before, event))
    old, new = ({field: value_text(field, value, names) for field, value in fields} for fields in known)
    return [
        (capfirst(str(field_label(field))), old.get(field, ""), new.get(field, ""))
        for field in {**old, **new}
        if old.get(field, "") != new.get(field, "")
    ]


class HistoryPages(StrictAdmin):
    """The history page of the admin, read from events, also of deleted records; and the list of deleted records."""

    def get_urls(self) -> Any:
        name = f"{self.opts.app_label}_{self.opts.model_name}_deleted"
        view = self.admin_site.admin_view(self.deleted_view)
        return [path("deleted/", view, name=name), *super().get_urls()]

    def seen(self, request: HttpRequest) -> Any:
        """Events of rows that lay in the official's scope when they happened."""
        return ScopedQuerySet(event_model(self.model)).visible_to(official(request))

    def last_event(self, request: HttpRequest, object_id: str) -> Any:
        """The deletion of a record in the official's scope; Http404 where there is none."""
        try:
            self.opts.pk.to_python(object_id)
        except ValidationError:
            raise Http404 from None
        if NUL in object_id:
            raise Http404
        last = event_model(self.model).objects.filter(pgh_obj_id=object_id).order_by("-pgh_id").values("pgh_id")
        event = self.seen(request).filter(pgh_id__in=last[:1], pgh_label="delete").first()
        if event is None:
            raise Http404
        return event

    def is_deleted(self, request: HttpRequest, object_id: str) -> bool:
        """Whether there was such a record in the official's scope."""
        try:
            return self.has_view_permission(request) and self.last_event(request, object_id) is not None
        except Http404:
            return False

    def history_view(self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None) -> Any:
        """Every event of the record and of the rows on its page, newest first."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        user = official(request)
        try:
            row = self.get_object(request, unquote(object_id))
            number, name = row.pk, str(row)
        except Http404:
            event = self.last_event(request, unquote(object_id))
            names = related_names(related_keys(self.model, [event]), user)
            row, number, name = None, event.pgh_obj_id, title(event, names)
        sources = [event_model(self.model).objects.filter(pgh_obj_id=number)]
        shared = getattr(self.model, "shared", False)
        if shared and row is not None and not in_own_region(user, row):  # drafts and returns are the region's own
            sources = [sources[0].filter(state=State.VERIFIED)]
        elif issubclass(self.model, Record):
            kind = ContentType.objects.get_for_model(self.model)
            sources.append(event_model(Revision).objects.filter(content_type=kind, object_id=number))
        for inline in self.get_inline_instances(request):
            key = inline.fk_name or next(
                f.name for f in inline.model._meta.concrete_fields if f.related_model is self.model
            )
            below = ScopedQuerySet(event_model(inline.model)).filter(**{f"{key}_id": number})
            # On a record that regions below read too, officials see the rows of their own region.
            sources.append(below.visible_to(user) if shared else below)
        page = Paginator(timeline(sources), PAGE).get_page(request.GET.get(PAGE_VAR))
        rows = described_events(page, [source.model for source in sources], user)
        context = {"title": _("History: %s") % name, "events": rows, "original": row}
        return self.page(request, "admin/record_history.html", page, context)

    def deleted_view(self, request: HttpRequest) -> HttpResponseBase:
        """Deleted records of the official's scope, each with a link to its history."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = self.seen(request).filter(pgh_label="delete").order_by("-pgh_created_at", "-pgh_id")
        page = Paginator(found, PAGE).get_page(request.GET.get(PAGE_VAR))
        officials = official_names(page)
        names = related_names(related_keys(self.model, page), official(request))
        rows = [
            {"at": e.pgh_created_at, "who": who(e, officials), "number": e.pgh_obj_id, "name": title(e, names)}
            for e in page
        ]
        name = {"name": self.opts.verbose_name_plural}
        context = {"title": _("Deleted records: %(name)s") % name, "rows": rows}
        return self.page(request, "admin/record_deleted.html", page, context)

    def page(self, request: HttpRequest, template: str, page: Any, context: dict[str, Any]) -> TemplateResponse:
        pages = page.paginator.get_elided_page_range(page.number)
        common = {"opts": self.opts, "page": page, "pages": pages, "page_var": PAGE_VAR}
        return TemplateResponse(request, template, {**self.admin_site.each_context(request), **common, **context})


def title(event: Any, names: RelatedNames) -> str:
    """The name of a row at the event: its code and name, else what it belongs to and when, else its number."""
    words = [getattr(event, name, "") for name in ("code", "credit_code", "name")]
    if not any(words):
        fields = event.pgh_tracked_model._meta.concrete_fields
        owners = (names.get((f.related_model, getattr(event, f.attname)), "") for f in fields if of_record(f))
        when = (event._meta.get_field(name) for name in times(event))
        words = [next(owners, ""), *(value_text(field, getattr(event, field.attname)) for field in when)]
    return " ".join(word for word in words if word) or f"#{event.pgh_obj_id}"


def of_record(field: Any) -> bool:
    return bool(field.is_relation and issubclass(field.related_model, Record))


def times(event: Any) -> tuple[str, ...]:
    """The fields that say which time a record is of."""
    model = event.pgh_tracked_model
    return model.guard().reported_in if issubclass(model, Record) else ()

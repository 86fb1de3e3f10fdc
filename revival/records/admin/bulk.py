"""Steps of review from a list: a preview with the effect on totals, a confirmation, and a line for each record."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import BadRequest, ValidationError
from django.db import IntegrityError, OperationalError, transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from revival.accounts.admin_strict import MOST, StrictAdmin
from revival.accounts.models import Region
from revival.records.admin.forms import STEP_LABELS
from revival.records.bulk import Outcome, take
from revival.records.counted import Changes, Counted
from revival.records.locking import one_moment
from revival.records.models import StaleRecord, State
from revival.records.refusals import explained
from revival.records.review import may

SEEN = "seen"  # the field of a confirmation that holds "id:version" of each record, in one: a form has few fields
Concerned = dict[str, tuple[Counted, set[int | None]]]


def step(name: str, state: State, verb: str) -> Callable[..., Any]:
    """The action of a list that takes one step of review."""

    @admin.action(description=STEP_LABELS[state], permissions=[verb])
    def act(modeladmin: Any, request: Any, queryset: QuerySet[Any]) -> HttpResponse:
        answer: HttpResponse = modeladmin.review_chosen(request, queryset, name, state)
        return answer

    act.__name__ = name
    return act


STEPS = (
    ("submit", State.SUBMITTED, "submit"),
    ("verify", State.VERIFIED, "verify"),
    ("return", State.RETURNED, "verify"),
    ("withdraw", State.DRAFT, "submit"),
)


class CommentForm(forms.Form):
    """What is to be mended in the records that are returned."""

    comment = forms.CharField(
        max_length=2000,
        label=gettext_lazy("Comment"),
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        error_messages={"required": gettext_lazy("Say what is to be mended.")},
    )


def form_of(request: HttpRequest) -> CommentForm | None:
    """The form of a preview; None where the step asks for nothing."""
    if "return" not in request.POST.getlist("action"):
        return None
    return CommentForm(request.POST if SEEN in request.POST else None)


def confirmed(request: HttpRequest) -> bool:
    """Whether the preview was seen, and what it asks for is given."""
    form = form_of(request)
    return SEEN in request.POST and (form is None or form.is_valid())


def previews(request: HttpRequest) -> bool:
    chosen = set(request.POST.getlist("action")) & {name for name, _state, _verb in STEPS}
    return bool(chosen) and not confirmed(request)


class BulkReview(StrictAdmin):
    """The actions of review. counted_in: the totals that change with the records, for the preview."""

    actions = tuple(step(*each) for each in STEPS)
    counted_in: Sequence[Counted] = ()

    def has_submit_permission(self, request: HttpRequest) -> bool:
        return may(request.user, "submit", self.model)  # type: ignore[arg-type]

    def has_verify_permission(self, request: HttpRequest) -> bool:
        return may(request.user, "verify", self.model)  # type: ignore[arg-type]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """An action that the database refuses changes nothing and says why."""
        if request.method != "POST":
            return super().changelist_view(request, extra_context)
        if SEEN in request.POST:
            posted = request.POST.copy()
            posted.setlist(ACTION_CHECKBOX_NAME, [*map(str, pairs(request))])
            posted["select_across"] = "0"
            request.POST = posted  # type: ignore[assignment]
        try:
            if not previews(request):
                return super().changelist_view(request, extra_context)
            with one_moment():
                return super().changelist_view(request, extra_context)
        except (StaleRecord, IntegrityError, OperationalError, ValidationError) as error:
            messages.error(request, " ".join(explained(error, (self.model,)).messages))
        return HttpResponseRedirect(request.get_full_path())

    def response_action(self, request: HttpRequest, queryset: QuerySet[Any], *args: Any, **kwargs: Any) -> Any:
        """What was previewed is confirmed though the list's filters no longer find it."""
        rows = self.get_queryset(request) if SEEN in request.POST else queryset
        return super().response_action(request, rows, *args, **kwargs)

    def review_chosen(self, request: Any, queryset: QuerySet[Any], name: str, state: State) -> HttpResponse:
        """The preview of a step; or, confirmed, what became of it."""
        keys = sorted(queryset.order_by().values_list("pk", flat=True))
        seen, form = pairs(request) or None, form_of(request)
        context: dict[str, Any] = {"form": form, "action": name, "step": STEP_LABELS[state], "state": state.label}
        if confirmed(request):
            comment = form.cleaned_data["comment"] if form is not None and form.is_valid() else ""
            outcomes = take(self.get_queryset(request), keys, state, request.user, comment, seen)
        else:
            outcomes, context["effects"] = self.preview(request, keys, state, seen)
            context["above"] = above(request.user.region)
            versions = seen or {each.key: str(each.version) for each in outcomes}
            context["seen"] = " ".join(f"{key}:{version}" for key, version in versions.items())
        if len(outcomes) != len(keys):  # deleted at this moment: as if it had never been in the list
            raise Http404
        done = sum(not each.refused for each in outcomes)
        outcomes.sort(key=lambda each: not each.refused)
        words = {"step": STEP_LABELS[state], "records": self.opts.verbose_name_plural}
        context |= {"outcomes": outcomes, "done": done, "refused": len(outcomes) - done, "opts": self.opts}
        context |= {"title": capfirst(_("%(step)s: %(records)s") % words), "checkbox": ACTION_CHECKBOX_NAME}
        return TemplateResponse(request, "admin/bulk.html", {**self.admin_site.each_context(request), **context})

    def preview(
        self, request: Any, keys: Sequence[int], state: State, seen: dict[int, str] | None
    ) -> tuple[list[Outcome], list[Changes]]:
        """What the step would do: it is taken, the totals are read, and it is rolled back."""
        concerned = self.concerned(keys)
        point = transaction.savepoint()
        try:
            outcomes = take(self.get_queryset(request), keys, state, request.user, seen=seen)
            for name, (_counted, years) in self.concerned(keys).items():  # a revision may change the year itself
                concerned[name][1].update(years)
            asked = [(counted, years) for counted, years in concerned.values() if years]
            after = [counted.figures(request.user, years) for counted, years in asked]
        finally:
            transaction.savepoint_rollback(point)
        before = [counted.figures(request.user, years) for counted, years in asked]
        changes = zip((counted for counted, _years in asked), before, after, strict=True)
        return outcomes, [each for counted, was, becomes in changes for each in counted.changes(was, becomes)]

    def concerned(self, keys: Sequence[int]) -> Concerned:
        """The totals that the records count in, each once, with the years that they change."""
        found: Concerned = {}
        for counted, rows in self.counted(keys):
            found.setdefault(counted.name, (counted, set()))[1].update(counted.years(rows))
        return found

    def counted(self, keys: Sequence[int]) -> Iterable[tuple[Counted, QuerySet[Any]]]:
        """The totals that change with the records, and those records."""
        rows = self.model._default_manager.filter(pk__in=keys)
        return [(counted, rows) for counted in self.counted_in]


def pairs(request: HttpRequest) -> dict[int, str]:
    """The version of each record as it was seen, by key. Raises BadRequest for what no page of ours posts."""
    found = {}
    for pair in request.POST.get(SEEN, "").split():
        key, _colon, version = pair.partition(":")
        if not (key.isascii() and key.isdigit() and len(key) < 20):
            raise BadRequest("not a key")
        found[int(key)] = version
    if len(found) > MOST:
        raise BadRequest("too many records")
    return found


def above(region: Region) -> list[str]:
    """The names of the regions that the official's lies in, from below."""
    return [str(each) for each in (region.county, region.city) if each not in (None, region)] + (
        [str(Region.objects.get(level=Region.Level.PROVINCE))] if region.level != Region.Level.PROVINCE else []
    )

"""Steps of review from a list: a preview with the effect on totals, a confirmation, and a line for each record."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import BadRequest, ValidationError
from django.db import IntegrityError, OperationalError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from revival.accounts.admin_strict import MOST, StrictAdmin
from revival.accounts.kept import only_shown
from revival.accounts.models import Region
from revival.accounts.once import saved_result
from revival.accounts.requests import official
from revival.records.admin.asked import questioned
from revival.records.admin.forms import STEP_LABELS
from revival.records.applying import StepOutcome, take_steps
from revival.records.comments import CommentForm
from revival.records.counted import CountedRows, CountedTotals, FigureChanges, rehearse_effect
from revival.records.locking import one_moment
from revival.records.models import Record, StaleRecord, State
from revival.records.refusals import refusal_error
from revival.records.review import may, submitted_sentence
from revival.records.summaries import ValueLine, value_lines

DESCRIBED = 1_000  # records of a preview whose values are shown; of more nobody would read them
SEEN = "seen"  # the field of a confirmation that holds "id:version" of all records: a form has few fields


def step_action(name: str, state: State, verb: str) -> Callable[..., Any]:
    """The action of a list that takes one step of review."""

    @admin.action(description=STEP_LABELS[state], permissions=[verb])
    def act(modeladmin: Any, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse:
        answer: HttpResponse = modeladmin.review_chosen(request, queryset, name, state)
        return answer

    act.__name__ = name
    return act


STEP_ACTIONS = (
    ("submit", State.SUBMITTED, "submit"),
    ("verify", State.VERIFIED, "verify"),
    ("return", State.RETURNED, "verify"),
    ("withdraw", State.DRAFT, "submit"),
)


def comment_form(request: HttpRequest) -> CommentForm | None:
    """The form of a preview; None where the step asks for nothing."""
    if "return" not in request.POST.getlist("action"):
        return None
    return CommentForm(request.POST if SEEN in request.POST else None)


def is_confirmed(request: HttpRequest) -> bool:
    """Whether the preview was seen, and what it asks for is given."""
    form = comment_form(request)
    return SEEN in request.POST and not only_shown(request.POST) and (form is None or form.is_valid())


def is_previewed(request: HttpRequest) -> bool:
    """Whether a step is chosen that is to be previewed first."""
    chosen = set(request.POST.getlist("action")) & {name for name, _state, _verb in STEP_ACTIONS}
    return bool(chosen) and not is_confirmed(request)


class BulkReview(StrictAdmin):
    """The actions of review. counted_in: the totals that change with the records; the preview shows them."""

    actions = tuple(step_action(*each) for each in STEP_ACTIONS)
    counted_in: Sequence[CountedTotals] = ()

    def has_submit_permission(self, request: HttpRequest) -> bool:
        return may(official(request), "submit", self.model)

    def has_verify_permission(self, request: HttpRequest) -> bool:
        return may(official(request), "verify", self.model)

    def get_list_display(self, request: HttpRequest) -> Any:
        """The declared columns, and beside the state whether the values were questioned."""
        columns = [*super().get_list_display(request)]
        if issubclass(self.model, Record):
            columns.insert(columns.index("state") + 1, questioned)
        return columns

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, or the answer of an action. One that the database refuses changes nothing and says why."""
        if request.method != "POST":
            return super().changelist_view(request, extra_context)
        if SEEN in request.POST:
            posted = request.POST.copy()
            posted.setlist(ACTION_CHECKBOX_NAME, [*map(str, seen_versions(request))])
            posted["select_across"] = "0"
            request.POST = posted  # type: ignore[assignment]
        try:
            if not is_previewed(request):
                return super().changelist_view(request, extra_context)
            with one_moment():
                return super().changelist_view(request, extra_context)
        except (StaleRecord, IntegrityError, OperationalError, ValidationError) as error:
            messages.error(request, " ".join(refusal_error(error, (self.model,)).messages))
        return HttpResponseRedirect(request.get_full_path())

    def response_action(self, request: HttpRequest, queryset: QuerySet[Any], *args: Any, **kwargs: Any) -> Any:
        """Run an action. What was previewed is confirmed though the filters of the list no longer find it."""
        rows = self.get_queryset(request) if SEEN in request.POST else queryset
        return super().response_action(request, rows, *args, **kwargs)

    def review_chosen(self, request: HttpRequest, queryset: QuerySet[Any], name: str, state: State) -> HttpResponse:
        """The preview of a step; or, confirmed, what became of it."""
        user, keys = official(request), sorted(queryset.order_by().values_list("pk", flat=True))
        seen, form = seen_versions(request) or None, comment_form(request)
        context: dict[str, Any] = {"form": form, "action": name, "step": STEP_LABELS[state], "state": state.label}
        if is_confirmed(request):
            comment = form.cleaned_data["comment"] if form is not None and form.is_valid() else ""
            outcomes = take_steps(self.get_queryset(request), keys, state, user, comment, seen)
            done = [each.key for each in outcomes if not each.refused]
            context["told"] = submitted_sentence(self.model, done, user) if state == State.SUBMITTED else ""
            saved_result(request).told = f"{done_text(outcomes)} {context['told']}".rstrip()
        else:
            outcomes, context["effects"] = self.preview(request, keys, state, seen)
            context["above"] = names_above(user.region)
            versions = seen or {each.key: str(each.version) for each in outcomes}
            context["seen"] = " ".join(f"{key}:{version}" for key, version in versions.items())
        if len(outcomes) != len(keys):  # deleted at this moment: as if it had never been in the list
            raise Http404
        count = sum(not each.refused for each in outcomes)
        outcomes.sort(key=lambda each: not each.refused)
        values = self.value_lines(request, keys) if "seen" in context and len(keys) <= DESCRIBED else {}
        context["lines"] = [(each, values.get(each.key, [])) for each in outcomes]
        words = {"step": STEP_LABELS[state], "records": self.opts.verbose_name_plural}
        context |= {"outcomes": outcomes, "done": count, "refused": len(outcomes) - count, "opts": self.opts}
        context |= {"title": capfirst(_("%(step)s: %(records)s") % words), "checkbox": ACTION_CHECKBOX_NAME}
        return TemplateResponse(request, "admin/bulk.html", {**self.admin_site.each_context(request), **context})

    def value_lines(self, request: HttpRequest, keys: Sequence[int]) -> dict[int, list[ValueLine]]:
        """The values of the records of a preview, so that nobody verifies what they have not read."""
        return value_lines(list(self.get_queryset(request).filter(pk__in=keys)), official(request))

    def preview(
        self, request: HttpRequest, keys: Sequence[int], state: State, seen: dict[int, str] | None
    ) -> tuple[list[StepOutcome], list[FigureChanges]]:
        """What the step would do to the records and to the totals; nothing is changed."""
        user = official(request)
        act = partial(take_steps, self.get_queryset(request), keys, state, user, seen=seen)
        return rehearse_effect(act, partial(self.counted, keys), user)

    def counted(self, keys: Sequence[int]) -> CountedRows:
        """The totals that change with the records, and those records."""
        rows = self.model._default_manager.filter(pk__in=keys)
        return [(totals, rows) for totals in self.counted_in]


def done_text(outcomes: Sequence[StepOutcome]) -> str:
    """How many records took the step, and how many were refused."""
    refused = sum(bool(each.refused) for each in outcomes)
    return _("Done: %(done)s. Refused: %(refused)s.") % {"done": len(outcomes) - refused, "refused": refused}


def seen_versions(request: HttpRequest) -> dict[int, str]:
    """The version of each record that the official saw, by key. Raises BadRequest for what no page of ours posts."""
    found = {}
    for pair in request.POST.get(SEEN, "").split():
        key, _colon, version = pair.partition(":")
        if not (key.isascii() and key.isdigit() and len(key) < 20):
            raise BadRequest("not a key")
        found[int(key)] = version
    if len(found) > MOST:
        raise BadRequest("too many records")
    return found


def names_above(region: Region) -> list[str]:
    """The names of the regions that a region lies in, from the county up."""
    return [str(each) for each in (region.county, region.city) if each not in (None, region)] + (
        [str(Region.objects.get(level=Region.Level.PROVINCE))] if region.level != Region.Level.PROVINCE else []
    )

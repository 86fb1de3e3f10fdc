"""The page of all that waits for an official: records of every kind, with one step for those that they choose."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.db import IntegrityError, OperationalError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from revival.accounts.kept import only_shown
from revival.accounts.models import Official
from revival.accounts.once import claim_form, saved_result, settle_form
from revival.accounts.requests import official
from revival.accounts.tokens import page_token, posted_token
from revival.accounts.views import signed_in
from revival.collection.board.question import kind_name
from revival.collection.inbox import PILES, list_url, reviewed_kinds, waiting_counts
from revival.records.applying import StepOutcome, take_steps
from revival.records.comments import CommentForm
from revival.records.counted import CountedRows, rehearse_effect
from revival.records.locking import one_moment
from revival.records.models import Reviewed, StaleRecord, State
from revival.records.refusals import refusal_error
from revival.records.review import may, submitted_sentence, work_conditions
from revival.records.summaries import ValueLine, value_lines
from revival.reporting.listing import entry_url
from revival.reporting.params import Params, answers_bad_queries
from revival.reporting.sql import one_snapshot

MOST = 200  # rows of all kinds on the page
TOLD = 20  # refused rows that are told one by one
ROW = re.compile(r"([a-z_]{1,40}\.[a-z_]{1,40}):([0-9]{1,18}):([0-9]{1,9})")
# The steps that rows of each pile can take, with the words of their buttons.
STEPS: dict[str, dict[State, Promise]] = {
    "verify": {State.VERIFIED: gettext_lazy("Verify"), State.RETURNED: gettext_lazy("Return with a comment")},
    "submitted": {State.DRAFT: gettext_lazy("Withdraw")},
    "drafts": {State.SUBMITTED: gettext_lazy("Submit")},
    "returned": {State.SUBMITTED: gettext_lazy("Submit")},
}
VERBS = {State.VERIFIED: "verify", State.RETURNED: "verify", State.SUBMITTED: "submit", State.DRAFT: "submit"}


@dataclass(frozen=True)
class WaitingRow:
    """A row of the page. key: its kind, key and version, as the page posts them."""

    key: str
    row: Any
    url: str
    values: list[ValueLine]
    refused: str = ""

    @property
    def explanation(self) -> str:
        return str(getattr(self.row, "explanation", ""))


@dataclass(frozen=True)
class WaitingKind:
    """The rows of one kind that the page shows, how many there are in all, and the list of all of them."""

    title: str
    rows: list[WaitingRow]
    count: int
    url: str


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@answers_bad_queries
def inbox(request: HttpRequest) -> HttpResponse:
    """The page of a pile of rows that wait, the preview of a step on the chosen ones, and its confirmation."""
    user = official(request)
    kinds = reviewed_kinds(user)
    if not kinds:
        raise PermissionDenied
    params = Params(request.GET, {"pile": _("Inbox")})
    pile = params.one_of("pile", list(PILES))
    params.check()
    if request.method != "POST":
        with one_snapshot():
            return render(request, "collection/waiting.html", page_context(user, kinds, pile))
    chosen = chosen_rows(request, kinds)
    step = chosen_step(request, pile)
    if not chosen:
        messages.warning(request, _("Nothing was changed: choose at least one record."))
        return HttpResponseRedirect(request.get_full_path())
    try:
        # A second post of one form waits for the first, and reads what it did: a snapshot would not show that.
        with transaction.atomic() if "confirmed" in request.POST else one_moment():
            return answer(request, pile, chosen, step)
    except (StaleRecord, IntegrityError, OperationalError, ValidationError) as error:
        messages.error(request, " ".join(refusal_error(error, tuple(chosen)).messages))
    return HttpResponseRedirect(request.get_full_path())


def page_context(user: Official, kinds: Sequence[Any], asked: str) -> dict[str, Any]:
    """The context of the page: the piles with their counts, and the rows of the one that is asked for."""
    counts = waiting_counts(user, kinds)
    totals = {name: sum(counts[kind, name] for kind in kinds) for name in PILES}
    pile = asked or next((name for name in ("verify", "returned", "drafts") if totals[name]), "verify")
    left, shown = MOST, []
    for kind in kinds:
        count = counts[kind, pile]
        if not count:
            continue
        found = kind.objects.visible_to(user).filter(work_conditions(user, kind)[pile]).named()
        rows = list(found.select_related("submitted_by").order_by("pk")[:left])
        left -= len(rows)
        shown.append(WaitingKind(kind_name(kind), waiting_rows(rows, user), count, list_url(kind, pile)))
    return {
        "piles": [(name, label, totals[name], name == pile) for name, label in PILES.items()],
        "title": PILES[pile],
        "kinds": shown,
        "total": totals[pile],
        "steps": [(step.value, label) for step, label in STEPS[pile].items()],
    }


def waiting_rows(rows: Sequence[Any], user: Official, outcomes: Iterable[StepOutcome] = ()) -> list[WaitingRow]:
    """The rows of one kind with their values, and why a step on them is refused."""
    values, refused = value_lines(rows, user), {each.key: each.refused for each in outcomes}
    return [
        WaitingRow(row_key(row), row, entry_url(type(row), row.pk), values[row.pk], refused.get(row.pk, ""))
        for row in rows
    ]


def row_key(row: Reviewed) -> str:
    return f"{row._meta.label_lower}:{row.pk}:{row.version}"


def chosen_rows(request: HttpRequest, kinds: Sequence[Any]) -> dict[Any, dict[int, str]]:
    """The chosen rows, each with the version that was seen, by kind. Raises BadRequest for what no page posts."""
    by_label = {kind._meta.label_lower: kind for kind in kinds}
    found: defaultdict[Any, dict[int, str]] = defaultdict(dict)
    all_shown = request.POST.get("all") == "1"
    for text in request.POST.getlist("shown" if all_shown else "row"):
        parts = ROW.fullmatch(text)
        if parts is None or parts[1] not in by_label:
            raise BadRequest("not a row of the inbox")
        found[by_label[parts[1]]][int(parts[2])] = parts[3]
    if sum(map(len, found.values())) > MOST:
        raise BadRequest("too many rows")
    return {kind: found[kind] for kind in kinds if kind in found}


def chosen_step(request: HttpRequest, pile: str) -> State:
    """The step of the button that was pressed. Raises BadRequest for one that the pile does not have."""
    given = request.POST.get("step", "")
    steps = [step for each in ([pile] if pile else PILES) for step in STEPS[each]]
    if given not in steps:
        raise BadRequest("not a step of the inbox")
    return State(given)


def answer(request: HttpRequest, pile: str, chosen: dict[Any, dict[int, str]], step: State) -> HttpResponse:
    """The preview of the step, or what became of it once it is confirmed."""
    user, confirmed = official(request), "confirmed" in request.POST
    if not all(may(user, VERBS[step], kind) for kind in chosen):
        raise PermissionDenied
    form = CommentForm(request.POST if confirmed else None) if step == State.RETURNED else None
    ready = confirmed and not only_shown(request.POST) and (form is None or form.is_valid())
    comment = form.cleaned_data["comment"] if ready and form is not None else ""
    act = partial(take_all, chosen, step, user, comment)
    if ready:
        return carried_out(request, act, step)
    outcomes, effects = rehearse_effect(act, partial(counted_rows, chosen), user)
    kinds = [
        WaitingKind(kind_name(kind), waiting_rows(read_rows(kind, chosen[kind], user), user, each), len(each), "")
        for kind, each in outcomes.items()
    ]
    done = sum(not outcome.refused for each in outcomes.values() for outcome in each)
    context = {
        "title": STEPS[pile or "verify"].get(step, State(step).label),
        "kinds": kinds,
        "effects": effects,
        "step": step.value,
        "label": dict(step_labels())[step],
        "done": done,
        "refused": sum(map(len, outcomes.values())) - done,
        "form": form,
        "form_token": page_token(request),
    }
    return render(request, "collection/waiting_preview.html", context)


def carried_out(request: HttpRequest, act: Callable[[], dict[Any, list[StepOutcome]]], step: State) -> HttpResponse:
    """Take the step once, however often its form is posted, and lead back to the page with what became of it."""
    form, is_new = claim_form(request) if posted_token(request) else (None, True)
    if is_new:
        outcomes = act()
        done, refused = told_outcomes(outcomes, step)
        if step == State.SUBMITTED:
            done = " ".join([done, *dict.fromkeys(submitted_to(outcomes, official(request)))]).strip()
        saved_result(request).told = done or _("Nothing was changed.")
        messages.add_message(request, messages.SUCCESS if done else messages.WARNING, saved_result(request).told)
        for sentence in refused:
            messages.warning(request, sentence)
        if form is not None:
            settle_form(request, form)
    elif form is not None:
        messages.info(request, _("This was done already. %(told)s") % {"told": form.told})
    return HttpResponseRedirect(request.get_full_path())


def submitted_to(outcomes: dict[Any, list[StepOutcome]], user: Official) -> Iterator[str]:
    """The sentences that say to whom the records of each kind were submitted."""
    for kind, each in outcomes.items():
        if said := submitted_sentence(kind, [one.key for one in each if not one.refused], user):
            yield said


def step_labels() -> list[tuple[State, Promise]]:
    return [pair for steps in STEPS.values() for pair in steps.items()]


def take_all(
    chosen: dict[Any, dict[int, str]], step: State, user: Official, comment: str
) -> dict[Any, list[StepOutcome]]:
    """Take the step on rows of every kind, in the order of their foreign keys: a month follows its project."""
    return {
        kind: take_steps(kind.objects.visible_to(user).named(), sorted(seen), step, user, comment, seen)
        for kind, seen in chosen.items()
    }


def read_rows(kind: Any, keys: Iterable[int], user: Official) -> list[Any]:
    found = kind.objects.visible_to(user).filter(pk__in=keys).named().select_related("submitted_by")
    return list(found.order_by("pk"))


def counted_rows(chosen: dict[Any, dict[int, str]]) -> CountedRows:
    """The totals that the chosen records count in, as their lists name them, and those records."""
    return [
        (totals, kind._default_manager.filter(pk__in=seen))
        for kind, seen in chosen.items()
        for totals in getattr(admin.site._registry[kind], "counted_in", ())
    ]


DONE = {
    State.VERIFIED: lambda n: ngettext("%(count)d record was verified.", "%(count)d records were verified.", n),
    State.RETURNED: lambda n: ngettext("%(count)d record was returned.", "%(count)d records were returned.", n),
    State.SUBMITTED: lambda n: ngettext("%(count)d record was submitted.", "%(count)d records were submitted.", n),
    State.DRAFT: lambda n: ngettext("%(count)d record is a draft again.", "%(count)d records are drafts again.", n),
}


def told_outcomes(outcomes: dict[Any, list[StepOutcome]], step: State) -> tuple[str, list[str]]:
    """How many records took the step, in words, and why others did not."""
    every = [each for of_kind in outcomes.values() for each in of_kind]
    refused = [each for each in every if each.refused]
    count = len(every) - len(refused)
    words = _("%(record)s was not changed: %(why)s")
    told = [words % {"record": each.name, "why": each.refused} for each in refused[:TOLD]]
    if more := refused[TOLD:]:
        said = ngettext("%(count)d more was not changed.", "%(count)d more were not changed.", len(more))
        told.append(said % {"count": len(more)})
    return (DONE[step](count) % {"count": count} if count else ""), told

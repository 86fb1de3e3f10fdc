"""The inbox of the home page: returned records, those that wait for a step, and periods that are due soon.

Extensions that were asked for stand there too: for who grants them, and with the answer for who asked.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.apps import apps
from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from projects.models import ProjectProgress
from revival.accounts.models import Official
from revival.collection.board.counting import expected_rows, has_months
from revival.collection.board.question import kind_name, usual_subject
from revival.collection.extensions import extension_end, extension_regions, regions_with_extension
from revival.records.extensions import may_answer, requests_at_home
from revival.records.models import Record, Reviewed, State
from revival.records.periods import ExtensionRequest, ReportingPeriod
from revival.records.review import may, work_conditions

SOON = 14  # days


# The piles of rows by their condition, in the order in which they are shown.
PILES = {
    "returned": gettext_lazy("Returned to me"),
    "verify": gettext_lazy("Waiting for me"),
    "submitted": gettext_lazy("My submissions waiting"),
    "drafts": gettext_lazy("My drafts"),
}


@dataclass(frozen=True)
class InboxPile:
    """Records of several kinds that need the same step: the name, the count and the list of each kind.

    url: the page of all of them. questioned: how many of the records that wait for the official carry an explanation
    of unlikely values.
    """

    title: str
    kinds: list[tuple[str, int, str]]
    url: str
    questioned: int = 0


@dataclass(frozen=True)
class DueRow:
    """A period that is due, the number of rows not submitted in the official's region, and the link to their form."""

    title: str
    when: str
    left: int
    url: str


@dataclass(frozen=True)
class Inbox:
    """What waits for an official. requests: extensions that they may grant. answers: those that they asked for."""

    piles: list[InboxPile]
    due: list[DueRow]
    requests: list[ExtensionRequest] = field(default_factory=list)
    answers: list[ExtensionRequest] = field(default_factory=list)


def official_inbox(user: Official) -> Inbox | None:
    """The inbox of the official; None for officials who only read. Four queries at most."""
    own = reviewed_kinds(user)
    asked = requests_at_home(user)
    answers = [each for each in asked if each.asked_by_id == user.pk]
    requests = [each for each in asked if each.state == ExtensionRequest.State.OPEN] if may_answer(user) else []
    if not own:
        return Inbox([], [], requests, answers) if asked else None
    counts = waiting_counts(user, own)
    piles = [
        InboxPile(
            str(title),
            [(kind_name(k), counts[k, name], list_url(k, name)) for k in own if counts[k, name]],
            f"{reverse('inbox')}?{urlencode({'pile': name})}",
            sum(counts[k, "questioned"] for k in own) if name == "verify" else 0,
        )
        for name, title in PILES.items()
    ]
    return Inbox([pile for pile in piles if pile.kinds], due_soon(user, own), requests, answers)


def reviewed_kinds(user: Official) -> list[Any]:
    """The kinds of records of which the official submits or verifies some, in the order of their foreign keys."""
    kinds = [model for model in apps.get_models() if issubclass(model, Reviewed) and not model._meta.proxy]
    return [k for k in kinds if user.is_staff and (may(user, "submit", k) or may(user, "verify", k))]


def waiting_counts(user: Official, kinds: Sequence[Any]) -> Counter[tuple[Any, str]]:
    """The number of waiting rows by kind and condition. Each part reads the index of the few rows that wait."""
    parts = []
    for number, kind in enumerate(kinds):
        conditions = enumerate(counted_conditions(user, kind).values())
        rows = kind.objects.visible_to(user).exclude(state=State.VERIFIED).order_by()
        counts = {f"count_{index}": Count("pk", filter=condition) for index, condition in conditions}
        parts.append(rows.values_list(Value(number, IntegerField()), "state").annotate(**counts))
    found: Counter[tuple[Any, str]] = Counter()
    for number, _state, *counts in parts[0].union(*parts[1:], all=True):
        kind = kinds[number]
        found.update(dict(zip([(kind, name) for name in counted_conditions(user, kind)], counts, strict=True)))
    return found


def counted_conditions(user: Official, kind: Any) -> dict[str, Q]:
    """The conditions of rows that wait, and of those that the official verifies, which of them were questioned."""
    found = work_conditions(user, kind)
    explained = ~Q(explanation="")
    if not issubclass(kind, Record):  # a change, which explains the values that it proposes
        explained = Q(changes__has_key="explanation") & ~Q(changes__explanation="")
    return {**found, "questioned": found["verify"] & explained}


def list_url(kind: Any, name: str) -> str:
    """The URL of the officials' list of these rows."""
    meta = kind._meta
    return f"{reverse(f'admin:{meta.app_label}_{meta.model_name}_changelist')}?{urlencode({'work': name})}"


def due_soon(user: Official, own: Sequence[Any]) -> list[DueRow]:
    """The open periods that are due within two weeks or overdue, and lack rows of the official's region.

    A period that an extension holds open is always among them, with the rows that the extension covers. If the number
    of rows to expect is not known, the entered rows that are not submitted are counted.
    """
    asked = [(period, kind) for period in periods_due(user) for kind in reported_kinds(user, period, own)]
    parts = [
        rows_left(user, period, kind).order_by().values_list(Value(number, IntegerField())).annotate(n=Count("*"))
        for number, (period, kind) in enumerate(asked)
    ]
    if not parts:
        return []
    left = {asked[number]: count for number, count in parts[0].union(*parts[1:], all=True) if count}
    found = [each for each in asked if each in left]
    return [
        DueRow(due_title(period, kind), time_left(period), left[period, kind], entry_url(user, period, kind))
        for period, kind in found
    ]


def reported_kinds(user: Official, period: Any, own: Sequence[Any]) -> list[Any]:
    """The kinds reported in the period: those that the official enters, and the one that the board opens with."""
    usual = usual_subject(period)
    entered = [kind for kind in own if issubclass(kind, Record) and kind.guard().reported_in]
    others = [k for k in entered if has_months(k) == bool(period.month) and k is not usual and may(user, "submit", k)]
    return ([usual] if may(user, "view", usual) else []) + others


def periods_due(user: Official) -> list[Any]:
    """The periods in the order in which they are due. An extension is due on its last day."""
    today = timezone.localdate()
    is_open, soon = Q(opens__lte=today, closes__gte=today), Q(due__lte=today + timedelta(SOON))
    extended = Case(When(is_open, None), default=extension_end(user.region))
    found = ReportingPeriod.objects.annotate(extension_end=extended, extension_regions=extension_regions(user.region))
    due_first = (Coalesce("extension_end", "due"), "year", "month")
    return list(found.filter(is_open & soon | Q(extension_end__isnull=False)).order_by(*due_first))


def rows_left(user: Official, period: Any, kind: Any) -> QuerySet[Any]:
    """The rows of the official's region that are not submitted and still can be."""
    rows = expected_rows(kind, period, user).open_rows()
    return rows.filter(region__in=regions_with_extension(period)) if period.extension_end else rows


def due_title(period: ReportingPeriod, kind: Any) -> str:
    return f"{kind_name(kind)} · {period}"


def time_left(period: Any) -> str:
    """The time that is left, in words."""
    if period.extension_end:
        return _("exception until %(until)s") % {"until": date_format(period.extension_end)}
    days = (period.due - timezone.localdate()).days
    words = {"days": abs(days), "due": date_format(period.due), "closes": date_format(period.closes)}
    if days < 0:
        late = ngettext(
            "overdue by %(days)d day, closes %(closes)s", "overdue by %(days)d days, closes %(closes)s", -days
        )
        return late % words
    if days == 0:
        return _("due today")
    return ngettext("due in %(days)d day, %(due)s", "due in %(days)d days, %(due)s", days) % words


def entry_url(user: Official, period: Any, kind: Any) -> str:
    """The URL of the monthly form for officials who fill it in, in the region of an extension; else of the board."""
    if kind is ProjectProgress and may(user, "submit", ProjectProgress):
        region, *others = {*period.extension_regions} if period.extension_end else {""}
        return reverse("monthly", args=[period.key]) + (f"?region={region}" if region and not others else "")
    subject = {} if kind is usual_subject(period) else {"subject": kind._meta.model_name}
    return f"{reverse('board')}?{urlencode({'period': period.key, **subject})}"

"""The inbox of the home page: what came back to an official, what waits for him, and what is due soon."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
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
from django.utils.translation import ngettext

from projects.models import ProjectProgress
from revival.collection.board.counting import counted, has_months
from revival.collection.board.question import kind_name, usual_subject
from revival.collection.extensions import held_for, held_until, regions_held_open
from revival.records.models import Record, Reviewed, State
from revival.records.periods import ReportingPeriod
from revival.records.review import may, work_conditions

SOON = 14  # days


@dataclass(frozen=True)
class Pile:
    """Records of several kinds that ask for the same, each kind with its count and the list of just these."""

    title: str
    kinds: list[tuple[str, int, str]]


@dataclass(frozen=True)
class Due:
    """A period that is due, how many rows of the official's region are not handed in, and where to see to it."""

    title: str
    when: str
    left: int
    url: str


@dataclass(frozen=True)
class Inbox:
    piles: list[Pile]
    due: list[Due]


def inbox(user: Any) -> Inbox | None:
    """What waits, of all kinds; nothing for who only reads. Three queries at most."""
    kinds = [model for model in apps.get_models() if issubclass(model, Reviewed) and not model._meta.proxy]
    his = [kind for kind in kinds if may(user, "submit", kind) or may(user, "verify", kind)]
    if not his or not user.is_staff:
        return None
    counts = waiting(user, his)
    titles = {
        "returned": _("Returned to me"),
        "verify": _("Waiting for me"),
        "handed-in": _("My submissions waiting"),
    }
    piles = [
        Pile(title, [(kind_name(k), counts[k, name], listed(k, name)) for k in his if counts[k, name]])
        for name, title in titles.items()
    ]
    return Inbox([pile for pile in piles if pile.kinds], due_soon(user, his))


def waiting(user: Any, kinds: Sequence[Any]) -> Counter[tuple[Any, str]]:
    """How many rows of each kind ask for what. Each part reads the index of the few rows that wait for somebody."""
    parts = []
    for number, kind in enumerate(kinds):
        conditions = enumerate(work_conditions(user, kind).values())
        rows = kind.objects.visible_to(user).filter(state__in=(State.SUBMITTED, State.RETURNED)).order_by()
        counts = {f"count_{index}": Count("pk", filter=condition) for index, condition in conditions}
        parts.append(rows.values_list(Value(number, IntegerField()), "state").annotate(**counts))
    found: Counter[tuple[Any, str]] = Counter()
    for number, _state, *counts in parts[0].union(*parts[1:], all=True):
        kind = kinds[number]
        found.update(dict(zip([(kind, name) for name in work_conditions(user, kind)], counts, strict=True)))
    return found


def listed(kind: Any, name: str) -> str:
    """The officials' list of these rows."""
    meta = kind._meta
    return f"{reverse(f'admin:{meta.app_label}_{meta.model_name}_changelist')}?{urlencode({'work': name})}"


def due_soon(user: Any, his: Sequence[Any]) -> list[Due]:
    """Open periods that are due within two weeks, or overdue, with rows of his region that are not handed in.

    Those that an exception in force holds open are among them whenever it ends, with the rows that it is for. Of what
    nobody knows how much there should be, the rows are those that are entered and not handed in.
    """
    asked = [(period, kind) for period in periods_due(user) for kind in reported(user, period, his)]
    parts = [
        rows_left(user, period, kind).order_by().values_list(Value(number, IntegerField())).annotate(n=Count("*"))
        for number, (period, kind) in enumerate(asked)
    ]
    if not parts:
        return []
    left = {asked[number]: count for number, count in parts[0].union(*parts[1:], all=True) if count}
    found = [each for each in asked if each in left]
    return [
        Due(titled(period, kind), when(period), left[period, kind], place(user, period, kind))
        for period, kind in found
    ]


def reported(user: Any, period: Any, his: Sequence[Any]) -> list[Any]:
    """The kinds that belong to a period as it is: what he enters, and for everybody what the board opens with."""
    usual = usual_subject(period)
    entered = [kind for kind in his if issubclass(kind, Record) and kind.guard().reported_in]
    others = [k for k in entered if has_months(k) == bool(period.month) and k is not usual and may(user, "submit", k)]
    return ([usual] if may(user, "view", usual) else []) + others


def periods_due(user: Any) -> list[Any]:
    """The periods by the day they are due; those open by exception have its last day as `held_until`, due then."""
    today = timezone.localdate()
    is_open, soon = Q(opens__lte=today, closes__gte=today), Q(due__lte=today + timedelta(SOON))
    held = Case(When(is_open, None), default=held_until(user.region))
    found = ReportingPeriod.objects.annotate(held_until=held, held_for=held_for(user.region))
    due_first = (Coalesce("held_until", "due"), "year", "month")
    return list(found.filter(is_open & soon | Q(held_until__isnull=False)).order_by(*due_first))


def rows_left(user: Any, period: Any, kind: Any) -> QuerySet[Any]:
    """The rows of his region that are not handed in and can be."""
    rows = counted(kind, period, user).open_rows()
    return rows.filter(region__in=regions_held_open(period)) if period.held_until else rows


def titled(period: ReportingPeriod, kind: Any) -> str:
    return f"{kind_name(kind)} · {period}"


def when(period: Any) -> str:
    """How long there is time, in words."""
    if period.held_until:
        return _("exception until %(until)s") % {"until": date_format(period.held_until)}
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


def place(user: Any, period: Any, kind: Any) -> str:
    """The form of the month for who enters it, of the region that an exception is for alone; else the board."""
    if kind is ProjectProgress and may(user, "submit", ProjectProgress):
        region, *others = {*period.held_for} if period.held_until else {""}
        return reverse("monthly", args=[period.key]) + (f"?region={region}" if region and not others else "")
    subject = {} if kind is usual_subject(period) else {"subject": kind._meta.model_name}
    return f"{reverse('board')}?{urlencode({'period': period.key, **subject})}"

"""The inbox on the home page: its counts are those of the lists that they lead to."""

import re
from datetime import time, timedelta

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.formats import date_format

from revival.accounts.models import Official
from revival.catalogue import REPORTS
from revival.collection.inbox import Inbox, official_inbox
from revival.records.models import Reviewed, Revision, State
from revival.records.periods import PeriodException, ReportingPeriod
from tests import factories
from tests.collection.rows import at, may_of_two_cities, owed, period
from tests.extent import every
from tests.factories import GULOU, KUNSHAN, PEI, PROVINCE, SUZHOU, XUZHOU, browser, marked, official
from tests.forms import save

pytestmark = pytest.mark.django_db
MODELS = [model for model in apps.get_models() if issubclass(model, Reviewed) and not model._meta.proxy]


def found(user: Official) -> Inbox:
    box = official_inbox(user)
    assert box
    return box


def piles(user: Official) -> dict[str, dict[str, int]]:
    return {pile.title: {kind: count for kind, count, _url in pile.kinds} for pile in found(user).piles}


@every("model", MODELS)
def test_counts_are_those_of_the_lists(model: type[Reviewed]) -> None:
    """Each kind counts what was returned to me, waits for me and was submitted by me, within the region."""
    me, other = official("clerk", XUZHOU), official("clerk", PROVINCE)
    me.groups.add(*official("verifier", XUZHOU).groups.all())
    for region, state, who in (
        *[(GULOU, State.RETURNED, me)] * 2,
        (GULOU, State.RETURNED, other),
        (GULOU, State.SUBMITTED, me),
        *[(PEI, State.SUBMITTED, other)] * 3,
        (KUNSHAN, State.SUBMITTED, other),
        (GULOU, State.DRAFT, me),
        (GULOU, State.VERIFIED, other),
    ):
        number = next(factories.NUMBERS)
        marked(model, region, f"Row {number}", state=state, **({"submitted_by": who} if state != "draft" else {}))
    client, counts = browser(me), {}
    for pile in found(me).piles:
        for kind, count, url in pile.kinds:
            listed = client.get(url)
            assert listed.status_code == 200
            assert listed.context["cl"].queryset.count() == count, url
            counts[pile.title, kind] = count
    name = str(model._meta.verbose_name_plural).capitalize()
    ours = {title: count for (title, kind), count in counts.items() if kind.capitalize() == name}
    assert ours == {"Returned to me": 2, "Waiting for me": 3, "My submissions waiting": 1}


def test_who_only_verifies_sees_what_waits_for_them() -> None:
    """Revisions as well. A clerk sees what came back and what they submitted."""
    clerk, verifier = official("clerk", XUZHOU), official("verifier", XUZHOU)
    factories.enterprise(GULOU, state="submitted", submitted_by=clerk)
    factories.enterprise(GULOU, state="returned", submitted_by=clerk)
    factories.revision(GULOU, submitted_by=clerk)
    assert piles(verifier) == {"Waiting for me": {"Enterprises": 1, "Revisions": 1}}
    assert piles(clerk) == {
        "Returned to me": {"Enterprises": 1},
        "My submissions waiting": {"Enterprises": 1, "Revisions": 1},
    }
    assert piles(official("clerk", SUZHOU)) == piles(official("verifier", SUZHOU)) == {}
    assert Revision.objects.count() == 1


@pytest.mark.parametrize("role", ["manager", "publisher", "auditor"])
def test_readers_have_no_inbox(role: str) -> None:
    """Nothing waits for officials who only read, or who may not enter the admin."""
    assert "Inbox" not in browser(official(role, PROVINCE)).get("/").content.decode()
    clerk = official("clerk", XUZHOU)
    clerk.is_staff = False
    assert official_inbox(clerk) is None


def due(user: Official) -> list[tuple[str, int, str]]:
    return [(each.when, each.left, each.url) for each in found(user).due]


def test_periods_due_within_two_weeks_are_named_with_what_is_missing() -> None:
    """Only rows of the official's region count. The link leads clerks to the form and verifiers to the board."""
    may_of_two_cities()
    period(due=14)
    day = timezone.localdate() + timedelta(14)
    ((when, left, url),) = due(official("clerk", XUZHOU))
    assert when.startswith("due in 14 days, ")
    assert str(day.year) in when
    assert (left, url) == (4, "/monthly/2024-05/")
    assert [(left, url) for _when, left, url in due(official("verifier", KUNSHAN))] == [(1, "/board/?period=2024-05")]


@pytest.mark.parametrize(
    ("days", "closes", "words"),
    [(15, 20, ""), (1, 20, "due in 1 day, "), (0, 0, "due today"), (-1, 0, "overdue by 1 day, "), (-9, -1, "")],
)
def test_what_is_overdue_stays_while_it_is_open(days: int, closes: int, words: str) -> None:
    """Periods that are due later, or closed, are not named."""
    owed(GULOU)
    period(due=days, closes=closes)
    found = due(official("clerk", XUZHOU))
    assert [when.startswith(words) for when, _left, _url in found] == ([True] if words else [])


def test_a_year_counts_the_projects_not_submitted() -> None:
    """A year whose projects are all submitted is no longer due."""
    factories.project(GULOU)
    owed(GULOU, "submitted")
    period(0)
    period(5)
    clerk = official("clerk", XUZHOU)
    assert [(left, url) for _when, left, url in due(clerk)] == [(1, "/board/?period=2024")]


def leave(region: str, month: int, days: int) -> None:
    """An exception to a period of 2024 that ends so many days from today."""
    PeriodException.objects.create(
        period=ReportingPeriod.objects.get(year=2024, month=month),
        region_id=region,
        reason="flood",
        until=timezone.localdate() + timedelta(days),
        opened_by=official("publisher", PROVINCE),
    )


def test_what_an_exception_holds_open_is_named_with_its_last_day() -> None:
    """An exception of the region, above it or in it counts for its rows, and one for a year for its months too."""
    before = at(timezone.localdate() - timedelta(200), time(12, 0))
    for place in (GULOU, PEI, KUNSHAN):
        factories.project(place, state="verified", submitted_at=before)
    for month in (0, 3, 4, 5):
        period(month, opens=-100, due=-60, closes=-50)
    leave(PEI, 5, 30)
    leave(PEI, 5, 1)
    leave(XUZHOU, 4, 0)
    leave(GULOU, 3, -1)
    last = [date_format(timezone.localdate() + timedelta(n)) for n in (0, 30)]
    april = (f"exception until {last[0]}", 2, "/monthly/2024-04/")
    may = (f"exception until {last[1]}", 1, f"/monthly/2024-05/?region={PEI}")
    assert due(official("clerk", XUZHOU)) == [april, may]
    assert due(official("clerk", GULOU)) == [(april[0], 1, april[2])]
    assert due(official("clerk", SUZHOU)) == []
    leave(PROVINCE, 0, 0)
    assert due(official("clerk", SUZHOU)) == [(april[0], 1, f"/monthly/2024-0{month}/") for month in (3, 4, 5)]


def test_every_kind_that_they_enters_is_due() -> None:
    """For kinds without an expected number, drafts and returned rows count. Who only reviews sees months alone."""
    period(6, due=3)
    for place, state in ((GULOU, "draft"), (GULOU, "returned"), (GULOU, "submitted"), (KUNSHAN, "draft")):
        factories.retired(place, state=state)
    ((_when, left, url),) = due(official("clerk", XUZHOU))
    assert (left, url) == (2, "/board/?period=2024-06&subject=retiredequipment")
    assert due(official("verifier", XUZHOU)) == []


def test_an_exception_to_an_open_period_changes_nothing() -> None:
    """The period stays due on its own day."""
    owed(GULOU)
    period(due=1)
    leave(XUZHOU, 5, 0)
    ((when, _left, _url),) = due(official("clerk", XUZHOU))
    assert when.startswith("due in 1 day")


def shown(client: Client) -> list[tuple[str, str]]:
    text = client.get("/").content.decode().split("<section")[1].split("</section>")[0]
    return [(url, number) for url, number in re.findall(r'<dd><a href="([^"]*)">(\d+)', text)]


def test_home_shows_the_inbox() -> None:
    """Each count leads to its list. An inbox without any says so."""
    clerk = official("clerk", XUZHOU)
    assert "Nothing waits for you." in browser(clerk).get("/").content.decode()
    owed(GULOU)
    factories.enterprise(GULOU, state="returned", submitted_by=clerk)
    period()
    assert shown(browser(clerk)) == [
        ("/admin/enterprises/enterprise/?work=returned", "1"),
        ("/monthly/2024-05/", "1"),
    ]


def test_the_inbox_takes_four_queries() -> None:
    """The number does not depend on kinds, rows and periods."""
    may_of_two_cities()
    for month in (0, 4, 5):
        period(month)
    assert queries_of_home("clerk") - queries_of_home("manager") == 4
    assert queries_of_home("clerk") <= len(REPORTS) + 15 + 4


def queries_of_home(role: str) -> int:
    client = browser(official(role, PROVINCE))
    with CaptureQueriesContext(connection) as queries:
        client.get("/")
    return len(queries)


def test_only_the_index_of_open_rows_is_read() -> None:
    """Verified rows, which are nearly all rows, are not read."""
    with CaptureQueriesContext(connection) as queries:
        found(official("verifier", PROVINCE))
    union = next(query["sql"] for query in queries.captured_queries if "UNION ALL" in query["sql"])
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {union}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    # Of an almost empty table the planner may take another index that begins with the state.
    assert len(re.findall(r"_open\b|Index Cond: .*state", plan)) >= len(MODELS)
    assert "Seq Scan" not in plan


def test_the_verifiers_pile_says_how_many_were_questioned() -> None:
    """Of what others submitted in their region; an own submission is not theirs to verify."""
    verifier = official("verifier", XUZHOU)
    for values in ({"explanation": "A mill"}, {}, {"explanation": "Mine", "submitted_by": verifier}):
        factories.retired(state="submitted", **values)
    factories.land(SUZHOU, state="submitted", explanation="Elsewhere")
    assert {pile.title: pile.questioned for pile in found(verifier).piles} == {"Waiting for me": 1}
    assert "questioned: 1" in browser(verifier).get("/").content.decode()


def test_changes_that_were_questioned_count_too() -> None:
    clerk, verifier = browser(official("clerk", XUZHOU)), official("verifier", XUZHOU)
    for values in ({"explanation": "A mill"}, {"name": "Renamed"}, {"explanation": ""}):
        row = factories.retired(state="verified", explanation="Before")
        assert save(clerk, row, **values, quantity="11").status_code == 302
    assert {pile.title: pile.questioned for pile in found(verifier).piles} == {"Waiting for me": 1}
    assert "questioned: 1" in browser(verifier).get("/").content.decode()

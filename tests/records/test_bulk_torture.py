"""Review from a list by many at once, on connections that commit, and by people who try every step in any order."""

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from projects.models import RenovationProject
from revival.records.locking import one_moment
from revival.records.models import State
from revival.records.triggers import STEPS
from tests.conftest import Desk, point
from tests.extent import times
from tests.factories import GULOU, XUZHOU, browser, official, outside_requests, progress, project
from tests.torture.people import at_once

pytestmark = pytest.mark.torture

MONTHS, PROJECTS = "/admin/projects/projectprogress/", "/admin/projects/renovationproject/"


@pytest.fixture(scope="module")
def committed(desk: Desk, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A database of its own that commits, with reference data alone."""
    connections["default"].close()
    name = f"{desk.name}_bulk"
    urls = desk.create(name, desk.name)
    with django_db_blocker.unblock():
        point(urls.serving)
        yield
        point(desk.urls_of(desk.name).serving)
    desk.drop(name)


def together(acts: list[Callable[[], Any]]) -> list[Any]:
    """The results of the acts, which all begin together, each on a connection of its own."""
    there = threading.Barrier(len(acts))

    def begun(act: Callable[[], Any]) -> Any:
        there.wait()
        try:
            return act()
        finally:
            connections.close_all()

    return at_once([partial(begun, act) for act in acts])


def verifying(client: Client, where: str, rows: list[Any]) -> Callable[[], str]:
    """The confirmation of a preview in which each row had the version that it has."""
    seen = " ".join(f"{row.pk}:{row.version}" for row in rows)

    def act() -> str:
        answer = client.post(where, {"action": "verify", "seen": seen}, follow=True)
        assert answer.status_code == 200
        return answer.content.decode()

    return act


def steps(row: Any, state: str) -> int:
    """The row's changes to the state, without those that other rows cause, which make no version."""
    events = type(row).events.rel.related_model.objects.filter(pgh_obj_id=row.pk, state=state, pgh_label="update")
    return int(events.values("version").distinct().count())


def test_twenty_who_verify_one_record_verify_it_once(committed: None) -> None:
    """There is one transition and one event, and all others are told. Previews meanwhile change nothing."""
    people = [browser(official("verifier", XUZHOU)) for _ in range(20)]
    for _ in range(times(3, 100)):
        row = project(state=State.SUBMITTED)
        choice = {"action": "verify", "index": 0, "_selected_action": [row.pk]}
        looks = [partial(page.post, PROJECTS, choice, follow=True) for page in people[:4]]
        answers = together([*(verifying(page, PROJECTS, [row]) for page in people), *looks])[: len(people)]
        assert sum("Done: 1." in text for text in answers) == 1
        told = ("was changed since the preview", "someone else was changing")
        assert sum(any(words in text for words in told) for text in answers) == 19
        row.refresh_from_db()
        assert (row.state, row.version, steps(row, "verified")) == ("verified", 2, 1)
    outside_requests()


def test_batches_that_overlap_verify_every_month_once(committed: None) -> None:
    """Their rows are posted in different orders. There is no deadlock, and each row is verified by one of them."""
    of = [project(state=State.VERIFIED) for _ in range(3)]
    rows = [progress(each, month=month, state=State.SUBMITTED) for each in of for month in range(1, times(5, 13))]
    people = [browser(official("verifier", XUZHOU)) for _ in range(4)]
    dice, batches = random.Random(7), []
    for page in people:
        dice.shuffle(rows)
        batches.append(verifying(page, MONTHS, rows[: len(rows) * 3 // 4]))
    answers = together(batches)
    assert not any("omeone else" in text for text in answers)
    for page in people:
        verifying(page, MONTHS, rows)()
    for row in rows:
        row.refresh_from_db()
        assert (row.state, steps(row, "verified")) == ("verified", 1)


def test_a_step_and_its_event_are_one_transaction(committed: None) -> None:
    """The same statement wrote both, so that no crash comes between them."""
    rows = [project(state=State.SUBMITTED) for _ in range(times(3, 50))]
    verifying(browser(official("verifier", XUZHOU)), PROJECTS, rows)()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM projects_renovationproject p JOIN projects_renovationprojectevent e "
            "ON e.pgh_obj_id = p.id AND e.xmin = p.xmin WHERE p.id = ANY(%s) AND e.state = 'verified'",
            [[row.pk for row in rows]],
        )
        assert cursor.fetchone() == (len(rows),)


def test_a_preview_sees_one_moment(committed: None) -> None:
    """It does not contain what others commit meanwhile, so that only the steps make a difference."""
    row = project(state=State.VERIFIED)
    with one_moment():
        assert RenovationProject.objects.get(pk=row.pk).comment == ""

        def change() -> None:
            RenovationProject.objects.filter(pk=row.pk).update(comment="meanwhile")

        together([change])
        assert RenovationProject.objects.get(pk=row.pk).comment == ""
    assert RenovationProject.objects.get(pk=row.pk).comment == "meanwhile"


@pytest.mark.django_db
def test_no_order_of_steps_reaches_an_illegal_state() -> None:
    """Steps come from the list, forged confirmations and SQL. Each event follows from a legal state."""
    both = official("clerk", XUZHOU)
    both.groups.add(official("verifier", XUZHOU).groups.get())
    people = [browser(each) for each in (official("clerk", XUZHOU), official("verifier", XUZHOU), both)]
    dice, done = random.Random(11), Counter[str]()
    rows = [project(GULOU) for _ in range(3)]
    for _ in range(times(60, 10_000)):
        if all(row.state == "verified" for row in rows):
            outside_requests()
            rows += [project(GULOU) for _ in range(3)]
        row = dice.choice(rows[-3:])
        row.refresh_from_db()
        if dice.random() < 0.2:
            outside_requests()
            try:
                with transaction.atomic():
                    values = {"state": dice.choice(State.values), "verified_by": row.submitted_by or both}
                    RenovationProject.objects.filter(pk=row.pk).update(**values)
            except DatabaseError:
                done["refused"] += 1
            continue
        action = dice.choice(["submit", "submit", "verify", "return", "withdraw", "publish"])
        seen = f"{row.pk}:{row.version - (dice.random() < 0.1)}"
        posted = {"action": action, "seen": seen, "comment": "No", "state": "verified"}
        answer = dice.choice(people).post(PROJECTS, posted, follow=True)
        assert answer.status_code == 200
        done[action] += "Done: 1." in answer.content.decode()
    outside_requests()
    assert all(done[each] for each in ("submit", "verify", "return", "withdraw", "refused"))
    assert done["publish"] == 0
    check_history(rows)


def check_history(rows: list[Any]) -> None:
    """Each state followed from the one before by a legal step, and nobody verified their own submission."""
    legal = {(old, new) for old, new, _verb in STEPS}
    for row in rows:
        events = type(row).events.rel.related_model.objects.filter(pgh_obj_id=row.pk).order_by("pgh_id")
        kept = list(events.values_list("state", flat=True))
        assert kept[0] == "draft"
        assert {(old, new) for old, new in pairwise(kept) if old != new} <= legal
        row.refresh_from_db()
        assert row.state != "verified" or row.verified_by_id != row.submitted_by_id

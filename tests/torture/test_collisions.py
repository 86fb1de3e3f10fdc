"""One of several simultaneous changes is saved, and the others are told. A period closes between writers."""

import threading
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

import psycopg
import pytest
from psycopg import errors

from revival.database.embedded import DatabaseUrls
from tests.conftest import open_periods
from tests.extent import times
from tests.forms import Fields
from tests.torture.people import Person, at_once, drafts, query, until

pytestmark = pytest.mark.torture


def answers(address: str, path: str, people: list[Person], typed: list[dict[str, Any]]) -> list[str]:
    """The answers to people who opened the same page before any of them posted, and then posted at once."""
    pages = []
    for person in people:
        form = Fields()
        form.feed(person.get(path))
        pages.append({name: value for name, value in form.values.items() if "__prefix__" not in name})
    acts: list[Callable[[], Any]] = [
        partial(person.ask, path, page | more) for person, page, more in zip(people, pages, typed, strict=True)
    ]
    found = at_once(acts)
    assert {status for status, _text, _headers in found} <= {200, 404}
    return [text for _status, text, _headers in found]


SAVED, TOLD = ("Draft saved: ", "Submitted to "), "Nothing was saved"


def is_saved(text: str) -> bool:
    """Whether the page says that it was saved."""
    return any(said in text for said in SAVED)


def collided(texts: list[str]) -> int:
    """Which of the two was saved. The other one was told that it was not."""
    saved = [is_saved(text) for text in texts]
    assert sorted(saved) == [False, True], [text[:300] for text in texts]
    assert TOLD in texts[saved.index(False)]
    return saved.index(True)


def test_of_two_who_save_at_once_one_is_told(busy: DatabaseUrls, site: str) -> None:
    """They save by the form and by a row on it. The saved change is there with its event, and nothing else is."""
    people = [Person(site, "xuzhou-clerk") for _ in range(2)]
    events = "SELECT name FROM projects_renovationprojectevent WHERE id = %s AND pgh_label = 'update' ORDER BY pgh_id"
    for turn in range(times(6, 100)):
        ((key, path),) = drafts(busy, "320300", 1)
        names = [f"synthetic {turn} of {person}" for person in range(2)]
        won = collided(answers(site, path, people, [{"name": name} for name in names]))
        assert query(busy, events, key) == [(names[won],)]
        assert query(busy, "SELECT name, version FROM projects_renovationproject WHERE id = %s", key) == [
            (names[won], 2)
        ]
    months = "SELECT completed, version FROM projects_projectprogress WHERE project_id = %s"
    for turn in range(times(4, 50)):
        ((key, path),) = drafts(busy, "320300", 1)
        new = {"progress-0-month": "1", "progress-0-planned": "1", "progress-0-completed": "1"}
        assert people[0].post(path, **new) == 200
        typed = [{"progress-0-completed": f"{turn + 2}.{person + 1}"} for person in range(2)]
        won = collided(answers(site, path, people, typed))
        wan = Decimal(typed[won]["progress-0-completed"])
        assert query(busy, months, key) == [(wan * 10_000, 2)]


def test_what_is_changed_while_others_are_deleted_is_not_lost(busy: DatabaseUrls, site: str) -> None:
    """An action deletes several records while a form submits one. It deletes all, or none and says so."""
    clerk, other = Person(site, "xuzhou-clerk"), Person(site, "xuzhou-clerk")
    where = "SELECT count(*) FROM projects_renovationproject WHERE id = ANY(%s)"
    for _turn in range(times(4, 50)):
        rows = drafts(busy, "320300", 3)
        keys = [key for key, _path in rows]
        form = Fields()
        form.feed(clerk.get(rows[1][1]))
        listed = Fields()
        listed.feed(other.get("/admin/projects/renovationproject/"))
        token = {"csrfmiddlewaretoken": listed.values["csrfmiddlewaretoken"]}
        seen = " ".join(f"{key}:1" for key in keys)
        action = token | {"action": "delete_selected", "seen": seen, "post": "yes"}
        typed = {n: v for n, v in form.values.items() if "__prefix__" not in n} | {"review": "submitted"}
        (status, text, _headers), (deleted, _text, _more) = at_once(
            [
                partial(clerk.ask, rows[1][1], typed),
                partial(other.ask, "/admin/projects/renovationproject/", action),
            ]
        )
        assert status in (200, 404)
        assert deleted in (200, 403)
        ((left,),) = query(busy, where, keys)
        handed_in = query(busy, f"{where} AND state = 'submitted'", keys)[0][0]
        assert left == (3 if is_saved(text) else 0)
        assert bool(handed_in) is is_saved(text)
        assert is_saved(text) or TOLD in text or status == 404


def test_closing_a_period_waits_for_who_writes_in_it(busy: DatabaseUrls) -> None:
    """A writer who comes while it is being closed waits, and is refused."""
    ((key, _path),) = drafts(busy, "320300", 1)
    ((year,),) = query(busy, "SELECT year FROM projects_renovationproject WHERE id = %s", key)
    query(
        busy,
        "INSERT INTO records_reportingperiod (year, month, opens, due, closes) "
        "VALUES (%s, 0, current_date - 9, current_date, current_date + 9) ON CONFLICT DO NOTHING RETURNING id",
        year,
    )
    write = "UPDATE projects_renovationproject SET comment = comment || ' synthetic' WHERE id = %s"
    close = "UPDATE records_reportingperiod SET due = opens, closes = current_date - 2 WHERE year = %s"
    try:
        with psycopg.connect(busy.serving) as writer, psycopg.connect(busy.serving) as publisher:
            writer.execute(write, [key])
            publisher.execute("SET lock_timeout = '300ms'")
            with pytest.raises(errors.LockNotAvailable):
                publisher.execute(close, [year])
            publisher.rollback()
            writer.commit()
            publisher.execute(close, [year])
            late = threading.Thread(target=refused_late, args=(busy, write, key))
            late.start()
            waits = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE %s"
            until(lambda: query(busy, waits, "%synthetic%"))
            publisher.commit()
            late.join()
            assert [str(year)] == REFUSED
    finally:
        open_periods(busy)


REFUSED: list[str | None] = []


def refused_late(urls: DatabaseUrls, statement: str, key: int) -> None:
    """Run a statement that is refused, and keep the period that refuses it."""
    try:
        query(urls, f"{statement} RETURNING id", key)
    except errors.CheckViolation as error:
        REFUSED.append(error.diag.message_detail)

"""On every path of writing each change has its event, and no illegal state is reached."""

import random
from itertools import pairwise
from typing import Any

import pghistory
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import Error, IntegrityError, connection, transaction
from django.test import Client

from projects.models import ProjectProgress, RenovationProject
from revival.accounts.models import Official
from revival.accounts.spelling import SpellingField
from revival.records import review
from revival.records.models import Reviewed, Revision, StaleRecord, State
from tests import factories
from tests.extent import combinations, every, times
from tests.factories import GULOU, XUZHOU, browser, marked, official, outside_requests
from tests.forms import errors, fields, save, seen, url
from tests.records.models import ASKED, MODELS, events

pytestmark = pytest.mark.django_db
TABLES: list[Any] = [model for model in MODELS if not model._meta.proxy]
every_table = every("model", TABLES)


class Ledger:
    """The expected events: each row before and after every change."""

    def __init__(self, model: type[Reviewed]) -> None:
        self.model = model
        self.event: Any = model._meta.concrete_model.events.rel.related_model  # type: ignore[union-attr]
        self.columns = [f.attname for f in model._meta.concrete_fields if not isinstance(f, SpellingField)]
        self.rows = self.read()
        self.last = self.event.objects.order_by("-pgh_id").values_list("pgh_id", flat=True).first() or 0

    def read(self) -> dict[int, dict[str, Any]]:
        return {row["id"]: row for row in self.model._default_manager.values(*self.columns)}

    def written(self, person: Official | None) -> int:
        """The number of rows changed since the last call. Each has one event, with who, when, before and after."""
        now, new = self.read(), list(self.event.objects.filter(pgh_id__gt=self.last).order_by("pgh_id"))
        changed = {key for key in now.keys() | self.rows.keys() if now.get(key) != self.rows.get(key)}
        assert sorted(event.pgh_obj_id for event in new) == sorted(changed)
        for event in new:
            before, after = self.rows.get(event.pgh_obj_id), now.get(event.pgh_obj_id)
            label = "insert" if before is None else "delete" if after is None else "update"
            assert event.pgh_label == label
            assert {name: getattr(event, name) for name in self.columns} == (after or before)
            assert event.pgh_created_at is not None
            assert (event.pgh_context or {}).get("user") == (person.pk if person else None)
            if before is not None:
                earlier = self.event.objects.filter(pgh_obj_id=event.pgh_obj_id, pgh_id__lt=event.pgh_id)
                last = earlier.order_by("-pgh_id")[0]
                assert {name: getattr(last, name) for name in self.columns} == before
        self.rows, self.last = now, max([self.last, *(event.pgh_id for event in new)])
        return len(changed)


def run(statement: str, *params: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return int(cursor.rowcount)


def copied_in(model: Any, row: Any) -> int:
    """Insert rows by COPY into a staging table, as bulk data come, and by INSERT ... SELECT from there."""
    table, staged = model._meta.db_table, f"staged_{model._meta.db_table}"
    run(f"CREATE TEMPORARY TABLE {staged} (LIKE {table}) ON COMMIT DROP")
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY (SELECT * FROM {table} WHERE id = {row.pk}) TO STDOUT") as out:
            data = b"".join(bytes(block) for block in out)
        run(f"DELETE FROM {table} WHERE id = %s", row.pk)
        with cursor.copy(f"COPY {staged} FROM STDIN") as into:
            into.write(data)
    return run(f"INSERT INTO {table} SELECT * FROM {staged}")


class TestEvents:
    @every_table
    def test_bulk_paths_leave_an_event_of_each_row(self, model: Any) -> None:
        """bulk_update, an upsert, an update that changes nothing, COPY with INSERT ... SELECT, raw SQL, delete."""
        rows = [marked(model, GULOU, f"ROW-{number}") for number in range(3)]
        person, keys = official("clerk", XUZHOU), [row.pk for row in rows]
        ledger = Ledger(model)
        with pghistory.context(user=person.pk):
            for number, row in enumerate(rows):
                row.comment = f"bulk {number}"
            model.objects.bulk_update(rows, ["comment"])
            assert ledger.written(person) == 3
            for row in rows:
                row.comment = "upsert"
            model.objects.bulk_create(rows, update_conflicts=True, unique_fields=["id"], update_fields=["comment"])
            assert ledger.written(person) == 3
            model.objects.filter(pk__in=keys).update(comment="one statement")
            assert ledger.written(person) == 3
            assert run(f"UPDATE {model._meta.db_table} SET comment = 'raw' WHERE id = ANY(%s)", keys[:2]) == 2
            assert ledger.written(person) == 2
            assert copied_in(model, rows[2]) == 1
            found = list(events(rows[2]).order_by("pgh_id"))
            assert [event.pgh_label for event in found[-2:]] == ["delete", "insert"]
            ledger = Ledger(model)
            assert model.objects.filter(pk__in=keys).delete()[1][model._meta.label] == 3
            assert ledger.written(person) == 3

    def test_forms_rows_and_actions_leave_one_too(self) -> None:
        """The event names the official, also for months on the page of their project."""
        person = official("clerk", XUZHOU)
        page, row = browser(person), factories.project()
        months = [factories.progress(row, month=month) for month in (1, 2)]
        projects, progress = Ledger(RenovationProject), Ledger(ProjectProgress)
        save(page, row, name="By the form", **{"progress-0-planned": "700", "progress-1-planned": "800"})
        assert (projects.written(person), progress.written(person)) == (1, 2)
        save(page, row, review="submitted")
        assert (projects.written(person), progress.written(person)) == (1, 2)
        save(page, row, review="draft", **{"progress-0-review": "draft", "progress-1-review": "draft"})
        save(page, row, **{"progress-0-DELETE": "on"})
        Ledger(RenovationProject)
        assert not ProjectProgress.objects.filter(pk=months[0].pk).exists()
        projects, progress = Ledger(RenovationProject), Ledger(ProjectProgress)
        action = {"action": "delete_selected", "seen": seen(row), "post": "yes"}
        page.post("/admin/projects/renovationproject/", action)
        assert (projects.written(person), progress.written(person)) == (1, 1)

    def test_what_fails_leaves_none(self) -> None:
        """A statement that is refused half-way has written no row and no event."""
        rows = [factories.project() for _ in range(3)]
        ledger = Ledger(RenovationProject)
        with pytest.raises(IntegrityError), transaction.atomic():
            RenovationProject.objects.filter(pk__in=[row.pk for row in rows]).update(code=rows[0].code)
        assert ledger.written(None) == 0


LEGAL = {
    ("draft", "submitted"),
    ("returned", "submitted"),
    ("submitted", "draft"),
    ("submitted", "verified"),
    ("submitted", "returned"),
}
REFUSALS = (Error, PermissionDenied, ValidationError, StaleRecord)


class Dice:
    """One random sequence after another on rows of one model, by SQL as the serving role and by steps of review."""

    def __init__(self, seed: int, people: list[Official]) -> None:
        self.random, self.people = random.Random(seed), people
        self.done = 0

    def play(self, row: Any, length: int) -> None:
        for _ in range(length):
            try:
                with transaction.atomic():
                    self.random.choice([self.by_sql, self.by_sql, self.by_step, self.by_save])(row)
                self.done += 1
            except REFUSALS:
                pass
            outside_requests()
            row.refresh_from_db()

    def by_sql(self, row: Any) -> None:
        """Set any columns of the review to anything, in the name of anybody or of nobody."""
        any_one = [*(person.pk for person in self.people), None]
        values: dict[str, Any] = {"state": self.random.choice([*State.values, "bogus", ""])}
        for name in ("submitted_by_id", "verified_by_id"):
            if self.random.random() < 0.7:
                values[name] = self.random.choice(any_one)
        if self.random.random() < 0.2:
            values |= {"version": self.random.randint(-1, 9)}
        names = ", ".join(f"{name} = %s" for name in values)
        acting = self.random.choice(any_one)
        with pghistory.context(**({"user": acting} if acting else {})):
            run(f"UPDATE {row._meta.db_table} SET {names} WHERE id = %s", *values.values(), row.pk)

    def by_step(self, row: Any) -> None:
        person = self.random.choice(self.people)
        with pghistory.context(user=person.pk):
            state, comment = State(self.random.choice(State.values)), self.random.choice(["", "Mend it"])
            review.take_step(row, state, person, comment)
            row.save()

    def by_save(self, row: Any) -> None:
        """Save as a careless caller would, with any version."""
        row.state = self.random.choice(State.values)
        row.version += self.random.choice([0, 0, 0, 1, -1])
        row.save()


@pytest.mark.torture
def test_random_sequences_reach_no_illegal_state() -> None:
    """All stored changes went one legal step at a time, and each was verified by another person."""
    people = [official(role, XUZHOU) for role in ("clerk", "verifier", "clerk")]
    people[2].groups.add(*people[1].groups.all())  # who may do both
    dice = Dice(20240601, people)
    rows: dict[Any, Any] = {}
    seen: set[tuple[str, str]] = set()
    for number in range(times(300, 10_000)):
        model = TABLES[number % len(TABLES)]
        row = rows.setdefault(model, None)
        if row is None or row.state == State.VERIFIED:  # from where no step leads on
            row = rows[model] = marked(model, GULOU, f"ROW-{number}", state=State.DRAFT)
        start = events(row).count() - 1
        dice.play(row, 5)
        trail = list(events(row).order_by("pgh_id"))[start:]
        for before, after in pairwise(trail):
            assert after.version == before.version + 1
            if before.state != after.state:
                assert (before.state, after.state) in LEGAL
                seen.add((before.state, after.state))
        for event in trail:
            assert event.state == "draft" or event.submitted_by_id is not None
            assert event.state != "verified" or event.verified_by_id not in (None, event.submitted_by_id)
    assert seen == LEGAL
    assert dice.done > times(300, 10_000)


BOTH = ("both roles", "superuser")


def who_may_do_both(kind: str) -> Official:
    """An official who may submit and verify."""
    if kind == "superuser":
        return official("", XUZHOU)
    user = official("clerk", XUZHOU)
    user.groups.add(*official("verifier", XUZHOU).groups.all())
    return user


class TestOwnVerification:
    """Nobody verifies what they submitted, with two roles or with every right."""

    @pytest.fixture(params=BOTH)
    def both(self, request: pytest.FixtureRequest) -> Official:
        return who_may_do_both(request.param)

    @pytest.mark.torture
    @every(("model", "kind"), combinations(ASKED, BOTH))
    def test_by_the_form(self, model: Any, kind: str) -> None:
        """Not offered; posted all the same it is refused at its field, and verified by another it is not."""
        both = who_may_do_both(kind)
        row = marked(model, GULOU, "ROW-1", state=State.SUBMITTED, submitted_by=both)
        page = browser(both)
        assert 'value="verified"' not in page.get(url(row)).content.decode()
        answer = page.post(url(row), fields(page.get(url(row))) | {"version": row.version, "review": "verified"})
        assert errors(answer)["review"] == ["You cannot verify what you submitted yourself. Ask another verifier."]
        assert model.objects.get(pk=row.pk).state == State.SUBMITTED
        other = browser(official("verifier", XUZHOU))
        assert other.post(url(row), fields(other.get(url(row))) | {"review": "verified"}).status_code == 302
        assert model.objects.get(pk=row.pk).state == State.VERIFIED

    def test_by_a_row_on_a_page(self, both: Official) -> None:
        row = factories.project(state=State.VERIFIED)
        month = factories.progress(row, state=State.SUBMITTED, submitted_by=both)
        answer = save(browser(both), row, **{"progress-0-review": "verified"})
        assert errors(answer)["0-review"] == ["You cannot verify what you submitted yourself. Ask another verifier."]
        month.refresh_from_db()
        assert month.state == State.SUBMITTED

    def test_by_a_change_of_a_verified_record(self, both: Official) -> None:
        """The revision is the verifier's own."""
        row = factories.project(state=State.VERIFIED, name="As verified")
        page: Client = browser(both)
        save(page, row, name="Better name")
        change = Revision.objects.get()
        answer = page.post(url(change), fields(page.get(url(change))) | {"review": "verified"})
        assert errors(answer)["review"] == ["You cannot verify what you submitted yourself. Ask another verifier."]
        row.refresh_from_db()
        assert row.name == "As verified"

    @pytest.mark.torture
    @every(("model", "kind"), combinations(ASKED, BOTH))
    def test_by_sql_as_the_serving_role(self, model: Any, kind: str) -> None:
        """By an update, by an insert as verified, and by removing or exchanging the submitter's name meanwhile."""
        both = who_may_do_both(kind)
        row = marked(model, GULOU, "ROW-2", state=State.SUBMITTED, submitted_by=both)
        other, table = official("verifier", XUZHOU), model._meta.db_table
        with pghistory.context(user=both.pk):
            for values in (
                {"verified_by_id": both.pk},
                {"verified_by_id": None},
                {"verified_by_id": other.pk, "submitted_by_id": None},
            ):
                names = ", ".join(f"{name} = %s" for name in values)
                with pytest.raises(IntegrityError), transaction.atomic():
                    run(
                        f"UPDATE {table} SET state = 'verified', verified_at = now(), {names} WHERE id = %s",
                        *values.values(),
                        row.pk,
                    )
        outside_requests()
        kept = {f.attname: getattr(row, f.attname) for f in model._meta.concrete_fields if not f.primary_key}
        model.objects.filter(pk=row.pk).delete()
        own = kept | {"state": "verified", "verified_by_id": both.pk}
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.bulk_create([model(**own)])
        with pghistory.context(user=both.pk), pytest.raises(IntegrityError), transaction.atomic():
            model.objects.bulk_create([model(**own | {"verified_by_id": other.pk})])

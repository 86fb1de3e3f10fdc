"""Reporting periods and exceptions made for tests, and every way to write a record in them."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from revival.records import review
from revival.records.models import Record, Revision, State
from revival.records.periods import PeriodException, ReportingPeriod
from revival.records.revisions import apply_revision
from tests import factories
from tests.extent import every
from tests.factories import GULOU, PROVINCE, XUZHOU, marked, official, outside_requests

RECORDS = [model for model in apps.get_models() if issubclass(model, Record) and not model._meta.proxy]
REPORTED: list[Any] = [model for model in RECORDS if model.guard().reported_in]
every_reported = every("model", REPORTED)
YEAR = 2024  # of all rows that the factories make
OPEN, CLOSED, AHEAD = (-10, 10), (-20, -1), (1, 20)  # days from today to the first and the last day
PERIODS, EXCEPTIONS = "/admin/records/reportingperiod/", "/admin/records/periodexception/"


def day(distance: int) -> date:
    return timezone.localdate() + timedelta(days=distance)


def period(days: tuple[int, int], month: int = 0, year: int = YEAR) -> ReportingPeriod:
    """A period that opens and closes so many days from today."""
    outside_requests()
    first, last = map(day, days)
    return ReportingPeriod.objects.create(year=year, month=month, opens=first, due=last, closes=last)


def exception(of: ReportingPeriod, place: str, until: int = 0) -> PeriodException:
    """An exception for a region that lasts until so many days from today."""
    return PeriodException.objects.create(
        period=of,
        region=factories.region(place),
        reason="Late figures",
        until=day(until),
        opened_by=official("publisher", PROVINCE),
    )


def refused(change: Callable[[], Any], closed: str = str(YEAR)) -> bool:
    """Whether the change is refused because the period is closed. It is undone in any case."""
    said = ""
    try:
        with transaction.atomic():
            change()
            transaction.set_rollback(True)
    except IntegrityError as error:
        said = str(error)
    assert not said or f"the reporting period {closed} is closed" in said
    return bool(said)


def updated(row: Any) -> Callable[[], Any]:
    return lambda: type(row).objects.filter(pk=row.pk).update(explanation="changed")


def run(statement: str, *params: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)


def changes(model: Any) -> dict[str, Callable[[], Any]]:
    """Every way to write a row of the model, each on rows made for it."""
    draft, copied = marked(model, GULOU, "ROW-1"), marked(model, GULOU, "ROW-2")
    waiting = marked(model, GULOU, "ROW-3", state=State.SUBMITTED)
    verified = marked(model, GULOU, "ROW-4", state=State.VERIFIED)
    verifier = official("verifier", XUZHOU)
    changed = factories.revision(record=verified, state=State.SUBMITTED)
    Revision.objects.filter(pk=changed.pk).update(changes={"explanation": "revised"})
    changed.refresh_from_db()
    table = model._meta.db_table
    run(f"CREATE TEMPORARY TABLE staged_{table} ON COMMIT DROP AS SELECT * FROM {table} WHERE id = %s", copied.pk)
    values = {f.attname: getattr(copied, f.attname) for f in model._meta.concrete_fields if not f.primary_key}
    model.objects.filter(pk=copied.pk).delete()

    def save() -> None:
        draft.explanation = "saved"
        draft.save()

    def verify() -> None:
        review.take_step(waiting, State.VERIFIED, verifier)
        waiting.save()

    def apply() -> None:
        apply_revision(Revision.objects.get(pk=changed.pk), verifier)

    return {
        "insert": lambda: model.objects.create(**values),
        "bulk_create": lambda: model.objects.bulk_create([model(**values)]),
        "insert from a staging table": lambda: run(f"INSERT INTO {table} SELECT * FROM staged_{table}"),
        "save": save,
        "update": updated(draft),
        "bulk_update": lambda: model.objects.bulk_update([model(pk=draft.pk, explanation="bulk")], ["explanation"]),
        "raw update": lambda: run(f"UPDATE {table} SET comment = 'raw' WHERE id = %s", draft.pk),
        "delete": draft.delete,
        "delete in bulk": model.objects.filter(pk=draft.pk).delete,
        "raw delete": lambda: run(f"DELETE FROM {table} WHERE id = %s", draft.pk),
        "a step of review": verify,
        "a revision": apply,
    }


def row_lock(row: Any) -> str | None:
    """The lock of the row, read for it alone and for a list of rows."""
    fresh = type(row).objects.get(pk=row.pk)
    (listed,) = type(row).objects.filter(pk=row.pk).with_locks()
    assert listed.locked == fresh.locked
    found: str | None = fresh.locked
    return found

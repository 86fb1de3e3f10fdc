"""Reporting periods: the database keeps closed ones closed on every path."""

from typing import Any

import pghistory
import pytest
from django.db import Error, connection, transaction

from enterprises.models import Enterprise, Park, Product
from projects.models import RenovationProject
from revival.records import review
from revival.records.models import State
from revival.records.periods import PeriodException, ReportingPeriod
from tests import factories
from tests.extent import combinations, every
from tests.factories import GULOU, KUNSHAN, PEI, PROVINCE, SUZHOU, XUZHOU, marked, official
from tests.records.models import events
from tests.records.periods import (
    AHEAD,
    CLOSED,
    OPEN,
    RECORDS,
    REPORTED,
    YEAR,
    changes,
    day,
    every_reported,
    exception,
    period,
    refused,
    row_lock,
    updated,
)

pytestmark = pytest.mark.django_db


class TestLock:
    @pytest.mark.torture
    @every(("model", "when"), combinations(REPORTED, [(CLOSED, True), (AHEAD, True), (OPEN, False)]))
    def test_every_path_is_refused_outside_the_period(self, model: Any, when: tuple[tuple[int, int], bool]) -> None:
        """By the database, before it opens and after it closes; while it is open every path is taken."""
        paths, (days, closed) = changes(model), when
        period(days)
        assert {name for name, change in paths.items() if refused(change) is not closed} == set()

    @every_reported
    def test_first_and_last_day_are_open(self, model: Any) -> None:
        row = marked(model, GULOU, "ROW-5")
        of = period((0, 0))
        assert not refused(updated(row))
        for days in ((1, 1), (-1, -1)):
            ReportingPeriod.objects.filter(pk=of.pk).update(opens=day(days[0]), due=day(days[0]), closes=day(days[1]))
            assert refused(updated(row))

    @pytest.mark.torture
    @every(("model", "days"), combinations(REPORTED, [CLOSED, AHEAD]))
    def test_exceptions_open_it_for_their_region(self, model: Any, days: tuple[int, int]) -> None:
        """Exceptions of the row's region, its city or the province open it. Others do not, nor one that has ended."""
        row, of = marked(model, GULOU, "ROW-6"), period(days)
        for place, until, helps in (
            (GULOU, 0, True),
            (GULOU, 9, True),
            (XUZHOU, 0, True),
            (PROVINCE, 0, True),
            (GULOU, -1, False),
            (PROVINCE, -1, False),
            (PEI, 9, False),
            (SUZHOU, 9, False),
            (KUNSHAN, 9, False),
        ):
            given = exception(of, place, until)
            assert refused(updated(row)) is not helps, (place, until)
            assert (row_lock(row) is None) is helps
            PeriodException.objects.filter(pk=given.pk).delete()

    def test_an_exception_for_a_county_is_none_for_its_city(self) -> None:
        row, of = factories.project(XUZHOU), period(CLOSED)
        exception(of, GULOU)
        assert refused(updated(row))

    def test_an_exception_for_another_period_opens_nothing(self) -> None:
        row = factories.project()
        period(CLOSED)
        for year, month in ((2023, 0), (YEAR, 1)):
            exception(period(CLOSED, month, year), GULOU)
        assert refused(updated(row))

    @every_reported
    def test_rows_tell_beforehand_what_locks_them(self, model: Any) -> None:
        """A row tells it alone, and many in one query. There is no lock while the period is open or missing."""
        row = marked(model, GULOU, "ROW-7")
        assert row_lock(row) is None
        of = period(CLOSED)
        assert row_lock(row) == str(YEAR)
        ReportingPeriod.objects.filter(pk=of.pk).update(closes=day(0))
        assert row_lock(row) is None

    @pytest.mark.parametrize("model", [Enterprise, Park, Product], ids=lambda model: model._meta.label)
    def test_master_data_are_never_locked(self, model: Any) -> None:
        """With every year closed they are entered, changed and deleted."""
        for year in range(2009, 2027):
            period(CLOSED, year=year)
        row = marked(model, GULOU, "ROW-8")
        assert not refused(updated(row))
        assert (row.locked, row_lock(row)) == (None, None)
        assert not refused(row.delete)
        assert {m for m in RECORDS if not m.guard().reported_in} == {Enterprise, Park, Product}

    def test_a_row_is_not_moved_into_a_closed_period_or_out_of_it(self) -> None:
        """The move changes the year of a project, the day of a loan, or the region of either."""
        row, loan = factories.project(year=2023), factories.loan(granted_on="2023-12-31")
        period(CLOSED)
        for rows, values in (
            (RenovationProject.objects.filter(pk=row.pk), {"year": YEAR}),
            (type(loan).objects.filter(pk=loan.pk), {"granted_on": "2024-01-01"}),
        ):
            assert refused(lambda rows=rows, values=values: rows.update(**values))  # type: ignore[misc]
        ReportingPeriod.objects.update(year=2023)
        assert refused(lambda: RenovationProject.objects.filter(pk=row.pk).update(year=YEAR), "2023")

    def test_a_month_is_closed_alone(self) -> None:
        """Its rows and those dated in it are closed, and no others. The message names the period."""
        months = [factories.progress(factories.project(), month=month) for month in (1, 2)]
        loans = [factories.loan(granted_on=f"2024-0{month}-28") for month in (1, 2)]
        period(CLOSED, month=1)
        for january, february in (months, loans):
            assert refused(updated(january), "2024-01")
            assert row_lock(january) == "2024-01"
            assert not refused(updated(february))
        assert not refused(updated(months[0].project))

    def test_a_closed_year_closes_its_months(self) -> None:
        """Months with an exception of their own stay open. It opens the month and not the year."""
        month = factories.progress()
        period(CLOSED)
        january = period(OPEN, month=1)
        assert refused(updated(month))
        exception(january, GULOU)
        assert not refused(updated(month))
        assert refused(updated(month.project))

    def test_what_is_derived_is_kept_also_in_a_locked_record(self) -> None:
        """A month verified under an exception sets the completed investment of a project whose own year is closed."""
        row = factories.project(state=State.VERIFIED)
        month = factories.progress(row, state=State.SUBMITTED)
        period(CLOSED)
        exception(period(CLOSED, month=1), XUZHOU)
        review.take_step(month, State.VERIFIED, official("verifier", XUZHOU))
        month.save()
        before = row.version
        row.refresh_from_db()
        assert (row.completed_investment, row.reported_month, row.version) == (month.completed, 1, before)
        assert refused(updated(row))

    @pytest.mark.parametrize("values", [{"region": PEI}, {"year": 2023}], ids=["region", "year"])
    def test_a_project_does_not_take_locked_months_along(self, values: dict[str, Any]) -> None:
        """Its own year is open and one of its months is closed, so that it stays in its region."""
        month = factories.progress()
        project = RenovationProject.objects.filter(pk=month.project_id)
        assert not refused(lambda: project.update(**values))
        period(CLOSED, month=1)
        assert refused(lambda: project.update(**values), "2024-01")
        assert not refused(lambda: project.update(name="Renamed"))

    def test_an_exception_of_one_county_does_not_let_a_row_into_another(self) -> None:
        row, of = factories.project(), period(CLOSED)
        exception(of, GULOU)
        rows = RenovationProject.objects.filter(pk=row.pk)
        assert refused(lambda: rows.update(region=PEI))
        exception(of, XUZHOU)
        assert not refused(lambda: rows.update(region=PEI))

    def test_a_project_with_locked_months_is_not_deleted(self) -> None:
        month = factories.progress()
        period(CLOSED, month=1)
        assert refused(month.project.delete, "2024-01")

    @pytest.mark.parametrize("model", [ReportingPeriod, PeriodException])
    def test_who_opened_what_is_kept(self, model: Any) -> None:
        """Insert, change and deletion leave an event each, with the official. The serving role cannot change them."""
        person = official("publisher", PROVINCE)
        with pghistory.context(user=person.pk):
            row: Any = ReportingPeriod.objects.create(
                year=2022, opens="2022-01-01", due="2022-12-31", closes="2023-01-31"
            )
            if model is PeriodException:
                row = exception(row, GULOU)
            last = "until" if model is PeriodException else "closes"
            model.objects.filter(pk=row.pk).update(**{last: "2060-01-01"})
            model.objects.filter(pk=row.pk).delete()
        found = list(events(row).order_by("pgh_id"))
        assert [event.pgh_label for event in found] == ["insert", "update", "delete"]
        assert getattr(found[0], last) != getattr(found[1], last)
        names = {"event": found[0]._meta.db_table, "table": model._meta.db_table}
        for statement in (
            "UPDATE {event} SET pgh_label = 'x'",
            "DELETE FROM {event}",
            "TRUNCATE {event}",
            "TRUNCATE {table} CASCADE",
            "ALTER TABLE {table} DISABLE TRIGGER ALL",
            "SET session_replication_role = replica",
        ):
            denied = pytest.raises(Error, match=r"permission denied|must be owner")
            with denied, transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement.format(**names))

"""Reporting periods: what is closed the database keeps closed, on every path, and the pages say so beforehand."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pghistory
import pytest
from django.apps import apps
from django.db import Error, IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from enterprises.models import Enterprise, Park, Product
from projects.models import ProjectProgress, RenovationProject
from revival.accounts.models import Official
from revival.records import review
from revival.records.models import Record, Revision, State
from revival.records.periods import PeriodException, ReportingPeriod
from revival.records.revisions import apply_revision
from tests import factories
from tests.factories import GULOU, KUNSHAN, PEI, PROVINCE, SUZHOU, XUZHOU, browser, marked, official, outside_requests
from tests.forms import deletion, errors, fields, seen, url
from tests.records.test_contract import events

pytestmark = pytest.mark.django_db
RECORDS = [model for model in apps.get_models() if issubclass(model, Record) and not model._meta.proxy]
REPORTED: list[Any] = [model for model in RECORDS if model.guard().reported_in]
every_reported = pytest.mark.parametrize("model", REPORTED, ids=lambda model: model._meta.label)
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
    """Leave for a region until so many days from today."""
    return PeriodException.objects.create(
        period=of,
        region=factories.region(place),
        reason="Late figures",
        until=day(until),
        opened_by=official("publisher", PROVINCE),
    )


def refused(change: Callable[[], Any], closed: str = str(YEAR)) -> bool:
    """Whether the change is refused because the period is closed; it is undone in any case."""
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


class TestLock:
    @every_reported
    @pytest.mark.parametrize(("days", "closed"), [(CLOSED, True), (AHEAD, True), (OPEN, False)])
    def test_every_path_is_refused_outside_the_period(self, model: Any, days: tuple[int, int], closed: bool) -> None:
        """By the database, before it opens and after it closes; while it is open every path is taken."""
        paths = changes(model)
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

    @every_reported
    @pytest.mark.parametrize("days", [CLOSED, AHEAD])
    def test_exceptions_open_it_for_their_region(self, model: Any, days: tuple[int, int]) -> None:
        """The row's own, its city's and the province's; no other, and none that has ended."""
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
        """One by one, and many in one query; nothing while the period is open or there is none."""
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
        """The year of a project, the day of a loan, the region of either."""
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
        """Its rows, those of the days in it, and no others; the name of the period says which."""
        months = [factories.progress(factories.project(), month=month) for month in (1, 2)]
        loans = [factories.loan(granted_on=f"2024-0{month}-28") for month in (1, 2)]
        period(CLOSED, month=1)
        for january, february in (months, loans):
            assert refused(updated(january), "2024-01")
            assert row_lock(january) == "2024-01"
            assert not refused(updated(february))
        assert not refused(updated(months[0].project))

    def test_a_closed_year_closes_its_months(self) -> None:
        """But for those that have an exception of their own, which opens the month and not the year."""
        month = factories.progress()
        period(CLOSED)
        january = period(OPEN, month=1)
        assert refused(updated(month))
        exception(january, GULOU)
        assert not refused(updated(month))
        assert refused(updated(month.project))

    def test_what_is_derived_is_kept_also_in_a_locked_record(self) -> None:
        """A month verified under an exception is the project's completed investment, whose own year is closed."""
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
        """Its own year is open, a month of it is closed: it stays where it is."""
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
        """Insert, change and deletion leave an event each, with who; the serving role does not touch them."""
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


def row_lock(row: Any) -> str | None:
    """What locks the row, as it says itself and as a list of rows knows it."""
    fresh = type(row).objects.get(pk=row.pk)
    (listed,) = type(row).objects.filter(pk=row.pk).with_locks()
    assert listed.locked == fresh.locked
    found: str | None = fresh.locked
    return found


class TestForm:
    @pytest.fixture
    def page(self) -> Client:
        return browser(official("clerk", XUZHOU))

    @every_reported
    def test_a_closed_record_is_shown_read_only(self, model: Any, page: Client) -> None:
        """With the notice which period it is; not to be deleted either."""
        row = marked(model, GULOU, "ROW-9")
        assert "explanation" in fields(page.get(url(row)))
        period(CLOSED)
        shown = page.get(url(row))
        assert f"The reporting period {YEAR} is not open for this region" in shown.content.decode()
        assert "explanation" not in fields(shown)
        assert page.get(url(row, "delete")).status_code == 403

    @every_reported
    def test_a_post_to_it_is_refused_and_what_was_typed_is_kept(self, model: Any, page: Client) -> None:
        """Opened while the period was open, posted after it closed; so is its deletion."""
        row = marked(model, GULOU, "ROW-10")
        typed = fields(page.get(url(row))) | {"explanation": "Typed in the last minute"}
        of = period(CLOSED)
        before, known = type(row).objects.values().get(pk=row.pk), events(row).count()
        answer = page.post(url(row), typed)
        assert answer.status_code == 200
        assert f"reporting period {YEAR} is not open" in " ".join(errors(answer)["__all__"])
        assert "Typed in the last minute" in answer.content.decode()
        page.post(url(row, "delete"), deletion(row))
        chosen = {"action": "delete_selected", "seen": seen(row), "post": "yes"}
        page.post(url(row).removesuffix(f"{row.pk}/change/"), chosen)
        outside_requests()
        assert (type(row).objects.values().get(pk=row.pk), events(row).count()) == (before, known)
        exception(of, XUZHOU)
        assert page.post(url(row), typed).status_code == 302

    @every_reported
    def test_a_new_record_of_a_closed_period_is_refused_in_words(self, model: Any, page: Client) -> None:
        row = marked(model, GULOU, "ROW-11")
        typed = fields(page.get(url(row))) | {"explanation": "Typed too late"}
        model.objects.filter(pk=row.pk).delete()
        period(CLOSED)
        answer = page.post(url(row).removesuffix(f"{row.pk}/change/") + "add/", typed)
        assert answer.status_code == 200
        assert f"reporting period {YEAR} is not open" in answer.content.decode()
        assert "Typed too late" in answer.content.decode()
        assert not model.objects.exists()

    def test_a_closed_month_on_the_page_of_its_project(self, page: Client) -> None:
        """Its row cannot be filled in; posted all the same, nothing of the page is saved."""
        month = factories.progress()
        typed = fields(page.get(url(month.project)))
        period(CLOSED, month=1)
        shown = page.get(url(month.project))
        assert "progress-0-completed" not in fields(shown)
        assert "name" in fields(shown)
        answer = page.post(url(month.project), typed | {"name": "Renamed", "progress-0-completed": "77"})
        assert answer.status_code == 200
        assert "reporting period 2024-01 is not open" in answer.content.decode()
        outside_requests()
        assert not RenovationProject.objects.filter(name="Renamed").exists()
        assert ProjectProgress.objects.get().completed == month.completed
        assert page.post(url(month.project), fields(shown) | {"name": "Renamed"}).status_code == 302

    def test_a_month_with_an_exception_on_the_page_of_a_closed_project(self, page: Client) -> None:
        """The project is text, the month can be filled in, and the page is saved."""
        month = factories.progress()
        of = month.project
        period(CLOSED)
        exception(period(CLOSED, month=1), GULOU)
        shown = fields(page.get(url(of)))
        assert "name" not in shown
        assert page.post(url(of), shown | {"progress-0-completed": "77"}).status_code == 302
        month.refresh_from_db()
        assert month.completed == 770_000
        assert "not open for this region" in page.post(url(of), shown | {"name": "Renamed"}).content.decode()

    def test_a_verifier_takes_no_step_in_a_closed_period(self) -> None:
        """None is offered, and one that is posted is refused."""
        row, other = factories.project(state=State.SUBMITTED), browser(official("verifier", XUZHOU))
        typed = fields(other.get(url(row))) | {"review": "verified"}
        period(CLOSED)
        assert 'value="verified"' not in other.get(url(row)).content.decode()
        answer = other.post(url(row), typed)
        assert f"reporting period {YEAR} is not open" in answer.content.decode()
        row.refresh_from_db()
        assert row.state == State.SUBMITTED

    def test_a_revision_is_not_verified_in_a_closed_period(self, page: Client) -> None:
        """Record and revision stay as they are, and the verifier is told which period it is."""
        row = factories.project(state=State.VERIFIED, name="As verified")
        page.post(url(row), fields(page.get(url(row))) | {"name": "Better name"})
        change, other = Revision.objects.get(), browser(official("verifier", XUZHOU))
        period(CLOSED)
        answer = other.post(url(change), fields(other.get(url(change))) | {"review": "verified"})
        assert f"reporting period {YEAR} is not open" in answer.content.decode()
        row.refresh_from_db()
        change.refresh_from_db()
        assert (row.name, change.state) == ("As verified", State.SUBMITTED)

    def test_lists_and_pages_of_closed_records_cost_no_more(
        self, page: Client, django_assert_max_num_queries: Any
    ) -> None:
        """The lock of each month is read with the months."""
        of = factories.project()
        for month in range(1, 13):
            factories.progress(of, month=month)
        period(CLOSED, month=1)
        with django_assert_max_num_queries(24):
            page.get(url(of))


class TestAdmin:
    DATES = {"year": "2025", "month": "3", "opens": "2025-04-01", "due": "2025-04-10", "closes": "2025-04-20"}

    @pytest.fixture
    def publisher(self) -> Official:
        return official("publisher", PROVINCE)

    def leave(self, of: ReportingPeriod, **more: Any) -> dict[str, Any]:
        return {"period": of.pk, "region": GULOU, "reason": "Flood", "until": "2060-01-01"} | more

    def test_the_province_publishes_periods(self, publisher: Official) -> None:
        """Adds one, moves its dates, and never makes another period of it."""
        page = browser(publisher)
        assert page.post(f"{PERIODS}add/", self.DATES).status_code == 302
        made = ReportingPeriod.objects.get()
        typed = fields(page.get(url(made))) | {"closes": "2025-05-20", "month": "4"}
        assert page.post(url(made), typed).status_code == 302
        made.refresh_from_db()
        assert (made.key, made.closes) == ("2025-03", date(2025, 5, 20))

    @pytest.mark.parametrize(
        "wrong",
        [{"closes": "2025-04-05"}, {"due": "2025-03-01"}, {"month": "13"}, {"year": "1999"}, {"opens": ""}],
    )
    def test_dates_out_of_order_are_refused(self, publisher: Official, wrong: dict[str, str]) -> None:
        answer = browser(publisher).post(f"{PERIODS}add/", self.DATES | wrong)
        assert answer.status_code == 200
        assert errors(answer)
        assert not ReportingPeriod.objects.exists()

    def test_a_period_is_there_once(self, publisher: Official) -> None:
        page = browser(publisher)
        page.post(f"{PERIODS}add/", self.DATES)
        assert "There is such a period already." in page.post(f"{PERIODS}add/", self.DATES).content.decode()

    @pytest.mark.parametrize(
        ("role", "place"),
        [(role, PROVINCE) for role in ("clerk", "verifier", "manager", "auditor", "administrator")]
        + [("publisher", XUZHOU), ("publisher", GULOU), ("", XUZHOU), ("clerk", GULOU)],
    )
    def test_nobody_else_writes_them(self, role: str, place: str) -> None:
        """They read both; whatever is posted, to whichever page, changes nothing."""
        of = period(CLOSED)
        given, page = exception(of, place), browser(official(role, place))
        before = ReportingPeriod.objects.values().get(), PeriodException.objects.values().get()
        for row in (of, given):
            assert page.get(url(row)).status_code == 200
            base = url(row).removesuffix(f"{row.pk}/change/")
            assert page.get(base).status_code == 200
            assert page.post(f"{base}add/", self.DATES | self.leave(of)).status_code == 403
            assert page.post(url(row), self.DATES | self.leave(of)).status_code == 403
            assert page.post(url(row, "delete"), {"post": "yes"}).status_code == 403
            page.post(base, {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"})
        assert (ReportingPeriod.objects.values().get(), PeriodException.objects.values().get()) == before

    @pytest.mark.parametrize("role", ["publisher", ""])
    def test_they_stay(self, role: str) -> None:
        """Not even the province deletes one: a time without a period is open to everybody."""
        of = period(CLOSED)
        page = browser(official(role, PROVINCE))
        for row in (exception(of, GULOU), of):
            base = url(row).removesuffix(f"{row.pk}/change/")
            assert page.post(url(row, "delete"), {"post": "yes"}).status_code == 403
            page.post(base, {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"})
            assert type(row).objects.count() == 1

    def test_an_exception_names_who_opened_it(self, publisher: Official) -> None:
        """Whatever is posted; and once it is there, its last day alone is changed."""
        of, other, page = period(CLOSED), official("clerk", XUZHOU), browser(publisher)
        given = self.leave(of, opened_by=other.pk, opened_at="2000-01-01")
        assert page.post(f"{EXCEPTIONS}add/", given).status_code == 302
        made = PeriodException.objects.get()
        assert (made.opened_by, made.region_id, made.opened_at.year) == (publisher, GULOU, timezone.now().year)
        second = browser(official("publisher", PROVINCE))
        changed = self.leave(of, region=PEI, reason="Other", until="2059-02-02", opened_by=other.pk)
        assert second.post(url(made), fields(second.get(url(made))) | changed).status_code == 302
        made.refresh_from_db()
        assert (made.opened_by, made.region_id, made.reason) == (publisher, GULOU, "Flood")
        assert made.until == date(2059, 2, 2)

    def test_an_exception_is_not_prolonged(self, publisher: Official) -> None:
        """Whoever goes on with it opens another, by his name and for a reason."""
        made, page = exception(period(CLOSED), GULOU), browser(publisher)
        until = made.until
        answer = page.post(url(made), fields(page.get(url(made))) | {"until": (until + timedelta(1)).isoformat()})
        (said,) = errors(answer)["until"]
        assert said.startswith(f"To go on after {date_format(until)}, open another exception")
        made.refresh_from_db()
        assert made.until == until

    def test_a_save_over_newer_dates_is_refused(self, publisher: Official) -> None:
        """Both values are shown; saving again is a decision, and a page that bears no mark is stale as well."""
        made, page = period(CLOSED), browser(publisher)
        mine = fields(page.get(url(made))) | {"due": str(made.closes)}
        other = browser(official("publisher", PROVINCE, name="Wu Min"))
        later = str(made.closes + timedelta(11))
        assert other.post(url(made), fields(other.get(url(made))) | {"closes": later}).status_code == 302
        for typed in (mine, {name: value for name, value in mine.items() if name != "seen"}):
            answer = page.post(url(made), typed)
            said = " ".join(answer.context["adminform"].form.non_field_errors())
            assert "Wu Min changed this record" in said
            assert "Closes: now" in said
            assert ReportingPeriod.objects.get().closes == made.closes + timedelta(11)
        again = fields(answer)
        assert page.post(url(made), again).status_code == 302
        assert ReportingPeriod.objects.get().closes == made.closes

    def test_the_list_is_narrowed_to_a_year(self, publisher: Official) -> None:
        period(CLOSED)
        page = browser(publisher)
        for year, count in ((2024, 1), (2023, 0)):
            answer = page.get(PERIODS, {"year": year})
            assert answer.status_code == (200 if count else 400)
        assert 'href="?year=2024"' in page.get(PERIODS).content.decode()

    @pytest.mark.parametrize("reason", ["", "   ", "\n"])
    def test_an_exception_needs_a_reason(self, publisher: Official, reason: str) -> None:
        """On the form, and an empty one in the database too."""
        of = period(CLOSED)
        answer = browser(publisher).post(f"{EXCEPTIONS}add/", self.leave(of, reason=reason))
        assert set(errors(answer)) == {"reason"}
        outside_requests()
        with pytest.raises(IntegrityError, match="periodexception_reason"), transaction.atomic():
            PeriodException.objects.create(
                period=of, region=factories.region(GULOU), reason="", until=day(1), opened_by=publisher
            )

    @pytest.mark.parametrize("place", [XUZHOU, GULOU])
    def test_officials_see_those_that_concern_them(self, place: str) -> None:
        """Of their region and of those above it; of another the list says nothing and its page is not there."""
        of = period(CLOSED)
        made = {code: exception(of, code) for code in (PROVINCE, XUZHOU, GULOU, PEI, SUZHOU, KUNSHAN)}
        seen = {PROVINCE, XUZHOU, GULOU} | ({PEI} if place == XUZHOU else set())
        page = browser(official("clerk", place))
        found = page.get(reverse("admin:records_periodexception_changelist")).context["cl"].result_list
        assert {each.region_id for each in found} == seen
        for code, row in made.items():
            for name in ("change", "history"):
                assert page.get(url(row, name)).status_code == (200 if code in seen else 404), code

"""What the history of a record says besides values: why, from where, and proposed changes."""

from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pghistory
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from projects.models import ProjectProgress, RenovationProject
from revival.accounts.models import Official
from revival.records import review
from revival.records.models import Revision, State
from revival.records.periods import PeriodException, ReportingPeriod
from revival.records.reasons import ChangeReasons
from revival.records.revisions import apply_revision
from tests.factories import (
    GULOU,
    PROVINCE,
    SUZHOU,
    XUZHOU,
    browser,
    official,
    outside_requests,
    progress,
    project,
    region,
    revision,
)
from tests.forms import fields

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def clerk() -> Official:
    return official("clerk", XUZHOU, name="Zhao Li")


def history(client: Client, row: Any, model: Any = None) -> str:
    meta = (model or type(row))._meta
    return client.get(reverse(f"admin:{meta.app_label}_{meta.model_name}_history", args=[row.pk])).content.decode()


def test_a_change_tells_who_why_and_from_where(clerk: Official) -> None:
    """The official, the comment of the change, the page and the address stand in one line."""
    row = progress(state=State.DRAFT)
    outside_requests()
    with pghistory.context(user=clerk.pk, url="/monthly/2024-01/", address="10.1.2.3"):
        ProjectProgress.objects.filter(pk=row.pk).update(explanation="Paid at once.", completed=2_000_000)
    outside_requests()
    page = history(browser(clerk), row)
    for words in ("Zhao Li", "Paid at once.", "monthly form · 10.1.2.3"):
        assert words in page


def test_where_a_record_was_changed_before_it_came_is_not_told(clerk: Official) -> None:
    """The office that receives a record reads its values, and not the addresses of the office before."""
    row = project(GULOU, state=State.DRAFT)
    with pghistory.context(user=clerk.pk, url="/admin/of/gulou/", address="10.1.2.3"):
        RenovationProject.objects.filter(pk=row.pk).update(name="Renamed in Gulou")
    outside_requests()
    RenovationProject.objects.filter(pk=row.pk).update(region=SUZHOU)
    page = history(browser(official("clerk", SUZHOU)), row)
    assert "Renamed in Gulou" in page
    assert "10.1.2.3" not in page
    assert "/admin/of/gulou/" not in page


def test_proposed_changes_are_part_of_it(clerk: Official) -> None:
    """A change that was returned, or verified with a comment, stands in the history of its record."""
    row = project(GULOU, state=State.VERIFIED)
    proposed = revision(record=row, state=State.SUBMITTED, name="Better name", submitted_by=clerk)
    review.take_step(proposed, State.RETURNED, official("verifier", XUZHOU), "Not the name of the filing.")
    proposed.save()
    page = history(browser(clerk), row)
    assert "Better name" in page
    assert "Not the name of the filing." in page


def test_an_open_change_goes_where_its_record_goes() -> None:
    """Verifiers of the new region see it, and those of the old region do not."""
    row = project(GULOU, state=State.VERIFIED)
    month = progress(row, state=State.VERIFIED)
    of_both = [revision(record=each, state=State.SUBMITTED) for each in (row, month)]
    RenovationProject.objects.filter(pk=row.pk).update(region=SUZHOU)
    for each in of_both:
        each.refresh_from_db()
        assert (each.region_id, each.city_id) == (SUZHOU, SUZHOU)
    assert not Revision.objects.visible_to(official("clerk", XUZHOU)).exists()


def test_a_correction_makes_nothing_late() -> None:
    """The record keeps the moment at which it was submitted."""
    handed_in = timezone.now() - 30 * DAY
    row = project(GULOU, state=State.VERIFIED, submitted_at=handed_in)
    apply_revision(revision(record=row, state=State.SUBMITTED), official("verifier", XUZHOU))
    row.refresh_from_db()
    assert row.name == "New name"
    assert row.submitted_at == handed_in


class TestExceptions:
    """Their reason stands at the changes made under them, even after they are changed or end."""

    AT = timezone.make_aware(datetime(2025, 3, 10, 12))

    def event(self) -> Any:
        return SimpleNamespace(
            pgh_tracked_model=ProjectProgress, pgh_created_at=self.AT, year=2024, month=5, region_id=GULOU
        )

    def reasons(self, *, periods: list[Any], exceptions: list[Any]) -> list[str]:
        found = ChangeReasons([])
        found.periods, found.exceptions, found.regions = periods, exceptions, {GULOU: region(GULOU)}
        return [each.reason for each in found.used(self.event())]

    def period(self, key: int, month: int, closes: date, days: int = 100) -> Any:
        """A period, written so many days before the event."""
        return SimpleNamespace(
            pgh_obj_id=key,
            pgh_created_at=self.AT - days * DAY,
            year=2024,
            month=month,
            opens=date(2024, 1, 1),
            closes=closes,
        )

    def exception(self, until: date, days: int = 5, period: int = 2, where: str = XUZHOU) -> Any:
        return SimpleNamespace(
            pgh_obj_id=1,
            pgh_created_at=self.AT - days * DAY,
            period_id=period,
            region=region(where),
            until=until,
            reason="Forgotten",
        )

    @pytest.fixture
    def shut(self) -> list[Any]:
        """The year is open and May is closed."""
        return [self.period(1, 0, date(2030, 1, 1)), self.period(2, 5, date(2024, 6, 30))]

    def test_the_month_s_own(self, shut: list[Any]) -> None:
        assert self.reasons(periods=shut, exceptions=[self.exception(date(2025, 3, 20))]) == ["Forgotten"]

    def test_one_for_the_whole_year(self, shut: list[Any]) -> None:
        assert self.reasons(periods=shut, exceptions=[self.exception(date(2025, 3, 20), period=1)]) == ["Forgotten"]

    def test_one_that_was_ended_later(self, shut: list[Any]) -> None:
        given = [self.exception(date(2025, 3, 20)), self.exception(date(2025, 3, 1), days=-1)]
        assert self.reasons(periods=shut, exceptions=given) == ["Forgotten"]

    def test_a_period_that_was_moved_later(self, shut: list[Any]) -> None:
        moved = [*shut, self.period(2, 5, date(2030, 1, 1), days=-1)]
        assert self.reasons(periods=moved, exceptions=[self.exception(date(2025, 3, 20))]) == ["Forgotten"]

    @pytest.mark.parametrize(
        "given", [{"until": date(2025, 3, 9)}, {"until": date(2025, 3, 20), "days": -1}, {"where": SUZHOU}]
    )
    def test_none_that_was_over_or_came_later_or_is_of_another_region(
        self, shut: list[Any], given: dict[str, Any]
    ) -> None:
        exception = self.exception(**{"until": date(2025, 3, 20)} | given)
        assert self.reasons(periods=shut, exceptions=[exception]) == []

    def test_none_in_an_open_period(self, shut: list[Any]) -> None:
        assert self.reasons(periods=shut[:1], exceptions=[self.exception(date(2025, 3, 20), period=1)]) == []

    def test_it_stands_on_the_page(self, clerk: Official) -> None:
        """The record was changed today in a period that closed yesterday."""
        row, today = progress(state=State.DRAFT), timezone.localdate()
        period = ReportingPeriod.objects.create(
            year=2024, month=1, opens=today - 9 * DAY, due=today - DAY, closes=today - DAY
        )
        publisher = official("publisher", PROVINCE)
        PeriodException.objects.create(
            period=period, region=region(XUZHOU), reason="Flood of July", until=today, opened_by=publisher
        )
        ProjectProgress.objects.filter(pk=row.pk).update(completed=2_000_000)
        assert "Flood of July" in history(browser(clerk), row)


def test_periods_and_exceptions_have_a_history_themselves() -> None:
    """Everybody concerned sees who ended an exception sooner, and from when to when."""
    today = timezone.localdate()
    publisher = official("publisher", PROVINCE, name="Qian Wei")
    period = ReportingPeriod.objects.create(year=2024, month=3, opens=today, due=today, closes=today)
    opened = PeriodException.objects.create(
        period=period, region=region(XUZHOU), reason="Forgotten", until=today + 9 * DAY, opened_by=publisher
    )
    sooner = (today + 5 * DAY).isoformat()
    url = reverse("admin:records_periodexception_change", args=[opened.pk])
    own = browser(publisher)
    assert own.post(url, {**fields(own.get(url)), "until": sooner}).status_code == 302
    outside_requests()
    page = history(browser(official("clerk", XUZHOU)), opened)
    assert "Qian Wei" in page
    assert "Until" in page
    assert "Opens" in history(browser(official("clerk", XUZHOU)), period)


def test_an_exception_does_not_begin_when_it_is_over() -> None:
    """A last day before today is refused at its field."""
    today = timezone.localdate()
    period = ReportingPeriod.objects.create(year=2024, month=3, opens=today, due=today, closes=today)
    typed = {"period": period.pk, "region": XUZHOU, "reason": "Late", "until": (today - DAY).isoformat()}
    page = browser(official("publisher", PROVINCE)).post(reverse("admin:records_periodexception_add"), typed)
    assert "until" in page.context["adminform"].form.errors
    assert not PeriodException.objects.exists()

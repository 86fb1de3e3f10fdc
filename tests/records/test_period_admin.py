"""Reporting periods and exceptions: who opens them, and who reads them."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from revival.accounts.models import Official
from revival.records.periods import PeriodException, ReportingPeriod
from tests import factories
from tests.factories import GULOU, KUNSHAN, PEI, PROVINCE, SUZHOU, XUZHOU, browser, official, outside_requests
from tests.forms import errors, fields, url
from tests.records.periods import CLOSED, EXCEPTIONS, PERIODS, day, exception, period

pytestmark = pytest.mark.django_db


class TestAdmin:
    DATES = {"year": "2025", "month": "3", "opens": "2025-04-01", "due": "2025-04-10", "closes": "2025-04-20"}

    @pytest.fixture
    def publisher(self) -> Official:
        return official("publisher", PROVINCE)

    def leave(self, of: ReportingPeriod, **more: Any) -> dict[str, Any]:
        return {"period": of.pk, "region": GULOU, "reason": "Flood", "until": "2060-01-01"} | more

    def test_the_province_publishes_periods(self, publisher: Official) -> None:
        """The province adds a period, moves its dates, and never turns it into another period."""
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
        assert (
            "This period already exists. Change that one instead."
            in page.post(f"{PERIODS}add/", self.DATES).content.decode()
        )

    @pytest.mark.parametrize(
        ("role", "place"),
        [(role, PROVINCE) for role in ("clerk", "verifier", "manager", "auditor", "administrator")]
        + [("publisher", XUZHOU), ("publisher", GULOU), ("", XUZHOU), ("clerk", GULOU)],
    )
    def test_nobody_else_writes_them(self, role: str, place: str) -> None:
        """Others read both. Their posts to any page change nothing."""
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
        """Not even the province deletes one, since a time without a period is open to everybody."""
        of = period(CLOSED)
        page = browser(official(role, PROVINCE))
        for row in (exception(of, GULOU), of):
            base = url(row).removesuffix(f"{row.pk}/change/")
            assert page.post(url(row, "delete"), {"post": "yes"}).status_code == 403
            page.post(base, {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"})
            assert type(row).objects.count() == 1

    def test_an_exception_names_who_opened_it(self, publisher: Official) -> None:
        """The name comes from the request and not from the post. Later only the last day can be changed."""
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
        """Continuing after its last day takes another exception, with its own name and reason."""
        made, page = exception(period(CLOSED), GULOU), browser(publisher)
        until = made.until
        answer = page.post(url(made), fields(page.get(url(made))) | {"until": (until + timedelta(1)).isoformat()})
        (said,) = errors(answer)["until"]
        assert said.startswith(f"To continue after {date_format(until)}, open another exception")
        made.refresh_from_db()
        assert made.until == until

    def test_a_save_over_newer_dates_is_refused(self, publisher: Official) -> None:
        """Both values are shown, and saving again is a decision. A post without the version is stale as well."""
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
        """The form asks for it, and the database refuses an empty one."""
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
        """Those of their region and above it are listed. Others are not listed, and their pages are 404."""
        of = period(CLOSED)
        made = {code: exception(of, code) for code in (PROVINCE, XUZHOU, GULOU, PEI, SUZHOU, KUNSHAN)}
        seen = {PROVINCE, XUZHOU, GULOU} | ({PEI} if place == XUZHOU else set())
        page = browser(official("clerk", place))
        found = page.get(reverse("admin:records_periodexception_changelist")).context["cl"].result_list
        assert {each.region_id for each in found} == seen
        for code, row in made.items():
            for name in ("change", "history"):
                assert page.get(url(row, name)).status_code == (200 if code in seen else 404), code

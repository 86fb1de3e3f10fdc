"""Asking for an extension: who may ask and answer, what granting opens, and who reads what."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from revival.accounts.models import Official
from revival.records.extensions import is_locked, requests_at_home
from revival.records.periods import ExtensionRequest, PeriodException, ReportingPeriod
from tests import factories
from tests.collection.rows import owed, period
from tests.factories import GULOU, KUNSHAN, PEI, PROVINCE, SUZHOU, XUZHOU, browser, official, outside_requests
from tests.forms import fields, url

pytestmark = pytest.mark.django_db
LIST = "/admin/records/extensionrequest/"
WORDS = "Ask for an extension"
TODAY = timezone.localdate()
UNTIL = TODAY + timedelta(9)


def closed(month: int = 5) -> ReportingPeriod:
    return period(month, opens=-100, due=-60, closes=-50)


def page_of(of: ReportingPeriod, region: str = GULOU) -> str:
    return f"/extension/{of.key}/?region={region}"


def asked(of: ReportingPeriod, region: str = GULOU, by: Official | None = None, **more: Any) -> ExtensionRequest:
    by = by or official("clerk", region)
    given = {"reason": "The meter broke", "until": UNTIL} | more
    return ExtensionRequest.objects.create(period=of, region_id=region, asked_by=by, **given)


def answered(page: Client, row: ExtensionRequest, **typed: Any) -> Any:
    """Open the request, fill in the answer and post it."""
    return page.post(url(row), fields(page.get(url(row))) | typed)


def home(user: Official) -> str:
    return str(browser(user).get("/").content.decode())


@pytest.fixture
def publisher() -> Official:
    return official("publisher", PROVINCE)


def test_who_enters_records_asks_once() -> None:
    """A second click finds the first one's request, and the page then shows it instead of the form."""
    of, clerk = closed(), official("clerk", GULOU, name="Zhao Li")
    page = browser(clerk)
    typed = fields(page.get(page_of(of))) | {"reason": "The meter broke", "until": UNTIL.isoformat()}
    for _click in range(2):
        assert page.post(page_of(of), typed).status_code == 302
    made = ExtensionRequest.objects.get()
    assert (made.period, made.region_id, made.reason, made.until) == (of, GULOU, "The meter broke", UNTIL)
    assert (made.state, made.asked_by, made.answered_by) == (ExtensionRequest.State.OPEN, clerk, None)
    text = page.get(page_of(of)).content.decode()
    assert "Zhao Li asked on" in text
    assert "<textarea" not in text
    assert "My requests for extensions" in home(clerk)
    outside_requests()
    with pytest.raises(IntegrityError, match="one_open"), transaction.atomic():
        asked(of)
    asked(of, PEI)
    asked(closed(4))


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"reason": ""}, "reason"),
        ({"reason": "  \n"}, "reason"),
        ({"reason": "x" * 1001}, "reason"),
        ({"until": ""}, "until"),
        ({"until": "soon"}, "until"),
        ({"until": "2020-01-01"}, "until"),
    ],
)
def test_what_is_wrong_is_told_and_what_was_typed_is_kept(wrong: dict[str, str], field: str) -> None:
    of, page = closed(), browser(official("clerk", GULOU))
    answer = page.post(page_of(of), {"reason": "The meter broke", "until": UNTIL.isoformat()} | wrong)
    assert set(answer.context["form"].errors) == {field}
    kept = fields(answer)
    assert kept["until"] == wrong.get("until", UNTIL.isoformat())
    assert ("meter" in kept["reason"]) == ("reason" not in wrong)
    assert not ExtensionRequest.objects.exists()


def test_there_is_nothing_to_ask_for_in_an_open_period() -> None:
    """Open by its days, or by an exception of the region or above it."""
    page = browser(official("clerk", GULOU))
    left = closed(4)
    PeriodException.objects.create(
        period=left, region_id=XUZHOU, reason="x", until=UNTIL, opened_by=official("publisher", PROVINCE)
    )
    for of in (period(5), left):
        assert "There is nothing to ask for." in page.get(page_of(of)).content.decode()
        answer = page.post(page_of(of), {"reason": "Please", "until": UNTIL.isoformat()})
        assert "There is nothing to ask for." in answer.content.decode()
    assert not ExtensionRequest.objects.exists()


@pytest.mark.parametrize("role", ["verifier", "manager", "publisher", "auditor", "administrator"])
def test_nobody_else_asks(role: str) -> None:
    of, page = closed(), browser(official(role, XUZHOU))
    assert page.get(page_of(of)).status_code == 403
    assert page.post(page_of(of), {"reason": "Please", "until": UNTIL.isoformat()}).status_code == 403
    assert not ExtensionRequest.objects.exists()


@pytest.mark.parametrize(("region", "status"), [(KUNSHAN, 400), (PROVINCE, 400), ("999999", 400), ("", 400)])
def test_nobody_asks_for_a_region_outside_theirs(region: str, status: int) -> None:
    of, page = closed(), browser(official("clerk", XUZHOU))
    assert page.get(page_of(of, region)).status_code == status
    assert page.post(page_of(of, region), {"reason": "Please", "until": UNTIL.isoformat()}).status_code == status
    assert not ExtensionRequest.objects.exists()
    for key in ("2024-13", "2019", "x"):
        assert page.get(f"/extension/{key}/").status_code == 404


@pytest.mark.parametrize("month", [0, 5])
def test_granting_opens_the_period(month: int, publisher: Official) -> None:
    """The exception has the reason, the region and the day that the answer names. A second answer changes nothing."""
    of, clerk = closed(month), official("clerk", GULOU)
    row, page, last = asked(of, by=clerk), browser(publisher), TODAY + timedelta(3)
    assert fields(page.get(url(row)))["last_day"] == UNTIL.isoformat()
    typed = fields(page.get(url(row))) | {"decision": "grant", "last_day": last.isoformat(), "words": "Be quick"}
    assert page.post(url(row), typed).status_code == 302
    second = typed | {"decision": "refuse", "words": "No"}
    assert "has been answered already" in page.post(url(row), second, follow=True).content.decode()
    opened = PeriodException.objects.get()
    assert (opened.period, opened.region_id, opened.reason, opened.until) == (of, GULOU, row.reason, last)
    row.refresh_from_db()
    assert (row.state, row.exception, row.answered_by, row.answer) == ("granted", opened, publisher, "Be quick")
    assert opened.opened_by == publisher
    outside_requests()
    assert not is_locked(of, factories.region(GULOU))
    assert f"granted until {date_format(last)}: Be quick" in home(clerk)


def test_a_refusal_says_why(publisher: Official) -> None:
    """Without a text nothing is answered. Who asked reads it at home until they put it aside."""
    of, clerk = closed(), official("clerk", GULOU)
    row, page = asked(of, by=clerk), browser(publisher)
    for words in ("", "  "):
        errors = answered(page, row, decision="refuse", words=words).context["adminform"].form.errors
        assert errors["words"] == ["Say why the request is refused."]
    assert answered(page, row, decision="refuse", words="Too late").status_code == 302
    assert not PeriodException.objects.exists()
    own = browser(clerk)
    assert "refused: Too late" in own.get("/").content.decode()
    assert own.post(page_of(of), {"answer": "read"}).status_code == 302
    assert "Too late" not in own.get("/").content.decode()
    row.refresh_from_db()
    assert row.state == ExtensionRequest.State.REFUSED
    outside_requests()
    assert asked(of, by=clerk) in requests_at_home(clerk)  # they may ask again


@pytest.mark.parametrize("day", ["", "2020-01-01", "soon"])
def test_a_grant_needs_a_day_that_is_not_over(day: str, publisher: Official) -> None:
    row = asked(closed())
    answer = answered(browser(publisher), row, decision="grant", last_day=day)
    assert set(answer.context["adminform"].form.errors) == {"last_day"}
    row.refresh_from_db()
    assert row.state == ExtensionRequest.State.OPEN
    assert not PeriodException.objects.exists()


def test_an_answer_is_shown_for_thirty_days(publisher: Official) -> None:
    clerk, now = official("clerk", GULOU), timezone.now()
    for month, days in ((3, 29), (4, 31)):
        at = now - timedelta(days)
        asked(closed(month), by=clerk, state="refused", answer=f"{days} days", answered_by=publisher, answered_at=at)
    assert [each.answer for each in requests_at_home(clerk)] == ["29 days"]


def test_putting_aside_leaves_what_waits_and_what_others_asked(publisher: Official) -> None:
    """The answers of the period and region alone, and only one's own."""
    of, clerk = closed(), official("clerk", GULOU)
    refused: dict[str, Any] = {
        "state": "refused",
        "answer": "No",
        "answered_by": publisher,
        "answered_at": timezone.now(),
    }
    others = asked(of, **refused)
    elsewhere, waiting = asked(closed(4), by=clerk, **refused), asked(of, by=clerk)
    browser(clerk).post(page_of(of), {"answer": "read"})
    assert not ExtensionRequest.objects.exclude(read_at=None).exists()
    outside_requests()
    assert requests_at_home(clerk) == [elsewhere, waiting]
    assert requests_at_home(others.asked_by) == [others]


@pytest.mark.parametrize(
    ("place", "role", "seen"),
    [
        (GULOU, "clerk", {GULOU}),
        (XUZHOU, "verifier", {GULOU, PEI}),
        (PROVINCE, "publisher", {GULOU, PEI, KUNSHAN}),
        (SUZHOU, "clerk", {KUNSHAN}),
        (SUZHOU, "", {KUNSHAN}),
    ],
)
def test_a_request_is_seen_in_its_region_and_above(place: str, role: str, seen: set[str]) -> None:
    """Others have no line in the list, and find no page and no history."""
    of = closed()
    rows = {code: asked(of, code) for code in (GULOU, PEI, KUNSHAN)}
    page = browser(official(role, place))
    assert {each.region_id for each in page.get(LIST).context["cl"].result_list} == seen
    for code, row in rows.items():
        for name in ("change", "history"):
            assert page.get(url(row, name)).status_code == (200 if code in seen else 404), code
    assert page.get(LIST, {"state__exact": "refused"}).context["cl"].result_list.count() == 0


@pytest.mark.parametrize(
    ("role", "place"),
    [("clerk", PROVINCE), ("clerk", GULOU), ("publisher", XUZHOU), ("", XUZHOU), ("verifier", PROVINCE)],
)
def test_only_publishers_of_the_province_answer(role: str, place: str) -> None:
    """Nobody opens a period for themselves."""
    row, page = asked(closed()), browser(official(role, place))
    for decision in ("grant", "refuse"):
        typed = {"decision": decision, "last_day": UNTIL.isoformat(), "words": "x", "state": "granted"}
        assert page.post(url(row), typed).status_code == 403
    assert page.post(f"{LIST}add/", {"period": row.period_id, "region": GULOU}).status_code == 403
    assert page.post(url(row, "delete"), {"post": "yes"}).status_code == 403
    row.refresh_from_db()
    assert row.state == ExtensionRequest.State.OPEN
    assert not PeriodException.objects.exists()


def test_who_grants_finds_the_requests_at_home(publisher: Official) -> None:
    """On the home page and on the first page of data entry, whatever their number. Others have none."""
    assert "Inbox" not in home(publisher)
    rows = [asked(of, code) for of in (closed(4), closed(5)) for code in (GULOU, KUNSHAN)]
    for page in ("/", "/admin/"):
        text = browser(publisher).get(page).content.decode()
        assert all(url(row) in text for row in rows)
    others = [official("publisher", XUZHOU), official("verifier", XUZHOU), official("clerk", GULOU)]
    assert [requests_at_home(each) for each in others] == [[], [], []]


def test_every_locked_page_leads_there() -> None:
    """The record, the monthly form and the board name the period and the region. An open period has no such link."""
    row = owed(GULOU, "draft")
    assert row
    pages = {
        url(row): f"/extension/2024-05/?region={GULOU}",
        f"/monthly/2024-05/?region={GULOU}": f"/extension/2024-05/?region={GULOU}",
        "/board/?period=2024-05": f"/extension/2024-05/?region={XUZHOU}",
    }
    of = period()
    clerk = browser(official("clerk", XUZHOU))
    for page in pages:
        assert WORDS not in clerk.get(page).content.decode(), page
    outside_requests()
    ReportingPeriod.objects.filter(pk=of.pk).update(due=TODAY - timedelta(2), closes=TODAY - timedelta(1))
    for page, link in pages.items():
        assert f'<a href="{link}">{WORDS}</a>' in clerk.get(page).content.decode(), page
        assert clerk.get(link).status_code == 200
    verifier = browser(official("verifier", XUZHOU))
    for page in (url(row), "/board/?period=2024-05"):
        assert WORDS not in verifier.get(page).content.decode(), page


def test_who_asked_and_who_answered_stands_in_the_history(publisher: Official) -> None:
    of, clerk = closed(), official("clerk", GULOU, name="Zhao Li")
    own = browser(clerk)
    own.post(page_of(of), {"reason": "The meter broke", "until": UNTIL.isoformat()})
    row = ExtensionRequest.objects.get()
    answered(browser(publisher), row, decision="refuse", words="Too late")
    outside_requests()
    page = own.get(reverse("admin:records_extensionrequest_history", args=[row.pk])).content.decode()
    for words in ("Zhao Li", str(publisher), "The meter broke", "Too late"):
        assert words in page


def test_a_look_changes_nothing() -> None:
    """Values in the address are no request."""
    page = browser(official("clerk", GULOU))
    page.get(f"{page_of(closed())}&reason=x")
    page.get("/extension/2024-05/", {"answer": "read"})
    assert not ExtensionRequest.objects.exists()

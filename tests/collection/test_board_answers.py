"""The board: what it answers to whom, in both languages, and what it costs."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from revival.records.periods import PeriodException
from tests import factories
from tests.collection.rows import manager, may_of_two_cities, period
from tests.extent import combinations, every
from tests.factories import GULOU, PEI, PROVINCE, XUZHOU, browser, official

pytestmark = pytest.mark.django_db
BAD = (
    "city=320300", "period=2024-06", "period=x", "period=%00", "period=2024-05&period=2024-05", "unit=320302",
    "unit=%00", "unit=320583", "subject=enterprise", "subject=x", "format=json", "format=%00",
)  # fmt: skip
BAD_LISTS = (
    "unit=320302", "county=320302", "unit=320300&county=320583", "state=x", "state=%00", "after=x", "after=-1",
    "after=9223372036854775808", "after=00000000000000000001", "after=1&before=2", "format=csv", "page=2",
    "period=2024&state=not-started",
)  # fmt: skip


@every("path", [f"/board/?{query}" for query in BAD] + [f"/board/records/?{query}" for query in BAD_LISTS])
def test_what_is_not_understood_is_refused(may: None, path: str) -> None:
    """The answer is 400 and has no number."""
    period(0)
    response = manager().get(path)
    assert response.status_code == 400
    assert "<table" not in response.content.decode()


def test_what_is_reported_by_the_year_is_shown_by_the_year(may: None) -> None:
    """For a month the board shows its year and says so. Where the year has no period, it says so with a link back."""
    page = manager().get("/board/?period=2024-05&subject=policy&unit=320300")
    assert page.status_code == 400
    assert "No whole year has been set up as a reporting period." in page.content.decode()
    assert 'href="/board/"' in page.content.decode()
    period(0)
    answer = manager().get("/board/?period=2024-05&subject=policy&unit=320300", follow=True)
    assert answer.redirect_chain == [("/board/?period=2024&subject=policy&unit=320300", 302)]
    assert "Policies are reported by the year, not by the month." in answer.content.decode()


def test_a_foreign_unit_is_none(may: None) -> None:
    """An official of Xuzhou cannot ask for Suzhou, on the board or in the lists behind it."""
    for path in ("/board/?unit=320500", "/board/records/?unit=320500", "/board/records/?unit=320583"):
        assert manager(XUZHOU).get(path).status_code == 400


@every("path", ["/board/", "/board/records/"])
def test_only_readers_of_progress_see_it(may: None, path: str, client: Client) -> None:
    """Others are refused, and do not have it in their menu."""
    assert client.get(path).status_code == 302
    user = official("manager", PROVINCE)
    assert 'href="/board/"' in browser(user).get("/").content.decode()
    user.groups.clear()
    assert browser(user).get(path).status_code == 403
    assert 'href="/board/"' not in browser(user).get("/").content.decode()


@pytest.mark.parametrize(
    "path", ["/board/", "/board/?unit=320300", "/board/records/", "/board/?period=2024&subject=loan"]
)
def test_queries_do_not_grow(path: str) -> None:
    """They grow neither with records nor with exceptions."""
    client, counts = manager(), list[int]()
    for _ in range(2):
        may_of_two_cities()
        factories.loan(GULOU)
        if not counts:
            made = [period(), period(0)]
        with CaptureQueriesContext(connection) as found:
            assert client.get(path).status_code == 200
        counts.append(len(found))
        opener = official("publisher", PROVINCE)
        PeriodException.objects.create(
            period=made[0], region_id=PEI, reason="more", until=timezone.localdate(), opened_by=opener
        )
    assert counts[0] == counts[1] <= 11, [query["sql"][:90] for query in found.captured_queries]


@pytest.mark.torture
@every(
    ("path", "language"),
    combinations(
        ["/board/", "/board/?period=2024&subject=designation", "/board/records/?state=draft"], ["zh-hans", "en"]
    ),
)
def test_pages_stand_in_both_languages(may: None, language: str, path: str) -> None:
    """Places have their names of the language."""
    period(0)
    text: Any = manager(language=language).get(path).content.decode()
    assert f'<html lang="{language}">' in text
    assert ("Gulou" if "records" in path else "Wuxi") in text if language == "en" else "江苏" in text

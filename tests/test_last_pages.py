"""A page beyond the last one is answered with the last one, in every list that has pages."""

import re

import pytest
from django.test import Client

from revival.records.admin import history
from tests.factories import XUZHOU, browser, official, outside_requests, project

pytestmark = pytest.mark.django_db
NAME = re.compile(r"Paged \d+")


@pytest.fixture
def clerk(db: None) -> Client:
    return browser(official("clerk", XUZHOU))


def names(client: Client, url: str) -> list[str]:
    response = client.get(url)
    assert response.status_code == 200, url
    return list(dict.fromkeys(NAME.findall(response.content.decode())))


@pytest.mark.parametrize("beyond", [3, 150, 200])
def test_a_report_shows_its_last_records(clerk: Client, beyond: int) -> None:
    for number in range(53):
        project(name=f"Paged {number}", state="verified")
    last = names(clerk, "/reports/renovation/?page=2")
    assert last == ["Paged 50", "Paged 51", "Paged 52"]
    assert names(clerk, f"/reports/renovation/?page={beyond}") == last
    page = clerk.get(f"/reports/renovation/?page={beyond}").content.decode()
    assert "Next" not in page
    assert "Previous" in page


def test_a_report_without_records_has_one_page(clerk: Client) -> None:
    assert names(clerk, "/reports/renovation/?page=7") == []


@pytest.mark.parametrize("beyond", [3, 10**6])
def test_the_officials_list_shows_its_last_rows(clerk: Client, beyond: int) -> None:
    for number in range(53):
        project(name=f"Paged {number}")
    url = "/admin/projects/renovationproject/?p="
    assert names(clerk, f"{url}2") == ["Paged 2", "Paged 1", "Paged 0"]
    assert names(clerk, f"{url}{beyond}") == ["Paged 2", "Paged 1", "Paged 0"]


def test_a_history_shows_its_first_events(clerk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "PAGE", 2)
    row = project(name="Paged 1")
    for number in (2, 3):
        row.name = f"Paged {number}"
        outside_requests()
        row.save()
    url = f"/admin/projects/renovationproject/{row.pk}/history/?p="
    assert names(clerk, f"{url}9") == names(clerk, f"{url}2")
    assert "Added" in clerk.get(f"{url}9").content.decode()

"""The home page and the health check."""

import re
from decimal import Decimal

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.factories import KUNSHAN, PEI, PROVINCE, XUZHOU

pytestmark = pytest.mark.django_db


@pytest.fixture
def two_years() -> None:
    """2023 with twelve verified months, 2024 with three; one project of each year in Pei County and in Kunshan."""
    for year, months in ((2023, 12), (2024, 3)):
        for region in (PEI, KUNSHAN):
            project = factories.project(region, year=year, state="verified")
            for month in range(1, months + 1):
                factories.progress(project, month=month, state="verified")


def shown(region: str, path: str = "/") -> tuple[str, str]:
    client = factories.browser(factories.official("manager", region))
    response = client.get(path)
    assert response.status_code == 200
    text = response.content.decode()
    title = re.search(r"<h1>([^<]+)", text)
    assert title
    return title.group(1), text


def test_home_opens_on_the_latest_whole_year_of_ones_own_region(two_years: None) -> None:
    """A year counts as whole with twelve months of verified progress; each reader sees his own region."""
    for region, name, projects in ((PROVINCE, "Jiangsu", 2), (XUZHOU, "Xuzhou", 1), (KUNSHAN, "Kunshan, Suzhou", 1)):
        title, text = shown(region)
        assert title == f"{name} at a glance, 2023"
        number = re.search(r"<dd><a [^>]*>([\d,]+)</a>", text)
        assert number
        assert Decimal(number.group(1)) == projects


def test_home_shows_the_regions_below_ones_own(two_years: None) -> None:
    """The province is shown by cities, a city by counties, a county by actions."""
    for region, first in ((PROVINCE, "Nanjing"), (XUZHOU, "Gulou District, Xuzhou"), (KUNSHAN, "Eliminating")):
        rows = re.findall(r'<th scope="row">(?:<a [^>]*>)?([^<]+)', shown(region)[1])
        assert rows[0].startswith(first)


def test_another_year_is_one_click_away(two_years: None) -> None:
    """Years with verified progress are offered; an empty year means the usual one."""
    title, text = shown(PROVINCE, "/?year=2024")
    assert title.endswith("2024")
    assert 'href="/?year=2023"' in text
    assert shown(PROVINCE, "/?year=")[0].endswith("2023")


@pytest.mark.parametrize("query", ["year=x", "year=2023&year=2024", "city=320300", "year=2024&by=city", "year=%00"])
def test_home_takes_a_year_and_nothing_else(query: str) -> None:
    """Any other parameter is an error without numbers."""
    client = factories.browser(factories.official("manager", PROVINCE))
    response = client.get(f"/?{query}")
    assert response.status_code == 400
    assert "<dd>" not in response.content.decode()


def test_home_of_an_empty_tracker(client: Client) -> None:
    """Before anything is verified the page stands."""
    assert "at a glance" in shown(PROVINCE)[0]


def test_home_takes_a_fixed_number_of_queries(two_years: None) -> None:
    """However many records there are."""
    client = factories.browser(factories.official("manager", PROVINCE))
    with CaptureQueriesContext(connection) as found:
        client.get("/")
    assert len(found) <= 18, [query["sql"][:90] for query in found.captured_queries]


def test_reader_without_a_role_sees_no_number(two_years: None) -> None:
    """Without a role there is no report to read."""
    user = factories.official("manager", PROVINCE)
    user.groups.clear()
    client = factories.browser(user)
    assert "<dd>" not in client.get("/").content.decode()
    assert client.get("/reports/renovation/").status_code == 403


def test_healthz_answers_while_the_database_does(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """200 with the database, 503 without."""
    assert client.get("/healthz").status_code == 200

    def gone() -> None:
        raise OperationalError

    monkeypatch.setattr(connection, "cursor", gone)
    assert client.get("/healthz").status_code == 503

"""The home page and the health check."""

import json
import re
from decimal import Decimal
from html import unescape

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from revival.catalogue import REPORTS
from revival.home.charts import TILES
from tests import factories
from tests.factories import KUNSHAN, PEI, PROVINCE, XUZHOU

pytestmark = pytest.mark.django_db


@pytest.fixture
def two_years() -> None:
    """2023 with twelve verified months, 2024 with three. Pei County and Kunshan have one project of each year."""
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
    """A year counts as whole with twelve months of verified progress. Readers see their own region."""
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
    """Years with verified progress are offered. An empty year means the default one."""
    title, text = shown(PROVINCE, "/?year=2024")
    assert title.endswith("2024")
    assert 'href="/?year=2023"' in text
    assert shown(PROVINCE, "/?year=")[0].endswith("2023")


@pytest.mark.parametrize(
    "query",
    ["year=x", "year=2023&year=2024", "city=320300", "year=2024&by=city", "year=%00", "year=99999", "year=-1",
     "measure=renovation", "measure=renovation.nothing", "measure=renovation.schedule",
     "measure=nothing.projects", "measure=%00", "measure=loans.lent&measure=loans.credit"],
)  # fmt: skip
def test_home_takes_a_year_and_a_measure_and_nothing_else(query: str) -> None:
    """Any other parameter is an error without numbers."""
    client = factories.browser(factories.official("manager", PROVINCE))
    response = client.get(f"/?{query}")
    assert response.status_code == 400
    assert "<dd>" not in response.content.decode()


def test_home_of_an_empty_tracker(client: Client) -> None:
    """The page works before anything is verified."""
    assert "at a glance" in shown(PROVINCE)[0]


def test_home_takes_a_fixed_number_of_queries(two_years: None) -> None:
    """The number does not depend on the number of records."""
    client = factories.browser(factories.official("manager", PROVINCE))
    with CaptureQueriesContext(connection) as found:
        client.get("/")
    assert len(found) <= len(REPORTS) + 15, [query["sql"][:90] for query in found.captured_queries]


def figures_of(text: str, title: str) -> list[tuple[str, str]]:
    """Each number on a card with its comparison to last year."""
    (card,) = (part for part in text.split('<li class="card">')[1:] if f">{title}</a>" in part)
    found = re.findall(r'<dd><a [^>]*>([^<]+)</a>.*?<dd class="before">(.*?)</dd>', card, re.S)
    return [(number, re.sub(r"<[^>]+>", "", before)) for number, before in found]


def test_last_year_stands_beside_every_number() -> None:
    """It has the change in percent, for rates in points, and none where last year had nothing."""
    for year, count, planned in ((2023, 2, 10_000_000), (2024, 3, 20_000_000)):
        for _ in range(count):
            made = factories.project(PEI, year=year, planned_investment=planned, state="verified")
            factories.progress(made, month=12, completed=8_000_000, planned=0, state="verified")
    text = shown(PROVINCE, "/?year=2024")[1]
    projects, _investment, completion, schedule = figures_of(text, "Renovation projects")
    assert projects[0] == "3"
    assert re.sub(r"<[^>]+>", "", projects[1]) == "last year 2, +50.0 %"
    assert (completion[0], re.sub(r"<[^>]+>", "", completion[1])) == (
        "40.0",
        "last year 80.0, -40.0 percentage points",
    )
    assert schedule[0] == "-60.0"
    first = figures_of(shown(PROVINCE, "/?year=2023")[1], "Renovation projects")[0]
    assert first == ("2", "last year 0")


def test_cards_count_what_they_say() -> None:
    """They count green factories among designations, and equipment withdrawn voluntarily. Each card leads there."""
    factories.designation(PEI, state="verified")
    factories.designation(PEI, "green-park", state="verified")
    factories.retired(PEI, quantity=7, state="verified")
    factories.retired(PEI, quantity=90, category="backward", state="verified")
    client = factories.browser(factories.official("manager", PROVINCE))
    text = client.get("/?year=2024").content.decode()
    assert [number for number, _before in figures_of(text, "Green factories and designations")] == ["1", "1"]
    assert [number for number, _before in figures_of(text, "Retired equipment")] == ["7", "1"]
    for name, card in (("green-factories", "kind=green-factory"), ("retired-equipment", "category=voluntary")):
        links = [unescape(url) for url in re.findall(rf'href="(/reports/{name}/\?[^"]*)"', text)]
        assert links
        assert all(card in link for link in links)
        assert all(client.get(link).status_code == 200 for link in links)


def bars_of(text: str) -> list[tuple[str, str, str]]:
    """Link, name and value of each ranked bar."""
    drawing = text.split('class="chart of-bars"')[1].split("</figure>")[0]
    found = re.findall(
        r'<a href="([^"]*)">.*?<text y="\d+">([^<]*)</text>.*?<text class="value"[^>]*>([^<]*)<', drawing, re.S
    )
    return [(unescape(url), name, value) for url, name, value in found]


def test_bars_rank_the_regions_by_the_measure_chosen() -> None:
    """Each bar leads to its records."""
    for region, amount in ((PEI, 3), (KUNSHAN, 5), (KUNSHAN, 1)):
        line = factories.loan(region, credit=amount * 100_000_000, state="verified")
        factories.drawing(line, amount=amount * 10_000_000, state="verified")
    client = factories.browser(factories.official("manager", PROVINCE))
    for measure, first, second in (("loans.lent", "0.060", "0.030"), ("loans.loans", "2", "1")):
        text = client.get(f"/?year=2024&measure={measure}").content.decode()
        ranks = bars_of(text)
        assert [(name, value) for _url, name, value in ranks[:2]] == [("Suzhou", first), ("Xuzhou", second)]
        assert len(ranks) == 13
        assert "city=320500" in ranks[0][0]
        assert client.get(ranks[0][0]).status_code == 200
        assert f'value="{measure}" selected' in text


def test_tiles_are_the_province_s_alone(two_years: None) -> None:
    """There are thirteen tiles, each with the link of its city. A city or county reader has none."""
    text = shown(PROVINCE)[1]
    tiles = text.split('class="chart of-tiles"')[1].split("</figure>")[0].split("<details")[0]
    assert sorted(re.findall(r"city=(\d+)", tiles)) == sorted(TILES)
    assert len(TILES) == 13
    assert len(set(TILES.values())) == 13
    for region in (XUZHOU, KUNSHAN):
        assert "of-tiles" not in shown(region)[1]


def test_actions_are_stacked_by_region(two_years: None) -> None:
    """Province and cities have stacked bars, each part with its records. A county's own bars are its actions."""
    for region in (PROVINCE, XUZHOU):
        text = shown(region)[1]
        drawing = text.split('class="chart of-actions"')[1].split("</figure>")[0]
        assert "action=equipment-renewal" in drawing
    text = shown(KUNSHAN)[1]
    assert "of-actions" not in text
    assert bars_of(text)[0][1] == "Equipment renewal"


def test_attention_names_the_projects_furthest_behind() -> None:
    """At most ten are ordered by the missing yuan, without those on schedule, drafts and other years."""
    for number in range(12):
        made = factories.project(PEI, name=f"Late {number:02}", planned_investment=12_000_000, state="verified")
        factories.progress(made, month=6, completed=number * 10_000, planned=0, state="verified")
    fine = factories.project(PEI, name="On time", planned_investment=12_000_000, state="verified")
    factories.progress(fine, month=6, completed=6_000_000, planned=0, state="verified")
    factories.project(PEI, name="Silent", state="verified")
    factories.project(PEI, name="Draft")
    text = shown(XUZHOU, "/?year=2024")[1]
    assert "12 projects behind schedule" in text
    assert "1 project without a verified month" in text
    assert re.findall(r">(Late \d\d)<", text) == [f"Late {number:02}" for number in range(10)]
    assert not re.search("On time|>Silent|>Draft<", text)
    client = factories.browser(factories.official("manager", XUZHOU))
    for query, count in (("schedule=behind", 12), ("reported=0", 1)):
        (url,) = {unescape(u) for u in re.findall(rf'href="([^"]*{query}[^"]*)"', text)}
        page = client.get(f"{url}&format=json")
        assert json.loads(b"".join(page.streaming_content))["total"]["projects"] == count  # type: ignore[attr-defined]
    assert "0 projects behind schedule" in shown(KUNSHAN, "/?year=2024")[1]


def test_home_holds_nothing_of_other_regions(two_years: None) -> None:
    """It has no name and no link of another city."""
    foreign = factories.project(KUNSHAN, year=2023, name="ZQB foreign", planned_investment=9, state="verified")
    factories.progress(foreign, month=12, completed=0, planned=0, state="verified")
    text = shown(XUZHOU, "/?year=2023")[1]
    assert not re.search("ZQB|Suzhou|3205", text)


def test_reader_without_a_role_sees_no_number(two_years: None) -> None:
    """Without a role there is no report to read."""
    user = factories.official("manager", PROVINCE)
    user.groups.clear()
    client = factories.browser(user)
    assert "<dd>" not in client.get("/").content.decode()
    assert client.get("/reports/renovation/").status_code == 403


def test_healthz_answers_while_the_database_does(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """It answers 200 with the database and 503 without."""
    assert client.get("/healthz").status_code == 200

    def gone() -> None:
        raise OperationalError

    monkeypatch.setattr(connection, "cursor", gone)
    assert client.get("/healthz").status_code == 503

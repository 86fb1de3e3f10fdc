"""Pages of records by key, and what a page shows in words."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from projects.models import RenovationProject
from revival.records.models import ScopedQuerySet
from revival.reporting import records
from tests import factories
from tests.extent import combinations, every
from tests.factories import KUNSHAN, PEI, PROVINCE
from tests.reporting.contract import body

pytestmark = pytest.mark.django_db
LINK = re.compile(r'<a rel="(prev|next)" href="([^"]+)"')
CODE = re.compile(r'<th scope="row">(?:<a [^>]*>)?(\d{4}-[-\d]+)')


def manager(language: str = "en") -> Client:
    return factories.browser(factories.official("manager", PROVINCE), language)


def codes(client: Client, url: str) -> tuple[list[str], dict[str, str]]:
    page = client.get(url)
    assert page.status_code == 200
    text = page.content.decode()
    return CODE.findall(text), {rel: unescape(href) for rel, href in LINK.findall(text)}


@pytest.fixture
def projects() -> list[str]:
    """120 projects, whose amounts and start dates repeat. Some dates are missing."""
    owner = factories.enterprise(PEI)
    verified = factories.stated({"state": "verified"})
    return [
        factories.project(
            PEI,
            enterprise=owner,
            total_investment=10_000_000 + 1_000_000 * (number % 3),
            start_date=None if number % 5 == 0 else f"2024-0{number % 4 + 1}-01",
            **verified,
        ).code
        for number in range(120)
    ]


SORTS = ("", "code", "-code", "total_investment", "-total_investment", "start_date", "-start_date")


@pytest.mark.torture
@every(("sort", "last_page"), combinations(SORTS, [1, 200]))
def test_pages_forward_and_back_show_every_record_once(
    projects: list[str], monkeypatch: pytest.MonkeyPatch, sort: str, last_page: int
) -> None:
    """In every order, by number or by key, the pages hold each record once and lead back the same way."""
    monkeypatch.setattr(records, "LAST_PAGE", last_page)
    client = manager()
    found, links = codes(client, f"/reports/renovation/?sort={sort}")
    pages = [found]
    while "next" in links:
        assert ("after=" in links["next"]) == (last_page == 1)
        found, links = codes(client, links["next"])
        pages.append(found)
    assert [len(page) for page in pages] == [50, 50, 20]
    assert sorted(code for page in pages for code in page) == sorted(projects)
    back = []
    while "prev" in links:
        found, links = codes(client, links["prev"])
        back.append(found)
    assert back == pages[-2::-1]


def test_page_after_a_record_that_is_gone_says_so(projects: list[str]) -> None:
    """A page that followed a record which left the list is an error in words, not a wrong page."""
    response = manager().get("/reports/renovation/?sort=code&after=999999999")
    assert response.status_code == 400
    assert "no longer there" in response.content.decode()


def test_active_filters_are_said_in_words_and_removable() -> None:
    """Every active filter is named above the numbers, with a link that removes only it."""
    text = manager().get("/reports/renovation/?city=320300&action=product-upgrading&q=abc&by=city").content.decode()
    chips = dict(re.findall(r'<li>([^<]+) <a href="([^"]+)" aria-label="Remove', text))
    assert set(chips) == {"City: Xuzhou", "Primary action: Product upgrading", "Search: abc"}
    left = unescape(chips["City: Xuzhou"])
    assert "city=" not in left
    assert "action=product-upgrading" in left
    assert "q=abc" in left


def test_former_codes_of_regions_are_understood() -> None:
    """Haimen was 320684 until 2020. A URL with that code means 320614."""
    factories.project("320614", state="verified")
    client = manager()
    old = body(client.get("/reports/renovation/?region=320684&format=json"))
    assert old == body(client.get("/reports/renovation/?region=320614&format=json"))
    assert b'"projects": 1' in old


def test_zone_counts_in_its_county_and_city() -> None:
    """A project of Tongzhou Bay counts in Tongzhou District and in Nantong."""
    factories.project("320612Z01", state="verified")
    client = manager()
    for query in ("region=320612Z01", "county=320612", "city=320600", "part=suzhong", "region=320000"):
        text = client.get(f"/reports/renovation/?{query}").content.decode()
        assert len(CODE.findall(text)) == 1, query


def test_search_finds_part_of_a_name_and_signs_are_plain() -> None:
    """Search looks for the words as typed in code, name and enterprise. % and _ are plain characters."""
    factories.project(PEI, state="verified", name="淮海高端装备改造")
    factories.project(KUNSHAN, state="verified", name="100% green")
    client = manager()
    bare = CODE.findall(client.get("/reports/renovation/").content.decode())[0].replace("-", "")
    for words, count in ((bare, 1), ("高端装备", 1), ("100%", 1), ("%", 1), ("_", 0), ("2401", 2), ("Enterprise", 2)):
        text = client.get("/reports/renovation/", {"q": words}).content.decode()
        assert len(CODE.findall(text)) == count, words


def test_tags_and_key_support_filter() -> None:
    """Programme, watch tag and key-support year select the projects that have them."""
    factories.project(PEI, state="verified", programmes=["taihu-basin"], watch=["low-end-capacity"])
    factories.project(PEI, state="verified", key_support_year=2024)
    client = manager()
    for query in ("programme=taihu-basin", "watch=low-end-capacity", "key_support=2024"):
        text = client.get(f"/reports/renovation/?{query}").content.decode()
        assert len(CODE.findall(text)) == 1, query


@pytest.mark.parametrize(("language", "unit"), [("zh-hans", "亿元"), ("en", "billion yuan")])
def test_units_are_named_in_the_readers_language(language: str, unit: str) -> None:
    """Sums are in 亿元, or in English in billion yuan, unless another unit is chosen. The head says which."""
    factories.project(PEI, state="verified", total_investment=2_500_000_000)
    text = manager(language).get("/reports/renovation/?by=city").content.decode()
    assert f"<small>{unit}</small>" in text
    assert ("25.00" if language == "zh-hans" else "2.500") in text


def test_page_without_records_says_so() -> None:
    """Where nothing matches, the page says so beside the zeros."""
    page = manager().get("/reports/renovation/?year=2016").content.decode()
    assert "No record fits these filters." in page
    assert ">0</a>" in page


def test_row_of_a_region_above_ones_own_says_that_it_is_a_part() -> None:
    """For a county its city's row holds only the county's records, and says so."""
    factories.project(KUNSHAN, state="verified")
    factories.project("320581", state="verified")
    client = factories.browser(factories.official("clerk", KUNSHAN))
    for by, label in (("city", "Suzhou (own part)"), ("part", "Sunan (own part)"), ("county", "Kunshan, Suzhou")):
        text = client.get(f"/reports/renovation/?by={by}").content.decode()
        rows = re.findall(r'<th scope="row">(?:<a [^>]*>)?([^<]+)', text)
        assert rows == [label, "Total"]
    assert "own part" not in manager().get("/reports/renovation/?by=city").content.decode()


@pytest.mark.parametrize("value", ["-1", "32768", "2147483648", "1e9", "2024.5", "99999999999999999999", "%EF%BC%91"])
def test_key_support_takes_a_year_and_nothing_near_it(value: str) -> None:
    """A key-support year out of bounds, or no whole number, is an error on page and files."""
    client = manager()
    for shape in ("", "&format=csv", "&format=json", "&by=city"):
        assert client.get(f"/reports/renovation/?key_support={value}{shape}").status_code == 400


def test_years_of_the_key_support_list_are_alternatives() -> None:
    """Several years select the projects of each of them. The value for none selects those on no list."""
    for year in (2023, 2024, None):
        factories.project(PEI, state="verified", key_support_year=year)
    client = manager()
    for query, count in (("key_support=2024", 1), ("key_support=2023&key_support=2024", 2), ("key_support=none", 1)):
        assert len(CODE.findall(client.get(f"/reports/renovation/?{query}").content.decode())) == count


@pytest.mark.parametrize(
    "shape", ["", "&by=city", "&by=city&across=action", "&format=csv", "&format=json", "&sort=name"]
)
def test_filters_that_nothing_can_fit_answer_with_zeros(monkeypatch: pytest.MonkeyPatch, shape: str) -> None:
    """Page and files are complete and empty where the query is known to find nothing."""
    nothing = RenovationProject.objects.none
    monkeypatch.setattr(ScopedQuerySet, "visible_to", lambda self, user: nothing())
    response = manager().get(f"/reports/renovation/?year=2024{shape}")
    assert response.status_code == 200
    assert body(response)


def test_many_records_are_sorted_only_as_an_index_holds_them(
    projects: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beyond a number of records a page sorts only by indexed columns, and says so. Their file is sorted by any."""
    monkeypatch.setattr(records, "MANY", 100)
    client = manager()
    text = client.get("/reports/renovation/").content.decode()
    assert "sort=-total_investment" in text
    assert "sort=code" in text
    assert "sort=stage" not in text
    assert "sort=start_date" not in text
    refused = client.get("/reports/renovation/?sort=stage")
    assert refused.status_code == 400
    assert "More than 100 records are not sorted by “Stage” here." in refused.content.decode()
    assert client.get("/reports/renovation/?sort=stage&q=no+such").status_code == 200
    rows = (
        body(client.get("/reports/renovation/?sort=-start_date&columns=start_date&format=csv")).decode().split("\n")
    )
    dates = [row for row in rows[1:-2] if row]
    assert dates == sorted(dates, reverse=True)


def test_pages_by_an_indexed_column_begin_in_the_index(projects: list[str]) -> None:
    """The page behind a record is a range of the index, not a walk from its beginning."""
    last = RenovationProject.objects.order_by("-total_investment", "-pk")[60].pk
    client = manager()
    with CaptureQueriesContext(connection) as found:
        client.get(f"/reports/renovation/?sort=-total_investment&after={last}")
    (page,) = [each["sql"] for each in found.captured_queries if "LIMIT 51" in each["sql"]]
    assert '"total_investment" <= ' in page
    assert "NULLS LAST" not in page

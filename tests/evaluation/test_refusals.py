"""What the pages of the index systems refuse, and what they cost."""

import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from revival.evaluation.models import IndexSystem
from tests.evaluation.pages import CITIES, INDUSTRIES, found, manager, page, record_of_each_kind
from tests.evaluation.systems import indicator, system
from tests.extent import combinations, every
from tests.factories import PROVINCE, SUZHOU, XUZHOU, browser, official

pytestmark = pytest.mark.django_db
WRONG = (
    "city=320300", "bogus=1", "year=x", "year=1999", "year=2014", "year=2061", "year=-2024", "year=0000020249",
    "year=２０２４", "year=%00", "version=9", "version=x", "version=0", "compare=x", "compare=9", "compare=1",
    "version=1&compare=1", "indicator=completion&weight=5&format=csv",
    "indicator=completion&weight=5&format=json", "indicator=bogus&weight=5", "indicator=%00&weight=5",
    "indicator=completion", "weight=5", "indicator=completion&weight=-1", "indicator=completion&weight=100",
    "indicator=completion&weight=nan", "indicator=completion&weight=Infinity",
    "indicator=completion&weight=1e5", "indicator=completion&weight=1_0", "indicator=completion&weight=x",
    "indicator=completion&weight=%00", "format=exe", "format=%00", "year=2024&year=2024",
    "version=1&version=1", "format=csv&format=json", "%00=1",
)  # fmt: skip
URLS = (CITIES, INDUSTRIES, f"{CITIES}{XUZHOU}/", f"{INDUSTRIES}textile/")


class TestRefused:
    @pytest.fixture
    def reader(self) -> Client:
        return manager()

    @pytest.mark.torture
    @every(("query", "url"), combinations(WRONG, URLS))
    def test_a_wrong_parameter_has_no_answer(self, reader: Client, query: str, url: str) -> None:
        """Neither number nor row."""
        response = reader.get(f"{url}?{query}")
        assert response.status_code == 400
        assert "<table" not in response.content.decode()

    @every("url", URLS)
    def test_years_are_from_2015_to_this_one(self, url: str) -> None:
        client, this = manager(), timezone.localdate().year
        for year, status in ((2014, 400), (2015, 200), (this, 200), (this + 1, 400)):
            assert client.get(f"{url}?year={year}").status_code == status, year

    @every("query", ["compare=1", "indicator=completion&weight=5", "indicator=completion", "weight=5", "format=json"])
    def test_a_score_takes_year_and_version_alone(self, two: IndexSystem, query: str) -> None:
        """It refuses even parameters that the ranking takes."""
        client = manager()
        assert client.get(f"{CITIES}{XUZHOU}/?year=2024&version=2").status_code == 200
        response = client.get(f"{CITIES}{XUZHOU}/?year=2024&version=2&{query}")
        assert response.status_code == 400
        assert f"“{query.partition('=')[0]}” is not a parameter" in response.content.decode()
        assert "<table" not in response.content.decode()

    def test_a_draft_is_for_those_who_may_change_it(self, two: IndexSystem) -> None:
        made = system("cities", indicator("sets", "retired-equipment.sets", weight="100"), use=False)
        publisher = browser(official("publisher", PROVINCE))
        assert made.version == 3
        for query in ("version=3", "compare=3"):
            assert manager().get(f"{CITIES}?year=2024&{query}").status_code == 400
            assert publisher.get(f"{CITIES}?year=2024&{query}").status_code == 200
            of_city = browser(official("publisher", XUZHOU))
            assert of_city.get(f"{CITIES}?year=2024&{query}").status_code == 400
        for each in (manager(), of_city):
            assert each.get(f"{CITIES}{XUZHOU}/?year=2024&version=3").status_code == 400
            assert "version=3" not in page(each, f"{CITIES}?year=2024")
        assert publisher.get(f"{CITIES}{XUZHOU}/?year=2024&version=3").status_code == 200
        assert "This is a draft that is not in use yet" in page(publisher, f"{CITIES}?year=2024&version=3")
        assert found(publisher, query="year=2024&version=3")[SUZHOU]["score"] == 100
        assert json.loads(page(publisher, f"{CITIES}?year=2024&format=json"))["version"] == 2
        assert "version=3" not in page(manager(), f"{CITIES}?year=2024")

    @every("url", URLS)
    def test_it_needs_a_signed_in_reader_with_a_role(self, client: Client, url: str) -> None:
        assert client.get(url).status_code == 302
        user = official("manager", PROVINCE)
        user.groups.clear()
        assert browser(user).get(url).status_code == 403
        assert manager().post(url).status_code == 405

    def test_there_are_two_subjects(self) -> None:
        assert manager().get("/evaluation/bogus/").status_code == 404
        assert manager().get(f"/evaluation/bogus/{XUZHOU}/").status_code == 404


MOST = dict(zip(URLS, (75, 68, 60, 60), strict=True))


def test_queries_do_not_grow(records: None) -> None:
    """With more cities that have records, and more records in each."""
    client = manager()
    counts: dict[str, list[int]] = {url: [] for url in URLS}
    for more in ("320282", "320402", ""):
        for url in URLS:
            with CaptureQueriesContext(connection) as queries:
                page(client, f"{url}?year=2024")
            counts[url].append(len(queries))
        if more:
            record_of_each_kind(more, 2)
    assert {url: found for url, found in counts.items() if len({*found}) > 1 or found[0] > MOST[url]} == {}

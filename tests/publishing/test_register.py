"""The register: states, scope, links, filters, files, queries; and that no total includes a statement."""

import csv
import io
import json
import re
from decimal import Decimal
from html import unescape
from io import BytesIO, TextIOWrapper
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from revival.catalogue import REPORTS
from revival.publishing.models import PublishedFigure
from tests import factories
from tests.factories import GULOU, KUNSHAN, PEI, PROVINCE, SUZHOU, XUZHOU, browser, official
from tests.publishing.test_figures import figure

pytestmark = pytest.mark.django_db


def manager(region: str = PROVINCE, language: str = "en") -> Client:
    return browser(official("manager", region), language)


def sheet(client: Client, query: str = "") -> list[dict[str, str]]:
    response = client.get(f"/register/?format=csv{query}")
    assert response.status_code == 200
    text = response.content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), strict=True))


def state_of(client: Client, code: str = "T01") -> dict[str, str]:
    (row,) = [row for row in sheet(client) if row["Code"] == code]
    return row


def printed(*arguments: str) -> str:
    out = TextIOWrapper(BytesIO(), encoding="utf-8")
    call_command("register", *arguments, stdout=out)
    out.flush()
    return out.buffer.getvalue().decode("utf-8-sig")


@pytest.fixture
def twelve() -> PublishedFigure:
    """A published figure of twelve projects in 2024."""
    row = figure()
    row.save()
    return row


class TestStates:
    @pytest.mark.parametrize(
        ("records", "qualifier", "state"),
        [
            (12, "exact", "Agrees"),
            (11, "exact", "Differs"),
            (13, "over", "Within its qualifier"),
            (12, "over", "Differs"),
            (0, "exact", "No records"),
        ],
    )
    def test_the_records_decide(self, records: int, qualifier: str, state: str) -> None:
        figure(qualifier=qualifier).save()
        for _ in range(records):
            factories.project(PEI, state="verified")
        factories.project(PEI)
        row = state_of(manager())
        assert row["State"] == state
        assert row["Computed"] == (str(records) if records else "")
        assert row["Difference"] == (str(records - 12) if records else "")

    def test_a_statement_has_no_computed_value(self) -> None:
        figure(measure="", filters="").save()
        row = state_of(manager())
        assert (row["State"], row["Computed"], row["Difference"], row["Coverage (%)"]) == (
            "Statement only",
            "",
            "",
            "",
        )

    def test_a_rate_of_nothing_done_differs_and_of_nothing_planned_has_no_records(self) -> None:
        values = {"value": "0.5", "digits": 1, "unit": "share", "measure": "chemical-units.completion"}
        figure(**values).save()
        assert state_of(manager())["State"] == "No records"
        factories.chemical_unit(PEI, state="verified")
        row = state_of(manager())
        assert (row["State"], row["Computed"]) == ("Differs", "0")

    def test_money_is_compared_in_the_unit_published(self) -> None:
        """2.5 billion yuan are 25 projects of a tenth of a billion."""
        figure(value="0.25", digits=2, unit="billion yuan", measure="renovation.investment").save()
        for _ in range(5):
            factories.project(PEI, total_investment=50_000_000, state="verified")
        row = state_of(manager())
        assert (row["State"], row["Published value"], row["Computed"]) == ("Agrees", "0.25", "0.25")
        factories.project(PEI, total_investment=5_000_000, state="verified")
        assert (state_of(manager())["State"], state_of(manager())["Difference"]) == ("Differs", "0.005")


class TestScope:
    def test_a_value_shows_only_to_whose_region_holds_the_whole_scope(self, twelve: PublishedFigure) -> None:
        """The province's figure is computed for the province alone; Xuzhou's for Xuzhou and above it."""
        own = figure(code="T02", scope="city", region=factories.region(XUZHOU))
        own.save()
        for region in (PEI, GULOU, KUNSHAN):
            factories.project(region, state="verified")
        expected = {
            PROVINCE: {"T01": "3", "T02": "2"},
            XUZHOU: {"T01": "", "T02": "2"},
            PEI: {"T01": "", "T02": ""},
            SUZHOU: {"T01": "", "T02": ""},
        }
        for region, computed in expected.items():
            client = manager(region)
            rows = {row["Code"]: row for row in sheet(client)}
            assert {code: rows[code]["Computed"] for code in computed} == computed, region
            assert {code: rows[code]["State"] for code in computed if not computed[code]} == {
                code: "Not in your scope" for code in computed if not computed[code]
            }
            assert {row["Published value"] for row in rows.values() if row["Code"] in computed} == {"12"}
            text = client.get("/register/").content.decode()
            links = [unescape(url) for url in re.findall(r'href="(/reports/[^"?]*\?[^"]*)"', text)]
            assert all(client.get(link).status_code == 200 for link in links)

    def test_a_basin_is_the_province_s(self) -> None:
        """Its records lie in several cities, none of which sees the whole."""
        figure(scope="basin", filters="year=2024&programme=taihu-basin", value="1").save()
        factories.project(KUNSHAN, programmes=["taihu-basin"], state="verified")
        assert state_of(manager())["State"] == "Agrees"
        assert state_of(manager(SUZHOU))["State"] == "Not in your scope"

    def test_it_needs_a_signed_in_reader_with_a_role(self, client: Client) -> None:
        assert client.get("/register/").status_code == 302
        user = official("manager", PROVINCE)
        user.groups.clear()
        assert browser(user).get("/register/").status_code == 403
        assert manager().post("/register/").status_code == 405


class TestLinks:
    def test_every_computed_value_leads_to_its_records(self, twelve: PublishedFigure) -> None:
        """The list behind the link has the computed value as its total."""
        for region in (PEI, KUNSHAN):
            factories.project(region, state="verified")
        factories.exit_of(region_code=PEI, state="verified")
        figure(code="T02", measure="exits.closed", unit="enterprise", value="1").save()
        client = manager()
        for row in json.loads(printed())["rows"]:
            if row["computed"] is None or not row["id"].startswith("T"):
                continue
            page = client.get(f"{row['link']}&format=json")
            found = json.loads(b"".join(page.streaming_content))  # type: ignore[attr-defined]
            assert len(found["rows"]) == row["computed"]
        text = client.get("/register/").content.decode()
        assert '<a href="/reports/renovation/?year=2024">2 projects</a>' in text
        assert "/reports/exits/?year=2024&amp;kind=closed" in text

    def test_home_shows_the_same_difference(self, twelve: PublishedFigure) -> None:
        """Only the card of that measure, year and region shows it."""
        PublishedFigure.objects.filter(code="F01").delete()
        for _ in range(13):
            factories.project(PEI, state="verified")
        text = re.sub(r"<[^>]+>", "", manager().get("/?year=2024").content.decode())
        assert "published 12 projects: Differs, +1 projects" in text
        assert "published 12 projects" not in manager(XUZHOU).get("/?year=2024").content.decode()
        assert "published 12 projects" not in manager().get("/?year=2023").content.decode()


class TestFilters:
    @pytest.mark.parametrize(
        ("query", "codes"),
        [
            ("system=products", ["F05", "F32", "F33", "F34", "F35", "F36"]),
            ("scope=basin", ["F47"]),
            ("scope=city", ["F20", "F28", "F37", "F54"]),
            ("system=campaigns&scope=county", ["F21"]),
            ("state=statement-only&scope=county", ["F41", "F42", "F43"]),
            ("period=2023", []),
        ],
    )
    def test_each_narrows(self, query: str, codes: list[str]) -> None:
        if query == "period=2023":
            figure(year=2023, code="T23").save()
            codes = ["T23"]
        client = manager()
        assert [row["Code"] for row in sheet(client, f"&{query}")] == codes
        text = client.get(f"/register/?{query}").content.decode()
        assert re.findall(r'<th scope="row">(\w+)</th>', text) == codes

    def test_all_together_are_all(self) -> None:
        assert len(sheet(manager(), "&source=article-2025&period=2024")) == 54

    @pytest.mark.parametrize(
        "query",
        [
            "nonsense=1",
            "system=bogus",
            "scope=zone",
            "period=20x4",
            "state=fine",
            "source=%00",
            "format=docx",
            "by=city",
        ],
    )
    def test_a_wrong_question_has_no_numbers(self, query: str) -> None:
        for shape in ("", "&format=csv"):
            response = manager().get(f"/register/?{query}{shape}")
            assert response.status_code == 400
            assert "<table" not in response.content.decode()

    def test_filters_in_force_are_taken_away_one_by_one(self) -> None:
        text = manager().get("/register/?scope=city&scope=county&system=land-renewal").content.decode()
        chips = [unescape(url) for url in re.findall(r'<a href="([^"]*)" aria-label="Remove', text)]
        assert chips == [
            "?scope=city&scope=county",
            "?scope=county&system=land-renewal",
            "?scope=city&system=land-renewal",
        ]


class TestFiles:
    @pytest.mark.parametrize(
        ("language", "value", "unit"), [("en", "2.346", "billion yuan"), ("zh-hans", "23.46", "亿元")]
    )
    def test_csv_has_exact_numbers_in_the_unit_of_the_page(self, language: str, value: str, unit: str) -> None:
        response = manager(language=language).get("/register/?format=csv&system=treasury-bond-funds")
        assert response.content.startswith(b"\xef\xbb\xbf")
        assert re.search(r"register_system-treasury-bond-funds_[\d-]+\.csv", response.headers["Content-Disposition"])
        rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig")), strict=True))
        assert len({len(row) for row in rows}) == 1
        at = rows[2].index(value)
        assert rows[2][at - 1] in ("exact", "精确")
        assert rows[2][at + 1] == unit
        assert rows[2][at - 2].endswith(unit)

    @pytest.mark.parametrize("language", ["en", "zh-hans"])
    def test_every_number_of_the_file_is_that_of_its_words(self, language: str) -> None:
        """The published value of each figure, with its unit, reads as the page prints it."""
        response = manager(language=language).get("/register/?format=csv")
        rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig")), strict=True))
        words, value, unit = 4, 6, 7
        assert len(rows) > 50
        for row in rows[1:]:
            number = f"{Decimal(row[value]):,f}"
            assert number in row[words].replace(".0 ", " "), row
            assert row[unit] in row[words], row

    def test_command_prints_json_for_all_and_for_a_user(self, twelve: PublishedFigure) -> None:
        factories.project(PEI, state="verified")
        rows = {row["id"]: row for row in json.loads(printed("--format", "json"))["rows"]}
        assert len(rows) == 55
        assert rows["T01"] == {
            "id": "T01",
            "name": "Test",
            "published": 12,
            "qualifier": "exact",
            "unit": "project",
            "computed": 1,
            "difference": -11,
            "coverage": 8.333333,
            "state": "differs",
            "link": "/reports/renovation/?year=2024",
        }
        city = official("manager", XUZHOU, username="only-xuzhou")
        rows = {row["id"]: row for row in json.loads(printed("--user", city.username))["rows"]}
        assert (rows["T01"]["computed"], rows["T01"]["state"], rows["T01"]["published"]) == (None, None, 12)
        with pytest.raises(CommandError, match="no active user"):
            printed("--user", "nobody")
        assert printed("--format", "csv", "--language", "zh-hans").count("\n") == 56


def test_one_statement_for_each_set_of_records() -> None:
    """The page takes one query for each set of records and a fixed few, independent of the number of records."""
    client = manager()
    sets = {
        (f.measure.split(".")[0], f.filters, f.scope, f.region_id)
        for f in PublishedFigure.objects.exclude(measure="")
    }
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as found:
            client.get("/register/")
        counts.append(len(found))
        for _ in range(3):
            factories.project(PEI, state="verified")
            factories.listing(region_code=PEI, state="verified")
    assert counts[0] == counts[1]
    assert counts[0] <= len(sets) + 14, [query["sql"][:90] for query in found.captured_queries]


def test_a_statement_is_part_of_no_total(twelve: PublishedFigure) -> None:
    """A figure for every measure changes no total, and no report reads the table."""
    factories.project(PEI, state="verified")
    client = manager()

    def totals() -> dict[str, Any]:
        found = {}
        for report in REPORTS:
            with CaptureQueriesContext(connection) as queries:
                page = client.get(f"{report.url()}?format=json")
                found[report.name] = json.loads(b"".join(page.streaming_content))["total"]  # type: ignore[attr-defined]
            assert not [query for query in queries.captured_queries if "publishing_" in query["sql"]]
        return found

    before = totals()
    for number in range(len(REPORTS)):
        figure(code=f"S{number}", measure="", filters="", value="1000000").save()
    assert totals() == before


def test_a_figure_that_cannot_be_asked_any_more_stands_alone(twelve: PublishedFigure) -> None:
    """It says so in its own row. All others are compared as before."""
    answered = factories.policy(PROVINCE, state="verified")
    row = figure(code="T02", measure="policies.policies", filters=f"answers={answered.pk}", unit="product")
    row.full_clean()
    row.save()
    PublishedFigure.objects.filter(pk="T02").update(filters="answers=999999999")
    factories.project(PEI, state="verified")
    rows = {each["Code"]: each for each in sheet(manager())}
    assert rows["T02"]["State"] == "Cannot be computed: its filters need correcting"
    assert (rows["T02"]["Computed"], rows["T01"]["Computed"]) == ("", "1")
    assert "Cannot be computed" in manager().get("/register/").content.decode()


def test_a_share_differs_in_points_and_never_by_minus_nothing() -> None:
    """0.12996 agrees with 0.13. The page shows neither -0.00 nor percent of percent."""
    figure(value="0.13", digits=2, unit="share", measure="listings.share").save()
    for _ in range(36):
        factories.listing(region_code=PEI, national_total=277, state="verified")
    assert state_of(manager())["State"] == "Agrees"
    text = manager().get("/register/").content.decode()
    assert "-0.00" not in text
    figure(code="T02", value="0.20", digits=2, unit="share", measure="listings.share").save()
    assert "-7.00 percentage points" in manager().get("/register/").content.decode()

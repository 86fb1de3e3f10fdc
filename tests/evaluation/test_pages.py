"""The pages of the index systems: what they show, to whom, and what they refuse."""

import csv
import io
import json
import re
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from revival.accounts.models import Region
from revival.evaluation.models import IndexSystem, Indicator
from revival.publishing.models import SourceDocument
from tests import factories
from tests.evaluation.test_scores import BOUNDS, indicator, months, statistic, system
from tests.factories import GULOU, KUNSHAN, PEI, PROVINCE, SUZHOU, XUZHOU, browser, official

pytestmark = pytest.mark.django_db
CITIES, INDUSTRIES = "/evaluation/cities/", "/evaluation/industries/"
SUBJECTS = [CITIES, INDUSTRIES]


def manager(region: str = PROVINCE, language: str = "en") -> Client:
    return browser(official("manager", region), language)


def page(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, url
    return response.content.decode()


def found(client: Client, page_: str = CITIES, query: str = "year=2024") -> dict[str, Any]:
    """The rows of the JSON by key."""
    answer = json.loads(page(client, f"{page_}?{query}&format=json"))
    return {row["key"]: row for row in answer["rows"]}


def sheet(client: Client, page_: str = CITIES, query: str = "year=2024") -> list[list[str]]:
    response = client.get(f"{page_}?{query}&format=csv")
    assert response.status_code == 200
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig")), strict=True))


def rows(text: str) -> list[list[str]]:
    """The cells of the tables in the HTML, row by row."""
    found = re.findall(r"<tr[^>]*>(.*?)</tr>", text, re.DOTALL)
    return [[strip(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)] for row in found]


def strip(text: str) -> str:
    return unescape(re.sub(r"<[^>]+>", "", text)).strip()


def links_of(text: str) -> list[str]:
    """The links that ask the same page something else."""
    return [unescape(link) for link in re.findall(r'href="(\?[^"]*)"', text)]


def record_of_each_kind(region: str, number: int = 1, **values: Any) -> None:
    """What the shipped systems count: of one region, so many times."""
    for _ in range(number):
        given = {"state": "verified"} | values
        factories.enterprise(region, **given)
        months(region, 10, 9, **values)
        factories.retired(region, **given)
        factories.retired(region, category="backward", **given)
        factories.exit_of(factories.enterprise(region, **given), state="verified")
        for kind in ("green-factory", "green-park", "green-supply-chain"):
            factories.designation(region, kind, **given)
        factories.listing(factories.product(region, **given), state="verified")
        taxes = {"tax_before": 1_000_000, "year_before": 2022, "tax_after": 1_500_000, "year_after": 2024}
        factories.land(region, **given | taxes)
        factories.drawing(factories.loan(region, **given), state="verified")
        factories.chemical_unit(region, state="verified")
        factories.chemical_unit(region, completed_on="2024-08-01", state="verified")


@pytest.fixture
def records() -> None:
    """Of Xuzhou textiles, of Suzhou twice as many of machinery, all kinds of both; less by enterprise in Xuzhou."""
    factories.enterprise(GULOU, state="verified")
    record_of_each_kind(GULOU, industry="textile")
    record_of_each_kind(KUNSHAN, 2, industry="machinery")


@pytest.fixture
def two() -> IndexSystem:
    """Version 2 for cities: Xuzhou has all of its plan completed, Suzhou half and twice the sets retired."""
    months(GULOU, 10, 10)
    months(KUNSHAN, 10, 5)
    months(GULOU, 10, 5, year=2023)
    months(KUNSHAN, 10, 8, year=2023)
    factories.retired(GULOU, state="verified")
    factories.retired(KUNSHAN, quantity=20, state="verified")
    for region in (GULOU, KUNSHAN):
        factories.retired(region, retired_on="2023-05-01", state="verified")
    return system(
        "cities",
        indicator("completion", "renovation.completed", "renovation.planned", weight="60", **BOUNDS),
        indicator("sets", "retired-equipment.sets", weight="40", group="two", method="target", target="20"),
    )


class TestRanking:
    @pytest.mark.parametrize("page_", SUBJECTS)
    @pytest.mark.parametrize("language", ["en", "zh-hans"])
    def test_the_shipped_systems_show_without_records(self, page_: str, language: str) -> None:
        """Every subject, no score, each input listed as missing; marked as the product's proposal."""
        client = manager(language=language)
        made = IndexSystem.objects.get(subject=page_.split("/")[2], version=1)
        text = unescape(page(client, f"{page_}?year=2024"))
        assert (made.name_en if language == "en" else made.name_zh) in text
        assert (made.note_en if language == "en" else made.note_zh) in text
        for each in made.indicators.all():
            assert (each.name_en if language == "en" else each.name_zh) in text.partition('class="missing"')[2]
        answer = found(client, page_)
        assert len(answer) == (13 if page_ == CITIES else 6)
        for row in answer.values():
            assert (row["rank"], row["score"], set(row["groups"].values())) == (None, None, {None})
            assert all(each["missing"] and each["mark"] is each["points"] is None for each in row["indicators"])

    @pytest.mark.parametrize("page_", SUBJECTS)
    @pytest.mark.parametrize("language", ["en", "zh-hans"])
    def test_the_shipped_systems_show_with_records(self, records: None, page_: str, language: str) -> None:
        client = manager(language=language)
        best, other = (SUZHOU, XUZHOU) if page_ == CITIES else ("machinery", "textile")
        answer = found(client, page_)
        assert {answer[best]["rank"], answer[other]["rank"]} == {1, 2}
        text = page(client, f"{page_}?year=2024")
        assert text.count("<svg") > 1
        for key in (best, other):
            assert f'href="{page_}{key}/?year=2024"' in text
            opened = page(client, f"{page_}{key}/?year=2024")
            assert f"<dd>{answer[key]['score']:.1f}</dd>" in opened
            assert len(re.findall(r"<tbody>(.*?)</tbody>", opened, re.DOTALL)[0].split("<tr")) == 13
            assert not any(each["missing"] for each in answer[key]["indicators"] if each["code"] != "loans")

    def test_the_table_has_the_order_of_the_ranks(self, two: IndexSystem) -> None:
        """60 of 100 marks and 40 of 50 make 80; 60 of 0 and 40 of 100 make 40."""
        head, *lines = sheet(manager())
        assert head[:5] == ["Rank", "Name", "Score", "Group one", "Group two"]
        assert [line[:5] for line in lines[:2]] == [
            ["1", "Xuzhou", "80", "60", "20"],
            ["2", "Suzhou", "40", "0", "40"],
        ]
        text = page(manager(), f"{CITIES}?year=2024")
        assert rows(text)[1][:5] == ["1", "Xuzhou", "80.0", "60.0", "20.0"]
        row = found(manager())[XUZHOU]
        assert (row["rank"], row["score"], row["groups"]) == (1, 80, {"one": 60, "two": 20})
        assert row["indicators"][1] == {
            "code": "sets",
            "weight": 40,
            "numerator": 10,
            "denominator": None,
            "value": 10,
            "missing": False,
            "mark": 50,
            "points": 20,
        }

    def test_it_says_what_is_missing_and_where(self, two: IndexSystem) -> None:
        """The cities that planned nothing, and those that retired nothing, and no other; with the rule."""
        factories.retired("320281", state="verified")
        text = page(manager(), f"{CITIES}?year=2024")
        items = r'<ul class="missing"><li>Indicator completion: ([^<]*)</li><li>Indicator sets: ([^<]*)</li></ul>'
        ((planned, retired),) = re.findall(items, text)
        assert (len(planned.split(", ")), len(retired.split(", "))) == (11, 10)
        assert "Wuxi" in planned
        assert "Wuxi" not in retired
        for where in (planned, retired):
            assert "Changzhou" in where
            assert "Xuzhou" not in where
        assert "less than half of the weight" in text
        assert "Where all are equal a rank gives no marks." in text

    def test_0_is_for_those_with_some_record_of_the_report(self) -> None:
        """Whatever the filters of the indicator leave of it; a record of another year is none."""
        factories.retired(GULOU, state="verified")
        factories.retired(KUNSHAN, category="backward", state="verified")
        factories.retired("320281", retired_on="2023-05-01", state="verified")
        sets = indicator("sets", "retired-equipment.sets", numerator_filters="category=voluntary", weight="100")
        system("cities", sets)
        answer = found(manager())
        given = {key: row["indicators"][0] for key, row in answer.items()}
        assert [(given[key]["value"], given[key]["mark"]) for key in (XUZHOU, SUZHOU)] == [(10, 100), (0, 0)]
        assert {key for key, each in given.items() if not each["missing"]} == {XUZHOU, SUZHOU}
        for key in sorted(set(given) - {XUZHOU, SUZHOU}):
            assert (answer[key]["rank"], given[key]["numerator"], given[key]["mark"]) == (None, None, None)

    def test_equals_share_the_lower_mark_and_a_score_has_ten_decimals(self) -> None:
        for code, quantity in ((GULOU, 10), ("320281", 10), ("320402", 20), (KUNSHAN, 30)):
            factories.retired(code, quantity=quantity, state="verified")
        system("cities", indicator("sets", "retired-equipment.sets", weight="100"))
        lines = sheet(manager())[1:5]
        assert [line[0] for line in lines] == ["1", "2", "3", "3"]
        assert [line[1] for line in lines[:2]] == ["Suzhou", "Changzhou"]
        assert {line[1] for line in lines[2:]} == {"Wuxi", "Xuzhou"}
        assert [line[2] for line in lines] == ["100", "66.6666666667", "0", "0"]

    def test_where_all_are_equal_a_rank_gives_no_marks(self) -> None:
        """The input is known and not missing; nobody has a score of it."""
        for code in (GULOU, KUNSHAN):
            factories.retired(code, state="verified")
        system("cities", indicator("sets", "retired-equipment.sets", weight="100"))
        answer = found(manager())
        for key in (XUZHOU, SUZHOU):
            (given,) = answer[key]["indicators"]
            assert (given["value"], given["missing"], given["mark"], given["points"]) == (10, False, None, None)
            assert (answer[key]["rank"], answer[key]["score"]) == (None, None)

    @pytest.mark.parametrize("language", ["en", "zh-hans"])
    @pytest.mark.parametrize("place", [PROVINCE, XUZHOU])
    def test_it_says_of_which_region(self, two: IndexSystem, place: str, language: str) -> None:
        """On both pages, in the JSON and in the name of the CSV; cities are the province's, whoever asks."""
        client = manager(place, language)
        for page_, key, of in ((CITIES, XUZHOU, PROVINCE), (INDUSTRIES, "textile", place)):
            region = Region.objects.get(pk=of)
            name = region.name_en if language == "en" else region.name_zh
            for url in (page_, f"{page_}{key}/"):
                assert f'</h1>\n<p class="lead">{name} · ' in page(client, f"{url}?year=2024")
            answer = json.loads(page(client, f"{page_}?year=2024&format=json"))
            version = 2 if page_ == CITIES else 1
            assert list(answer) == ["system", "version", "year", "region", "rows"]
            assert (answer["region"], answer["version"], answer["year"]) == (of, version, 2024)
            disposition = client.get(f"{page_}?year=2024&format=csv")["Content-Disposition"]
            assert f"evaluation-{page_.split('/')[2]}-{of}-2024-v{version}_" in disposition

    def test_the_difference_to_last_year_in_rank_and_points(self, two: IndexSystem) -> None:
        """In 2023 Suzhou led by 56 to 20."""
        head, *lines = sheet(manager())
        assert head[5:] == ["Rank, 2023", "places", "Score, 2023", "points"]
        assert [line[5:] for line in lines[:2]] == [["2", "1", "20", "60"], ["1", "-1", "56", "-16"]]
        text = page(manager(), f"{CITIES}?year=2024")
        assert [row[5:9] for row in rows(text)[1:3]] == [["2", "+1", "20.0", "+60.0"], ["1", "-1", "56.0", "-16.0"]]
        assert found(manager())[SUZHOU]["previous"] == {"year": 2023, "version": 2, "rank": 1, "score": 56}
        assert not any({"compared", "beside"} & set(row) for row in found(manager()).values())

    def test_the_first_year_has_no_previous_one(self, two: IndexSystem) -> None:
        client = manager()
        assert not any("previous" in row for row in found(client, query="year=2015").values())
        assert sheet(client, query="year=2015")[0][3:] == ["Group one", "Group two"]
        assert "Rank, 2014" not in page(client, f"{CITIES}?year=2015")
        assert "Rank, 2015" in page(client, f"{CITIES}?year=2016")
        (year,) = {row["previous"]["year"] for row in found(client, query="year=2016").values()}
        assert year == 2015
        compared = found(client, query="year=2015&compare=1")[SUZHOU]
        assert "previous" not in compared
        assert compared["compared"] == {"year": 2015, "version": 1, "rank": None, "score": None}

    def test_the_difference_to_another_version(self, two: IndexSystem) -> None:
        """Version 3 counts the sets alone: Suzhou leads by 100 to 50."""
        system("cities", indicator("sets", "retired-equipment.sets", weight="100", method="target", target="20"))
        client = manager()
        answer = found(client, query="year=2024&compare=2")
        assert (answer[SUZHOU]["rank"], answer[SUZHOU]["score"]) == (1, 100)
        assert answer[SUZHOU]["compared"] == {"year": 2024, "version": 2, "rank": 2, "score": 40}
        assert answer[SUZHOU]["previous"] == {"year": 2023, "version": 3, "rank": 1, "score": 50}
        head, first, *_rest = sheet(client, query="year=2024&compare=2")
        assert head[-4:] == ["Rank, version 2", "places", "Score, version 2", "points"]
        assert first[-4:] == ["2", "1", "40", "60"]
        former = found(client, query="year=2024&version=2&compare=3")
        assert (former[SUZHOU]["rank"], former[SUZHOU]["compared"]["rank"]) == (2, 1)
        text = page(client, f"{CITIES}?year=2024&compare=2")
        assert "Score, version 2" in text
        assert 'href="?year=2024&amp;compare=1"' in text

    def test_another_year_and_another_version(self, two: IndexSystem) -> None:
        client = manager()
        assert found(client, query="year=2023")[SUZHOU]["rank"] == 1
        assert found(client, query="year=2022")[SUZHOU]["rank"] is None
        answer = json.loads(page(client, f"{CITIES}?year=2024&version=1&format=json"))
        assert (answer["version"], answer["year"]) == (1, 2024)
        assert len(answer["rows"][0]["indicators"]) == 12

    def test_the_year_is_the_latest_whole_one_unless_asked_for(self, two: IndexSystem) -> None:
        of = factories.project(GULOU, year=2021, state="verified")
        for month in range(1, 13):
            factories.progress(of, month=month, state="verified")
        assert json.loads(page(manager(), f"{CITIES}?format=json"))["year"] == 2021


class TestTrial:
    QUERY = f"{CITIES}?year=2024&indicator=completion&weight=20"

    def test_another_weight_turns_the_ranking_round(self, two: IndexSystem) -> None:
        """20 and 80 in place of 60 and 40: Xuzhou 20 + 40, Suzhou 0 + 80. The others reported nothing."""
        before, trial = page(manager(), self.QUERY).split('id="trial"')
        assert rows(before)[1][:3] == ["1", "Xuzhou", "80.0"]
        assert rows(trial)[1][:7] == ["1", "Suzhou", "80.0", "0.0", "80.0", "2", "+1"]
        assert rows(trial)[2][:7] == ["2", "Xuzhou", "60.0", "20.0", "40.0", "1", "-1"]
        assert "20 in place of 60. Ranks that change: 2." in strip(trial)

    def test_nothing_is_saved(self, two: IndexSystem) -> None:
        def stored() -> list[Any]:
            return [*Indicator.objects.values_list(), *IndexSystem.objects.values_list()]

        before, client = stored(), manager()
        plain = page(client, f"{CITIES}?year=2024&format=json")
        with CaptureQueriesContext(connection) as queries:
            page(client, self.QUERY)
        written = re.compile(r'(INSERT|UPDATE|DELETE)[^"]*"evaluation_')
        assert not [each["sql"] for each in queries if written.match(each["sql"])]
        assert stored() == before
        assert page(client, f"{CITIES}?year=2024&format=json") == plain

    def test_a_weight_of_nothing_is_a_weight(self, two: IndexSystem) -> None:
        trial = page(manager(), f"{CITIES}?year=2024&indicator=completion&weight=0").split('id="trial"')[1]
        assert rows(trial)[1][:5] == ["1", "Suzhou", "100.0", "0.0", "100.0"]

    @pytest.mark.parametrize("given", ["csv", "json"])
    def test_a_trial_is_in_no_file(self, two: IndexSystem, given: str) -> None:
        """Nor do the links to the files on its page ask for one; the rest of the question they keep."""
        client = manager()
        assert client.get(f"{self.QUERY}&format={given}").status_code == 400
        links = [link for link in links_of(page(client, f"{self.QUERY}&compare=1")) if f"format={given}" in link]
        assert links == [f"?year=2024&compare=1&format={given}"]
        assert client.get(f"{CITIES}{links[0]}").status_code == 200


class TestLinks:
    @pytest.mark.parametrize(
        ("page_", "place", "keys"),
        [
            (CITIES, PROVINCE, [XUZHOU, SUZHOU, "320200"]),
            (CITIES, XUZHOU, [XUZHOU]),
            (INDUSTRIES, PROVINCE, ["textile", "machinery", "food"]),
            (INDUSTRIES, SUZHOU, ["textile", "machinery"]),
            (INDUSTRIES, KUNSHAN, ["machinery"]),
        ],
    )
    def test_every_number_leads_to_its_records(self, records: None, page_: str, place: str, keys: list[str]) -> None:
        """The list behind a numerator or a denominator has the number as its total."""
        client, answer = manager(place), found(manager(place), page_)
        made = {each.code: each for each in Indicator.objects.filter(system__subject=page_.split("/")[2])}
        for key in keys:
            text = page(client, f"{page_}{key}/?year=2024")
            links = [unescape(url) for url in re.findall(r'<td[^>]*><a href="(/reports/[^"]+)"', text)]
            sides = []
            for each in answer[key]["indicators"]:
                declared = made[each["code"]]
                sides.append((declared.numerator, each["numerator"]))
                if declared.denominator:
                    sides.append((declared.denominator, each["denominator"]))
            assert len(links) == len(sides) > 12
            for link, (name, number) in zip(links, sides, strict=True):
                listed = client.get(f"{link}&format=json")
                assert listed.status_code == 200, link
                total = json.loads(b"".join(listed.streaming_content))["total"]  # type: ignore[attr-defined]
                report, _dot, measure = name.partition(".")
                assert link.startswith(f"/reports/{report}/")
                assert float(total[measure] or 0) == (number or 0), link

    def test_pages_lead_to_each_other_with_what_was_asked(self, two: IndexSystem) -> None:
        client = manager()
        text = page(client, f"{CITIES}?year=2024&version=2&compare=1&indicator=sets&weight=5")
        assert f'href="{CITIES}{XUZHOU}/?year=2024&amp;version=2"' in text
        opened = page(client, f"{CITIES}{XUZHOU}/?year=2024&version=2")
        assert f'href="{CITIES}?year=2024&amp;version=2"' in opened
        for link in links_of(text):
            assert client.get(f"{CITIES}{link}").status_code == 200, link
        for link in links_of(opened):
            assert client.get(f"{CITIES}{XUZHOU}/{link}").status_code == 200, link

    def test_the_menu_leads_there(self) -> None:
        assert 'href="/evaluation/' in page(manager(), "/")


class TestForm:
    @pytest.mark.parametrize(
        ("form", "shown", "by"),
        [
            ("share", "90.0 %", "between 50.0 % and 100.0 %"),
            ("times", "0.90 times", "between 0.50 times and 1.00 times"),
        ],
    )
    def test_input_and_bounds_are_read_alike(self, form: str, shown: str, by: str) -> None:
        months(GULOU, 10, 9)
        given = {"weight": "100", "form": form, **BOUNDS}
        system("cities", indicator("completion", "renovation.completed", "renovation.planned", **given))
        row = rows(page(manager(), f"{CITIES}{XUZHOU}/?year=2024"))[1]
        assert row[5:] == [shown, by, "80.0", "80.0"]

    @pytest.mark.parametrize(
        ("form", "shown", "by"),
        [
            ("share", "90.0 %", "target 120.0 %, less is better"),
            ("times", "0.90 times", "target 1.20 times, less is better"),
        ],
    )
    def test_so_is_the_target(self, form: str, shown: str, by: str) -> None:
        months(GULOU, 10, 9)
        given = {"weight": "100", "form": form, "method": "target", "target": "1.2", "falling": True}
        system("cities", indicator("completion", "renovation.completed", "renovation.planned", **given))
        row = rows(page(manager(), f"{CITIES}{XUZHOU}/?year=2024"))[1]
        assert row[5:] == [shown, by, "100.0", "100.0"]

    @pytest.mark.parametrize(
        ("given", "by", "mark"),
        [
            ({"method": "bounds", "low": "5", "high": "10"}, "between 5 and 10", "80.0"),
            ({"method": "target", "target": "12", "falling": True}, "target 12, less is better", "100.0"),
        ],
    )
    def test_a_number_is_read_as_what_was_counted(self, given: dict[str, Any], by: str, mark: str) -> None:
        factories.retired(GULOU, quantity=9, state="verified")
        system("cities", indicator("sets", "retired-equipment.sets", weight="100", form="number", **given))
        row = rows(page(manager(), f"{CITIES}{XUZHOU}/?year=2024"))[1]
        assert row[5].split()[0] == "9"
        assert row[5] == row[3].partition(": ")[2]
        assert row[6:] == [by, mark, mark]

    @pytest.mark.parametrize("language", ["en", "zh-hans"])
    def test_a_statistic_says_its_name_unit_source_and_place(self, language: str) -> None:
        made = statistic(c320300="5", c320500="6")
        made.unit_zh, made.unit_en = "吨标准煤", "tce"
        made.save()
        system("cities", indicator("energy", statistic=made, weight="100", method="target", target="10"))
        row = rows(page(manager(language=language), f"{CITIES}{XUZHOU}/?year=2024"))[1]
        name, unit = ("Energy use", "tce") if language == "en" else ("能耗", "吨标准煤")
        with translation.override(language):
            source = str(SourceDocument.objects.get(pk="article-2025"))
        assert row[3:6] == [f"{name} ({source}, L 1): 5.000 {unit}", "", f"5.000 {unit}"]
        assert row[7:] == ["50.0", "50.0"]


class TestScope:
    @pytest.fixture
    def secret(self) -> IndexSystem:
        """Of Suzhou, numbers that occur nowhere else."""
        months(GULOU, 10, 9)
        months(KUNSHAN, 10_000, 7777)
        for code, sets in ((PEI, 10), (KUNSHAN, 45_454)):
            factories.retired(code, quantity=sets, state="verified")
        return system(
            "cities",
            indicator(
                "completion", "renovation.completed", "renovation.planned", weight="40", form="share", **BOUNDS
            ),
            indicator("sets", "retired-equipment.sets", weight="30"),
            indicator("energy", statistic=statistic(c320300="5", c320500="6161.25"), weight="30"),
        )

    @pytest.mark.parametrize("language", ["en", "zh-hans"])
    def test_a_city_sees_its_own_and_no_other(self, secret: IndexSystem, language: str) -> None:
        """Neither name nor key nor number of another, on no page and in no file."""
        client = manager(XUZHOU, language)
        query = "year=2024&compare=1"
        texts = [
            page(client, f"{CITIES}?{query}"),
            page(client, f"{CITIES}?{query}&indicator=sets&weight=90"),
            page(client, f"{CITIES}?{query}&format=json"),
            page(client, f"{CITIES}{XUZHOU}/?year=2024"),
            client.get(f"{CITIES}?{query}&format=csv").content.decode("utf-8-sig"),
        ]
        others = Region.objects.filter(level="city").exclude(pk=XUZHOU)
        assert others.count() == 12
        words = [word for city in others for word in (city.pk, city.name_en, city.name_zh)]
        score = found(manager())[SUZHOU]["score"]
        words += ["7777", "7,777", "7.777", "77.77", "77.8", "45454", "45,454", "6161", "6,161", f"{score:.1f}"]
        for text in texts:
            assert not [word for word in words if word in text]
        assert list(found(client)) == [XUZHOU]
        assert len(sheet(client)) == 2

    def test_what_it_sees_is_what_the_province_sees_of_it(self, secret: IndexSystem) -> None:
        own, whole = found(manager(XUZHOU))[XUZHOU], found(manager())
        assert own == whole[XUZHOU]
        assert (own["rank"], whole[SUZHOU]["rank"]) == (2, 1)
        text = page(manager(XUZHOU), f"{CITIES}{XUZHOU}/?year=2024")
        assert f"<dd>{own['score']:.1f}</dd>" in text
        assert "<dd>2<small>of 2</small></dd>" in text

    def test_the_numbers_of_another_are_there_to_be_seen_by_the_province(self, secret: IndexSystem) -> None:
        """Which the test of the city rests on."""
        text = page(manager(), f"{CITIES}{SUZHOU}/?year=2024")
        assert "45,454" in text
        assert "6,161.250" in text
        assert "77.8 %" in text

    def test_the_page_of_another_city_is_not_there(self, secret: IndexSystem) -> None:
        client = manager(XUZHOU)
        assert client.get(f"{CITIES}{XUZHOU}/?year=2024").status_code == 200
        for key in (SUZHOU, PROVINCE, GULOU, "999999", "bogus"):
            assert client.get(f"{CITIES}{key}/?year=2024").status_code == 404, key
        for key in (PROVINCE, GULOU, "999999"):
            assert manager().get(f"{CITIES}{key}/?year=2024").status_code == 404, key

    def test_a_county_sees_no_city(self, secret: IndexSystem) -> None:
        client = manager(GULOU)
        text = page(client, f"{CITIES}?year=2024&indicator=sets&weight=90")
        assert "your region is a part of one" in text
        assert "<table" not in text
        assert found(client) == {}
        assert len(sheet(client)) == 1
        for key in (XUZHOU, SUZHOU, GULOU):
            assert client.get(f"{CITIES}{key}/?year=2024").status_code == 404

    def test_industries_are_everybody_s(self, secret: IndexSystem) -> None:
        for place in (PROVINCE, XUZHOU, GULOU):
            assert len(found(manager(place), INDUSTRIES)) == 6
            assert manager(place).get(f"{INDUSTRIES}textile/?year=2024").status_code == 200
        for key in ("other", "bogus", XUZHOU):
            assert manager().get(f"{INDUSTRIES}{key}/").status_code == 404


class TestRefused:
    @pytest.mark.parametrize(
        "query",
        [
            "city=320300",
            "bogus=1",
            "year=x",
            "year=1999",
            "year=2014",
            "year=2061",
            "year=-2024",
            "year=0000020249",
            "year=２０２４",
            "year=%00",
            "version=9",
            "version=x",
            "version=0",
            "compare=x",
            "compare=9",
            "compare=1",
            "version=1&compare=1",
            "indicator=completion&weight=5&format=csv",
            "indicator=completion&weight=5&format=json",
            "indicator=bogus&weight=5",
            "indicator=%00&weight=5",
            "indicator=completion",
            "weight=5",
            "indicator=completion&weight=-1",
            "indicator=completion&weight=100",
            "indicator=completion&weight=nan",
            "indicator=completion&weight=Infinity",
            "indicator=completion&weight=1e5",
            "indicator=completion&weight=1_0",
            "indicator=completion&weight=x",
            "indicator=completion&weight=%00",
            "format=exe",
            "format=%00",
            "year=2024&year=2024",
            "version=1&version=1",
            "format=csv&format=json",
            "%00=1",
        ],
    )
    def test_a_wrong_parameter_has_no_answer(self, query: str) -> None:
        client = manager()
        for url in (CITIES, INDUSTRIES, f"{CITIES}{XUZHOU}/", f"{INDUSTRIES}textile/"):
            response = client.get(f"{url}?{query}")
            assert response.status_code == 400, url
            assert "<table" not in response.content.decode()

    @pytest.mark.parametrize("url", [CITIES, INDUSTRIES, f"{CITIES}{XUZHOU}/", f"{INDUSTRIES}textile/"])
    def test_years_are_from_2015_to_this_one(self, url: str) -> None:
        client, this = manager(), timezone.localdate().year
        for year, status in ((2014, 400), (2015, 200), (this, 200), (this + 1, 400)):
            assert client.get(f"{url}?year={year}").status_code == status, year

    @pytest.mark.parametrize(
        "query", ["compare=1", "indicator=completion&weight=5", "indicator=completion", "weight=5", "format=json"]
    )
    def test_a_score_takes_year_and_version_alone(self, two: IndexSystem, query: str) -> None:
        """Even what the ranking would take."""
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
        assert "A draft, shown before it is put to use" in page(publisher, f"{CITIES}?year=2024&version=3")
        assert found(publisher, query="year=2024&version=3")[SUZHOU]["score"] == 100
        assert json.loads(page(publisher, f"{CITIES}?year=2024&format=json"))["version"] == 2
        assert "version=3" not in page(manager(), f"{CITIES}?year=2024")

    @pytest.mark.parametrize("url", [CITIES, INDUSTRIES, f"{CITIES}{XUZHOU}/", f"{INDUSTRIES}textile/"])
    def test_it_needs_a_signed_in_reader_with_a_role(self, client: Client, url: str) -> None:
        assert client.get(url).status_code == 302
        user = official("manager", PROVINCE)
        user.groups.clear()
        assert browser(user).get(url).status_code == 403
        assert manager().post(url).status_code == 405

    def test_there_are_two_subjects(self) -> None:
        assert manager().get("/evaluation/bogus/").status_code == 404
        assert manager().get(f"/evaluation/bogus/{XUZHOU}/").status_code == 404


@pytest.mark.parametrize(
    ("url", "most"),
    [(CITIES, 75), (INDUSTRIES, 68), (f"{CITIES}{XUZHOU}/", 60), (f"{INDUSTRIES}textile/", 60)],
)
def test_queries_do_not_grow(records: None, url: str, most: int) -> None:
    """With more cities that have records, and more records in each."""
    client, counts = manager(), []
    for more in ("320282", "320402", ""):
        with CaptureQueriesContext(connection) as queries:
            page(client, f"{url}?year=2024")
        counts.append(len(queries))
        if more:
            record_of_each_kind(more, 2)
    assert counts[0] == counts[1] == counts[2] <= most, counts

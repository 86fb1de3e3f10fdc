"""The ranking: order, what is missing, and the differences to other years and versions."""

import json
import re
from html import unescape

import pytest

from revival.accounts.models import Region
from revival.evaluation.models import IndexSystem
from tests import factories
from tests.evaluation.pages import CITIES, INDUSTRIES, SUBJECTS, found, manager, page, rows, sheet
from tests.evaluation.systems import indicator, system
from tests.extent import combinations, every
from tests.factories import GULOU, KUNSHAN, PROVINCE, SUZHOU, XUZHOU

pytestmark = pytest.mark.django_db


class TestRanking:
    @pytest.mark.torture
    @every(("page_", "language"), combinations(SUBJECTS, ["en", "zh-hans"]))
    def test_the_shipped_systems_show_without_records(self, page_: str, language: str) -> None:
        """Subjects have no score, each input is listed as missing, and the product's proposal is marked as one."""
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

    @pytest.mark.torture
    @every(("page_", "language"), combinations(SUBJECTS, ["en", "zh-hans"]))
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
        """Named are the cities that planned nothing, those that retired nothing, and no others; with the rule."""
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
        assert "If all inputs are equal, a rank gives no marks." in text

    def test_0_is_for_those_with_some_record_of_the_report(self) -> None:
        """The record counts even where the indicator's filters exclude it. A record of another year does not."""
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

    def test_equals_share_the_lower_mark_and_a_score_has_six_decimals_in_a_file(self) -> None:
        for code, quantity in ((GULOU, 10), ("320281", 10), ("320402", 20), (KUNSHAN, 30)):
            factories.retired(code, quantity=quantity, state="verified")
        system("cities", indicator("sets", "retired-equipment.sets", weight="100"))
        lines = sheet(manager())[1:5]
        assert [line[0] for line in lines] == ["1", "2", "3", "3"]
        assert [line[1] for line in lines[:2]] == ["Suzhou", "Changzhou"]
        assert {line[1] for line in lines[2:]} == {"Wuxi", "Xuzhou"}
        assert [line[2] for line in lines] == ["100", "66.666667", "0", "0"]

    def test_where_all_are_equal_a_rank_gives_no_marks(self) -> None:
        """The input is known and not missing, and nobody gets a score from it."""
        for code in (GULOU, KUNSHAN):
            factories.retired(code, state="verified")
        system("cities", indicator("sets", "retired-equipment.sets", weight="100"))
        answer = found(manager())
        for key in (XUZHOU, SUZHOU):
            (given,) = answer[key]["indicators"]
            assert (given["value"], given["missing"], given["mark"], given["points"]) == (10, False, None, None)
            assert (answer[key]["rank"], answer[key]["score"]) == (None, None)

    @pytest.mark.torture
    @every(("language", "place"), combinations(["en", "zh-hans"], [PROVINCE, XUZHOU]))
    def test_it_says_of_which_region(self, two: IndexSystem, place: str, language: str) -> None:
        """Both pages, the JSON and the name of the CSV say it. Cities are the province's for every reader."""
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

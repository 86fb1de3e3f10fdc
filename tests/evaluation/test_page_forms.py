"""How the page of a score writes inputs, bounds, targets and statistics."""

from typing import Any

import pytest
from django.utils import translation

from revival.publishing.models import SourceDocument
from revival.punctuation import bracketed, comma, labelled
from tests import factories
from tests.evaluation.pages import CITIES, manager, page, rows
from tests.evaluation.systems import BOUNDS, indicator, months, statistic, system
from tests.factories import GULOU, XUZHOU

pytestmark = pytest.mark.django_db


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
        assert row[3:6] == [labelled(bracketed(name, f"{source}{comma()}L 1"), f"5.000 {unit}"), "", f"5.000 {unit}"]
        assert row[7:] == ["50.0", "50.0"]

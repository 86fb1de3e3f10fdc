"""Published figures: how they are worded, and what is refused on save."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import translation

from revival.publishing.models import PublishedFigure
from tests.factories import PROVINCE, XUZHOU, region

pytestmark = pytest.mark.django_db


def figure(**values: Any) -> PublishedFigure:
    given: dict[str, Any] = {
        "code": "T01",
        "name_zh": "测试",
        "name_en": "Test",
        "system": "renovation-projects",
        "value": "12",
        "unit": "project",
        "region": region(PROVINCE),
        "year": 2024,
        "source_id": "article-2025",
        "place": "L 1",
        "measure": "renovation.projects",
        "filters": "year=2024",
    }
    return PublishedFigure(**given | values)


def refused(**values: Any) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as caught, translation.override("en"):
        figure(**values).full_clean()
    return caught.value.message_dict


def test_all_of_the_fixture_are_valid() -> None:
    """All 54 pass the checks of a publisher's entry."""
    figures = list(PublishedFigure.objects.all())
    assert [each.code for each in figures] == [f"F{number:02}" for number in range(1, 55)]
    for each in figures:
        each.full_clean()


@pytest.mark.parametrize(
    ("code", "english", "chinese"),
    [
        ("F01", "1,363 projects", "1,363 个"),
        ("F02", "209.833 billion yuan", "2,098.33 亿元"),
        ("F14", "0.150 billion yuan", "1.50 亿元"),
        ("F18", "60.8 billion yuan", "608 亿元"),
        ("F20", "over 1,300 sets", "超过 1,300 台（套）"),
        ("F27", "nearly 9,000 attendances", "近 9,000 家次"),
        ("F40", "about 2 times", "约 2 倍"),
        ("F43", "the class of 100 billion yuan", "1,000 亿元级"),
        ("F50", "97.2 %", "97.2 %"),
        ("F51", "rank 2", "第 2 位"),
        ("F52", "1.226 million vehicles", "122.6 万辆"),
    ],
)
def test_values_are_worded_with_unit_and_qualifier(code: str, english: str, chinese: str) -> None:
    found = PublishedFigure.objects.get(pk=code)
    with translation.override("en"):
        assert found.published == english
    with translation.override("zh-hans"):
        assert found.published == chinese


def test_other_forms_places_and_periods_are_worded() -> None:
    with translation.override("en"):
        words = {
            each.code: (each.also, each.where, each.when)
            for each in PublishedFigure.objects.filter(code__in=("F02", "F08", "F40", "F45", "F47"))
        }
    assert words == {
        "F02": ("over 200 billion yuan", "Jiangsu", "2024"),
        "F08": ("", "Jiangsu", "end of 2024"),
        "F40": ("", "Wujiang District, Suzhou", "2024 against 2020"),
        "F45": ("", "Changshu, Suzhou", "2024, before"),
        "F47": ("", "Taihu basin", "2024"),
    }


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"measure": "renovation.nothing"}, "measure"),
        ({"measure": "nothing.projects"}, "measure"),
        ({"measure": "renovation.investment"}, "measure"),
        ({"unit": "share"}, "measure"),
        ({"measure": ""}, "filters"),
        ({"filters": "year=never"}, "filters"),
        ({"filters": "nonsense=1"}, "filters"),
        ({"filters": "by=city"}, "filters"),
        ({"filters": "city=320300"}, "filters"),
        ({"filters": "region=320300"}, "filters"),
        ({"filters": "state=draft"}, "filters"),
        ({"unit": "million vehicles"}, "measure"),
        ({"filters": "2024"}, "filters"),
        ({"value": "12.5"}, "digits"),
        ({"value": "12.5", "digits": 7}, "digits"),
        ({"scope": "city"}, "region"),
        ({"qualifier": "rank"}, "qualifier"),
        ({"unit": "rank", "measure": "", "filters": ""}, "qualifier"),
        ({"also_value": "10"}, "also_qualifier"),
        ({"code": "T 1"}, "code"),
        ({"code": "F01"}, "code"),
    ],
    ids=str,
)
def test_what_cannot_be_is_refused_at_its_field(values: dict[str, Any], field: str) -> None:
    assert field in refused(**values)


def test_a_city_s_figure_is_asked_for_its_city() -> None:
    """The scope says where, and not the filters."""
    figure(scope="city", region=region(XUZHOU)).full_clean()
    assert "region" in refused(scope="city")


def test_the_database_keeps_a_rank_from_being_computed() -> None:
    row = figure(qualifier="rank", unit="rank")
    with pytest.raises(IntegrityError, match="figure_rank_is_a_statement"), transaction.atomic():
        row.save()


def test_every_change_leaves_an_event() -> None:
    row = figure()
    row.save()
    row.value = 13
    row.save()
    row.delete()
    found = PublishedFigure.events.rel.related_model.objects.filter(pgh_obj_id="T01").order_by("pgh_id")  # type: ignore[attr-defined]
    assert [(each.pgh_label, int(each.value)) for each in found] == [("insert", 12), ("update", 13), ("delete", 13)]

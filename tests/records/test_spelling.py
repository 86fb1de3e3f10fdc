"""Names are found by pinyin and by initials: in lists, in choices, in reports and by the search above all pages."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.urls import reverse
from pypinyin import lazy_pinyin

from enterprises.models import Designation
from enterprises.models.designation import DesignationKind
from projects.models import RetiredEquipment
from revival.accounts.models import Region
from revival.accounts.spelling import PLACES, SpellingField, spelling_of, typed_spelling
from revival.catalogue import REPORTS
from revival.records.models import Record, State
from tests.extent import every, times
from tests.factories import (
    GULOU,
    PROVINCE,
    SUZHOU,
    XUZHOU,
    browser,
    designation,
    enterprise,
    marked,
    official,
    stated,
)

pytestmark = pytest.mark.django_db
OWN = ("enterprises", "projects", "finance", "accounts")
SPELLED: list[Any] = [
    model
    for model in apps.get_models()
    if not model._meta.proxy and any(isinstance(field, SpellingField) for field in model._meta.concrete_fields)
]
NAMED: list[Any] = [
    model
    for model in apps.get_models()
    if issubclass(model, Record)
    and not model._meta.proxy
    and any(field.name == "name" for field in model._meta.concrete_fields)
]
NAME = "合成恒昌印染（六合）2号"
FOUND = ("hengchang", "hcyr", "HCYR", "luhe", "恒昌", "hechenghengchangyinranluhe2hao", "印染 hcyr", "lh2h 合成")
MISSED = ("liuhe", "hcyl", "恒昌 xz", "hecheng 无")
# Of each model two of the words, other ones of the next, as one filter searches all lists.
SEARCHES = [
    (model, *times((FOUND[2 * at % len(FOUND) :][:2], MISSED[at % len(MISSED) :][:1]), (FOUND, MISSED)))
    for at, model in enumerate(NAMED)
]


def test_the_pinyin_of_the_counties_is_their_english_name() -> None:
    """Of all regions in Jiangsu, also where the common reading of the signs is another one."""
    regions = Region.objects.exclude(level=Region.Level.ZONE)
    assert regions.count() == 109
    for each in regions:
        plain = each.name_en.lower().replace("'", "").split(" ")[0]
        assert each.spelling.startswith(plain), each.name_zh
    assert Region.objects.get(code=XUZHOU).spelling == "xuzhoushi xzs"


@pytest.mark.parametrize(
    ("text", "spelling"),
    [
        ("盐都ABC-3号", "yanduabc3hao ydabc3h"),
        ("长泾长江厂", "changjingchangjiangchang cjcjc"),
        ("（ ）·", ""),
        ("", ""),
    ],
)
def test_spellings(text: str, spelling: str) -> None:
    """Letters and digits stand in both spellings, other signs in none."""
    assert spelling_of(text) == spelling


def test_the_table_of_places_has_what_is_misread_and_names_its_sources() -> None:
    """An entry that the package reads rightly would say nothing."""
    sources = Path(settings.FIXTURE_DIRS[0], "SOURCES.md").read_text(encoding="utf-8")
    for place, read in PLACES.items():
        assert tuple(lazy_pinyin(place)) != read, place
        assert f"| {place} " in sources


def test_what_is_typed_is_compared_with_spellings_where_it_can_be_one() -> None:
    """Case and apostrophes make no difference; a word with other signs is no spelling."""
    assert [typed_spelling(word) for word in ("Xi'an", "XZ", "a%b", "徐州", "_")] == ["xian", "xz", "", "", ""]


def test_every_record_with_a_name_has_a_spelling() -> None:
    assert {*NAMED, Region} == {*SPELLED}


@pytest.mark.torture
@every(("model", "found", "missed"), SEARCHES)
def test_lists_and_choices_find_names_by_pinyin(model: Any, found: Sequence[str], missed: Sequence[str]) -> None:
    """Each word must be found. Officials of another city find nothing."""
    row = named_row(model)
    assert type(row).objects.get(pk=row.pk).spelling == spelling_of(NAME)
    meta = model._meta
    if not admin.site.is_registered(model):
        return
    reader, other = browser(official("clerk", XUZHOU)), browser(official("clerk", SUZHOU))
    address = reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")
    for words in found:
        assert reader.get(address, {"q": words}).context["cl"].result_count == 1, words
        assert model.shared or other.get(address, {"q": words}).context["cl"].result_count == 0, words
    for words in missed:
        assert reader.get(address, {"q": words}).context["cl"].result_count == 0, words


def named_row(model: Any) -> Any:
    """A verified row of the name, saved by itself, as officials save it."""
    if model is Designation:  # only some kinds have a name
        return designation(GULOU, name=NAME, kind=DesignationKind.CLUSTER, **stated({"state": State.VERIFIED}))
    row = marked(model, GULOU, "OWN-", **stated({"state": State.VERIFIED}))
    row.name = NAME
    row.save()
    return row


def test_choices_are_found_by_pinyin() -> None:
    """An enterprise and a region, in the choices of a form."""
    enterprise(GULOU, name=NAME, **stated({"state": State.VERIFIED}))
    clerk = browser(official("clerk", XUZHOU))
    names: dict[str, Any] = {"app_label": "projects", "model_name": RetiredEquipment._meta.model_name}
    terms = (("enterprise", "hcyr"), ("enterprise", "hengchang 印染"), ("region", "glq"), ("region", "gulou"))
    for field, term in terms:
        answer = clerk.get(reverse("admin:autocomplete"), {**names, "field_name": field, "term": term})
        assert len(answer.json()["results"]) == 1, term


@every("report", [report for report in REPORTS if "name" in report.search])
def test_reports_find_names_by_pinyin(report: Any) -> None:
    row = named_row(report.model)
    reader = browser(official("manager", PROVINCE))
    for words, found in (("hcyr", 1), ("恒昌 luhe", 1), ("liuhe", 0), ("恒昌 xz", 0)):
        page: Any = reader.get(report.url(), {"q": words, "format": "json"})
        assert len(json.loads(b"".join(page.streaming_content))["rows"]) == found, (words, row)


@every("report", [report for report in REPORTS if any(path == "enterprise__name" for path in report.search)])
def test_reports_find_the_names_of_enterprises_by_pinyin(report: Any) -> None:
    """Only of enterprises that the reader may see by name."""
    row = marked(report.model, GULOU, "OWN-", **stated({"state": State.VERIFIED}))
    if row.enterprise_id is None:
        return
    row.enterprise.name = NAME
    row.enterprise.save()
    page: Any = browser(official("manager", PROVINCE)).get(report.url(), {"q": "hcyr", "format": "json"})
    assert len(json.loads(b"".join(page.streaming_content))["rows"]) == 1


SEARCHED = [report for report in REPORTS if report.searched]


@every("report", SEARCHED)
def test_the_search_finds_records_of_several_kinds(report: Any) -> None:
    """Enterprises, projects, parks, policies and designations, by name and by pinyin."""
    assert len(SEARCHED) == 5
    row = named_row(report.model)
    reader = browser(official("manager", PROVINCE))
    for words in ("恒昌", "hcyr", "hengchang 六合"):
        page: Any = reader.get("/search/", {"q": words})
        tables = {each.title: each.count for each in page.context["found"]}
        assert tables[report.heading()] == 1, (words, row)
        assert NAME in page.content.decode()


def test_history_does_not_repeat_spellings() -> None:
    """Events have the names that the spellings are made of."""
    for model in NAMED:
        events = model.events.rel.related_model
        assert "spelling" not in {field.name for field in events._meta.fields}

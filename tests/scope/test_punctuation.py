"""Chinese pages and files use full-width colons, brackets and commas behind Chinese characters."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse
from django.utils import translation

from enterprises.models import Enterprise
from projects.models import RenovationProject
from revival.catalogue import REPORTS
from revival.publishing.models import SourceDocument
from revival.punctuation import bracketed, labelled, listed
from tests.factories import GULOU, PROVINCE, XUZHOU, browser, official
from tests.world import MODELS, World

# A character, perhaps with a closing quotation mark or bracket, then half-width punctuation. Codes have none.
HALF = re.compile(r"[\u4e00-\u9fff][”》）]? ?[:(,;]|[):,;] ?[\u4e00-\u9fff]")
READ_ALOUD = ("title", "aria-label", "placeholder", "data-label", "alt", "value")
# Elements whose text goes on in the same line.
INLINE = {"a", "b", "strong", "small", "span", "em", "button", "title", "wbr", "input"}


class Text(HTMLParser):
    """The text of a page in lines; attributes that are shown or read aloud have lines of their own."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.aloud: list[str] = []
        self.hidden = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden = tag in ("script", "style")
        self.aloud += [value for name, value in attrs if name in READ_ALOUD and value]
        self.parts.append("" if tag in INLINE else "\n")

    def handle_endtag(self, tag: str) -> None:
        self.hidden = False
        self.parts.append("" if tag in INLINE else "\n")

    def handle_data(self, data: str) -> None:
        self.parts.append("" if self.hidden else data)


def half_width(page: str) -> list[str]:
    """The lines of a page with half-width punctuation beside Chinese."""
    read = Text()
    read.feed(page)
    lines = [*"".join(read.parts).splitlines(), *read.aloud]
    return [line.strip() for line in lines if HALF.search(line)]


@pytest.fixture(scope="module")
def manager(world: World) -> Client:
    return browser(official("manager", PROVINCE), "zh-hans")


@pytest.fixture(scope="module")
def superuser(world: World) -> Client:
    return browser(official("", XUZHOU), "zh-hans")


def test_a_planted_half_width_sign_is_found() -> None:
    """The scan reads on over inline elements and into attributes, and leaves codes, times and English alone."""
    for planted in ("单位: 万元", "<a>单位</a>: 万元", "金额 (万元)", "苏州, 无锡", '<i title="金额(万元)">'):
        assert half_width(planted)
    for right in (
        "单位：万元",
        "<td>单位</td>: 5",
        "截至 2025-01-01 08:00",
        "C13 Food: all (1)",
        "<script>'单位: 1'</script>",
    ):
        assert not half_width(right)


@pytest.mark.parametrize(
    ("language", "texts"),
    [("en", ("Unit: mu", "Area (mu)", "a, b")), ("zh-hans", ("Unit：mu", "Area（mu）", "a、b"))],
)
def test_each_language_has_its_own_signs(language: str, texts: tuple[str, str, str]) -> None:
    """A label and its value, a text and its note, and a list. No note gives no brackets."""
    with translation.override(language):
        assert (labelled("Unit", "mu"), bracketed("Area", "mu"), listed(["a", "b"])) == texts
        assert bracketed("Area", "") == "Area"


PATHS = (
    "/",
    "/register/",
    "/register/?system=renovation-projects",
    "/policies/",
    "/board/?period=2024",
    "/search/?q=ZQB",
    "/evaluation/cities/",
    "/evaluation/industries/",
    f"/evaluation/cities/{XUZHOU}/",
    f"/monthly/2024-05/?region={GULOU}",
    "/reports/renovation/?page=0&year=x&by=foo&unit=z",
    *(f"/reports/{report.name}/{query}" for report in REPORTS for query in ("", f"?by=city&city={XUZHOU}&q=x")),
)


@pytest.mark.parametrize("path", PATHS)
def test_pages_have_no_half_width_signs(manager: Client, path: str) -> None:
    """Neither pages nor refusals."""
    assert half_width(manager.get(path).content.decode()) == []


@pytest.mark.parametrize("model", [Enterprise, RenovationProject])
def test_pages_of_records_have_no_half_width_signs(manager: Client, world: World, model: type) -> None:
    """Pages of enterprises and projects, with their sections."""
    for row in world.own[model]:
        assert half_width(manager.get(row.get_absolute_url()).content.decode()) == []


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_data_entry_has_no_half_width_signs(superuser: Client, world: World, model: type) -> None:
    """List, form and history of each kind of record."""
    meta = model._meta  # type: ignore[attr-defined]
    if model not in admin.site._registry:
        assert meta.label in {"projects.PolicyTarget"}
        return
    base = f"admin:{meta.app_label}_{meta.model_name}"
    key = [world.own[model][0].pk]
    for path in (
        reverse(f"{base}_changelist"),
        reverse(f"{base}_change", args=key),
        reverse(f"{base}_history", args=key),
    ):
        assert half_width(superuser.get(path).content.decode()) == [], path


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.name)
def test_heads_of_files_have_no_half_width_signs(manager: Client, report: type) -> None:
    """The first line of a file names columns and their units."""
    answer: Any = manager.get(f"/reports/{report.name}/?by=city&format=csv")  # type: ignore[attr-defined]
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    heads = body.decode("utf-8-sig").splitlines()[0].split(",")
    assert [head for head in heads if HALF.search(head)] == []


def test_names_of_rows_have_no_half_width_signs(world: World) -> None:
    """Names with a note, such as a source with its year."""
    with translation.override("zh-hans"):
        assert half_width(str(SourceDocument.objects.get(pk="article-2025"))) == []

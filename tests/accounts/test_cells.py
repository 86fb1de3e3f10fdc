"""The cells of the admin's lists: each is labelled with its column's head, and sorts and links as before."""

import re
from html import unescape
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry

from tests import factories
from tests.factories import GULOU, PROVINCE, XUZHOU, browser, official
from tests.records.periods import CLOSED, exception, period
from tests.world import two_cities

pytestmark = pytest.mark.django_db
MODELS: list[Any] = [model for model in admin.site._registry if model is not LogEntry]
COLON = {"en": ": ", "zh-hans": "："}


@pytest.fixture
def rows() -> Any:
    """Rows of nearly every kind."""
    with two_cities() as made:
        yield made


def list_of(model: Any, language: str, query: str = "") -> str:
    client = browser(official("", PROVINCE))
    address = f"/admin/{model._meta.app_label}/{model._meta.model_name}/{query}"
    return str(client.get(address, headers={"accept-language": language}).content.decode())


def heads(text: str) -> list[str]:
    """The texts of a list's heads, without the one of the boxes."""
    thead = text[text.index('id="result_list"') : text.index("</thead>")]
    found = re.findall(r'<th scope="col"[^>]*>.*?<div class="text">(.*?)</div>', thead, re.S)
    texts = [unescape(re.sub(r"<[^>]*>", "", each)).strip() for each in found]
    return [each for each in texts if each]


def labels(text: str) -> list[list[str]]:
    """The labels of the cells, row by row."""
    body = text[text.index("<tbody>", text.index('id="result_list"')) : text.index("</tbody>")]
    lines = re.findall(r"<tr.*?</tr>", body, re.S)
    return [[unescape(each) for each in re.findall(r'data-label="([^"]*)"', line)] for line in lines]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_each_cell_bears_the_head_of_its_column(rows: Any, language: str) -> None:
    """In every list of the admin that has rows, in both languages."""
    full = 0
    for model in MODELS:
        text = list_of(model, language)
        if 'id="result_list"' not in text:
            continue
        full += 1
        wanted = [f"{head}{COLON[language]}" for head in heads(text)]
        assert wanted, model
        assert all(line == wanted for line in labels(text)), model
    assert full > 20


def test_heads_sort_and_cells_link_as_they_are_declared() -> None:
    """Fields and columns that name their order are sortable. Code and name lead to the form."""
    one, two = (factories.project(GULOU, name=f"Synthetic {name}") for name in "ab")
    model = type(one)
    text = list_of(model, "en")
    for column in ("code", "name", "enterprise", "region"):
        assert f'class="sortable column-{column}"' in text, column
    at = heads(text).index("Project name") + 1
    for sign, names in (("", "ab"), ("-", "ba")):
        sorted_text = list_of(model, "en", f"?o={sign}{at}")
        assert re.findall(r">Synthetic (\w)</span>", sorted_text) == list(names)
    for row in (one, two):
        for value in (row.code, row.name):
            link = rf'<a href="/admin/projects/renovationproject/{row.pk}/change/[^"]*"><span[^>]*>{value}</span></a>'
            assert re.search(link, text), value


@pytest.mark.parametrize(("language", "words"), [("en", ("Yes", "No")), ("zh-hans", ("是", "否"))])
def test_icons_say_yes_and_no_in_the_reader_s_language(language: str, words: tuple[str, str]) -> None:
    """A field that is true or false, and a column that is."""
    of = period(CLOSED)
    exception(of, XUZHOU, 3)
    exception(of, XUZHOU, -3)
    text = list_of(type(exception(of, GULOU, 1)), language)
    said = re.findall(r'<img src="[^"]*icon-[a-z]+[^"]*" alt="([^"]*)"', text)
    assert sorted(said) == sorted((words[0], words[0], words[1]))

"""How a page reads its parameters: what is wrong is named by its label, with what is accepted, in both languages."""

import re
from html import unescape

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import translation

from revival.records.periods import ReportingPeriod
from revival.reporting.params import BadQuery, Label, Params, changed_url
from tests.factories import PROVINCE, browser, official

LABELS: dict[str, Label] = {"year": "year of the list", "kind": lambda: "kind of loan", "format": "format"}
# A wrong question to every page, the label that its refusal names, and the name that it must not show.
PAGES = [
    ("/?year=abc", "Year", "year"),
    ("/?measure=abc", "“abc”", "measure:"),
    ("/reports/renovation/?year=abc", "Programme year", "year"),
    ("/reports/renovation/?by=abc", "Rows by", "by"),
    ("/reports/renovation/?page=abc", "Page", "page"),
    ("/reports/renovation/?unit=abc", "Unit of money", "unit"),
    ("/register/?scope=abc", "Scope", "scope"),
    ("/evaluation/cities/?version=abc", "Version", "version"),
    ("/evaluation/cities/?indicator=completion&weight=abc", "Weight", "weight"),
    ("/board/?subject=abc", "Kind of record", "subject"),
    ("/board/records/?state=abc", "State", "state"),
    ("/policies/?format=abc", "File format", "format"),
]


def params(query: str) -> Params:
    return Params(QueryDict(query), LABELS, ("kind",))


@pytest.fixture
def manager(db: None) -> Client:
    days = {"opens": "2024-06-01", "due": "2024-06-25", "closes": "2060-01-01"}
    ReportingPeriod.objects.get_or_create(year=2024, month=5, defaults=days)
    return browser(official("", PROVINCE))


@pytest.mark.parametrize(("url", "label", "name"), PAGES)
def test_a_refusal_names_the_parameter_by_its_label(manager: Client, url: str, label: str, name: str) -> None:
    response = manager.get(url)
    text = unescape(response.content.decode())
    (said,) = re.findall(r'<li class="error">([^<]*)', text)[:1]
    assert response.status_code == 400
    assert label in said
    assert "abc" in said
    assert not said.startswith(name)
    assert "<table" not in text


@pytest.mark.parametrize("url", sorted({page.partition("?")[0] for page, _label, _name in PAGES}))
def test_every_page_refuses_what_it_does_not_know(manager: Client, url: str) -> None:
    """It says what was given, and what the page takes; without parameters the page opens again."""
    response = manager.get(f"{url}?nonsense=1")
    assert response.status_code == 400
    assert "“nonsense” is not a parameter of this page, which takes:" in response.content.decode()
    assert f'href="{url}"' in response.content.decode()
    assert manager.get(f"{url}?nonsense=1", headers={"accept-language": "zh-hans"}).status_code == 400


def test_everything_that_is_wrong_is_said_at_once() -> None:
    with translation.override("en"):
        found = params("year=1&year=2&format=exe&other=1")
        found.one_of("format", ("csv", "json"))
        with pytest.raises(BadQuery) as caught:
            found.check()
    assert len(caught.value.messages) == 3
    assert any("“other”" in each and "year, kind, format" in each for each in caught.value.messages)
    assert any(each == "Year of the list is given more than once." for each in caught.value.messages)


def test_values_are_read_and_refused() -> None:
    with translation.override("en"):
        found = params("year=2024&kind=a&kind=b,c&kind=&format=csv")
        assert found.number("year", 2000, 2060) == 2024
        assert found.several("kind", {"a": 1, "b": 2, "c": 3}.get) == [1, 2, 3]
        assert found.one_of("format", ("csv",)) == "csv"
        found.check()
        for query, said in (
            ("year=1999", "Year of the list: “1999” is not accepted; accepted: a whole number from 2000 to 2060."),
            ("year=2_0", "Year of the list: “2_0” is not accepted; accepted: a whole number from 2000 to 2060."),
            (
                "year=２０２４",
                "Year of the list: “２０２４” is not accepted; accepted: a whole number from 2000 to 2060.",
            ),
        ):
            wrong = params(query)
            assert wrong.number("year", 2000, 2060) is None
            assert wrong.wrong == [said]
        wrong = params("kind=z")
        assert wrong.several("kind", {"a": 1}.get) == []
        assert wrong.wrong == ["Kind of loan: “z” is not one of the values."]


def test_a_parameter_of_another_page_is_not_read() -> None:
    found = params("weight=5")
    assert found.text("weight") == ""
    assert len(found.wrong) == 1


def test_an_address_changes_what_it_is_told_to_and_starts_paging_anew() -> None:
    given = QueryDict("city=a&city=b&page=3&format=csv&sort=name")
    assert changed_url("/x/", given) == "/x/?city=a&city=b&sort=name"
    assert changed_url("/x/", given, drop=("sort",), city=["c"]) == "/x/?city=c"
    assert changed_url("/x/", given, drop=("sort",), city=None) == "/x/"
    assert changed_url("", QueryDict("")) == "?"


def test_an_empty_value_undoes_no_other(manager: Client) -> None:
    """A form sends what was left empty; a search beside an empty one is still the search."""
    with translation.override("en"):
        found = params("year=&year=2024&year=")
        assert found.number("year", 2000, 2060) == 2024
        found.check()
    for url in ("/search/?q=nothing-of-this-name&q=", "/reports/renovation/?q=nothing-of-this-name&q="):
        text = manager.get(url).content.decode()
        assert "nothing-of-this-name" in text
        assert "<tbody><tr><th" not in text.replace("\n", "")

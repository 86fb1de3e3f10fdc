"""The officials' lists and choices where there are many rows."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from revival.records.admin import filters as admin_filters
from tests.factories import GULOU, SUZHOU, XUZHOU, browser, enterprise, official, project

pytestmark = pytest.mark.django_db
LIST = "/admin/projects/renovationproject/"


@pytest.fixture
def clerk(db: None) -> Client:
    return browser(official("clerk", XUZHOU))


def choices(client: Client, page: int | str) -> Any:
    names: dict[str, Any] = {"app_label": "projects", "model_name": "renovationproject", "field_name": "enterprise"}
    return client.get(reverse("admin:autocomplete"), {**names, "term": "synthetic mill", "page": page})


@pytest.mark.parametrize(("path", "title"), [(LIST, "List: renovation projects"), ("/admin/", "Data entry")])
def test_pages_have_titles_of_ours(clerk: Client, path: str, title: str) -> None:
    """Also in English, where no catalogue replaces Django's “Select … to change” and “Site administration”."""
    page: Any = clerk.get(path)
    assert page.context["title"] == title
    assert f"<h1>{title}</h1>" in page.content.decode()


def test_choices_come_in_pages_to_the_last(clerk: Client) -> None:
    """Every page tells whether there is another. Together they hold each row once, and none of another city."""
    made = {str(enterprise(GULOU, name=f"synthetic mill {number}").pk) for number in range(45)}
    enterprise(SUZHOU, name="synthetic mill elsewhere")
    pages = [choices(clerk, number).json() for number in (1, 2, 3)]
    assert [page["pagination"]["more"] for page in pages] == [True, True, False]
    found = [row["id"] for page in pages for row in page["results"]]
    assert (len(found), set(found)) == (45, made)
    for page in (4, 0, -1, 10**30, "x"):
        assert choices(clerk, page).status_code == 404, page


def test_choices_are_counted_no_further_than_the_next_page(clerk: Client) -> None:
    """A page of choices reads one row more than it shows, however many match."""
    enterprise(GULOU, name="synthetic mill")
    with CaptureQueriesContext(connection) as asked:
        choices(clerk, 1)
    counts = [each["sql"] for each in asked.captured_queries if "COUNT(" in each["sql"]]
    assert len(counts) == 1
    assert "LIMIT 21" in counts[0]


@pytest.mark.parametrize("term", ["织造", "Mill 7", "mill 7", "７"])
def test_search_finds_a_part_of_a_name_in_any_case(clerk: Client, term: str) -> None:
    """Chinese is found as it is, letters in either case, and signs literally."""
    found, _other = project(GULOU, name="synthetic 织造 Mill 7 ７"), project(GULOU, name="synthetic 钢铁")
    page: Any = clerk.get(LIST, {"q": term})
    assert list(page.context["cl"].result_list) == [found]


def years(client: Client) -> list[int]:
    """The years that the list offers as filters."""
    page: Any = client.get(LIST)
    (each,) = [spec for spec in page.context["cl"].filter_specs if isinstance(spec, admin_filters.YearFilter)]
    return [int(value) for value, _label in each.lookup_choices]


def test_years_are_those_of_the_rows(clerk: Client) -> None:
    """They are the years of the official's own rows, the last first. Another year is refused."""
    for code, year in ((GULOU, 2021), (GULOU, 2024), (GULOU, 2024), (SUZHOU, 2022)):
        project(code, year=year)
    assert years(clerk) == [2024, 2021]
    assert clerk.get(f"{LIST}?year=2022").status_code == 400


def test_of_very_many_rows_every_year_is_offered(clerk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Finding their years would have to read all rows."""
    for year in (2021, 2024, 2060):
        project(GULOU, year=year)
    monkeypatch.setattr(admin_filters, "MOST", 2)
    offered = years(clerk)
    assert offered[-1] == admin_filters.EARLIEST
    assert timezone.localdate().year + 1 in offered
    assert {2021, 2024, 2060} <= set(offered)
    page: Any = clerk.get(f"{LIST}?year=2024")
    assert [row.year for row in page.context["cl"].result_list] == [2024]

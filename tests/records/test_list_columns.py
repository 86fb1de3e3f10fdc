"""Lists of records: counties as a filter, the enterprise and the last change as columns; histories in words."""

from typing import Any

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from revival.records.admin.history import page_name
from revival.records.admin.record import RecordAdmin
from tests import factories
from tests.extent import every
from tests.factories import GULOU, KUNSHAN, PEI, PROVINCE, SUZHOU, XUZHOU, browser, marked, official

pytestmark = pytest.mark.django_db
MODELS: list[Any] = [
    model for model, pages in admin.site._registry.items() if isinstance(pages, RecordAdmin) and not model._meta.proxy
]


def address(model: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


@every("model", MODELS)
def test_every_list_shows_the_enterprise_and_the_last_change(model: Any) -> None:
    """The enterprise where the record has one."""
    marked(model, GULOU, "Synthetic")
    page: Any = browser(official("clerk", XUZHOU)).get(address(model))
    names = [getattr(column, "__name__", column) for column in page.context["cl"].list_display]
    assert names[-1] == "changed_at"
    assert ("enterprise" in names) == any(f.name == "enterprise" for f in model._meta.concrete_fields)
    assert names.count("enterprise") <= 1


@every("model", MODELS)
def test_every_list_of_a_city_is_narrowed_to_a_county(model: Any) -> None:
    """A city chooses among its own counties; what lies in another is no value."""
    place = XUZHOU if model._meta.label == "projects.Policy" else GULOU
    marked(model, place, "Synthetic")
    clerk = browser(official("clerk", XUZHOU))
    counts = [clerk.get(address(model), {"county": code}).context["cl"].result_count for code in (GULOU, PEI)]
    assert counts == [0 if place == XUZHOU else 1, 0]
    assert clerk.get(address(model), {"county": KUNSHAN}).status_code == 400
    province = browser(official("clerk", PROVINCE))
    assert province.get(address(model), {"county": GULOU}).status_code == 400
    assert province.get(address(model), {"county": GULOU, "city": XUZHOU}).status_code == 200
    assert province.get(address(model), {"county": GULOU, "city": SUZHOU}).status_code == 400


def test_the_columns_cost_no_query_a_row() -> None:
    clerk, counts = browser(official("clerk", XUZHOU)), []
    for _turn in range(2):
        for _row in range(3):
            factories.project(GULOU)
        with CaptureQueriesContext(connection) as queries:
            clerk.get("/admin/projects/renovationproject/")
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/admin/projects/renovationproject/5/change/", "form"),
        ("/admin/finance/loan/add/", "form"),
        ("/admin/finance/loan/", "list"),
        ("/monthly/2024-05/", "monthly form"),
        ("/inbox/", "inbox"),
        ("/nowhere/", "/nowhere/"),
        ("", ""),
    ],
)
def test_histories_name_pages(path: str, name: str) -> None:
    """A page that is gone is named by its address."""
    assert page_name(path) == name


def test_the_first_event_of_a_history_is_folded() -> None:
    """What was filled in at first opens with a press; a change is shown at once."""
    row = factories.project(GULOU, name="Synthetic first")
    row.name = "Synthetic second"
    row.save()
    text = browser(official("clerk", XUZHOU)).get(f"/admin/projects/renovationproject/{row.pk}/history/")
    first, second = (text.content.decode().split('<tbody class="event">')[at] for at in (2, 1))
    assert "<details><summary>" in first
    assert "Synthetic first" in first.split("<details>")[1]
    assert "<details>" not in second
    assert "Synthetic second" in second


def test_data_entry_begins_with_the_inbox_and_the_kinds_by_use() -> None:
    """The kind of which the official entered most comes first."""
    clerk = official("clerk", XUZHOU)
    for _row in range(2):
        factories.retired(GULOU, created_by=clerk)
    factories.project(GULOU, created_by=clerk, state="returned", submitted_by=clerk)
    page: Any = browser(clerk).get("/admin/")
    assert [each["name"].lower() for each in page.context["entry"].kinds][:2] == [
        "retired equipment",
        "renovation projects",
    ]
    text = page.content.decode()
    assert text.index("Returned to me") < text.rindex("etired equipment</a>")
    assert "Settings and reference data" in browser(official("publisher", PROVINCE)).get("/admin/").content.decode()


def test_one_header_stands_above_all_pages() -> None:
    """The admin has the menu, the search and the words of the other pages."""
    clerk = browser(official("clerk", XUZHOU))
    headers = []
    for path in ("/", "/admin/", "/admin/projects/renovationproject/add/"):
        text = clerk.get(path).content.decode()
        head = text[text.index('<header class="top">') : text.index("</header>")]
        headers.append([line for line in head.splitlines() if 'class="menu"' in line or "<li><a href" in line])
        assert text.count("<header") == 1
    assert len(headers[0]) > 5
    assert [len(each) for each in headers] == [len(headers[0])] * 3

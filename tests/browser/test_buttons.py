"""The buttons of a form: in sight on a long page, on a telephone and by keyboard, and gone on paper."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.test_quality import STOCK, faults

pytestmark = pytest.mark.browser
LIST = "/admin/projects/renovationproject/"
ADD = f"{LIST}add/"


def in_sight(page: Page) -> bool:
    """Whether the whole bar lies within the window."""
    box = page.locator(".submit-row.bar").bounding_box()
    size: Any = page.viewport_size
    return bool(box and box["y"] >= 0 and box["y"] + box["height"] <= size["height"] + 1)


@pytest.mark.parametrize("options", [{}, {"width": 400}, {"color_scheme": "dark"}], ids=["wide", "narrow", "dark"])
def test_they_stay_in_sight(open_as: Open, options: dict[str, Any]) -> None:
    """Without scrolling and at the end of the page; nothing breaks a rule of axe, and paper has none of them."""
    page = open_as("xuzhou-clerk", "zh-hans", ADD, bypass_csp=True, **options)
    assert page.evaluate("document.documentElement.scrollHeight > innerHeight")
    assert in_sight(page)
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    assert in_sight(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert [fault for fault in faults(page) if not fault.startswith(STOCK)] == []
    page.emulate_media(media="print")
    expect(page.locator(".submit-row.bar")).to_be_hidden()


def test_enter_in_a_field_saves_a_draft(open_as: Open) -> None:
    """The record is not submitted, and the message says so."""
    page = open_as("xuzhou-clerk", "en", f"{LIST}?work=mine&state__exact=draft", java_script_enabled=False)
    page.locator("#result_list tbody th a").first.click()
    page.locator("[name=name]").press("Enter")
    expect(page.locator(".messagelist .success")).to_contain_text("Draft saved")


def test_each_button_is_reached_by_keyboard(open_as: Open) -> None:
    """From the last field on, in the order of the page, with a visible focus."""
    page = open_as("xuzhou-clerk", "en", ADD)
    page.locator("[name=_save]").focus()
    found = []
    for _turn in range(4):
        found.append(page.evaluate("document.activeElement.textContent.trim()"))
        page.keyboard.press("Tab")
    assert found == ["Save draft", "Submit", "Save and add another", "Save and continue editing"]

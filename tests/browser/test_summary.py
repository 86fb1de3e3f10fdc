"""The summary of errors above a form: it takes the focus, and its links lead to the fields."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.test_quality import faults


@pytest.mark.parametrize("options", [{}, {"color_scheme": "dark"}])
def test_the_summary_takes_the_focus_and_gives_it_to_the_fields(open_as: Open, options: dict[str, Any]) -> None:
    """By mouse and keyboard, also to a field behind a search box; it is clean for axe and fits a telephone."""
    path = "/admin/projects/retiredequipment/add/"
    page = open_as("xuzhou-clerk", "zh-hans", path, width=400, bypass_csp=True, **options)
    page.fill("[name=quantity]", "x")
    page.click("[name=_save]")
    summary = page.locator(".error-summary")
    expect(summary).to_be_focused()
    expect(summary.locator("a")).not_to_have_count(0)
    summary.locator("a[href='#id_quantity']").click()
    expect(page.locator("#id_quantity")).to_be_focused()
    summary.locator("a[href='#id_enterprise']").press("Enter")
    expect(page.locator(".field-enterprise .select2-selection")).to_be_focused()
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 400

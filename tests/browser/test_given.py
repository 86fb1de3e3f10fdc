"""Choosing an enterprise fills in its region and industry at once, and leaves what an official chose."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open

pytestmark = pytest.mark.browser
ADD = "/admin/projects/retiredequipment/add/"


def choose(page: Page, field: str, words: str, steps: int = 0) -> None:
    """Choose by keyboard the result after so many steps down."""
    page.locator(f"#id_{field} + .select2 .select2-selection").focus()
    page.keyboard.press("Enter")
    page.keyboard.type(words)
    expect(page.locator(".select2-results__option--highlighted")).to_contain_text(words)
    for _each in range(steps):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")


@pytest.mark.parametrize(("language", "begins"), [("en", "Filled in: Region"), ("zh-hans", "已填入：地区")])
def test_a_choice_by_keyboard_fills_in_region_and_industry(open_as: Open, language: str, begins: str) -> None:
    page = open_as("xuzhou-clerk", language, ADD)
    region, industry = page.locator("[name=region]"), page.locator("[name=industry]")
    choose(page, "enterprise", "徐州")
    expect(page.locator(".field-enterprise [role=status]")).to_contain_text(begins)
    first = region.input_value(), industry.input_value()
    assert all(first)
    shown = page.locator(".field-region .select2-selection__rendered")
    expect(shown).to_contain_text("Xuzhou" if language == "en" else "徐州市")
    others = [
        value for value in industry.locator("option").evaluate_all("all => all.map((each) => each.value)") if value
    ]
    other = next(value for value in others if value != first[1])
    industry.select_option(other)
    for steps in range(1, 8):
        choose(page, "enterprise", "徐州", steps)
        expect(industry).to_have_value(other)  # what the official chose stays
        if region.input_value() != first[0]:
            break
    assert region.input_value() != first[0], "no result lies in another county"

"""The notes behind the signs at labels: by keyboard, by touch, without JavaScript, on a telephone and on paper."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.test_quality import faults

pytestmark = pytest.mark.browser
ROLL_UP = "/reports/renovation/?year=2024&by=city"
DIVIDES = "Completed investment divided by the planned investment of the year."


def box(page: Page, selector: str) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of an element in the window."""
    found = page.locator(selector).bounding_box()
    assert found
    return found["x"], found["y"], found["x"] + found["width"], found["y"] + found["height"]


@pytest.mark.parametrize("options", [{}, {"java_script_enabled": False}], ids=["script", "no script"])
def test_a_note_is_opened_and_closed_by_keyboard(open_as: Open, options: dict[str, bool]) -> None:
    """Enter opens it, Escape closes it; neither needs a script of ours."""
    page = open_as("province", "en", ROLL_UP, **options)
    note = page.get_by_text(DIVIDES)
    expect(note).to_be_hidden()
    page.locator("thead").get_by_label("What does “Completion rate” mean?").focus()
    page.keyboard.press("Enter")
    expect(note).to_be_visible()
    page.keyboard.press("Escape")
    expect(note).to_be_hidden()


@pytest.mark.parametrize("width", [1280, 400])
def test_an_open_note_is_clean_for_axe_and_lies_at_its_sign(open_as: Open, width: int) -> None:
    """Also at the right edge, and on a telephone, where it is opened by touch."""
    page = open_as("province", "zh-hans", ROLL_UP, width=width, has_touch=True)
    page.locator(".totals").evaluate("totals => totals.scrollIntoView()")  # a note lies above where there is no room
    for label in ("“项目数”的含义", "“序时进度”的含义"):
        page.locator(".totals").get_by_label(label).tap()
        expect(page.locator(".explains:popover-open")).to_have_count(1)
        left, top, right, _bottom = box(page, ".explains:popover-open")
        assert 0 <= left < right <= width
        assert 0 <= top - box(page, f".totals [aria-label='{label}']")[3] < 20
        assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("path", [ROLL_UP, "/"])
def test_paper_lists_the_notes(open_as: Open, path: str) -> None:
    """They stand below the table, without the signs that open them. Notes only for filters are left out."""
    page = open_as("province", "en", path)
    expect(page.get_by_text(DIVIDES)).to_be_hidden()
    page.emulate_media(media="print")
    expect(page.get_by_text(DIVIDES)).to_be_visible()
    expect(page.locator(".notes .heading").first).to_be_visible()
    expect(page.locator(".help").first).to_be_hidden()
    expect(page.get_by_text("Sunan is Nanjing")).to_be_hidden()

"""The monthly form as a clerk uses it: it saves by itself, and the keyboard moves between its fields."""

from collections.abc import Iterator

import psycopg
import pytest
from playwright.sync_api import Locator, Page, Route, expect

from revival.database.embedded import DatabaseUrls
from tests.browser.conftest import Open
from tests.browser.test_quality import faults

pytestmark = pytest.mark.browser

PAGE = "/monthly/2025-08/?region=320300"  # a month that the demonstration data have no rows of


@pytest.fixture(autouse=True, scope="module")
def august(site_urls: DatabaseUrls) -> Iterator[None]:
    """The month is left as it was found: open, and without a row."""
    yield
    with psycopg.connect(site_urls.owner, autocommit=True) as connection:
        connection.execute("DELETE FROM projects_projectprogress WHERE year = 2025 AND month = 8")


def field(page: Page, row: int, column: str = "planned") -> Locator:
    return page.locator(f"tr[data-row] [data-column={column}]").nth(row)


def version(page: Page, row: int) -> Locator:
    return page.locator("tr[data-row] [name$=-version]").nth(row)


def test_what_is_typed_is_saved_without_pressing_anything(open_as: Open) -> None:
    """A row is saved when the row or the page is left. A missing amount is asked for without disturbing typing."""
    page = open_as("xuzhou-clerk", "en", PAGE)
    status = page.locator("form.sheet [role=status]")
    field(page, 0).fill("１２０")
    field(page, 0).press("Tab")
    field(page, 0, "completed").fill("80")
    field(page, 1).focus()
    expect(status).to_contain_text("Draft saved at")
    expect(version(page, 0)).to_have_value("1")
    expect(field(page, 0)).to_have_value("１２０")
    expect(field(page, 1)).to_be_focused()
    field(page, 1).fill("5")
    field(page, 2).focus()
    expect(page.locator("tr[data-row]").nth(1)).to_contain_text("Not saved yet: this amount is missing.")
    expect(field(page, 2)).to_be_focused()
    field(page, 1, "completed").fill("4")
    page.goto("/register/")
    page.goto(PAGE)
    expect(field(page, 0)).to_have_value("120")
    expect(field(page, 1)).to_have_value("5")
    expect(field(page, 1, "completed")).to_have_value("4")


def test_a_row_changed_by_another_waits_for_a_decision(open_as: Open) -> None:
    """The script shows both values and overwrites neither; the button does. A refusal of the server is shown."""
    page, other = open_as("xuzhou-clerk", "en", PAGE), open_as("province-clerk", "en", PAGE)
    for each, planned in ((other, "70"), (page, "60")):
        field(each, 3).fill(planned)
        field(each, 3, "completed").fill("50")
        field(each, 4).focus()
        expect(each.locator("form.sheet [role=status]")).not_to_be_empty()
    row = page.locator("tr[data-row]").nth(3)
    expect(row).to_contain_text("Saved now: “70”. You typed: “60”.")
    field(page, 3).fill("61")
    field(page, 4).focus()
    other.reload()
    expect(field(other, 3)).to_have_value("70")
    page.route("**/monthly/**", lambda route: route.fulfill(status=403, body="synthetic refusal"))
    field(page, 4).fill("1")
    field(page, 5).focus()
    expect(page.locator("form.sheet [role=status]")).to_contain_text("Not saved: the server refused it.")
    page.unroute("**/monthly/**")
    field(page, 4).fill("")
    page.get_by_role("button", name="Save draft").click()
    expect(page.locator(".messages .success")).to_contain_text("1 row was saved")
    other.reload()
    expect(field(other, 3)).to_have_value("61")


def test_enter_moves_on_and_arrows_in_the_column(open_as: Open) -> None:
    """Enter goes to the next field in reading order, Shift+Enter goes back, and neither sends the form."""
    page = open_as("xuzhou-clerk", "en", PAGE)
    field(page, 6).focus()
    steps = (
        ("Enter", 6, "completed"),
        ("Enter", 7, "planned"),
        ("ArrowDown", 8, "planned"),
        ("Shift+Enter", 7, "completed"),
        ("ArrowUp", 6, "completed"),
        ("Control+Enter", 6, "completed"),
    )
    for key, row, column in steps:
        page.keyboard.press(key)
        expect(field(page, row, column)).to_be_focused()
    expect(page.locator(".messages")).to_have_count(0)


def test_rows_typed_with_enter_are_saved_and_half_a_row_comes_back(open_as: Open) -> None:
    """Half a row is kept in the tab until it is saved. After that a reload shows what is stored."""
    page = open_as("xuzhou-clerk", "en", PAGE)
    status = page.locator("form.sheet [role=status]")
    field(page, 9).focus()
    for text in ("１４", "13", "12"):
        page.keyboard.type(text)
        page.keyboard.press("Enter")
    expect(version(page, 9)).to_have_value("1")
    page.goto("/register/")
    page.goto(PAGE)
    expect(status).to_contain_text("The text that you typed earlier and did not save has been filled in again.")
    expect(field(page, 10)).to_have_value("12")
    expect(field(page, 9)).to_have_value("14")
    field(page, 10, "completed").fill("１１")
    field(page, 9).fill("")
    expect(version(page, 10)).to_have_value("1")
    field(page, 9, "completed").fill("")
    field(page, 10).focus()
    expect(page.locator("tr[data-row]").nth(9)).to_contain_text("Not saved yet: this amount is missing.")
    page.get_by_role("button", name="Save draft").click()
    expect(page.locator(".messages .success")).to_have_text("1 draft was removed.")
    expect(field(page, 10, "completed")).to_have_value("11")
    expect(version(page, 9)).to_have_value("")
    expect(page.locator("[data-unsaved]")).to_have_count(0)
    expect(status).to_be_empty()


def test_a_button_pressed_while_a_save_fails_says_so(open_as: Open) -> None:
    """The press waits for the save under way. Where that fails nothing is submitted, and the official is told."""
    page = open_as("xuzhou-clerk", "en", PAGE)
    held: list[Route] = []
    page.route("**/monthly/**", lambda route: held.append(route))
    field(page, 11).fill("2")
    field(page, 11, "completed").fill("1")
    with page.expect_request("**/monthly/**"):
        field(page, 12).focus()
    page.get_by_role("button", name="Submit all").click()
    held[0].fulfill(status=403, body="synthetic refusal")
    expect(page.locator("form.sheet [role=status]")).to_contain_text("Not submitted. Press the button again.")
    expect(field(page, 11)).to_have_value("2")
    assert len(held) == 1
    page.unroute("**/monthly/**")
    field(page, 11).fill("")
    field(page, 11, "completed").fill("")


def test_the_form_is_clean_for_axe_and_fits(open_as: Open) -> None:
    """Also with messages, the first of which has the focus, on a telephone and in the dark scheme."""
    page = open_as("xuzhou-clerk", "zh-hans", PAGE)
    field(page, 5).fill("12x")
    page.locator("button[value=submit]").click()
    expect(page.locator("[autofocus]")).to_be_focused()
    expect(field(page, 5)).to_have_attribute("aria-invalid", "true")
    assert faults(page) == []
    page.set_viewport_size({"width": 400, "height": 900})
    page.emulate_media(color_scheme="dark")
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 400

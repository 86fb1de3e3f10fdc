"""Blocks of cells pasted from a spreadsheet: into the monthly form, and into the rows of a record's page."""

from collections.abc import Iterator

import psycopg
import pytest
from playwright.sync_api import Locator, Page, expect

from revival.database.embedded import DatabaseUrls
from tests.browser.conftest import Open
from tests.browser.test_quality import STOCK, faults

pytestmark = pytest.mark.browser

PAGE = "/monthly/2025-08/?region=320300"  # a month that the demonstration data have no rows of
ADD = "/admin/projects/renovationproject/add/"


@pytest.fixture(autouse=True, scope="module")
def august(site_urls: DatabaseUrls) -> Iterator[None]:
    """The month is left as it was found: open, and without a row."""
    yield
    with psycopg.connect(site_urls.owner, autocommit=True) as connection:
        connection.execute("DELETE FROM projects_projectprogress WHERE year = 2025 AND month = 8")


def paste(field: Locator, text: str) -> None:
    """Paste text with the focus in the field, as Ctrl+V does."""
    field.focus()
    field.evaluate(
        """(field, text) => {
            const data = new DataTransfer();
            data.setData('text/plain', text);
            const event = new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true});
            if (field.dispatchEvent(event)) { field.value = text; }
        }""",
        text,
    )


def column(page: Page, name: str) -> list[str]:
    fields = page.locator(f"tr[data-row] [data-column={name}]")
    return [str(each) for each in fields.evaluate_all("fields => fields.map((each) => each.value)")]


def told(page: Page) -> Locator:
    return page.locator("[data-paste]")


def forget(page: Page) -> None:
    """Leave nothing unsaved in the page."""
    page.evaluate("document.querySelectorAll('tr[data-unsaved]').forEach((row) => { delete row.dataset.unsaved; })")
    page.evaluate("sessionStorage.clear()")


def first(page: Page, name: str = "planned", at: int = 0) -> Locator:
    return page.locator(f"tr[data-row] [data-column={name}]").nth(at)


@pytest.mark.parametrize("path", [PAGE, ADD])
def test_the_page_says_in_a_line_that_cells_can_be_pasted(open_as: Open, path: str) -> None:
    """The hint is as wide as its sentence, on pages of the site and of the admin."""
    box = open_as("xuzhou-clerk", "zh-hans", path).locator("[data-paste-hint]").bounding_box()
    assert box is not None
    assert box["width"] > 20 * box["height"]


def test_a_block_fills_the_rows_in_their_order_and_is_saved_as_if_typed(open_as: Open) -> None:
    """The text stands in the fields as in the sheet; the server reads it. A blank cell changes nothing."""
    page = open_as("xuzhou-clerk", "en", PAGE)
    expect(page.locator("[data-paste-hint]")).to_be_visible()
    paste(first(page, at=1), "1,200\t８００\r\n\t\r\n300\t\r\n" + "x\t5\r\n")
    expect(told(page)).to_have_text("Rows filled in from the clipboard: 3. Check them.")
    assert column(page, "planned")[:5] == ["", "1,200", "", "300", "x"]
    assert column(page, "completed")[:5] == ["", "８００", "", "", "5"]
    unsaved = page.locator("tr[data-row]").evaluate_all("rows => rows.map((row) => 'unsaved' in row.dataset)")
    assert unsaved[:6] == [False, True, False, True, True, False]
    first(page, at=8).focus()
    row = page.locator("tr[data-row]")
    expect(row.nth(1).locator("[name$=-version]")).to_have_value("1")
    expect(row.nth(3)).to_contain_text("Not saved yet: this amount is missing.")
    expect(row.nth(4).locator(".errorlist")).to_be_visible()
    for at in (3, 4):
        for name in ("planned", "completed"):
            first(page, name, at).fill("")
    page.get_by_role("button", name="Save draft").click()
    page.reload()
    assert (column(page, "planned")[1], column(page, "completed")[1]) == ("1200", "800")


def test_nothing_goes_beyond_the_rows_and_columns_of_the_page(open_as: Open) -> None:
    """What is left out is said, in the language of the page; one cell is pasted as the browser does it."""
    page = open_as("xuzhou-clerk", "zh-hans", PAGE)
    rows = page.locator("tr[data-row]").count()
    paste(first(page, "completed", rows - 2), "1\t2\n3\t4\n5\t6\n7\t8")
    expect(told(page)).to_contain_text("已从剪贴板填入 2 行，请核对。")
    expect(told(page)).to_contain_text("因页面没有更多行而未填入的行：2 行。")
    expect(told(page)).to_contain_text("因表中没有更多列而未填入的列：1 列。")
    assert column(page, "completed")[-3:] == ["", "1", "3"]
    paste(first(page, at=3), "12")
    assert column(page, "planned")[3:5] == ["12", ""]
    page.evaluate(
        "document.querySelectorAll('tr[data-unsaved] input[data-column]').forEach((each) => { each.value = ''; })"
    )
    page.evaluate("sessionStorage.clear()")


def test_cells_of_a_row_without_fields_are_left_out_and_not_moved(open_as: Open) -> None:
    """Else every amount after a submitted project would stand at the wrong one."""
    page = open_as("xuzhou-clerk", "en", PAGE)
    page.locator("tr[data-row]").nth(2).evaluate(
        "row => { row.querySelectorAll('input').forEach((each) => each.remove()); delete row.dataset.row; }"
    )
    paste(first(page, at=5), "1\t1")
    paste(page.locator("tbody tr").nth(1).locator("[data-column=planned]"), "10\t11\n20\t21\n30\t31")
    expect(told(page)).to_have_text(
        "Rows filled in from the clipboard: 2. Check them. Rows left out, as they cannot be changed here: 1."
    )
    expect(page.locator("tbody tr").nth(3).locator("[data-column=completed]")).to_have_value("31")
    forget(page)


def test_rows_of_a_page_are_filled_and_added(open_as: Open) -> None:
    """Choices take the words that they show, in the page's language. A cell that fits no choice is said."""
    page = open_as("xuzhou-clerk", "zh-hans", ADD)
    start = page.locator("[name=progress-0-month]")
    paste(start, '1月\t10\t5\t"第一行\n第二行"\n2月\t20\t"8"\n13月\t30\t9\t说明\t多余')
    expect(told(page)).to_contain_text("已从剪贴板填入 3 行，请核对。")
    expect(told(page)).to_contain_text("因字段不接受而未填入的单元格：1 个。")
    expect(told(page)).to_contain_text("因表中没有更多列而未填入的列：1 列。")
    expect(page.locator("tr.form-row:not(.empty-form)")).to_have_count(3)
    got = [
        [page.locator(f"[name=progress-{at}-{name}]").input_value() for name in ("month", "planned", "completed")]
        for at in range(3)
    ]
    assert got == [["1", "10", "5"], ["2", "20", "8"], ["", "30", "9"]]
    expect(page.locator("[name=progress-0-explanation]")).to_have_value("第一行\n第二行")
    expect(page.locator("[name=progress-TOTAL_FORMS]")).to_have_value("3")


def test_rows_are_added_up_to_the_maximum(open_as: Open) -> None:
    page = open_as("xuzhou-clerk", "en", ADD)
    page.evaluate("document.getElementById('id_progress-MAX_NUM_FORMS').value = '4'")
    paste(page.locator("[name=progress-0-planned]"), "\n".join(f"{each}\t1" for each in range(1, 8)))
    expect(told(page)).to_have_text(
        "Rows filled in from the clipboard: 4. Check them. Rows left out, as the page has no more rows: 3."
    )
    expect(page.locator("[name=progress-3-planned]")).to_have_value("4")


@pytest.mark.parametrize(("path", "focus"), [(PAGE, "[data-column=planned]"), (ADD, "[name=progress-0-planned]")])
def test_the_pages_stay_clean_for_axe_after_a_paste(open_as: Open, path: str, focus: str) -> None:
    """Also on a telephone in dark mode."""
    page = open_as("xuzhou-clerk", "zh-hans", path, width=400, bypass_csp=True, color_scheme="dark")
    paste(page.locator(focus).first, "1\t2\n3\t4")
    expect(told(page)).to_contain_text("2 行")
    assert [found for found in faults(page) if not found.startswith(STOCK)] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    forget(page)

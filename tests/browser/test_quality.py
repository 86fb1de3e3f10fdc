"""Every kind of page is usable with assistive software, by keyboard, on a telephone and in the dark scheme."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.test_stories import pick
from tests.extent import combinations, times

pytestmark = pytest.mark.browser

PAGES = {
    "home": "/",
    "records": "/reports/renovation/?year=2024&city=320300",
    "roll-up": "/reports/renovation/?year=2024&by=city",
    "sub-totals": "/reports/renovation/?year=2024&by=part&by=industry&across=action",
    "months": "/reports/progress/?year=2025&by=month",
    "home by a measure": "/?year=2023&measure=loans.lent",
    "equipment": "/reports/retired-equipment/?year=2024&by=category&by=city",
    "designations": "/reports/green-factories/?year=2024&by=kind&across=tier",
    "loans": "/reports/loans/?year=2024&product=revitalization",
    "enterprises": "/reports/enterprises/?at=2024-12-31&gbt=C17&by=gbt",
    "land": "/reports/land/?year=2024&by=city&by=method",
    "tags": "/reports/policies/?action=equipment-renewal",
    "register": "/register/",
    "matrix": "/policies/",
    "evaluation": "/evaluation/cities/?year=2024&indicator=loans&weight=30",
    "score": "/evaluation/industries/textile/",
    "project": "/projects/1/",
    "enterprise": "/enterprises/1/",
    "search": "/search/?q=印染",
    "board": "/board/?period=2025-07",
    "board's counties": "/board/?period=2025-07&unit=320500",
    "board's records": "/board/records/?period=2025-07&state=late&unit=320300",
    "wrong": "/reports/renovation/?year=never",
    "missing": "/nowhere/",
    "password": "/accounts/password/",
}
# A page of each template; the others show the same parts with other numbers.
ASKED = times(
    (
        *("home", "records", "sub-totals", "register", "matrix", "evaluation", "score", "project", "search", "board"),
        *("board's records", "wrong", "missing", "password"),
    ),
    tuple(PAGES),
)
TEMPLATES = ("home", "sub-totals", "project", "search", "register", "matrix", "evaluation", "score", "board")


def faults(page: Page) -> list[str]:
    """What axe finds wrong: the rule and the element."""
    # Preloading of styles is for rules that are off, and for media, which no page has.
    options = {"resultTypes": ["violations"], "preload": False}
    found: Any = Axe().run(page, options=options).response["violations"]
    return [f"{fault['id']}: {node['html'][:150]}" for fault in found for node in fault["nodes"]]


# The admin's own template of rows on a page leaves one head of a column empty.
STOCK = 'empty-table-header: <th class="original">'
OFFICIALS = (
    "/admin/",
    "/admin/projects/renovationproject/",
    "/admin/records/revision/",
    "/admin/enterprises/greenfactory/",
    "/admin/enterprises/greenpark/add/",
    "/admin/finance/loan/add/",
    "/admin/projects/retiredequipment/add/",
    "/admin/projects/activity/add/",
    "/admin/projects/policy/add/",
    "/admin/enterprises/product/add/",
    "/admin/publishing/publishedfigure/",
    "/admin/records/reportingperiod/",
    "/admin/records/periodexception/",
    "/admin/projects/renovationproject/{}/history/",
    "/admin/projects/renovationproject/{}/change/",
    "/admin/projects/renovationproject/deleted/",
    "/",
    "/admin/evaluation/indexsystem/1/change/",
)
# Lists and forms that the same templates make of other models.
LIKE_OTHERS = {
    *("/admin/records/revision/", "/admin/enterprises/greenfactory/", "/admin/records/reportingperiod/"),
    *("/admin/projects/retiredequipment/add/", "/admin/enterprises/product/add/", "/admin/records/periodexception/"),
    *("/admin/projects/policy/add/", "/admin/publishing/publishedfigure/"),
}


@pytest.mark.torture
@pytest.mark.parametrize("name", ASKED)
def test_managers_pages_are_clean_for_axe_and_fit_a_telephone(open_as: Open, name: str) -> None:
    """In Chinese with filters open none breaks a rule of axe. At 400 px only a table's region scrolls sideways."""
    page = open_as("province", "zh-hans", PAGES[name])
    for details in page.locator("main details > summary").all():
        if details.is_visible():
            details.click()
    assert faults(page) == []
    page.set_viewport_size({"width": 400, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= 400


@pytest.mark.parametrize("path", ["/accounts/login/", "/admin/login/"])
def test_sign_in_pages_are_clean_for_axe(open_as: Open, path: str) -> None:
    """Neither sign-in page breaks a rule of axe."""
    assert faults(open_as("", "zh-hans", path)) == []


@pytest.mark.torture
@pytest.mark.parametrize(("name", "options"), combinations(TEMPLATES, [{"color_scheme": "dark"}, {"width": 400}]))
def test_english_in_dark_and_on_a_telephone_is_clean_for_axe(
    open_as: Open, name: str, options: dict[str, Any]
) -> None:
    """Contrast holds in the dark scheme."""
    assert faults(open_as("province", "en", PAGES[name], **options)) == []


@pytest.mark.torture
@pytest.mark.parametrize("path", times([path for path in OFFICIALS if path not in LIKE_OTHERS], OFFICIALS))
def test_officials_pages_are_clean_for_axe(open_as: Open, path: str) -> None:
    """The admin's index, lists and forms break no rule of axe. Axe itself needs a style that the policy refuses."""
    page = open_as("xuzhou-clerk", "zh-hans", path.split("{}")[0], bypass_csp=True)
    if "{}" in path:
        page.goto(path.format(page.locator("[name=_selected_action]").first.get_attribute("value")))
    expect(page.locator("h1").last).not_to_have_text("页面不存在")
    assert [fault for fault in faults(page) if not fault.startswith(STOCK)] == []
    page.set_viewport_size({"width": 400, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= 400


@pytest.mark.parametrize("width", [1280, 400])
def test_the_preview_of_a_review_is_clean_for_axe(open_as: Open, width: int) -> None:
    """The preview of many records, with what happens to each and to the totals, fits a telephone as well."""
    page = open_as("xuzhou", "zh-hans", "/admin/projects/projectprogress/?work=waiting", width=width, bypass_csp=True)
    page.locator("#action-toggle").check()
    page.select_option("[name=action]", value="return")
    page.locator(".actions button").click()
    expect(page.locator("[name=seen]")).to_be_attached()
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_reports_are_reached_by_keyboard_and_without_javascript(open_as: Open) -> None:
    """The list of reports opens from the menu with a key, lies over the page, and needs no script."""
    page = open_as("province", "en", "/register/", java_script_enabled=False)
    summary = page.locator(".drop summary")
    expect(page.get_by_role("link", name="Land renewals")).to_be_hidden()
    summary.focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Land renewals").click()
    page.wait_for_url("**/reports/land/")


def test_a_publisher_s_figure_stands_in_the_register(open_as: Open) -> None:
    """A figure typed in the admin is compared with the records at once, and shown with their value."""
    page = open_as("publisher", "en", "/admin/publishing/publishedfigure/add/")
    typed = {"code": "B01", "name_zh": "合成样例", "name_en": "Synthetic sample", "value": "1180", "year": "2023"}
    for name, value in {**typed, "place": "p. 1", "filters": "year=2023"}.items():
        page.fill(f"[name={name}]", value)
    for name, value in {"system": "renovation-projects", "unit": "project", "measure": "renovation.projects"}.items():
        page.select_option(f"[name={name}]", value)
    pick(page, "region", "Jiangsu")
    pick(page, "source", "renewal")
    page.click("[name=_save]")
    expect(page.locator(".messagelist")).to_contain_text("Computed from records: 1,180 projects. Agrees.")
    page.goto("/register/?period=2023")
    row = page.locator("tbody tr", has_text="B01")
    expect(row).to_contain_text("Agrees")
    row.get_by_role("link", name="1,180 projects").click()
    expect(page.locator(".totals dd").first).to_have_text("1,180")


def test_report_can_be_asked_by_keyboard_alone(open_as: Open) -> None:
    """Skip link first; filters open, tick and send with the keyboard; the focus is always visible."""
    page = open_as("province", "en", "/reports/renovation/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    page.locator(".filters summary").first.focus()
    page.keyboard.press("Enter")
    page.locator("[name=city][value='320300']").focus()
    page.keyboard.press("Space")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none"
    page.locator(".filters button[type=submit]").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**city=320300**")
    expect(page.locator(".chips")).to_contain_text("Xuzhou")


def test_paper_has_the_numbers_and_none_of_the_controls(open_as: Open) -> None:
    """A printed report shows its title, filters and table, and neither menu nor form nor downloads."""
    page = open_as("province", "en", PAGES["roll-up"])
    page.emulate_media(media="print")
    for shown in ("h1", ".chips", "table.report", "tfoot .total"):
        expect(page.locator(shown).first).to_be_visible()
    for hidden in (".menu", ".filters", ".files", ".tabs", ".account"):
        expect(page.locator(hidden).first).to_be_hidden()

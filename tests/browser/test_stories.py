"""The two main stories of the product, in a real browser and in both languages."""

import csv
import io
import re
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.extent import combinations
from tests.factories import project_code

pytestmark = pytest.mark.browser

LANGUAGES = pytest.mark.parametrize("language", ["zh-hans", "en"])
WORDS = {
    "en": {
        "submit": "Submit",
        "verify": "Verify",
        "show": "Show",
        "filter": "Filter and group",
        "projects": "Projects",
        "investment": "Total investment",
        "total": "Total",
        "city": "City",
        "xuzhou": "Xuzhou",
        "year": "Programme year",
        "below": "is before the start on",
        "filled": "Filled in: Region",
    },
    "zh-hans": {
        "submit": "提交",
        "verify": "审核通过",
        "show": "显示",
        "filter": "筛选与分组",
        "projects": "项目数",
        "investment": "总投资",
        "total": "合计",
        "city": "设区市",
        "xuzhou": "徐州市",
        "year": "年度",
        "below": "早于开工日期",
        "filled": "已填入：地区",
    },
}


def pick(page: Page, field: str, words: str) -> None:
    """Choose the first result for the words in an autocomplete field."""
    page.locator(f"#id_{field} + .select2 .select2-selection").click()
    page.locator(".select2-search__field").fill(words)
    page.locator(".select2-results__option--highlighted", has_text=words).click()


def number(text: str) -> Decimal:
    return Decimal(re.sub(r"[^\d.]", "", text))


def totals(page: Page) -> list[Decimal]:
    """The numbers above the table, once the page has loaded."""
    page.locator(".totals dd").first.wait_for()
    return [number(text) for text in page.locator(".totals dd").all_inner_texts()]


@LANGUAGES
def test_official_enters_a_project_and_the_province_counts_it(open_as: Open, language: str) -> None:
    """A clerk types a project, is told of a mistake, keeps what they typed and submits; it counts once verified."""
    words = WORDS[language]
    report = "/reports/renovation/?city=320300&year=2025&unit=wan"
    manager = open_as("province", language, report)
    before = totals(manager)

    clerk = open_as("xuzhou-clerk", language, "/admin/projects/renovationproject/add/")
    code = project_code(81 if language == "en" else 82, "2501-320302-89-02")
    clerk.fill("[name=code]", code.replace("-", " ") if language == "en" else code.replace("-", ""))
    clerk.fill("[name=name]", f"合成样例浏览器测试项目 {language}")
    pick(clerk, "enterprise", "徐州")
    expect(clerk.locator(".field-region .select2-selection__rendered")).to_contain_text(words["xuzhou"])
    expect(clerk.locator("[name=industry]")).not_to_have_value("")
    expect(clerk.locator(".field-enterprise [role=status]")).to_contain_text(words["filled"])
    clerk.fill("[name=year]", "2025")
    clerk.select_option("[name=action]", "equipment-renewal")
    clerk.fill("[name=total_investment]", "1234.5")
    clerk.fill("[name=planned_investment]", "1000")
    clerk.fill("[name=start_date]", "2025-05-01")
    clerk.fill("[name=finish_date]", "2025-04-01")
    clerk.get_by_role("button", name=words["submit"], exact=True).click()
    expect(clerk.locator(".field-finish_date .errorlist")).to_contain_text(words["below"])
    expect(clerk.locator(".error-summary")).to_be_focused()
    clerk.locator('.error-summary a[href="#id_finish_date"]').click()
    expect(clerk.locator("[name=finish_date]")).to_be_focused()
    expect(clerk.locator("[name=total_investment]")).to_have_value("1234.5")
    clerk.fill("[name=finish_date]", "2025-12-01")
    clerk.fill(
        "[name=explanation]", "合成样例: 企业终止后由承接企业续建。"
    )  # the first enterprise of the city has ended
    clerk.get_by_role("button", name=words["submit"], exact=True).click()
    expect(clerk.locator(".messagelist .success")).to_be_visible()
    manager.reload()
    assert totals(manager) == before

    verifier = open_as("xuzhou", language, f"/admin/projects/renovationproject/?q={code}")
    verifier.get_by_role("link", name=code).first.click()
    expect(verifier.locator("[name=total_investment]")).to_have_count(0)
    verifier.get_by_role("button", name=words["verify"], exact=True).click()
    expect(verifier.locator(".messagelist .success")).to_be_visible()
    manager.reload()
    after = totals(manager)
    assert after[0] == before[0] + 1
    assert after[1] == before[1] + Decimal("1234.5")
    assert after[2] == before[2] + 1000


@pytest.mark.torture
@pytest.mark.parametrize(("language", "javascript"), combinations(["zh-hans", "en"], [True, False]))
def test_manager_filters_xuzhou_drills_down_and_downloads(
    open_as: Open, language: str, javascript: bool, tmp_path: Path
) -> None:
    """Filters, totals, drill-down to records and the CSV agree, with and without JavaScript."""
    words = WORDS[language]
    page = open_as("province", language, **({} if javascript else {"java_script_enabled": False}))
    page.locator(".cards a[href^='/reports/renovation/']").first.click()
    if not page.locator(".filters > details[open]").count():
        page.locator(".filters > details > summary").click()
    for name in ("city", "action"):
        box = page.locator(f"fieldset:has([name={name}])")
        box.locator("input").nth(2 if name == "city" else 1).check()
    page.get_by_role("button", name=words["show"]).click()
    page.wait_for_url("**city=320300**")
    assert "action=equipment-renewal" in page.url
    assert "year=2024" in page.url
    expect(page.locator(".chips")).to_contain_text(words["xuzhou"])
    shown = totals(page)

    page.locator(".tabs").get_by_role("link", name=words["city"], exact=True).click()
    page.wait_for_url("**by=city**")
    row = page.locator("tbody tr", has_text=words["xuzhou"])
    cells = [number(text) for text in row.locator("td").all_inner_texts()]
    assert cells[0] == shown[0]
    row.locator("td a").first.click()
    page.wait_for_url(lambda url: "by=" not in url)
    assert totals(page)[0] == shown[0]
    counted = page.locator("tbody tr").count()
    while page.locator(".pages a[rel=next]").count():
        here = page.url
        page.locator(".pages a[rel=next]").click()
        page.wait_for_url(lambda url, here=here: url != here)  # type: ignore[misc]
        counted += page.locator("tbody tr").count()
    assert counted == shown[0]

    with page.expect_download() as download:
        page.locator(".files a", has_text="CSV").click()
    file = tmp_path / "file.csv"
    download.value.save_as(file)
    assert re.fullmatch(r"renovation_.*320300.*\.csv", download.value.suggested_filename)
    rows = list(csv.reader(io.StringIO(file.read_bytes().decode("utf-8-sig"))))
    column = next(index for index, head in enumerate(rows[0]) if head.startswith(words["investment"]))
    assert len(rows) - 2 == shown[0]
    assert rows[-1][0] == words["total"]
    assert sum(Decimal(cells[column]) for cells in rows[1:-1]) == Decimal(rows[-1][column])
    assert ("10,000 yuan" if language == "en" else "万元") in rows[0][column]
    total = page.locator("tfoot td").nth(column - 1).inner_text()
    assert number(total) == Decimal(rows[-1][column]).quantize(Decimal("0.01"))


def test_province_total_is_the_articles(open_as: Open) -> None:
    """The home page shows 1,363 projects and 209.833 billion yuan for 2024."""
    page = open_as("province")
    expect(page.locator("h1")).to_contain_text("2024")
    card = page.locator(".card").first
    assert [number(text) for text in card.locator("dd:not(.before)").all_inner_texts()][:2] == [
        Decimal(1363),
        Decimal("209.833"),
    ]

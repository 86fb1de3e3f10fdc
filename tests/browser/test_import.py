"""The whole way of a file: template, preview, a wrong row mended, questions answered, records in their list."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from playwright.sync_api import Page, expect
from python_calamine import CalamineWorkbook
from stdnum.iso7064 import mod_11_10

from revival.database.embedded import DatabaseUrls
from tests.browser.conftest import Open
from tests.browser.test_quality import faults

pytestmark = pytest.mark.browser

KIND = "/import/projects/"
LIST = "/admin/projects/renovationproject/"
FIRM = "91320302MA0000010G"  # of the demonstration data, an enterprise of the chemical industry
HEADS = {
    "zh-hans": (
        *("项目代码", "项目名称", "企业", "行业", "主要行动", "项目年度", "总投资（万元）"),
        *("年度计划投资（万元）", "地区"),
    ),
    "en": (
        *("Project code", "Project name", "Enterprise", "Industry", "Primary action", "Programme year"),
        *("Total investment (10,000 yuan)", "Planned investment of the year (10,000 yuan)", "Region"),
    ),
}
WORDS = {
    "zh-hans": {
        "check": "检查文件",
        "wrong": "下载有误的行（附原因）",
        "answer": "统一说明",
        "confirm": "导入：新增",
        "done": "已导入",
    },
    "en": {
        "check": "Check the file",
        "wrong": "Wrong rows as a file, with the reasons",
        "answer": "Answer all of this kind",
        "confirm": "Import: ",
        "done": "Imported",
    },
}


@pytest.fixture(autouse=True, scope="module")
def left_as_found(site_urls: DatabaseUrls) -> Iterator[None]:
    yield
    with psycopg.connect(site_urls.owner, autocommit=True) as connection:
        connection.execute("DELETE FROM projects_renovationproject WHERE import_id IS NOT NULL")
        for table in ("importing_importrow", "importing_importpart", "importing_import"):
            connection.execute(f"DELETE FROM {table}")


def code(number: int) -> str:
    digits = f"2401320302890{2}{number:05}"
    return f"2401-320302-89-02-{number:05}{mod_11_10.calc_check_digit(digits)}"


def project(number: int, total: str = "5000") -> tuple[str, ...]:
    """A row whose industry is not that of its enterprise, which is asked about."""
    region = "320302"
    return (
        code(number),
        f"Synthetic {number} 合成",
        FIRM,
        "textile",
        "equipment-renewal",
        "2025",
        total,
        "1000",
        region,
    )


def csv_file(*rows: tuple[str, ...]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def bring(page: Page, language: str, data: bytes, name: str = "synthetic 合成.csv") -> None:
    page.goto(KIND)
    page.set_input_files("[name=file]", {"name": name, "mimeType": "text/csv", "buffer": data})
    page.get_by_role("button", name=WORDS[language]["check"]).click()
    expect(page.locator("dl.totals")).to_be_visible()


def counts(page: Page) -> list[str]:
    """Wrong, with a question, new, changed, unchanged."""
    return page.locator("dl.totals dd").all_inner_texts()


def downloaded(page: Page, link: str) -> Path:
    with page.expect_download() as found:
        page.locator("main").get_by_role("link", name=link).first.click()
    return found.value.path()


def answer_and_submit(page: Page, language: str) -> None:
    """Answer all questions with one reason, and import as submitted records."""
    page.locator("#reason").fill("Synthetic 合成")
    page.get_by_role("button", name=WORDS[language]["answer"]).click()
    expect(page.locator("#reason")).to_have_count(0)
    page.locator("[name=submit][value='1']").check()


@pytest.mark.parametrize(("language", "number"), [("zh-hans", 71000), ("en", 72000)])
def test_a_workbook_with_a_wrong_row_becomes_submitted_records(language: str, number: int, open_as: Open) -> None:
    """From the list to the list: the template, a file with a wrong row, that row alone, and both records."""
    page = open_as("xuzhou-clerk", language, LIST)
    page.locator(f".object-tools a[href='{KIND}']").click()
    words = WORDS[language]
    template = CalamineWorkbook.from_path(downloaded(page, "XLSX")).get_sheet_by_index(0).to_python()
    assert {str(each).rstrip(" *") for each in template[0]} >= set(HEADS[language])
    bring(page, language, csv_file(HEADS[language], project(number), project(number + 1, "abc")))
    assert counts(page) == ["1", "1", "1", "0", "0"]
    assert "“abc”" in page.locator("section .faults").first.inner_text()
    assert faults(page) == []
    rejected = list(csv.reader(io.StringIO(downloaded(page, words["wrong"]).read_text(encoding="utf-8-sig"))))
    assert [row[0] for row in rejected[1:]] == [code(number + 1)]
    answer_and_submit(page, language)
    page.locator("[name=keep_going]").check()
    page.get_by_role("button", name=words["confirm"]).click()
    expect(page.locator("main")).to_contain_text(words["done"])
    mended = [rejected[0], *([cell if cell != "abc" else "6000" for cell in row] for row in rejected[1:])]
    bring(page, language, csv_file(*map(tuple, mended)))
    assert counts(page) == ["0", "1", "1", "0", "0"]
    answer_and_submit(page, language)
    page.get_by_role("button", name=words["confirm"]).click()
    expect(page.locator("[value=undo]")).to_be_visible()
    assert faults(page) == []
    brought = urlsplit(page.url).path
    page.goto(f"{LIST}?q=Synthetic+{str(number)[:2]}&state__exact=submitted")
    expect(page.locator("#result_list tbody tr")).to_have_count(2)
    page.locator("#result_list tbody th a").first.click()
    expect(page.locator(".from-import a")).to_have_attribute("href", brought)


@pytest.mark.parametrize("path", ["/import/", KIND])
def test_the_pages_fit_a_telephone_in_the_dark(path: str, open_as: Open) -> None:
    page = open_as("xuzhou-clerk", "en", path, width=400, color_scheme="dark")
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 400


def test_a_file_is_imported_without_script_and_by_keyboard_on_a_telephone(open_as: Open) -> None:
    """Pasted cells, read, seen, confirmed: every step is a form."""
    page = open_as("xuzhou-clerk", "en", KIND, width=400, java_script_enabled=False)
    rows = HEADS["en"], project(73000)
    page.locator("[name=cells]").fill("\n".join("\t".join(row) for row in rows))
    page.get_by_role("button", name=WORDS["en"]["check"]).press("Enter")
    assert counts(page) == ["0", "1", "1", "0", "0"]
    page.get_by_role("button", name="Import: ").press("Enter")
    expect(page.locator("main .note")).to_contain_text("Imported as drafts")
    page.get_by_role("button", name="Take the import back").press("Enter")
    expect(page.locator("main .note")).to_contain_text("Taken back")

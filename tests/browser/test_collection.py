"""Officials side by side, in Chinese: returned and corrected, two at one record, a period that closes meanwhile."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.test_stories import pick, totals
from tests.factories import project_code

pytestmark = pytest.mark.browser

LIST = "/admin/projects/renovationproject/"
PERIODS = "/admin/records/reportingperiod/"
MENDED = "总投资多写了一位，请核对备案表。"


def enter(page: Page, code: str, name: str, total: str) -> None:
    """Type a project of Xuzhou into the form for a new one."""
    page.fill("[name=code]", code)
    page.fill("[name=name]", name)
    pick(page, "enterprise", "徐州")  # fills in the region and the industry
    page.fill("[name=year]", "2025")
    page.select_option("[name=action]", "equipment-renewal")
    page.fill("[name=total_investment]", total)
    page.fill("[name=planned_investment]", "1000")


def choose(page: Page, code: str, action: str) -> None:
    """Choose the record of the code in the list and an action for it."""
    page.goto(f"{LIST}?q={code}")
    page.locator("tbody input.action-select").check()
    page.select_option("[name=action]", label=action)
    page.locator(".actions button").click()


def test_returned_corrected_and_verified(open_as: Open) -> None:
    """The verifier returns with a comment, the clerk corrects, and once verified it raises the province's total."""
    manager = open_as("province", "zh-hans", "/reports/renovation/?city=320300&year=2025&unit=wan")
    before = totals(manager)
    code = project_code(91, "2501-320303-89-02")
    clerk = open_as("xuzhou-clerk", "zh-hans", f"{LIST}add/")
    enter(clerk, code, "合成样例退回修改项目", "12345")
    clerk.get_by_role("button", name="提交", exact=True).click()
    expect(clerk.locator(".messagelist .success")).to_be_visible()

    verifier = open_as("xuzhou", "zh-hans", "/")
    expect(verifier.get_by_role("heading", name="待我审核")).to_be_visible()
    choose(verifier, code, "退回修改")
    verifier.fill("[name=comment]", MENDED)
    verifier.get_by_role("button", name="退回修改").click()
    expect(verifier.locator("#content-main")).to_contain_text("已完成 1 条")

    clerk.goto("/")
    returned = clerk.locator(".card", has_text="退回给我").locator("dl > div", has_text="焕新项目")
    returned.get_by_role("link").click()
    clerk.get_by_role("link", name=code).first.click()
    expect(clerk.locator("#content-main")).to_contain_text(MENDED)
    clerk.fill("[name=total_investment]", "1234.5")
    clerk.get_by_role("button", name="提交", exact=True).click()
    expect(clerk.locator(".messagelist .success")).to_be_visible()
    manager.reload()
    assert totals(manager) == before

    choose(verifier, code, "审核通过")
    expect(verifier.locator("#content-main table").first).to_contain_text("徐州市")
    expect(verifier.locator("#content-main table").first).to_contain_text("+1")
    manager.reload()
    assert totals(manager) == before
    verifier.get_by_role("button", name="审核通过").click()
    expect(verifier.locator("#content-main")).to_contain_text("已完成 1 条")
    manager.reload()
    after = totals(manager)
    assert [after[0] - before[0], after[1] - before[1]] == [1, Decimal("1234.5")]


def test_two_editors_collide(open_as: Open) -> None:
    """The second of two who change one record sees both values, and what they typed is still in the form."""
    code = project_code(92, "2501-320303-89-02")
    first = open_as("xuzhou-clerk", "zh-hans", f"{LIST}add/")
    enter(first, code, "合成样例同时修改项目", "2000")
    first.click("[name=_save]")
    second = open_as("province-clerk", "zh-hans", f"{LIST}?q={code}")
    for page in (first, second):
        page.goto(f"{LIST}?q={code}")
        page.get_by_role("link", name=code).first.click()
    first.fill("[name=total_investment]", "2100")
    first.click("[name=_save]")
    expect(first.locator(".messagelist .success")).to_be_visible()
    second.fill("[name=total_investment]", "2200")
    second.click("[name=_save]")
    told = second.locator(".errorlist.nonfield")
    expect(told).to_contain_text("徐州市填报员")
    expect(told).to_contain_text("2,100")
    expect(told).to_contain_text("2200")
    expect(second.locator("[name=total_investment]")).to_have_value("2200")
    second.click("[name=_save]")
    expect(second.locator(".messagelist .success")).to_be_visible()


def move(publisher: Page, *, closes_in: int) -> None:
    """Set the days on which July 2025 is due and closes, counted from today."""
    publisher.goto(PERIODS)
    publisher.get_by_role("link", name="2025年7月").click()
    day = (timezone.localdate() + timedelta(days=closes_in)).isoformat()
    for name in ("due", "closes"):
        publisher.fill(f"[name={name}]", day)
    publisher.click("[name=_save]")
    expect(publisher.locator(".messagelist .success")).to_be_visible()


def test_the_period_closes_while_a_form_is_open(open_as: Open) -> None:
    """What was typed is refused with the period's name and stays typed. With the period open again it is saved."""
    clerk = open_as("kunshan-clerk", "zh-hans", "/monthly/2025-07/", java_script_enabled=False)
    planned = clerk.locator("input[data-column=planned]").first
    completed = clerk.locator("input[data-column=completed]").first
    planned.fill("10")
    completed.fill("5")
    publisher = open_as("publisher", "zh-hans", PERIODS)
    move(publisher, closes_in=-1)
    try:
        clerk.get_by_role("button", name="保存草稿").click()
        expect(clerk.locator("main")).to_contain_text("填报期 2025-07 未对本地区开放")
        expect(planned).to_have_value("10")
    finally:
        move(publisher, closes_in=20)
    clerk.get_by_role("button", name="保存草稿").click()
    expect(clerk.locator(".messages .success")).to_contain_text("1")

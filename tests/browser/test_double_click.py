"""A double click, and the way back, in a real browser."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.test_stories import pick

pytestmark = pytest.mark.browser
LIST = "/admin/projects/retiredequipment/"


@pytest.mark.parametrize("pause", [30, 150])
def test_a_double_click_makes_one_record(open_as: Open, pause: int) -> None:
    """Equipment has no code of its own: without the form's token two records would be made."""
    name = f"合成样例双击 {pause}"
    page = open_as("xuzhou-clerk", "zh-hans", f"{LIST}add/")
    pick(page, "enterprise", "徐州")
    pick(page, "region", "云龙区")
    page.select_option("[name=industry]", "machinery")
    page.fill("[name=name]", name)
    page.select_option("[name=category]", index=1)
    page.fill("[name=quantity]", str(pause))
    page.fill("[name=retired_on]", "2025-08-01")
    page.locator("[name=_save]").dblclick(delay=pause // 2, no_wait_after=True)
    expect(page.locator(".messagelist").first).to_be_visible()
    page.goto(f"{LIST}?q={name}")
    expect(page.locator("#result_list tbody tr")).to_have_count(1)


def test_back_changed_and_saved_is_a_change(open_as: Open) -> None:
    """The form of the record that was made shows what was typed last, and saves it there."""
    name = "合成样例返回再存"
    page = open_as("xuzhou-clerk", "zh-hans", f"{LIST}add/")
    pick(page, "enterprise", "徐州")
    pick(page, "region", "云龙区")
    page.select_option("[name=industry]", "machinery")
    page.fill("[name=name]", name)
    page.select_option("[name=category]", index=1)
    page.fill("[name=quantity]", "3")
    page.fill("[name=retired_on]", "2025-08-04")
    page.click("[name=_save]")
    expect(page.locator(".messagelist .success")).to_contain_text("草稿已保存")
    page.go_back()
    pick(page, "enterprise", "徐州")  # a list of choices is empty when the browser comes back to it
    pick(page, "region", "云龙区")
    page.fill("[name=name]", name)
    page.fill("[name=retired_on]", "2025-08-04")
    page.fill("[name=quantity]", "4")
    page.click("[name=_save]")
    expect(page.locator(".errorlist.nonfield")).to_contain_text("此表单先前已保存")
    expect(page.locator("[name=quantity]")).to_have_value("4")
    page.click("[name=_save]")
    expect(page.locator(".messagelist .success")).to_be_visible()
    page.goto(f"{LIST}?q={name}")
    expect(page.locator("#result_list tbody tr")).to_have_count(1)
    expect(page.locator("#result_list tbody tr")).to_contain_text("4")


def test_a_form_that_is_opened_again_is_a_new_one(open_as: Open) -> None:
    """The way back keeps the token of the form that was sent; reloading, the address and a link open a blank form."""
    page = open_as("xuzhou-clerk", "zh-hans", f"{LIST}add/")
    sent = [page.input_value("[name=form_token]")]
    page.reload()
    sent.append(page.input_value("[name=form_token]"))
    page.goto(page.url)
    sent.append(page.input_value("[name=form_token]"))
    page.goto(LIST)
    page.go_back()
    assert page.input_value("[name=form_token]") == sent[-1]
    with page.expect_navigation():
        page.evaluate("document.querySelector('.product').setAttribute('href', '')")
        page.click(".product")
    sent.append(page.input_value("[name=form_token]"))
    assert len(set(sent)) == 4

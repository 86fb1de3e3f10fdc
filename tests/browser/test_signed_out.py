"""The session ends while a form is open: what was typed is there after signing in."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.test_quality import faults
from tests.site import PASSWORD

pytestmark = pytest.mark.browser
ADD = "/admin/projects/renovationproject/add/"


@pytest.mark.parametrize("options", [{}, {"java_script_enabled": False}], ids=["script", "no script"])
def test_what_was_typed_is_shown_after_signing_in(open_as: Open, options: dict[str, bool]) -> None:
    """With one press more, with and without scripts; the pages between break no rule of axe."""
    page = open_as("kunshan-clerk", "en", ADD, **options)
    page.fill("[name=name]", "合成样例退出登录")
    page.context.clear_cookies(name="sessionid")
    page.click("[name=_save]")
    expect(page.get_by_role("alert")).to_contain_text("Nothing was saved: you are signed out.")
    assert options or faults(page) == []
    page.fill("[name=username]", "kunshan-clerk")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    expect(page.locator("h1")).to_have_text("Nothing was saved yet")
    assert options or faults(page) == []
    page.get_by_role("button", name="Show the form with what I typed").click()
    expect(page.locator("[name=name]")).to_have_value("合成样例退出登录")
    expect(page.locator(".errorlist.nonfield")).to_contain_text("This is what you typed")


def test_a_new_token_in_the_cookie_is_taken(open_as: Open) -> None:
    """Signed in again in another tab: the form of the first is sent with the new token, and judged as usual."""
    page = open_as("kunshan-clerk", "en", ADD)
    page.fill("[name=name]", "合成样例两个窗口")
    other = page.context.new_page()
    other.goto("/accounts/login/")
    other.fill("[name=username]", "kunshan-clerk")
    other.fill("[name=password]", PASSWORD)
    other.press("[name=password]", "Enter")
    other.wait_for_selector(".account form")
    other.close()
    page.click("[name=_save]")
    expect(page.locator(".error-summary")).to_be_visible()
    expect(page.locator("[name=name]")).to_have_value("合成样例两个窗口")
    assert "/add/" in page.url

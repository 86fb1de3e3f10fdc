"""A record that is there already, and choices of the same name, as an official meets them."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.test_quality import STOCK, faults
from tests.browser.test_stories import pick
from tests.extent import times
from tests.factories import credit_code

pytestmark = pytest.mark.browser
ENTERPRISES = "/admin/enterprises/enterprise/"
WORDS = {"en": ("Yunlong", "Draft", "Synthetic: another one"), "zh-hans": ("云龙区", "草稿", "合成样例：另一家")}


@pytest.mark.torture
@pytest.mark.parametrize("language", times(["zh-hans"], ["zh-hans", "en"]))
def test_an_enterprise_of_nearly_the_same_name_is_asked_about_and_told_apart(open_as: Open, language: str) -> None:
    """The question leads to the other one in a tab of its own; a reason answers it; choices show both codes."""
    place, draft, reason = WORDS[language]
    page = open_as("xuzhou-clerk", language, ENTERPRISES, bypass_csp=True)
    first = page.locator("#result_list tbody tr").first
    name, known = first.locator("th").inner_text(), first.locator("td.field-credit_code").inner_text()
    page.goto(f"{ENTERPRISES}add/")
    code = credit_code(71 if language == "en" else 72)
    page.fill("[name=credit_code]", code)
    page.fill("[name=name]", f"{name[:2]}　{name[2:]}".replace("有限公司", "有限责任公司"))
    pick(page, "region", place)
    page.select_option("[name=industry]", value="textile")
    page.fill("[name=active_from]", "2010-01-01")
    page.click("[name=_save]")
    question = page.locator(".field-name .errorlist")
    expect(question.locator("a[target=_blank]", has_text=known)).to_be_visible()
    assert [fault for fault in faults(page) if not fault.startswith(STOCK)] == []
    page.fill("[name=explanation]", reason)
    page.click("[name=_save]")
    expect(page.locator(".messagelist .success")).to_be_visible()

    page.goto("/admin/finance/loan/add/")
    page.locator("#id_enterprise + .select2 .select2-selection").click()
    page.locator(".select2-search__field").fill(code)
    option = page.locator(".select2-results__option--highlighted")
    expect(option).to_contain_text(code)
    expect(option).to_contain_text(re.compile(f"{place}.*{draft}"))
    option.click()
    expect(page.locator("#select2-id_enterprise-container")).to_contain_text(code)

"""Amounts and days as a clerk types them: read by one grammar, and amounts said beside their field in 亿元."""

import pytest
from django.utils import translation
from playwright.sync_api import Locator, Page, expect

from revival.records.entry import amount_meaning
from tests.browser.conftest import Open
from tests.browser.test_monthly import field
from tests.browser.test_quality import STOCK, faults
from tests.extent import times
from tests.records.test_reading import NO_NUMBERS, SPELLINGS

pytestmark = pytest.mark.browser

ADD = "/admin/projects/renovationproject/add/"
MEANT = {"en": "= 0.15 billion yuan", "zh-hans": "= 1.5 亿元"}


def box(page: Page, name: str) -> Locator:
    return page.locator(f"[name={name}]")


def meaning(page: Page, name: str) -> Locator:
    return page.locator(f"[name={name}] + .meaning")


@pytest.mark.parametrize("language", MEANT)
def test_an_amount_says_what_it_comes_to(open_as: Open, language: str) -> None:
    """At once, on the page and in rows that are added to it; what is no amount says nothing. The page fits axe."""
    page = open_as("xuzhou-clerk", language, ADD, bypass_csp=True)
    page.locator(".add-row a").click()
    for name in ("total_investment", "progress-0-planned", "progress-1-completed"):
        for typed, said in (("1200①", ""), ("１５，０００", MEANT[language]), ("1.5亿", MEANT[language])):
            box(page, name).fill(typed)
            expect(meaning(page, name)).to_have_text(said)
    assert [fault for fault in faults(page) if not fault.startswith(STOCK)] == []
    page.set_viewport_size({"width": 400, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    expect(page.locator("input[type=number]")).to_have_count(0)


def test_the_script_reads_as_the_server_does(open_as: Open) -> None:
    """Beside the field stands the same for every spelling, accepted or refused."""
    page = open_as("xuzhou-clerk", "en", ADD)
    spellings = [*NO_NUMBERS, *(typed for typed, _yuan in SPELLINGS), "", " ", "0.001元", "9" * 30, "5亩", "1.50 元"]
    said = page.evaluate(
        """typed => {
            const field = document.querySelector('[name=total_investment]');
            return typed.map(text => {
                field.value = text;
                field.dispatchEvent(new Event('input', {bubbles: true}));
                return field.nextElementSibling.textContent;
            });
        }""",
        spellings,
    )
    with translation.override("en"):
        assert dict(zip(spellings, said, strict=True)) == {typed: amount_meaning(typed) for typed in spellings}


@pytest.mark.torture
@pytest.mark.parametrize("language", times(["zh-hans"], [*MEANT]))
def test_a_refused_amount_stays_and_keys_change_nothing(open_as: Open, language: str) -> None:
    """The wheel and the arrow keys leave a number as it is. After a refusal the page says what amounts come to."""
    page = open_as("xuzhou-clerk", language, ADD)
    typed = {"total_investment": "1200①", "planned_investment": "1.5亿", "year": "2024", "start_date": "01/05/2024"}
    for name, value in typed.items():
        box(page, name).fill(value)
        box(page, name).press("ArrowUp")
        box(page, name).press("ArrowDown")
        box(page, name).hover()
        page.mouse.wheel(0, 200)
        expect(box(page, name)).to_have_value(value)
    page.locator("[name=_save]").click()
    expect(page.locator(".error-summary")).to_be_visible()
    expect(page.locator(".errornote")).to_be_hidden()  # the summary says it, with links
    for name, value in typed.items():
        expect(box(page, name)).to_have_value(value)
    for name in ("total_investment", "start_date"):
        expect(page.locator(f"#id_{name}_error")).to_contain_text(f"“{typed[name]}”")
    expect(meaning(page, "planned_investment")).to_have_text(MEANT[language])


def test_without_a_script_the_server_says_it(open_as: Open) -> None:
    page = open_as("xuzhou-clerk", "en", ADD, java_script_enabled=False)
    box(page, "planned_investment").fill("1.5亿")
    page.locator("[name=_save]").click()
    expect(meaning(page, "planned_investment")).to_have_text(MEANT["en"])


@pytest.mark.torture
@pytest.mark.parametrize("language", times(["en"], [*MEANT]))
def test_the_monthly_form_says_it_too(open_as: Open, language: str) -> None:
    """Nothing is saved: the row stays half full, and is emptied."""
    page = open_as("xuzhou-clerk", language, "/monthly/2025-08/?region=320300")
    field(page, 20).fill("1.5亿")
    expect(page.locator("tr[data-row] [data-column=planned] + .meaning").nth(20)).to_have_text(MEANT[language])
    assert faults(page) == []
    field(page, 20).fill("")


def test_the_calendar_writes_what_is_read(open_as: Open) -> None:
    """The admin's shortcut writes the day in the form that the help says, in Chinese as in English."""
    page = open_as("xuzhou-clerk", "zh-hans", ADD)
    page.locator(".field-start_date .datetimeshortcuts a").first.click()
    assert page.evaluate("/^\\d{4}-\\d\\d-\\d\\d$/.test(document.querySelector('[name=start_date]').value)")

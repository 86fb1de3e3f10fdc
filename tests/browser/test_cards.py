"""The lists of data entry on a telephone: cards whose values are named, for everybody and without a script."""

import pytest

from tests.browser.conftest import Open
from tests.browser.test_quality import faults
from tests.extent import every

pytestmark = pytest.mark.browser
LISTS = (
    "/admin/projects/renovationproject/",
    "/admin/finance/loan/",
    "/admin/records/reportingperiod/",
    "/admin/accounts/region/",
)
SHOWN = """() => [...document.querySelectorAll('#result_list [data-label]')].slice(0, 40).map(
    each => [each.dataset.label, getComputedStyle(each, '::before').content])"""


@every("path", list(LISTS))
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_cards_name_their_values(open_as: Open, path: str, language: str) -> None:
    """At 400 px each value has its label before it, axe finds nothing and the page does not scroll sideways."""
    page = open_as("admin", language, path, width=400, bypass_csp=True)
    found = page.evaluate(SHOWN)
    assert len(found) > 5
    assert all(label.strip() in shown for label, shown in found)
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    assert faults(page) == []
    page.set_viewport_size({"width": 1280, "height": 900})
    assert {shown for _label, shown in page.evaluate(SHOWN)} == {"none"}

"""The lists of data entry on a telephone: cards whose values are named, for everybody and without a script."""

import pytest

from tests.browser.conftest import Open
from tests.browser.test_quality import faults
from tests.extent import combinations

pytestmark = pytest.mark.browser
LISTS = (
    "/admin/projects/renovationproject/",
    "/admin/finance/loan/",
    "/admin/records/reportingperiod/",
    "/admin/accounts/region/",
)
SHOWN = """() => [...document.querySelectorAll('#result_list [data-label]')].slice(0, 40).map(
    each => [each.dataset.label, getComputedStyle(each, '::before').content])"""


@pytest.mark.torture
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_cards_name_their_values(open_as: Open, language: str) -> None:
    """At 400 px each value has its label before it, axe finds nothing and the page does not scroll sideways."""
    paths = [path for path, spoken in combinations(LISTS, ["en", "zh-hans"]) if spoken == language]
    page = open_as("admin", language, paths[0], bypass_csp=True)
    for path in paths:
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(path)
        assert {shown for _label, shown in page.evaluate(SHOWN)} == {"none"}, path
        page.set_viewport_size({"width": 400, "height": 900})
        found = page.evaluate(SHOWN)
        assert len(found) > 5, path
        assert all(label.strip() in shown for label, shown in found), path
        assert page.evaluate("document.documentElement.scrollWidth") <= 400, path
        assert faults(page) == [], path

"""Tables of reports in English: heads turn, so that sums by city need no scrolling sideways."""

import pytest

from revival.catalogue import REPORTS
from tests.browser.conftest import Open

pytestmark = pytest.mark.browser
WIDTHS = "() => [...document.querySelectorAll('.table-wrap')].map(each => each.scrollWidth - each.clientWidth)"


def test_sums_by_city_fit_into_1280_pixels(open_as: Open) -> None:
    page = open_as("province", "en", "/")
    page.set_viewport_size({"width": 1280, "height": 900})
    for report in REPORTS:
        if report.dimension("city"):
            page.goto(f"{report.url()}?by=city")
            found = page.evaluate(WIDTHS)
            assert found, report.name
            assert max(found) <= 1, report.name

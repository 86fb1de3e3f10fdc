"""Statistics: who enters and who reads their values."""

import pytest
from django.test import Client

from revival.evaluation.statistics import StatisticValue
from tests.evaluation.systems import statistic
from tests.evaluation.versions import ADMIN
from tests.factories import PROVINCE, XUZHOU, browser, official
from tests.forms import errors, fields, url

pytestmark = pytest.mark.django_db


class TestStatistics:
    def test_a_publisher_enters_values_with_their_source(self, publisher: Client) -> None:
        page = f"{ADMIN}statistic/add/"
        given = {"code": "energy", "subject": "cities", "name_zh": "能耗", "name_en": "Energy use"}
        given |= {"values-0-year": "2024", "values-0-value": "3.5", "values-0-source": "article-2025"}
        typed = {**fields(publisher.get(page)), **given}
        assert errors(publisher.post(page, typed | {"values-0-industry": "textile"}))
        answer = publisher.post(page, typed | {"values-0-city": XUZHOU})
        assert answer.status_code == 302, errors(answer)
        value = StatisticValue.objects.get(statistic="energy")
        assert (value.city_id, str(value.value), value.source_id) == (XUZHOU, "3.500000", "article-2025")
        assert "3.5" in publisher.get(url(value.statistic, "history")).content.decode()

    @pytest.mark.parametrize("role", ["manager", "publisher"])
    def test_those_by_city_are_for_the_province_alone(self, role: str) -> None:
        """A city may not open a page with all cities, deleted or not."""
        row, other = statistic(c320300="5", c320500="6161.25"), statistic("industries", "intensity", textile="2")
        client = browser(official(role, XUZHOU))
        for page in ("change", "history"):
            assert manager_of_province(role).get(url(row, page)).status_code == 200
            assert client.get(url(other, page)).status_code == 200
            assert client.get(url(row, page)).status_code in (302, 404)
            assert "6161" not in client.get(url(row, page), follow=True).content.decode()
        gone = url(row, "history")
        row.delete()
        assert client.get(gone).status_code == 404
        assert manager_of_province(role).get(gone).status_code == 200
        for page in ("", "deleted/"):
            text = client.get(f"{ADMIN}statistic/{page}").content.decode()
            assert "statistic/energy/" not in text
            assert ("statistic/intensity/" in text) is (page == "")


def manager_of_province(role: str) -> Client:
    return browser(official(role, PROVINCE))

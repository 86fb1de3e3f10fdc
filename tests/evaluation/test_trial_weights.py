"""Trial weights on the ranking, and the links of its pages."""

import json
import re
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from revival.evaluation.models import IndexSystem, Indicator
from tests.evaluation.pages import CITIES, INDUSTRIES, found, links_of, manager, page, rows, strip
from tests.extent import every, times
from tests.factories import KUNSHAN, PROVINCE, SUZHOU, XUZHOU

pytestmark = pytest.mark.django_db


class TestTrial:
    QUERY = f"{CITIES}?year=2024&indicator=completion&weight=20"

    def test_another_weight_turns_the_ranking_round(self, two: IndexSystem) -> None:
        """20 and 80 in place of 60 and 40: Xuzhou 20 + 40, Suzhou 0 + 80. The others reported nothing."""
        before, trial = page(manager(), self.QUERY).split('id="trial"')
        assert rows(before)[1][:3] == ["1", "Xuzhou", "80.0"]
        assert rows(trial)[1][:7] == ["1", "Suzhou", "80.0", "0.0", "80.0", "2", "+1"]
        assert rows(trial)[2][:7] == ["2", "Xuzhou", "60.0", "20.0", "40.0", "1", "-1"]
        assert "20 in place of 60. Ranks that change: 2." in strip(trial)

    def test_nothing_is_saved(self, two: IndexSystem) -> None:
        def stored() -> list[Any]:
            return [*Indicator.objects.values_list(), *IndexSystem.objects.values_list()]

        before, client = stored(), manager()
        plain = page(client, f"{CITIES}?year=2024&format=json")
        with CaptureQueriesContext(connection) as queries:
            page(client, self.QUERY)
        written = re.compile(r'(INSERT|UPDATE|DELETE)[^"]*"evaluation_')
        assert not [each["sql"] for each in queries if written.match(each["sql"])]
        assert stored() == before
        assert page(client, f"{CITIES}?year=2024&format=json") == plain

    def test_a_weight_of_nothing_is_a_weight(self, two: IndexSystem) -> None:
        trial = page(manager(), f"{CITIES}?year=2024&indicator=completion&weight=0").split('id="trial"')[1]
        assert rows(trial)[1][:5] == ["1", "Suzhou", "100.0", "0.0", "100.0"]

    @every("given", ["csv", "json"])
    def test_a_trial_is_in_no_file(self, two: IndexSystem, given: str) -> None:
        """The links to the files on its page leave it out and keep the rest of the question."""
        client = manager()
        assert client.get(f"{self.QUERY}&format={given}").status_code == 400
        links = [link for link in links_of(page(client, f"{self.QUERY}&compare=1")) if f"format={given}" in link]
        assert links == [f"?year=2024&compare=1&format={given}"]
        assert client.get(f"{CITIES}{links[0]}").status_code == 200


class TestLinks:
    @pytest.mark.torture
    @every(
        ("page_", "place", "keys"),
        [
            (CITIES, PROVINCE, times([SUZHOU, "320200"], [XUZHOU, SUZHOU, "320200"])),
            (CITIES, XUZHOU, [XUZHOU]),
            (INDUSTRIES, PROVINCE, times(["textile"], ["textile", "machinery", "food"])),
            (INDUSTRIES, SUZHOU, times(["machinery"], ["textile", "machinery"])),
            (INDUSTRIES, KUNSHAN, ["machinery"]),
        ],
    )
    def test_every_number_leads_to_its_records(self, records: None, page_: str, place: str, keys: list[str]) -> None:
        """The list behind a numerator or a denominator has the number as its total."""
        client, answer = manager(place), found(manager(place), page_)
        made = {each.code: each for each in Indicator.objects.filter(system__subject=page_.split("/")[2])}
        for key in keys:
            text = page(client, f"{page_}{key}/?year=2024")
            links = [unescape(url) for url in re.findall(r'<td[^>]*><a href="(/reports/[^"]+)"', text)]
            sides = []
            for each in answer[key]["indicators"]:
                declared = made[each["code"]]
                sides.append((declared.numerator, each["numerator"]))
                if declared.denominator:
                    sides.append((declared.denominator, each["denominator"]))
            assert len(links) == len(sides) > 12
            for link, (name, number) in zip(links, sides, strict=True):
                listed = client.get(f"{link}&format=json")
                assert listed.status_code == 200, link
                total = json.loads(b"".join(listed.streaming_content))["total"]  # type: ignore[attr-defined]
                report, _dot, measure = name.partition(".")
                assert link.startswith(f"/reports/{report}/")
                assert float(total[measure] or 0) == (number or 0), link

    def test_pages_lead_to_each_other_with_what_was_asked(self, two: IndexSystem) -> None:
        client = manager()
        text = page(client, f"{CITIES}?year=2024&version=2&compare=1&indicator=sets&weight=5")
        assert f'href="{CITIES}{XUZHOU}/?year=2024&amp;version=2"' in text
        opened = page(client, f"{CITIES}{XUZHOU}/?year=2024&version=2")
        assert f'href="{CITIES}?year=2024&amp;version=2"' in opened
        for link in links_of(text):
            assert client.get(f"{CITIES}{link}").status_code == 200, link
        for link in links_of(opened):
            assert client.get(f"{CITIES}{XUZHOU}/{link}").status_code == 200, link

    def test_the_menu_leads_there(self) -> None:
        assert 'href="/evaluation/' in page(manager(), "/")

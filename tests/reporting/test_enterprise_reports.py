"""What the reports of exits, parks and product lists count."""

import pytest
from django.utils import translation

from enterprises.reports import ExitsReport, ListingsReport, ParksReport
from revival.reporting.rollup import roll_up, rollup_grid
from tests import factories
from tests.factories import KUNSHAN, PEI, SUZHOU, XUZHOU
from tests.reporting.asking import answer, asked_by, counts, csv, enterprise, question, totals

pytestmark = pytest.mark.django_db


class TestExits:
    @pytest.fixture
    def exits(self) -> None:
        """Two closed and one merged in 2024, one closed in the year before, and one that nobody verified."""
        for region, day in ((PEI, "2024-01-01"), (KUNSHAN, "2024-12-31"), (PEI, "2023-12-31")):
            factories.exit_of(enterprise(region), exited_on=day, state="verified")
        factories.exit_of(enterprise(PEI), merged_into=enterprise(KUNSHAN), state="verified")
        factories.exit_of(enterprise(PEI), state="submitted")

    def test_the_closed_and_the_merged_are_told_apart(self, exits: None) -> None:
        assert answer(ExitsReport, "year=2024")["total"] == {"closed": 2, "merged": 1}
        assert counts(ExitsReport, "city", "closed") == {XUZHOU: 1, SUZHOU: 1}
        assert counts(ExitsReport, "city", "merged") == {XUZHOU: 1}
        assert counts(ExitsReport, "month", "closed") == {1: 1, 12: 1}
        assert len(answer(ExitsReport, "year=2024")["rows"]) == 3

    def test_each_leads_to_its_own(self, exits: None) -> None:
        """Numbers of totals and rows lead to their records. One that is 0 by definition has no link."""
        assert {name: asked_by(cell) for name, cell in totals(ExitsReport, "year=2024").items()} == {
            "closed": "year=2024&kind=closed",
            "merged": "year=2024&kind=merged",
        }
        closed, merged = totals(ExitsReport, "year=2024&kind=merged").values()
        assert (closed.value, closed.url, merged.value) == (0, "", 1)
        with translation.override("en"):
            rows = rollup_grid(roll_up(question(ExitsReport, "by=kind&measure=closed,merged"))).rows
        cells = {row.cells[0].text: (row.cells[1], row.cells[3]) for row in rows}
        assert [(cell.value, bool(cell.url)) for cell in cells["Merged into another"]] == [(0, False), (1, True)]

    def test_an_enterprise_that_ended_is_active_no_more(self, exits: None) -> None:
        """The exits of a year are the enterprises that the stock lost in it."""
        from_exits = {row["enterprise"] for row in answer(ExitsReport, "")["rows"]}
        ended = type(enterprise()).objects.filter(active_until__isnull=False)
        assert {row.name for row in ended} == from_exits


class TestParks:
    def test_they_stand_until_they_are_struck_off(self) -> None:
        for begins, ends in (("2010-05-01", None), ("2024-03-01", None), ("2012-01-01", "2024-06-30")):
            factories.park(PEI, active_from=begins, active_until=ends, state="verified")
        factories.park(PEI)
        for year, stock, recognised in ((2009, 0, 0), (2010, 1, 1), (2023, 2, 0), (2024, 2, 1)):
            assert answer(ParksReport, f"year={year}")["total"] == {"parks": stock, "recognised": recognised}, year

    def test_a_park_may_be_of_several_kinds(self) -> None:
        for kinds in (["chemical", "characteristic"], ["chemical"], ["industrial"], []):
            factories.park(PEI, kinds=kinds, active_from="2024-03-01", state="verified")
        for query, found in (
            ("kind=chemical", 2),
            ("kind=characteristic", 1),
            ("kind=characteristic&kind=chemical", 2),
            ("kind=industrial&kind=chemical", 3),
            ("", 4),
        ):
            total = answer(ParksReport, f"year=2024&{query}")["total"]
            assert total == {"parks": found, "recognised": found}, query


class TestListings:
    def test_a_product_counts_once_and_each_listing_is_a_share_of_its_list(self) -> None:
        made = factories.product(PEI, state="verified")
        other = factories.product(KUNSHAN, state="verified")
        factories.listing(made, national_total=200, state="verified")
        factories.listing(other, national_total=200, state="verified")
        factories.listing(made, kind="promoted", national_total=50, state="verified")
        factories.listing(made, kind="for-the-elderly", state="verified")
        factories.listing(made, year=2023, national_total=2, state="verified")
        total = answer(ListingsReport, "year=2024")["total"]
        assert total == {"listings": 4, "products": 2, "share": 0.015}
        assert counts(ListingsReport, "kind", "products") == {
            "key-innovative": 2,
            "promoted": 1,
            "for-the-elderly": 1,
        }
        assert counts(ListingsReport, "city", "share", "year=2024&kind=key-innovative") == {
            XUZHOU: 0.005,
            SUZHOU: 0.005,
        }
        assert answer(ListingsReport, "kind=for-the-elderly")["total"]["share"] is None
        with translation.override("en"):
            assert totals(ListingsReport, "year=2024")["share"].text == "1.5"
            lines = csv(ListingsReport, "year=2024&by=kind&measure=share")
        assert lines[0].startswith("List,Share of the national list (%)")
        parts = {line.split(",")[0]: line.split(",")[1] for line in lines}
        assert [parts[name] for name in ("Key innovative product", "Total")] == ["1", "1.5"]

"""No combination of filters lets an official of one city learn anything from the records of another.

The answers are those that the province gets about the official's region alone, and those that plain Python finds.
"""

import json
import random
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from projects.models import RenovationProject
from revival.accounts.models import Official
from revival.catalogue import REPORTS
from revival.records.models import State
from revival.reporting.filters import AtFilter, PrefixFilter, RegionFilter, SearchFilter, ValuesFilter, filter_class
from revival.reporting.regions import Regions
from revival.reporting.report import Report
from tests.extent import times
from tests.factories import XUZHOU
from tests.reporting.contract import body

pytestmark = pytest.mark.torture
SETS = times(64, 1_000)
YEARS = range(2021, 2027)
SignIn = Callable[..., Client]
Pairs = list[tuple[str, str]]


class Asker:
    """Random questions to the reports, as an official of A may put them."""

    def __init__(self, seed: int, reader: Official) -> None:
        self.random, self.regions = random.Random(seed), Regions(reader)
        # Names of both cities: a search for a name of B must not reveal that it exists.
        rows = RenovationProject.objects.order_by("pk").select_related("enterprise")
        own, others = rows.filter(city=XUZHOU)[:40], rows.exclude(city=XUZHOU)[:40]
        self.words = [text for row in (*own, *others) for text in (row.name, row.code, row.enterprise.name[:4])]

    def filters(self, report: type[Report]) -> Pairs:
        """A few filters, each with a few values."""
        made: Any = report
        known = filter_class(made).base_filters
        chosen = self.random.sample(sorted(known), min(len(known), self.random.randint(1, 4)))
        at = [name for name in chosen if isinstance(known[name], AtFilter)]
        axis = report.validity.axis if report.validity else ""
        found: Pairs = []
        for name in chosen:
            if name == "region" or (at and name == axis):
                continue  # added for the province; a day replaces a period
            values = self.values(report, known[name])
            few = 1 if isinstance(known[name], AtFilter | SearchFilter) else 3
            count = min(len(values), self.random.randint(1, few))
            found += [(name, str(value)) for value in self.random.sample(values, count)]
        return found

    def values(self, report: type[Report], each: Any) -> list[Any]:
        """Values that the filter accepts from this reader."""
        if isinstance(each, SearchFilter):
            return self.words
        if isinstance(each, AtFilter):
            return [f"{year}-{month:02}-15" for year in YEARS for month in (1, 6, 12)]
        if isinstance(each, PrefixFilter):
            return ["C17", "C", "C13", "C26"]
        if isinstance(each, RegionFilter):
            level = getattr(each.dimension, "level", "")
            return [] if level == "part" else [c for c in self.regions.labels(level, []) if c]
        assert isinstance(each, ValuesFilter)
        labels = [value for value in self.regions.labels_of(each.dimension, report.model) if value is not None]
        return labels or list(YEARS)

    def shape(self, report: type[Report]) -> Pairs:
        """No grouping, or grouping by one or two dimensions and across another."""
        names = [dimension.name for dimension in report.dimensions if dimension.name != "part"]
        by = self.random.sample(names, self.random.choice([0, 1, 2, 3]))
        return [("by", name) for name in by[:2]] + [("across", name) for name in by[2:]]


def asked(client: Client, report: type[Report], pairs: Pairs) -> tuple[int, Any]:
    response: Any = client.get(f"/reports/{report.name}/?{urlencode([*pairs, ('format', 'json')])}")
    found = body(response)
    return response.status_code, json.loads(found) if response.status_code == 200 else None


def counted(report: type[Report], found: dict[str, Any]) -> list[Any]:
    """The rows that count anything, by their own codes. The province also sees rows that count nothing."""
    names = [measure.name for measure in report.measures]
    rows = [row for row in found["rows"] if any(Decimal(row.get(n) or 0) for n in names) or not set(names) & set(row)]
    return sorted((json.dumps(row, sort_keys=True) for row in rows), key=str)


def test_a_city_is_answered_what_the_province_is_about_it(as_user: SignIn) -> None:
    """Total and rows are the same for all filters and groupings, and no question is a fault."""
    own, province = as_user("xuzhou"), as_user("province")
    dice, answered, empty = Asker(42, Official.objects.get(username="xuzhou")), 0, 0
    for number in range(SETS):
        report = REPORTS[number % len(REPORTS)]
        pairs = dice.filters(report) + dice.shape(report)
        (status, found), (other, whole) = (
            asked(own, report, pairs),
            asked(province, report, [*pairs, ("region", XUZHOU)]),
        )
        assert status == other, (report.name, pairs)
        assert status in (200, 400)
        if found is None:
            continue
        assert found["total"] == whole["total"], (report.name, pairs)
        assert counted(report, found) == counted(report, whole), (report.name, pairs)
        answered += 1
        empty += not found["rows"]
    assert answered > SETS * 3 / 4
    assert empty < answered


def test_the_renovation_report_is_what_python_finds(as_user: SignIn) -> None:
    """It has counts and sums over the rows of A alone, with filters implemented here a second time."""
    client, dice = as_user("xuzhou"), random.Random(7)
    rows = list(RenovationProject.objects.filter(city=XUZHOU).select_related("region", "enterprise"))
    others = list(RenovationProject.objects.exclude(city=XUZHOU)[:50])
    met = 0
    for _ in range(SETS):
        pairs, keep = question(dice, dice.choice(rows), dice.choice(others))
        found = [row for row in rows if all(test(row) for test in keep)]
        status, answer = asked(client, REPORTS[0], pairs)
        assert status == 200, pairs
        total = answer["total"]
        assert total["projects"] == len(found), pairs
        for name, column in (("investment", "total"), ("planned", "planned"), ("completed", "completed")):
            assert Decimal(total[name]) == sum(getattr(row, f"{column}_investment") for row in found), pairs
        met += bool(found)
    assert SETS > met > SETS / 4


Test = Callable[[Any], bool]


def question(dice: random.Random, row: Any, other: Any) -> tuple[Pairs, list[Test]]:
    """Filters that mostly match the row, sometimes one of another city, and their meaning."""
    states: list[str] = dice.choice([["verified"], State.values, [row.state]])
    county = row.region.county_id
    schedule = row.planned_investment * row.reported_month / 12
    word = dice.choice([row.name[:6], row.code[:11], row.enterprise.name[:5], other.name, other.code])
    possible: list[tuple[str, Any, Test]] = [
        ("industry", row.industry, lambda r: r.industry == row.industry),
        ("action", row.action, lambda r: r.action == row.action),
        ("stage", row.stage, lambda r: r.stage == row.stage),
        ("year", row.year, lambda r: r.year == row.year),
        ("reported", row.reported_month, lambda r: r.reported_month == row.reported_month),
        ("county", county or "none", lambda r: r.region.county_id == county),
        ("key_support", row.key_support_year or "none", lambda r: r.key_support_year == row.key_support_year),
        ("q", word, lambda r: any(word in text for text in texts(r))),
    ]
    if row.programmes:
        possible.append(("programme", row.programmes[0], lambda r: row.programmes[0] in r.programmes))
    if row.completed_investment < round(schedule, 2):
        possible.append(("schedule", "behind", behind))
    chosen = dice.sample(possible, dice.randint(1, 3))
    pairs = [("state", state) for state in states] + [(name, str(value)) for name, value, _test in chosen]
    return pairs, [lambda r: r.state in states, *(test for _name, _value, test in chosen)]


def texts(row: Any) -> tuple[str, ...]:
    return row.name, row.code, row.enterprise.name, row.enterprise.credit_code


def behind(row: Any) -> bool:
    return bool(row.completed_investment < round(row.planned_investment * row.reported_month / 12, 2))

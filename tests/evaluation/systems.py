"""Index systems made for tests, their results, and records for them to count."""

from decimal import Decimal
from typing import Any

from revival.accounts.models import Official
from revival.evaluation.models import IndexSystem, Indicator, IndicatorGroup
from revival.evaluation.scores import ScoreReading, SystemResult
from revival.evaluation.statistics import Statistic, StatisticValue
from tests import factories
from tests.factories import PROVINCE, official, region

NANJING, WUXI, JIANGYIN = "320100", "320200", "320281"
BOUNDS: dict[str, Any] = {"method": "bounds", "low": "0.5", "high": "1"}


def indicator(code: str, numerator: str = "", denominator: str = "", **values: Any) -> dict[str, Any]:
    """The fields of an indicator of a test: weight 50, marked by rank, in the group `one`, unless said."""
    given = {"code": code, "name_zh": f"指标 {code}", "name_en": f"Indicator {code}", "weight": "50"}
    given |= {"numerator": numerator, "denominator": denominator, "method": "rank", "group": "one"}
    return given | values


def system(subject: str, *indicators: dict[str, Any], use: bool = True) -> IndexSystem:
    """The next version with these indicators, put to use unless it should stay a draft."""
    factories.outside_requests()
    version = IndexSystem.objects.filter(subject=subject).count() + 1
    made: IndexSystem = IndexSystem.objects.create(
        subject=subject, version=version, name_zh="试验", name_en="Trial system"
    )
    groups: dict[str, IndicatorGroup] = {}
    for values in indicators:
        code = values["group"]
        if code not in groups:
            groups[code] = IndicatorGroup.objects.create(
                system=made, code=code, name_zh=f"组 {code}", name_en=f"Group {code}", position=len(groups) + 1
            )
        row = Indicator(system=made, **values | {"group": groups[code]})
        row.full_clean()
        row.save()
    if use:
        made.put_to_use()
    return made


def statistic(subject: str = "cities", code: str = "energy", **values: str) -> Statistic:
    """A statistic of 2024 with its values by city or industry."""
    row = Statistic.objects.create(code=code, subject=subject, name_zh="能耗", name_en="Energy use")
    for key, value in values.items():
        of = {"city": region(key.removeprefix("c"))} if subject == "cities" else {"industry": key}
        given = of | {"year": 2024, "value": value, "source_id": "article-2025", "place": "L 1"}
        StatisticValue.objects.create(statistic=row, **given)
    return row


def result(made: IndexSystem, year: int = 2024, reader: Official | None = None) -> SystemResult:
    return ScoreReading(made.subject, reader or official("manager", PROVINCE)).evaluate(made, year)


def values_of(found: SystemResult, code: str, *keys: str) -> list[Decimal | None]:
    return [found.inputs[code, key].value for key in keys]


def marks_of(found: SystemResult, code: str, *keys: str) -> list[Decimal | None]:
    return [found.inputs[code, key].mark for key in keys]


def months(region_code: str, planned: int, completed: int, **values: Any) -> None:
    """A project of 2024 with a verified month: amounts in millions of yuan."""
    given = {"planned_investment": planned * 10**6, "total_investment": planned * 10**6} | values
    of = factories.project(region_code, state="verified", **given)
    factories.progress(of, planned=planned * 10**6, completed=completed * 10**6, state="verified")

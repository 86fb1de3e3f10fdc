"""Days in addresses and forms of reports are read as everywhere, and refusals name choices by their labels."""

import re
from typing import Any

import pytest
from django.http import QueryDict
from django.utils import translation

from revival.catalogue import REPORTS
from revival.reporting.filters import AtFilter, filter_class
from revival.reporting.params import BadQuery, Params
from revival.reporting.units import MONEY_UNITS
from tests.extent import combinations, every
from tests.records.test_typed_fields import NO_DAYS
from tests.reporting.contract import SignIn, answer, get

KNOWN: list[Any] = list(REPORTS)
DATED = [
    (report, name)
    for report in KNOWN
    for name, each in filter_class(report).base_filters.items()
    if isinstance(each, AtFilter)
]
SPELLINGS = ("2024/5/1", "2024.5.1", "2024年5月1日", "20240501", "２０２４-05-01", " 2024-05-01 ", "2024-5-1")


@every(("report", "name"), DATED)
def test_every_spelling_of_a_day_asks_for_the_same(as_user: SignIn, report: Any, name: str) -> None:
    client = as_user()
    expected = answer(client, report, f"{name}=2024-05-01&by=city")["rows"]
    assert expected
    for typed in SPELLINGS:
        assert answer(client, report, f"{name}={typed}&by=city")["rows"] == expected, typed


@every(("dated", "language"), combinations(DATED, ["en", "zh-hans"]))
def test_other_spellings_are_refused_and_the_box_says_how(as_user: SignIn, dated: Any, language: str) -> None:
    report, name = dated
    client = as_user("province", language)
    words = {"en": "Type year, month and day, such as 2024-05-01 or 20240501.", "zh-hans": "2024-05-01"}
    for typed in NO_DAYS:
        refused = get(client, report, f"{name}={typed}")
        assert refused.status_code == 400, typed
        if typed[:4] != "2024":
            assert words[language] in refused.content.decode()
    page = get(client, report, f"{name}=2024.5.1").content.decode()
    (box,) = re.findall(rf'<input [^>]*name="{name}"[^>]*>', page)
    assert 'type="text"' in box
    assert 'value="2024-05-01"' in box
    assert {"en": "such as 2024-05-01 or 20240501", "zh-hans": "20240501"}[language] in page
    assert 'type="date"' not in page


def test_a_refusal_names_choices_by_label_and_code() -> None:
    labels = {"unit": "Unit", "measure": "Measure", "format": "Format"}
    with translation.override("en"):
        reader = Params(QueryDict("unit=dollar&measure=x&format=exe"), labels)
        reader.one("unit", MONEY_UNITS, lambda each: each.title)
        reader.one_of("measure", {"a.b": "Area", "c": "c"})
        reader.one_of("format", ("csv", "json"))
    with pytest.raises(BadQuery) as refused:
        reader.check()
    unit, measure, file = refused.value.messages
    assert unit.endswith("accepted: yuan, 10,000 yuan (wan), 100 million yuan (yi), billion yuan (billion).")
    assert measure.endswith("accepted: Area (a.b), c.")
    assert file.endswith("accepted: csv, json.")


@every("language", ["en", "zh-hans"])
def test_the_unit_of_a_report_is_refused_so(as_user: SignIn, language: str) -> None:
    text = get(as_user("province", language), REPORTS[0], "unit=dollar").content.decode()
    assert {"en": "10,000 yuan (wan)", "zh-hans": "万元（wan）"}[language] in text

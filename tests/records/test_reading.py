"""How typed numbers and days are read: what the product prints is read as what it is, and nothing is guessed."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation
from django.utils.formats import date_format, localize
from hypothesis import given
from hypothesis import strategies as st

from revival.publishing.words import FigureUnit, amount_text
from revival.records.entry import amount_meaning
from revival.records.fields import amount_in_wan, wan_amount_text
from revival.records.periods import ReportingPeriod
from revival.records.reading import (
    UnreadableValue,
    read_amount,
    read_area,
    read_count,
    read_day,
    read_month,
    read_number,
    read_year,
)
from revival.records.unreadable import refusal_text
from revival.reporting.units import COUNT, MONEY_UNITS, MU

LANGUAGES = ("en", "zh-hans")
YUAN = st.decimals(min_value=0, max_value=Decimal("99999999999999.99"), places=2)
DAYS = st.dates(min_value=date(1000, 1, 1))
WIDE = str.maketrans({sign: chr(0xFEE0 + ord(sign)) for sign in "0123456789.,-/"})
NO_NUMBERS = (
    *("1200①", "1200¹", "½", "㎡", "12㎡", "١٢", "१२", "1e2", "1E5", "1_000", "+5", "1,0,0", "12,34", "1,00", "0x10"),
    *("0,123", "1,2345", ",123", "1,", "1.", ".5", "1.2.3", "万", "亿元", "1万2", "NaN", "inf", "Infinity", "--1"),
    *(
        "一",
        "1 000",
        "1 2",
        "5%",
        "1.5億",
        "1.5千",
        "#1",
        "1200\u200b",
        "1\u202e2",
        "⒈",
        "１２００①",
        "−5",
        "~5",
        "约5",
    ),
)
SPELLINGS = (
    ("1.5亿", "150000000"),
    ("1.5 亿元", "150000000"),
    ("15,000", "150000000"),
    ("１５，０００．０", "150000000"),
    ("15000万元", "150000000"),
    ("15000万", "150000000"),
    ("150,000,000元", "150000000"),
    ("0.15 billion yuan", "150000000"),
    ("1,000.5", "10005000"),
    ("0.000001", "0.01"),
    ("0.01元", "0.01"),
    ("0.0000000001亿", "0.01"),
    ("007", "70000"),
    ("－5", "-50000"),
    ("-0", "0"),
)


@given(YUAN)
def test_an_amount_reads_as_it_is_printed(yuan: Decimal) -> None:
    """On pages and in sentences of both languages, in full width, and with blanks around."""
    for language in LANGUAGES:
        with translation.override(language):
            for text in (amount_in_wan(yuan), wan_amount_text(yuan)):
                for typed in (text, text.translate(WIDE) if "×" not in text else text, f" \u3000{text}\u00a0 "):
                    assert read_amount(typed) == yuan


@given(YUAN)
def test_an_amount_reads_as_reports_print_it(yuan: Decimal) -> None:
    """In every unit, as rounded on pages and as exact in files. A head names the unit; Chinese pages add it."""
    for unit in MONEY_UNITS.values():
        shown, exact = unit.show(yuan), unit.write(yuan)
        assert read_number(shown, 3) == round(unit.scaled(yuan), unit.digits)
        assert read_number(exact, 11) == unit.scaled(yuan)
        with translation.override("zh-hans"):
            assert read_amount(f"{exact}{unit.title}") == read_amount(f"{exact} {unit.title}") == yuan
    with translation.override("en"):
        assert read_amount(f"{MONEY_UNITS['billion'].write(yuan)} billion yuan") == yuan
        assert read_amount(f"{MONEY_UNITS['yuan'].write(yuan)} yuan") == yuan


@given(st.decimals(min_value=0, max_value=10_000, places=3))
def test_a_published_amount_reads_as_the_register_prints_it(billion: Decimal) -> None:
    for language in LANGUAGES:
        with translation.override(language):
            assert read_amount(amount_text(billion, 3, FigureUnit.BILLION_YUAN)) == billion * 10**9


@given(st.integers(0, 2**31), st.decimals(min_value=0, max_value=10**8, places=2))
def test_counts_and_areas_read_as_they_are_printed(count: int, area: Decimal) -> None:
    assert read_count(COUNT.show(count)) == read_count(COUNT.write(count)) == read_count(str(count)) == count
    assert read_count(f"{Decimal(count).scaleb(-4):f}万") == count
    for language in LANGUAGES:
        with translation.override(language):
            for text in (MU.show(area), MU.write(area), f"{MU.show(area)} {MU.title}"):
                assert read_area(text) == area
    assert read_area(f"{area.scaleb(-4):f}万亩") == area


@given(DAYS)
def test_days_and_months_read_as_they_are_printed(day: date) -> None:
    """In either language, whatever language the reader has."""
    of_month = ReportingPeriod(year=day.year, month=day.month)
    for language in LANGUAGES:
        with translation.override(language):
            shown = {date_format(day, f"{short}DATE_FORMAT") for short in ("", "SHORT_")} | {localize(day)}
            months = {str(of_month), of_month.key, date_format(day, "YEAR_MONTH_FORMAT")}
        year, month, number = day.year, day.month, day.day
        shown |= {str(day), f"{day:%Y%m%d}", f"{year}/{month}/{number}", f"{year}.{month}.{number}"}
        months |= {f"{year}/{month}", f"{year}.{month}"}
        assert {read_day(typed) for text in shown for typed in (text, text.translate(WIDE), f"\u3000{text} ")} == {
            day
        }
        assert {read_month(typed) for text in months for typed in (text, text.translate(WIDE))} == {(year, month)}


@pytest.mark.parametrize(("typed", "yuan"), SPELLINGS)
def test_spellings_of_amounts(typed: str, yuan: str) -> None:
    """A number without a unit is in 万元. The result has two decimals, and zero has no sign."""
    found = read_amount(typed)
    assert found == Decimal(yuan)
    assert str(found) == f"{Decimal(yuan):.2f}"


@pytest.mark.parametrize(
    "read", [read_amount, read_count, read_area, read_year, lambda text: read_number(text, 6)], ids=range(5)
)
def test_what_is_not_plainly_a_number_is_refused(read: Callable[[str], Any]) -> None:
    taken = [typed for typed in NO_NUMBERS if is_read(read, typed)]
    assert taken == []


def is_read(read: Callable[[str], Any], typed: str) -> bool:
    try:
        read(typed)
    except UnreadableValue:
        return False
    return True


@pytest.mark.parametrize(
    ("read", "typed"),
    [
        *((read_amount, typed) for typed in ("0.0000001", "0.001元", "1.00000000001亿", "5亩", "5套", "9" * 30)),
        *((read_count, typed) for typed in ("1.5", "1.0", "1.00001万", "5元", "5万元", "9" * 30)),
        *((read_area, typed) for typed in ("0.001", "0.0000001万亩", "5公顷", "5万")),
        *((read_year, typed) for typed in ("24", "2,024", "02024", "0.2024万", "2024年5月")),
        *((lambda text: read_number(text, 2), typed) for typed in ("0.001", "5万", "5元")),
    ],
)
def test_more_than_is_kept_is_refused_and_never_rounded(read: Callable[[str], Any], typed: str) -> None:
    """Too many decimals or digits, and units of something else."""
    with pytest.raises(UnreadableValue):
        read(typed)


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "01/05/2024",
            "5/1/2024",
            "May 1, 2024",
            "1 May 2024",
            "1.5.2024",
            "24-05-01",
            "2024-5",
            "2024-05/01",
            "2024",
        ),
        *(
            "2024-02-30",
            "2023年2月29日",
            "2024-13-01",
            "20241301",
            "0000-01-01",
            "2024-00-10",
            "2024051",
            "202405011",
        ),
        *("2024-05-01 10:00", "2024-0５-0①", "２０２４年5月", "2024\u200b-05-01", "昨天", "45413", "2024年5月1"),
    ],
)
def test_other_days_are_refused_in_both_languages(typed: str) -> None:
    """Year, month and day stand in this order, whatever the language, and the day is in the calendar."""
    for language in LANGUAGES:
        with translation.override(language), pytest.raises(UnreadableValue) as refused:
            read_day(typed)
        assert typed.replace("\u200b", "[U+200B]") in refusal_text(refused.value)


@pytest.mark.parametrize("typed", ["5/2024", "May 2024", "2024-13", "2024-00", "202405", "2024-05-01", "24-05"])
def test_other_months_are_refused(typed: str) -> None:
    with pytest.raises(UnreadableValue):
        read_month(typed)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            "Amount: “1200①” is no amount. Type digits, such as 1,234.5, with 万元, 亿元 or 元 behind it if it is "
            "not in 万元.",
        ),
        (
            "zh-hans",
            "Amount：“1200①”不是金额。请输入数字，如 1,234.5；单位不是万元的，请在数字后注明万元、亿元或元。",
        ),
    ],
)
def test_the_refusal_names_label_value_and_what_is_accepted(language: str, said: str) -> None:
    with translation.override(language), pytest.raises(UnreadableValue) as refused:
        read_amount("1200①")
    with translation.override(language):
        assert re.sub(r"\s*[：:]\s*", ":", refusal_text(refused.value, "amount")) == re.sub(r"\s*[：:]\s*", ":", said)


@pytest.mark.parametrize(
    ("typed", "chinese", "english"),
    [
        ("15000", "= 1.5 亿元", "= 0.15 billion yuan"),
        ("1.5亿", "= 1.5 亿元", "= 0.15 billion yuan"),
        ("150,000,000", "= 15,000 亿元", "= 1,500 billion yuan"),
        ("1元", "= 0.00000001 亿元", "= 0.000000001 billion yuan"),
        ("0", "= 0 亿元", "= 0 billion yuan"),
        ("1200①", "", ""),
        ("", "", ""),
    ],
)
def test_the_meaning_of_an_amount(typed: str, chinese: str, english: str) -> None:
    """It is exact, in the unit in which each language reads large sums."""
    for language, expected in (("zh-hans", chinese), ("en", english)):
        with translation.override(language):
            assert amount_meaning(typed) == expected
            assert not expected or read_amount(expected.removeprefix("= ")) == read_amount(typed)

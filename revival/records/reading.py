"""How typed numbers and dates are read: one grammar for every form, and for files.

Only full-width forms of digits, point, comma, minus and slash count as the signs themselves. Everything else that
looks like a number, such as `1200①`, `½`, `1e2` or `1_000`, is refused and never guessed.

This module imports nothing of Django: the process that reads files starts with it in no time. What a refusal says is
in `unreadable`.
"""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum

TEN_THOUSAND, HUNDRED_MILLION, YUAN, MU = "\u4e07", "\u4ebf", "\u5143", "\u4ea9"  # 万 亿 元 亩
YEAR, MONTH, DAY = "\u5e74", "\u6708", "\u65e5"  # 年 月 日
LONGEST = 20  # digits before the point; nothing that is counted has as many
FULL_WIDTH = {0xFEE0 + ord(sign): sign for sign in "0123456789.,-/"}
BLANKS = " \t\r\n\u00a0\u3000"
NUMBER = re.compile(
    rf"(?P<sign>-?)(?P<whole>[0-9]+|[1-9][0-9]{{0,2}}(?:,[0-9]{{3}})+)(?:\.(?P<part>[0-9]+))?"
    rf"(?:[{BLANKS}]*(?P<unit>[^0-9.,{BLANKS}-].*))?"
)
DAYS = re.compile(
    rf"(?P<y>[0-9]{{4}})(?:(?P<s>[-/.])(?P<m>[0-9]{{1,2}})(?P=s)(?P<d>[0-9]{{1,2}})"
    rf"|{YEAR}(?P<m2>[0-9]{{1,2}}){MONTH}(?P<d2>[0-9]{{1,2}}){DAY}|(?P<m3>[0-9]{{2}})(?P<d3>[0-9]{{2}}))"
)
MONTHS = re.compile(rf"(?P<y>[0-9]{{4}})(?:[-/.](?P<m>[0-9]{{1,2}})|{YEAR}(?P<m2>[0-9]{{1,2}}){MONTH})")


class Fault(StrEnum):
    """What is wrong with a typed value."""

    FORM = "form"
    DECIMALS = "decimals"  # more than are kept
    SIZE = "size"
    CALENDAR = "calendar"  # there is no such day


class ReadingKind(StrEnum):
    """What a typed value is read as."""

    AMOUNT = "amount"
    COUNT = "count"
    YEAR = "year"
    AREA = "area"
    NUMBER = "number"
    DAY = "day"
    MONTH = "month"


class UnreadableValue(Exception):
    """A typed value that is refused; `unreadable.refusal_text` says why. decimals: how many are kept, where there are
    too many."""

    def __init__(self, kind: ReadingKind, fault: Fault, typed: str, decimals: int = 0) -> None:
        super().__init__(typed)
        self.kind, self.fault, self.typed, self.decimals = kind, fault, typed, decimals


# The powers of ten that words behind a number stand for; "" is the field's own unit. An amount also has the words
# that pages print behind it.
AMOUNT_UNITS = {
    "": 4,
    YUAN: 0,
    TEN_THOUSAND: 4,
    TEN_THOUSAND + YUAN: 4,
    HUNDRED_MILLION: 8,
    HUNDRED_MILLION + YUAN: 8,
    f"\u5341{HUNDRED_MILLION}{YUAN}": 9,
    "yuan": 0,
    "\u00d7 10,000 yuan": 4,
    "billion yuan": 9,
}
COUNT_UNITS = {"": 0, TEN_THOUSAND: 4, HUNDRED_MILLION: 8}
AREA_UNITS = {"": 0, MU: 0, TEN_THOUSAND + MU: 4, "mu": 0}
YEAR_UNITS = {"": 0, YEAR: 0}
PLAIN = {"": 0}


def read_amount(text: str) -> Decimal:
    """The amount in yuan, exact to the fen. A number without a unit is in 万元. Raises UnreadableValue."""
    return scaled_number(text, ReadingKind.AMOUNT, AMOUNT_UNITS, decimals=2)


def read_count(text: str) -> int:
    """The whole number. With 万 or 亿 it may have decimals, such as 1.2万. Raises UnreadableValue."""
    return int(scaled_number(text, ReadingKind.COUNT, COUNT_UNITS, decimals=0))


def read_year(text: str) -> int:
    """The year of four digits. Raises UnreadableValue."""
    if not re.fullmatch(f"[0-9]{{4}}{YEAR}?", folded(text)):
        raise UnreadableValue(ReadingKind.YEAR, Fault.FORM, text)
    return int(scaled_number(text, ReadingKind.YEAR, YEAR_UNITS, decimals=0))


def read_area(text: str, decimals: int = 2) -> Decimal:
    """The area in mu. Raises UnreadableValue."""
    return scaled_number(text, ReadingKind.AREA, AREA_UNITS, decimals)


def read_number(text: str, decimals: int) -> Decimal:
    """The number, which has no unit or that of its field. Raises UnreadableValue."""
    return scaled_number(text, ReadingKind.NUMBER, PLAIN, decimals)


def read_day(text: str) -> date:
    """The day: year, month and day in this order. Raises UnreadableValue."""
    found = DAYS.fullmatch(folded(text))
    if not found:
        raise UnreadableValue(ReadingKind.DAY, Fault.FORM, text)
    year, month, day = (int(next(filter(None, map(found.group, names)))) for names in (("y",), M, D))
    try:
        return date(year, month, day)
    except ValueError:
        raise UnreadableValue(ReadingKind.DAY, Fault.CALENDAR, text) from None


def read_month(text: str) -> tuple[int, int]:
    """The year and the month. Raises UnreadableValue."""
    found = MONTHS.fullmatch(folded(text))
    if not found:
        raise UnreadableValue(ReadingKind.MONTH, Fault.FORM, text)
    year, month = int(found["y"]), int(found["m"] or found["m2"])
    if year < 1 or not 1 <= month <= 12:
        raise UnreadableValue(ReadingKind.MONTH, Fault.CALENDAR, text)
    return year, month


M, D = ("m", "m2", "m3"), ("d", "d2", "d3")


def folded(text: str) -> str:
    """The text without blanks around it, and with half-width digits and signs."""
    return text.translate(FULL_WIDTH).strip(BLANKS)


def scaled_number(text: str, kind: ReadingKind, units: Mapping[str, int], decimals: int) -> Decimal:
    """The number times the power of ten of its unit, computed on its digits, so that nothing is rounded."""
    found = NUMBER.fullmatch(folded(text))
    unit = re.sub(f"[{BLANKS}]+", " ", found["unit"] or "") if found else ""
    if not found or unit not in units:
        raise UnreadableValue(kind, Fault.FORM, text)
    whole, part, power = found["whole"].replace(",", ""), (found["part"] or "").rstrip("0"), units[unit]
    if kind == ReadingKind.COUNT and found["part"] and not power:
        raise UnreadableValue(kind, Fault.FORM, text)
    if len(whole.lstrip("0")) + power > LONGEST:
        raise UnreadableValue(kind, Fault.SIZE, text)
    missing = power + decimals - len(part)  # the zeros behind the digits that make them units of the last decimal
    if missing < 0:
        raise UnreadableValue(kind, Fault.DECIMALS, text, decimals)
    digits = (whole + part).lstrip("0") + "0" * missing
    return Decimal(
        (int(found["sign"] == "-" and bool(digits.strip("0"))), tuple(map(int, digits)) or (0,), -decimals)
    )

"""What an evaluation page is asked: a year, a version, another to compare with, and one weight to try."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.years import years
from revival.accounts.models import Region
from revival.evaluation.models import WHOLE, IndexSystem, Indicator, Status
from revival.records.periods import FIRST_YEAR
from revival.reporting.query import BadQuery

KNOWN = ("year", "version", "compare", "indicator", "weight", "format")
OF_A_SCORE = ("year", "version")
FORMATS = ("csv", "json")
MOST_DIGITS = 9


@dataclass(frozen=True)
class Asked:
    """A checked question. trial: an indicator and the weight to try for it."""

    params: QueryDict
    year: int
    years: list[int]
    system: IndexSystem
    compare: IndexSystem | None
    versions: list[IndexSystem]
    trial: tuple[Indicator, Decimal] | None
    format: str

    def url(self, **changes: Any) -> str:
        """The query string of this question with some parameters changed; None removes one."""
        params = self.params.copy()
        for name, value in {"format": None, **changes}.items():
            params.setlist(name, [] if value is None else [str(value)])
        for name in [name for name, values in params.lists() if not any(values)]:
            del params[name]
        return f"?{params.urlencode()}"


def ask(subject: str, given: QueryDict, user: Any, known: Sequence[str] = KNOWN) -> Asked:
    """Check the parameters. Raises BadQuery with everything that is wrong, and where no version is in use."""
    params = {name: str(value) for name, value in given.items()}
    wrong = [
        _("“%(name)s” is not a parameter of this page.") % {"name": name[:80]} for name in params if name not in known
    ]
    wrong += [
        _("“%(name)s” is given more than once.") % {"name": name} for name, found in given.lists() if len(found) > 1
    ]
    versions = list(IndexSystem.objects.filter(subject=subject))
    seen = [each for each in versions if each.status != Status.DRAFT or writes(user)]
    found, latest = years(user)
    year = number(params.get("year") or str(latest), range(FIRST_YEAR, timezone.localdate().year + 1), "year", wrong)
    by_number = {each.version: each for each in seen}
    in_use = next((each for each in seen if each.status == Status.IN_USE), None)
    system, compare = in_use, None
    if params.get("version"):
        system = by_number.get(number(params["version"], by_number, "version", wrong))
    if params.get("compare"):
        compare = by_number.get(number(params["compare"], by_number, "compare", wrong))
    if params.get("format") and params["format"] not in FORMATS:
        wrong.append(unknown("format", params["format"]))
    trial = tried(system, params, wrong)
    if trial and params.get("format"):
        wrong.append(_("A trial is shown on the page and is in no file."))
    if compare is not None and compare == system:
        wrong.append(unknown("compare", params["compare"]))
    if system is None and not wrong:
        wrong.append(_("No version is in use."))
    if wrong or system is None:
        raise BadQuery(wrong)
    return Asked(given, year, found, system, compare, seen, trial, params.get("format", ""))


def writes(user: Any) -> bool:
    """Whether the official may change index systems, which hold for the whole province."""
    return bool(user.has_perm("evaluation.change_indexsystem") and user.region.level == Region.Level.PROVINCE)


def unknown(name: str, value: str) -> str:
    text = _("“%(value)s” is not one of the values.") % {"value": value[:80]}
    return f"{name}: {text}"


def number(text: str, known: Any, name: str, wrong: list[str]) -> int:
    """A whole number out of those known."""
    value = int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else -1
    if value not in known:
        wrong.append(unknown(name, text))
    return value


def tried(system: IndexSystem | None, params: dict[str, str], wrong: list[str]) -> tuple[Indicator, Decimal] | None:
    """The indicator and the weight to try: both or neither."""
    code, text = params.get("indicator", ""), params.get("weight", "")
    if not code and not text:
        return None
    indicator = system.indicators.filter(code=code).first() if system and "\x00" not in code else None
    if indicator is None:
        wrong.append(unknown("indicator", code))
        return None
    try:
        weight = Decimal(text) if text.isascii() and "_" not in text else Decimal("NaN")
    except InvalidOperation:
        weight = Decimal("NaN")
    if not (weight.is_finite() and 0 <= weight < WHOLE):
        wrong.append(_("weight: a number from 0 to below 100."))
        return None
    return indicator, weight

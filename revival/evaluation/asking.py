"""What an evaluation page is asked: a year, a version, another to compare with, and one weight to try."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.years import progress_years
from revival.accounts.models import Official, Region
from revival.evaluation.models import WHOLE, IndexSystem, Indicator, SystemStatus
from revival.records.days import FIRST_YEAR
from revival.records.reading import UnreadableValue, read_number
from revival.reporting.params import BadQuery, Params, changed_url
from revival.reporting.query import FORMATS, SHAPE
from revival.reporting.units import plain_decimal

KNOWN: dict[str, Promise] = {
    "year": gettext_lazy("Year"),
    "version": gettext_lazy("Version"),
    "compare": gettext_lazy("Version to compare with"),
    "indicator": gettext_lazy("Indicator"),
    "weight": gettext_lazy("Weight"),
    "format": SHAPE["format"],
}
OF_A_SCORE = {name: KNOWN[name] for name in ("year", "version")}
WEIGHT_DECIMALS = 2  # of a weight to try, as of those that are stored


@dataclass(frozen=True)
class EvaluationQuestion:
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
        return changed_url("", self.params, **changes)


def evaluation_question(
    subject: str, given: QueryDict, user: Official, known: Mapping[str, Promise] = KNOWN
) -> EvaluationQuestion:
    """Check the parameters. Raises BadQuery with everything that is wrong, and where no version is in use."""
    params = Params(given, known)
    versions = list(IndexSystem.objects.filter(subject=subject))
    seen = [each for each in versions if each.status != SystemStatus.DRAFT or may_change_systems(user)]
    found, latest = progress_years(user)
    year = params.number("year", FIRST_YEAR, timezone.localdate().year) or latest
    by_number = {str(each.version): each for each in seen}
    in_use = next((each for each in seen if each.status == SystemStatus.IN_USE), None)
    asked_version = params.one("version", by_number)
    system = asked_version if params.text("version") else in_use
    others = {number: each for number, each in by_number.items() if each != system}
    compare, file = params.one("compare", others), params.one_of("format", FORMATS)
    trial = trial_weight(system, params)
    if trial and file:
        params.wrong.append(_("A trial is shown on the page and is in no file."))
    if system is None and not params.wrong:
        params.wrong.append(_("No version is in use."))
    if params.wrong or system is None:
        raise BadQuery(params.wrong)
    return EvaluationQuestion(given, year, found, system, compare, seen, trial, file)


def may_change_systems(user: Official) -> bool:
    """Whether the official may change index systems, which hold for the whole province."""
    return bool(user.has_perm("evaluation.change_indexsystem") and user.region.level == Region.Level.PROVINCE)


def trial_weight(system: IndexSystem | None, params: Params) -> tuple[Indicator, Decimal] | None:
    """The indicator and the weight to try: both or neither."""
    code, text = params.text("indicator"), params.text("weight")
    if not code and not text:
        return None
    indicators = {each.code: each for each in system.indicators.all()} if system else {}
    indicator = indicators.get(code)
    if indicator is None:
        params.refuse("indicator", code, indicators)
        return None
    try:
        weight = plain_decimal(read_number(text, WEIGHT_DECIMALS))
    except UnreadableValue:
        weight = WHOLE
    if not 0 <= weight < WHOLE:
        params.refuse("weight", text, [_("a number from 0 to below 100")])
        return None
    return indicator, weight

"""The wording of published figures: units, qualifiers, scopes, periods, systems and states of comparison."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from revival.reporting.units import RATE_DIGITS, Unit


class FigureUnit(TextChoices):
    """The unit in which the value is stored, as the English source prints it."""

    PROJECT = "project", pgettext_lazy("unit", "project")
    SET = "set", _("set of equipment")
    ENTERPRISE = "enterprise", pgettext_lazy("unit", "enterprise")
    PRODUCT = "product", pgettext_lazy("unit", "product")
    PARK = "park", pgettext_lazy("unit", "park")
    BRAND = "brand", _("brand")
    UNIT = "unit", pgettext_lazy("unit", "chemical unit")
    EVENT = "event", _("event")
    ATTENDANCE = "attendance", _("attendance")
    MU = "mu", _("mu")
    BILLION_YUAN = "billion yuan", _("billion yuan")
    MILLION_VEHICLES = "million vehicles", _("million vehicles")
    SHARE = "share", _("share")
    MULTIPLE = "multiple", _("times")
    RANK = "rank", _("rank")


RATES = (FigureUnit.SHARE, FigureUnit.MULTIPLE)


class Qualifier(TextChoices):
    """The way in which a source bounds its value."""

    EXACT = "exact", _("exact")
    OVER = "over", _("over")
    NEARLY = "nearly", _("nearly")
    ABOUT = "about", _("about")
    CLASS = "class", _("class")
    RANK = "rank", _("rank")


class FigureScope(TextChoices):
    PROVINCE = "province", _("Province")
    CITY = "city", _("City")
    COUNTY = "county", _("County")
    BASIN = "basin", _("Basin")


class FigureMoment(TextChoices):
    """The point within the year for which a value holds."""

    DURING = "during", _("in the year")
    END = "end", _("at the end of the year")
    BEFORE = "before", _("before the change")
    AFTER = "after", _("after the change")


class RenewalSystem(TextChoices):
    """The parts of the renewal that figures are about."""

    RENOVATION = "renovation-projects", _("Renovation projects")
    KEY_SUPPORT = "key-support", _("Key support")
    EQUIPMENT = "retired-equipment", _("Retired equipment")
    CHEMICAL_UNITS = "chemical-units", _("Old chemical units")
    EXITS = "enterprise-exits", _("Exits and consolidation")
    PARKS = "parks", _("Parks")
    DESIGNATIONS = "designations", _("Green manufacturing and standards")
    PRODUCTS = "products", _("Products")
    TREASURY_BONDS = "treasury-bond-funds", _("Treasury bonds")
    DISCOUNTS = "interest-discounts", _("Interest discounts")
    REVITALIZATION = "revitalization-loan", _("Revitalization Loan")
    GREEN_LOAN = "green-factory-loan", _("Green Factory Loan")
    MATCHMAKING = "matchmaking", _("Matchmaking")
    CAMPAIGNS = "campaigns", _("Campaigns")
    LAND = "land-renewal", _("Land renewal")
    OUTPUTS = "sector-outputs", _("Output of industries")


class FigureState(TextChoices):
    """The relation of the value computed from records to the published one."""

    AGREES = "agrees", _("Agrees")
    WITHIN = "within-qualifier", _("Within its qualifier")
    DIFFERS = "differs", _("Differs")
    NO_RECORDS = "no-records", _("No records")
    STATEMENT = "statement-only", _("Statement only")


@dataclass(frozen=True)
class PrintedForm:
    """The printed form of a unit: the words around the number, its factor, and the digits that the factor removes."""

    words: Promise | str
    factor: int = 1
    fewer: int = 0


PRINTED: dict[str, PrintedForm] = {
    FigureUnit.PROJECT: PrintedForm(_("%(value)s projects")),
    FigureUnit.SET: PrintedForm(_("%(value)s sets")),
    FigureUnit.ENTERPRISE: PrintedForm(_("%(value)s enterprises")),
    FigureUnit.PRODUCT: PrintedForm(_("%(value)s products")),
    FigureUnit.PARK: PrintedForm(_("%(value)s parks")),
    FigureUnit.BRAND: PrintedForm(_("%(value)s brands")),
    FigureUnit.UNIT: PrintedForm(_("%(value)s units")),
    FigureUnit.EVENT: PrintedForm(_("%(value)s events")),
    FigureUnit.ATTENDANCE: PrintedForm(_("%(value)s attendances")),
    FigureUnit.MU: PrintedForm(_("%(value)s mu")),
    FigureUnit.BILLION_YUAN: PrintedForm(_("%(value)s billion yuan")),
    FigureUnit.MILLION_VEHICLES: PrintedForm(_("%(value)s million vehicles")),
    FigureUnit.SHARE: PrintedForm("%(value)s %%", 100, 2),
    FigureUnit.MULTIPLE: PrintedForm(_("%(value)s times")),
    FigureUnit.RANK: PrintedForm("%(value)s"),
}
POINTS = PrintedForm(_("%(value)s percentage points"), 100, 2)
# Chinese counts money in 亿 and vehicles in 万.
CHINESE: dict[str, PrintedForm] = {
    FigureUnit.BILLION_YUAN: PrintedForm(_("%(value)s hundred million yuan"), 10, 1),
    FigureUnit.MILLION_VEHICLES: PrintedForm(_("%(value)s ten thousand vehicles"), 100, 2),
}
QUALIFIED: dict[str, Promise] = {
    Qualifier.OVER: _("over %(value)s"),
    Qualifier.NEARLY: _("nearly %(value)s"),
    Qualifier.ABOUT: _("about %(value)s"),
    Qualifier.CLASS: _("the class of %(value)s"),
    Qualifier.RANK: _("rank %(value)s"),
}


def printed_form(unit: str) -> PrintedForm:
    """The form in which the reader's language prints values of a unit."""
    chinese = (get_language() or "zh").startswith("zh")
    return (CHINESE.get(unit) if chinese else None) or PRINTED[unit]


def printed_unit(unit: str) -> Unit:
    """The unit that pages print, for the numbers of files: those of rates to six decimals, all others exact."""
    form = printed_form(unit)
    title = (str(form.words) % {"value": ""}).strip()
    return Unit(unit, title, Decimal(1) / form.factor, places=RATE_DIGITS if unit in RATES else None)


def amount_text(value: Decimal, digits: int, unit: str, *, sign: bool = False) -> str:
    """The value with its unit, as text for readers. digits: the decimals of the value in the unit it is stored in."""
    form = POINTS if sign and unit == FigureUnit.SHARE else printed_form(unit)
    number = f"{value * form.factor:{'+' if sign else ''}z,.{max(digits - form.fewer, 0)}f}"
    return str(form.words) % {"value": number}


def qualified_text(text: str, qualifier: str) -> str:
    """The amount with the words of its qualifier."""
    return str(QUALIFIED[qualifier]) % {"value": text} if qualifier in QUALIFIED else text

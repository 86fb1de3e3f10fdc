"""What a refusal of a typed number or day says, in the reader's language; forms and files say the same."""

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from revival.accounts.signs import shown_text
from revival.punctuation import labelled
from revival.records.reading import HUNDRED_MILLION, MU, TEN_THOUSAND, YUAN, Fault, ReadingKind, UnreadableValue


def refusal_text(refused: UnreadableValue, label: object = "") -> str:
    """The refusal: the label, the value typed and what is accepted."""
    problem = problem_text(refused)
    return labelled(capfirst(str(label)), problem) if label else problem


def problem_text(refused: UnreadableValue) -> str:
    """What is wrong with the typed value, and what is accepted."""
    if refused.fault == Fault.SIZE:
        said = _("“%(typed)s” has too many digits. Check the number.")
    elif refused.fault == Fault.DECIMALS:
        said = {
            ReadingKind.AMOUNT: _("“%(typed)s” is finer than a fen. Type the amount to 0.01 yuan."),
            ReadingKind.COUNT: _("“%(typed)s” is no whole number. Type digits, such as 1,234."),
        }.get(refused.kind) or _("“%(typed)s” has too many decimals. Type at most %(decimals)d.")
    elif refused.fault == Fault.CALENDAR:
        said = _("“%(typed)s” is not in the calendar. Check year, month and day.")
    else:
        said = accepted_text(refused.kind)
    units = {"wan": TEN_THOUSAND + YUAN, "yi": HUNDRED_MILLION + YUAN, "yuan": YUAN, "wan_mu": TEN_THOUSAND + MU}
    return said % {"typed": shown_text(refused.typed), "decimals": refused.decimals, **units}


def accepted_text(kind: ReadingKind) -> str:
    """The sentences about a value that has not the form of its kind."""
    return {
        ReadingKind.AMOUNT: _(
            "“%(typed)s” is no amount. Type digits, such as 1,234.5, with %(wan)s, %(yi)s or %(yuan)s behind it "
            "if it is not in %(wan)s."
        ),
        ReadingKind.COUNT: _("“%(typed)s” is no whole number. Type digits, such as 1,234."),
        ReadingKind.YEAR: _("“%(typed)s” is no year. Type its four digits, such as 2024."),
        ReadingKind.AREA: _(
            "“%(typed)s” is no area. Type digits in mu, such as 1,234.5, or with %(wan_mu)s behind them."
        ),
        ReadingKind.NUMBER: _("“%(typed)s” is no number. Type digits, such as 1,234.5."),
        ReadingKind.DAY: _("“%(typed)s” is no day. Type year, month and day, such as 2024-05-01 or 20240501."),
        ReadingKind.MONTH: _("“%(typed)s” is no month. Type year and month, such as 2024-05."),
    }[kind]

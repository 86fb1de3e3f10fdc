"""Codes of enterprises: the unified social credit code (GB 32100-2015) and the industry code (GB/T 4754-2017)."""

import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from stdnum.cn import uscc

# Neither I, O, S, V nor Z: they look like digits.
CREDIT_CODE = "^[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}$"
INDUSTRY_CODE = "^[A-T]?[0-9]{2,4}$"
# Market regulators issue these with a check digit that is always right; of other issuers some are not.
CHECKED = ("91", "92", "93")


def canonical(code: str) -> str:
    """One spelling of a code: half-width capitals and digits, no blanks, hyphens or invisible characters."""
    plain = unicodedata.normalize("NFKC", code)
    return "".join(c for c in plain if c.isalnum()).upper()


def check_digit_fits(code: str) -> bool:
    """Whether the last character is the one that GB 32100 computes from the first seventeen."""
    try:
        return str(uscc.calc_check_digit(code[:-1])) == code[-1]
    except ValueError:
        return False


def validate_credit_code(code: str) -> None:
    """Refuse a code of an enterprise, sole trader or co-operative with a wrong check digit."""
    if code.startswith(CHECKED) and not check_digit_fits(code):
        raise ValidationError(
            _("The check digit of this credit code is wrong: one of the characters was mistyped."),
            code="check_digit",
        )

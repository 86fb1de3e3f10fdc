"""Codes of enterprises: the unified social credit code (GB 32100-2015) and the industry code (GB/T 4754-2017)."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from stdnum.cn import uscc

from revival.accounts.signs import bare_code

# The letters I, O, S, V and Z are not used: they look like digits.
CREDIT_CODE = "^[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}$"
INDUSTRY_CODE = "^[A-T][0-9]{2,4}$"
# The first division of each section of GB/T 4754-2017; C is manufacturing.
SECTIONS = {
    "A": 1, "B": 6, "C": 13, "D": 44, "E": 47, "F": 51, "G": 53, "H": 61, "I": 63, "J": 66,
    "K": 70, "L": 71, "M": 73, "N": 76, "O": 80, "P": 83, "Q": 84, "R": 86, "S": 91, "T": 97,
}  # fmt: skip
# Market regulators issue codes with these first characters, and their check digit is always right.
CHECKED = ("91", "92", "93")


def canonical_code(code: str) -> str:
    """The one spelling of a code: half-width capitals and digits, no blanks, hyphens or signs that show nothing.

    Other signs stay, so that `①` makes the code wrong and not another code.
    """
    return bare_code(code).upper()


def full_credit_code(typed: str) -> str:
    """The stored spelling of a whole credit code that is typed in any way; empty for every other text."""
    code = canonical_code(typed)
    return code if re.fullmatch(CREDIT_CODE, code) else ""


def canonical_industry_code(code: str) -> str:
    """The GB/T 4754 code with the letter of its section, which follows from the first two digits."""
    plain = canonical_code(code)
    digits = plain.lstrip("ABCDEFGHIJKLMNOPQRST")
    if not (len(digits) >= 2 and digits.isascii() and digits.isdigit() and len(plain) - len(digits) <= 1):
        return plain
    sections = [letter for letter, first in SECTIONS.items() if first <= int(digits[:2])]
    section = sections[-1] if sections else ""
    return plain if plain[0] not in ("", section) and plain[0].isalpha() else section + digits


def credit_check_digit_fits(code: str) -> bool:
    """Whether the last character is the check digit that GB 32100 computes from the first seventeen."""
    try:
        return str(uscc.calc_check_digit(code[:-1])) == code[-1]
    except ValueError:
        return False


def validate_credit_code(code: str) -> None:
    """Refuse the code of an enterprise, sole trader or co-operative if its check digit is wrong."""
    if code.startswith(CHECKED) and not credit_check_digit_fits(code):
        raise ValidationError(
            _("The check digit of this credit code is wrong. Check the characters you typed."),
            code="check_digit",
        )

"""Codes of investment projects: `YYMM-RRRRRR-DD-TT-NNNNNC` since November 2020, `YYYY-RRRRRR-HH-TT-NNNNNN` before."""

from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_11_10

from revival.accounts.signs import bare_code

PROJECT_CODE = "^[0-9]{4}-[0-9]{6}-[0-9]{2}-[0-9]{2}-[0-9]{6}$"
GROUPS = (4, 6, 2, 2, 6)


def canonical_project_code(code: str) -> str:
    """The one spelling in which a code is stored: half-width digits in groups joined by hyphens.

    Text without twenty digits, or with other characters than digits, blanks and dashes, is only trimmed. The format's
    own message then explains what is wrong.
    """
    plain = bare_code(code)
    if not (plain.isascii() and plain.isdigit() and len(plain) == sum(GROUPS)):
        return code.strip()
    groups, at = [], 0
    for length in GROUPS:
        groups.append(plain[at : at + length])
        at += length
    return "-".join(groups)


def is_old_form(code: str) -> bool:
    """Whether the code has the form before November 2020. Its years are no valid months of the new form."""
    return 2015 <= int(code[:4]) <= 2020


def project_check_digit_fits(code: str) -> bool:
    """Whether a new code ends in the check digit of ISO 7064 MOD 11,10 (GB/T 17710). Old codes have none.

    The rule is inferred from published codes, so a code that does not fit is warned about and not refused.
    """
    if is_old_form(code):
        return True
    try:
        return bool(mod_11_10.validate(code.replace("-", "")))
    except ValidationError:
        return False

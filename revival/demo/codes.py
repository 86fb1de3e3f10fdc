"""Codes of synthetic enterprises and projects: valid in form and check digit, but issued to nobody."""

from stdnum.cn import uscc
from stdnum.iso7064 import mod_11_10

ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
# Five places of a credit code, and four of a project code, number the rows of one county. In credit codes the first
# of the five continues with letters.
LEADING = "0123456789ABCDEFGHJKLMNPQRTUWXY"
MOST_ENTERPRISES, MOST_PROJECTS = len(LEADING) * 10_000 - 1, 9_999


def organisation_digit(body: str) -> str:
    """The check digit of an organisation code (GB 11714) for its first eight characters."""
    total = sum(weight * int(c, 36) for weight, c in zip(ORGANISATION_WEIGHTS, body, strict=True))
    return "0123456789X0"[11 - total % 11]


def credit_code(county: str, number: int) -> str:
    """A unified social credit code that belongs to no enterprise.

    Places 9 to 17 are an organisation code with a check digit of its own. Registrars issue no code in which that
    digit is wrong, so a wrong digit there keeps the code unused for ever. The last digit, which people and forms
    check, is right. `MA0` also keeps the codes together: the series of Jiangsu begins with MA1.
    """
    leading, rest = divmod(number, 10_000)
    body = f"MA0{LEADING[leading]}{rest:04}"
    wrong = "1" if organisation_digit(body) == "0" else "0"
    front = f"91{county}{body}{wrong}"
    return front + str(uscc.calc_check_digit(front))


def project_code(month: str, county: str, number: int) -> str:
    """A project code of a month (YYMM): department 89, type 02 (technical renovation), numbered from 90001."""
    digits = f"{month}{county}8902{90_000 + number}"
    check = mod_11_10.calc_check_digit(digits)
    return f"{month}-{county}-89-02-{90_000 + number}{check}"

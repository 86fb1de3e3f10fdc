"""The token that a form of the admin is drawn with, so that the same form posted twice is known."""

import re
import string
from typing import Any

from django.http import HttpRequest
from django.utils.crypto import get_random_string, salted_hmac

FORM_FIELD = "form_token"
LENGTH = 32
UNSAVED = "_unsaved"  # set on a request whose form is shown filled in and not saved


def posted_token(request: HttpRequest) -> str:
    """The token that the form was posted with; "" where there is none of ours."""
    found = request.POST.get(FORM_FIELD, "") if request.method == "POST" else ""
    return found if re.fullmatch(f"[a-z]{{{LENGTH}}}", found) else ""


def page_token(request: HttpRequest) -> str:
    """The token for the form of a page. A form that is shown again keeps its own, unless it belongs to another save.

    It has letters only, as no number on a page may look like the number of a record.
    """
    why = getattr(request, UNSAVED, None)
    known = "" if why is not None and why.saved is not None else posted_token(request)
    return known or get_random_string(LENGTH, string.ascii_lowercase)


def posted_digest(request: HttpRequest) -> str:
    """A digest of what was posted. It is keyed, and passwords are no part of it."""
    told = [
        (name, values)
        for name, values in sorted(request.POST.lists())
        if name not in (FORM_FIELD, "csrfmiddlewaretoken") and not is_secret(name)
    ]
    return salted_hmac("revival.accounts.tokens", repr(told), algorithm="sha256").hexdigest()


def is_secret(name: str) -> bool:
    """Whether a field holds a password, which is neither kept nor shown again."""
    return "password" in name


def integer(value: Any) -> int:
    """The number that a form posts about itself; 0 for anything else."""
    text = str(value or "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 0

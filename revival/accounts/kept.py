"""What was typed into a form is kept when the session or the form's token has gone.

The page that says so carries it as hidden fields, and nothing is stored: only who has the page has the text. Sent on,
it is shown in its form again and saved only from there. Passwords are left out.
"""

import json
from collections.abc import Collection
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, QueryDict
from django.urls import Resolver404, resolve
from django.utils.http import url_has_allowed_host_and_scheme

from revival.accounts.models import Official
from revival.accounts.tokens import is_secret

KEPT = "kept"  # the field of the sign-in page that holds what was typed
AGAIN = "_again"  # the field of a form that is to be shown again and not saved
OWNER = "form_of"  # the field of a form that says whose page it was
LARGEST = 500_000  # characters that are carried
COMMENT = "comment"  # the text that is typed on the preview of a step
# Pages of the site with fields to type in, and those whose previews ask for a comment.
TYPED, PREVIEWED = ("extension", "monthly", "import", "import-kind"), ("inbox",)


def is_form(path: str, names: Collection[str]) -> bool:
    """Whether a post of fields of these names to the address is a form that can be shown again.

    It is that of one row in the admin, a form of the site, or the preview of a step with the comment typed there.
    """
    try:
        found = resolve(urlsplit(path).path)
    except Resolver404:
        return False
    name = found.url_name or ""
    if name.endswith("_changelist") or name in PREVIEWED:
        return COMMENT in names
    return name.endswith(("_add", "_change")) if found.app_name == "admin" else name in TYPED


def is_from_here(request: HttpRequest) -> bool:
    """Whether the post came from a page of this site. A browser says so in each post to another site."""
    origin = request.headers.get("Origin") or request.headers.get("Referer")
    return not origin or urlsplit(origin).netloc == request.get_host()


def kept_text(request: HttpRequest) -> str:
    """What was posted to a form, as text for a hidden field; "" where there is nothing to keep."""
    if not is_form(request.path, request.POST) or not is_from_here(request):
        return ""
    typed = {
        name: values
        for name, values in request.POST.lists()
        if name not in ("csrfmiddlewaretoken", AGAIN) and not is_secret(name) and not name.startswith("_")
    }
    text = json.dumps(typed, ensure_ascii=False)
    return text if typed and len(text) < LARGEST else ""


def kept_fields(text: str) -> list[tuple[str, str]]:
    """The names and values in the text of a hidden field; none in a text that is not ours."""
    try:
        found: Any = json.loads(text)
        pairs = [(str(name), str(value)) for name, values in found.items() for value in values]
    except (ValueError, AttributeError, TypeError, RecursionError):
        return []
    return [(name, value) for name, value in pairs if not is_secret(name) and not name.startswith("_")]


def kept_context(request: HttpRequest, target: str, text: str) -> dict[str, Any]:
    """The context of the page from which what was typed is shown in its form again; empty where nothing is kept."""
    here = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    fields = kept_fields(text) if here else []
    if not fields or not is_form(target, dict(fields)):
        return {}
    owner = dict(fields).get(OWNER, "")
    user = request.user
    other = isinstance(user, Official) and owner not in ("", str(user.pk))
    return {"fields": fields, "target": target, "again": AGAIN, "other": other}


def only_shown(post: QueryDict) -> bool:
    """Whether what was posted is to be shown in its form and not saved."""
    return AGAIN in post

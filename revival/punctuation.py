"""Colons, brackets and commas between texts, as the reader's language writes them; pages and files use the same.

The tag and the filters are known to every template (settings.TEMPLATES).
"""

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.functional import lazy
from django.utils.translation import pgettext

register = template.Library()


@register.simple_tag
def colon() -> str:
    """What stands between a label and what it labels."""
    return pgettext("between a label and its value", ": ")


@register.simple_tag
def comma() -> str:
    """What stands between two parts of different kinds, such as a place and its action."""
    return pgettext("between two clauses", ", ")


def labelled(label: Any, value: Any) -> str:
    """A label and its value."""
    return f"{label}{colon()}{value}"


@register.filter
def bracketed(text: Any, note: Any) -> str:
    """A text with a note in brackets, such as its unit; the text alone if there is no note."""
    if note in (None, ""):
        return str(text)
    return pgettext("a text and its note", "%(text)s (%(note)s)") % {"text": text, "note": note}


bracketed_lazy = lazy(bracketed, str)


@register.filter
def listed(parts: Iterable[Any]) -> str:
    """Parts of equal rank, one after another."""
    return pgettext("between the parts of a list", ", ").join(map(str, parts))

"""Signs that nobody sees in a text: a name with one is another name that looks the same."""

import re
import unicodedata
from collections.abc import Collection
from functools import cache
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from revival.punctuation import labelled

LONGEST = 80  # characters of what was typed that a message repeats
NEAR = 10  # characters before a sign that a message repeats
# Controls, signs of direction and of width zero, and separators of lines.
UNSEEN = ("Cc", "Cf", "Cs", "Zl", "Zp")
# Letters and marks that are drawn as nothing; the names of Unicode say what each is.
BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0")
SELECTORS = (("\ufe00", "\ufe0f"), ("\U000e0100", "\U000e01ef"))  # choose the drawing of the sign before them
DRAWN_AS_NOTHING = re.compile(f"[{''.join(BLANK)}{''.join(f'{first}-{last}' for first, last in SELECTORS)}]")
LINES = "\r\n"
BETWEEN = ("Zs", "Pd")  # blanks and hyphens, which may stand anywhere in a code
MINUS = "\u2212"
FULL_WIDTH = {0xFEE0 + number: number for number in range(0x21, 0x7F)}
NAMES = {"\t": "TAB", "\n": "LINE FEED", "\r": "CARRIAGE RETURN"}  # Unicode has no names of controls


def is_unseen(sign: str) -> bool:
    """Whether the sign shows nothing. Blanks do not count."""
    chosen = any(first <= sign <= last for first, last in SELECTORS)
    return chosen or sign in BLANK or unicodedata.category(sign) in UNSEEN


def is_all_seen(text: str) -> bool:
    """Whether every sign of a text is certainly seen; most texts are told by this alone, at once."""
    return text.isprintable() and not DRAWN_AS_NOTHING.search(text)


def sign_name(sign: str) -> str:
    """The number and the name of a sign, such as U+200B ZERO WIDTH SPACE."""
    return f"U+{ord(sign):04X} {unicodedata.name(sign, NAMES.get(sign, 'CONTROL'))}"


def shown_text(text: str) -> str:
    """What was typed, for a message: not too long, and with the numbers of signs that show nothing."""
    seen = "".join(f"[U+{ord(sign):04X}]" if is_unseen(sign) else sign for sign in text[:LONGEST])
    return seen if len(text) <= LONGEST else f"{seen}…"


def sign_problem(text: str, *, lines: bool = False) -> str:
    """What is wrong with the signs of a text, in a sentence; empty if nothing is. lines: whether it may have lines.

    A text that has something has at least one sign that is seen.
    """
    for place, sign in enumerate("" if is_all_seen(text) else text, 1):
        if is_unseen(sign) and not (lines and sign in LINES):
            words = {"sign": sign_name(sign), "place": place, "before": text[max(0, place - 1 - NEAR) : place - 1]}
            if place == 1:
                return _("It begins with %(sign)s, which cannot be seen. Delete it, or type the text anew.") % words
            said = _("Behind “%(before)s”, at place %(place)d, is %(sign)s, which cannot be seen. Delete it there.")
            return said % words
    return "" if not text or text.strip() else _("It has nothing but blanks. Type a text, or leave it empty.")


def refuse_unseen(text: str, label: Any = "", *, lines: bool = False) -> None:
    """Raise ValidationError where a text has a sign that nobody sees."""
    if problem := sign_problem(text, lines=lines):
        raise ValidationError(labelled(capfirst(str(label)), problem) if label else problem, code="unseen")


def refuse_unseen_in_lines(text: str) -> None:
    """Raise ValidationError where a text of several lines has a sign that nobody sees. It is a validator of forms."""
    refuse_unseen(text, lines=True)


def bare_code(code: str) -> str:
    """The code without blanks, hyphens and signs that show nothing, and with half-width signs for full-width ones."""
    if code.isascii() and code.isprintable():
        return code.replace(" ", "").replace("-", "")
    plain = code.translate(FULL_WIDTH)
    return "".join(c for c in plain if not (is_unseen(c) or c in MINUS or unicodedata.category(c) in BETWEEN))


@cache
def typed_texts(model: Any) -> list[models.Field[Any, Any]]:
    """The fields of a model that officials fill with words. Forms of a review check its comment themselves."""
    kinds = (models.CharField, models.TextField)
    return [f for f in model._meta.concrete_fields if isinstance(f, kinds) and f.editable and not f.choices]


def with_values(errors: dict[str, list[Any]]) -> None:
    """Make those errors of Django that name a bound alone say also what was typed."""
    said = {
        "min_value": gettext_lazy("“%(show_value)s” is not accepted. Type %(limit_value)s or more."),
        "max_value": gettext_lazy("“%(show_value)s” is not accepted. Type %(limit_value)s or less."),
    }
    for found in errors.values():
        for each in found:
            each.message = said.get(each.code, each.message)


class WrittenRow(models.Model):
    """A row whose texts hold only signs that can be seen. Forms, commands and files all pass here."""

    class Meta:
        abstract = True

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        """Check the fields as Django does, and the signs of those texts that are right so far."""
        errors: dict[str, Any] = {}
        try:
            super().clean_fields(exclude)
        except ValidationError as wrong:
            errors = wrong.update_error_dict(errors)
            with_values(errors)
        for field in typed_texts(type(self)):
            text = getattr(self, field.attname)
            if field.name in (exclude or ()) or not isinstance(text, str):
                continue
            try:
                refuse_unseen(text, field.verbose_name, lines=isinstance(field, models.TextField))
            except ValidationError as wrong:
                errors[field.name] = [wrong]  # says more than what a pattern says of the same sign
        if errors:
            raise ValidationError(errors)

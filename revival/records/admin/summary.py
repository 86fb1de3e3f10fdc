"""The summary of what a page refuses: a line for each error, which leads to the field that it stands at."""

from collections.abc import Iterable, Iterator
from html import unescape
from typing import Any, NamedTuple

from django.core.exceptions import NON_FIELD_ERRORS
from django.forms import CheckboxSelectMultiple
from django.utils.html import conditional_escape, strip_tags
from django.utils.translation import gettext as _

from revival.punctuation import labelled


class SummaryLine(NamedTuple):
    """An error: its words, the label of its field, and the id that a link to it leads to; "" for none."""

    text: str
    label: str
    target: str


def error_summary(form: Any, inlines: Iterable[Any]) -> list[SummaryLine]:
    """The errors of a page: those of the record, then those of each of its rows. inlines: the admin's formsets."""
    found = list(form_lines(form))
    for formset in (inline.formset for inline in inlines):
        found += [SummaryLine(text, "", "") for text in formset.non_form_errors()]
        for number, row in enumerate(formset.forms, 1):
            words = {"name": row.instance._meta.verbose_name, "number": number}
            label = _("%(name)s, row %(number)s") % words
            found += form_lines(row, label, f"{formset.prefix}-{number - 1}")
    return found


def form_lines(form: Any, label: str = "", at: str = "") -> Iterator[SummaryLine]:
    """The errors of one form, in the order of its fields. label, at: the name and the id of a row of a page."""
    order = [NON_FIELD_ERRORS, *form.fields]
    for name in sorted(form.errors, key=order.index):
        own = "" if name == NON_FIELD_ERRORS else str(form[name].label)
        for text in map(plain_text, form.errors[name]):
            named = "" if text.startswith(own) else own  # the refusal of a value names its field
            whole = labelled(label, named) if label and named else label or named
            yield SummaryLine(text, whole, field_target(form[name]) if own else at)


def plain_text(message: str) -> str:
    """The words of a message without its links, as the line of the summary is a link itself."""
    return unescape(strip_tags(conditional_escape(message)))


def field_target(bound: Any) -> str:
    """The id of the control of a field, of several boxes the first."""
    boxes = isinstance(bound.field.widget, CheckboxSelectMultiple)
    return f"{bound.auto_id}_0" if boxes else bound.id_for_label or bound.auto_id

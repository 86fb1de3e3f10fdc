"""When an official is asked why unlikely values are right."""

from collections.abc import Collection

from django.utils.translation import gettext as _

from revival.records.models import Record


def explains(changed: Collection[str]) -> bool:
    """Whether an explanation that is there stands for the values: not one that was written for others.

    changed: the data fields that differ from what is stored. Handed in as it is stored, a record is not asked about
    again.
    """
    return not changed or "explanation" in changed


def question(row: Record) -> str:
    """What is asked, with %(odd)s for what is unlikely."""
    if row.explanation.strip():
        return _("%(odd)s The explanation was written for other values: mend the value, or change the explanation.")
    return _("%(odd)s Mend it, or explain why it is right.")

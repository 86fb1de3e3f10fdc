"""What a post to the monthly form is answered: in words for its reader, as data for its script."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from revival.collection.monthly.form import REFUSED, TYPED, Line, Outcome
from revival.collection.monthly.sheet import Sheet

NAMED = 10  # projects of other pages that a message names; the rows themselves are shown below it


def done(saved: list[Line], handing_in: bool) -> str:
    """What was saved and removed, in words."""
    removed = sum(line.outcome == Outcome.REMOVED for line in saved)
    count = len(saved) - removed
    if not removed:
        return kept(count, handing_in)
    said = ngettext("%(count)d draft was removed.", "%(count)d drafts were removed.", removed) % {"count": removed}
    return f"{kept(count, handing_in)} {said}" if count else said


def kept(count: int, handing_in: bool) -> str:
    """How many rows were saved, in words."""
    if handing_in and not count:
        return _("Nothing to hand in: no row is filled, or all that are filled are handed in.")
    if not count:
        return _("Nothing to save: no row was changed.")
    if handing_in:
        return ngettext("%(count)d row was handed in.", "%(count)d rows were handed in.", count) % {"count": count}
    return ngettext("%(count)d row was saved as a draft.", "%(count)d rows were saved as drafts.", count) % {
        "count": count
    }


def problems(sheet: Sheet, handing_in: bool) -> list[str]:
    """What was not saved, in words."""
    found, count, gone = [], len(sheet.refused), len(sheet.gone)
    if handing_in and (count or gone):
        found.append(_("Nothing was handed in. What you typed is kept."))
    if count:
        said = ngettext(
            "%(count)d row is not saved: see the message beside it.",
            "%(count)d rows are not saved: see the messages beside them.",
            count,
        )
        if handing_in:
            said = ngettext("%(count)d row needs your attention.", "%(count)d rows need your attention.", count)
        found.append(said % {"count": count})
    elsewhere = [line.project.name for line in sheet.others if line.outcome in REFUSED]
    if elsewhere:
        names = ", ".join(elsewhere[:NAMED]) + (" …" if len(elsewhere) > NAMED else "")
        found.append(_("On other pages, and shown below as well: %(names)s.") % {"names": names})
    if gone:
        said = ngettext(
            "%(count)d project is not on the list of this region any more; nothing was saved for it.",
            "%(count)d projects are not on the list of this region any more; nothing was saved for them.",
            gone,
        )
        found.append(said % {"count": gone})
    return found


def told(sheet: Sheet, saved: list[Line], problems: list[str]) -> dict[str, Any]:
    """The answer to the script: a sentence, and of each posted row its version and state, or what is wrong."""
    time = {"time": f"{timezone.localtime():%H:%M}"}
    sentences = [_("Draft saved at %(time)s.") % time] if saved or not problems else []
    if not (sheet.posted or sheet.gone or problems):
        sentences = [_("Nothing was saved: no row of the list was sent.")]
    rows = {line.prefix: told_of(line) for line in sheet.posted}
    off = _("This project is not on the list of this region any more; nothing was saved for it.")
    rows |= {
        f"p{key}": {"outcome": "gone", "version": "", "state": "", "errors": {"row": [off]}} for key in sheet.gone
    }
    return {"message": " ".join([*sentences, *problems]), "rows": rows}


def told_of(line: Line) -> dict[str, Any]:
    """errors: by field, and under "row" those of the row as a whole."""
    errors = {name: line.form.errors[name] for name in TYPED if name in line.form.errors}
    row = line.form.non_field_errors()
    return {
        "outcome": line.outcome,
        "version": line.row.version if line.row else "",
        "state": line.state,
        "errors": errors | ({"row": row} if row else {}),
    }

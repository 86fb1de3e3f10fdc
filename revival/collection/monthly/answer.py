"""The answer to a post of the monthly form: sentences for the official, and JSON for the script."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from revival.collection.monthly.form import REFUSED, TYPED, MonthRow, RowOutcome
from revival.collection.monthly.sheet import MonthSheet
from revival.punctuation import listed

NAMED = 10  # projects of other pages that a message names; the rows themselves are shown below it


def done_sentence(done: list[MonthRow], submitting: bool) -> str:
    """The sentence about what was saved and removed."""
    removed = sum(row.outcome == RowOutcome.REMOVED for row in done)
    count = len(done) - removed
    if not removed:
        return saved_sentence(count, submitting)
    said = ngettext("%(count)d draft was removed.", "%(count)d drafts were removed.", removed) % {"count": removed}
    return f"{saved_sentence(count, submitting)} {said}" if count else said


def saved_sentence(count: int, submitting: bool) -> str:
    """The sentence about how many rows were saved."""
    if submitting and not count:
        return _("Nothing to submit: no row is filled in, or all filled rows are submitted.")
    if not count:
        return _("Nothing to save: no row was changed.")
    if submitting:
        return ngettext("%(count)d row was submitted.", "%(count)d rows were submitted.", count) % {"count": count}
    return ngettext("%(count)d row was saved as a draft.", "%(count)d rows were saved as drafts.", count) % {
        "count": count
    }


def problem_sentences(sheet: MonthSheet, submitting: bool) -> list[str]:
    """The sentences about what was not saved."""
    found, count, gone = [], len(sheet.refused), len(sheet.gone)
    if submitting and (count or gone):
        found.append(_("Nothing was submitted. What you typed is kept."))
    if count:
        said = ngettext(
            "%(count)d row is not saved: see the message beside it.",
            "%(count)d rows are not saved: see the messages beside them.",
            count,
        )
        if submitting:
            said = ngettext("%(count)d row needs your attention.", "%(count)d rows need your attention.", count)
        found.append(said % {"count": count})
    elsewhere = [row.project.name for row in sheet.others if row.outcome in REFUSED]
    if elsewhere:
        names = listed(elsewhere[:NAMED]) + (" …" if len(elsewhere) > NAMED else "")
        found.append(_("On other pages, and shown below as well: %(names)s.") % {"names": names})
    if gone:
        said = ngettext(
            "%(count)d project is not on the list of this region any more; nothing was saved for it.",
            "%(count)d projects are not on the list of this region any more; nothing was saved for them.",
            gone,
        )
        found.append(said % {"count": gone})
    return found


def script_answer(sheet: MonthSheet, done: list[MonthRow], problems: list[str]) -> dict[str, Any]:
    """The answer to the script: sentences, and the version, state and errors of each posted row."""
    time = {"time": f"{timezone.localtime():%H:%M}"}
    sentences = [_("Draft saved at %(time)s.") % time] if done or not problems else []
    if not (sheet.posted or sheet.gone or problems):
        sentences = [_("Nothing was saved: no row of the list was sent.")]
    rows = {row.prefix: row_answer(row) for row in sheet.posted}
    off = _("This project is not on the list of this region any more; nothing was saved for it.")
    rows |= {
        f"p{key}": {"outcome": "gone", "version": "", "state": "", "errors": {"row": [off]}} for key in sheet.gone
    }
    return {"message": " ".join([*sentences, *problems]), "rows": rows}


def row_answer(row: MonthRow) -> dict[str, Any]:
    """The part of the answer about one row. Errors are listed by field; "row" has those of the row as a whole."""
    errors = {name: row.form.errors[name] for name in TYPED if name in row.form.errors}
    of_row = row.form.non_field_errors()
    return {
        "outcome": row.outcome,
        "version": row.progress.version if row.progress else "",
        "state": row.state,
        "errors": errors | ({"row": of_row} if of_row else {}),
    }

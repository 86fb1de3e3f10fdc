"""Rows as the reader of files gives them: which of them hold a record, and what is wrong with them as they stand."""

from collections.abc import Iterable, Iterator, Sequence

from django.utils.translation import gettext as _

from revival.accounts.signs import shown_text
from revival.importing.models import Import
from revival.importing.planning import FileRow
from revival.importing.reading.parent import ReadRow
from revival.importing.reading.values import Column
from revival.importing.reading.words import cell_sentence
from revival.importing.spoken import SAMPLE, TOTALS
from revival.records.likeness import folded

TEXTS = ("csv", "text")


def is_record(row: ReadRow) -> bool:
    """Whether a row holds a record: blank rows, a total at the end and the sample of a template do not."""
    first = folded(first_cell(row))
    return bool(first) and first not in TOTALS and not first.startswith(SAMPLE)


def first_cell(row: ReadRow) -> str:
    """The text of the first cell that is not blank."""
    return next((cell for cell in row.cells if cell.strip()), "")


def skipped_notes(rows: Iterable[ReadRow]) -> Iterator[str]:
    """What an official is told of the rows that are no records."""
    for row in rows:
        if not is_record(row) and (first := first_cell(row)):
            said = _("Row %(row)d begins with “%(text)s” and is not read.")
            yield said % {"row": row.number, "text": shown_text(first)}


def file_row(row: ReadRow, asked: Sequence[Column], of: Import) -> FileRow:
    """The row with the refusals of its reader in words."""
    values = [*row.values]
    refused = {}
    for at, code, typed, decimals in row.errors:
        values[at] = typed
        refused[at] = cell_sentence(asked[at], code, typed, decimals, "", ())
    return FileRow(row.number, row.cells, values, refused, wide_problem(row, of))


def wide_problem(row: ReadRow, of: Import) -> str:
    """Why a row of a text that has more cells than headings is not read: a sign in a cell has parted it in two."""
    beyond = [cell for cell in row.cells[len(of.headings) :] if cell.strip()]
    if of.format not in TEXTS or not beyond:
        return ""
    said = _(
        "The row has more cells than there are headings; beyond them stands “%(text)s”. Put a cell that has the "
        "separator in it into quotation marks, or give the column a heading."
    )
    return said % {"text": shown_text(beyond[0])}

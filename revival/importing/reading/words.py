"""What is said of a file that is not read, of a note about one, and of a cell, in the reader's language."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from revival.accounts.signs import shown_text
from revival.importing.reading.facts import DIGITS, ERROR, FORMULA
from revival.importing.reading.values import CHOICE, REQUIRED, UNIT, Column
from revival.punctuation import labelled, listed
from revival.records.reading import Fault, ReadingKind, UnreadableValue
from revival.records.unreadable import refusal_text

MIB = 2**20


def accepted_kinds() -> str:
    """The files that are read."""
    return _("Accepted are workbooks (XLSX, XLS, XLSB, ODS) and text (CSV, or cells with tabs between them).")


def kind_names() -> dict[str, str]:
    """What files that are no tables are called."""
    return {
        "pdf": _("a PDF document"),
        "ofd": _("an OFD document"),
        "word": _("a text document"),
        "slides": _("a presentation"),
        "document": _("an OpenDocument file of another kind"),
        "numbers": _("a Numbers document"),
        "image": _("an image"),
        "archive": _("an archive of files"),
        "html": _("a web page"),
        "xml": _("an XML file"),
    }


def refusal_sentence(code: str, params: Mapping[str, Any]) -> str:
    """Why a file is not read, and what to do."""
    if code == "kind":
        kind = kind_names().get(params["kind"], "")
        said = _("The file is %(kind)s.") if kind else _("The file is neither a workbook nor a text.")
        return f"{said % {'kind': kind}} {accepted_kinds()}"
    said = (FILE.get(code) or CONTENT[code])()
    return said % {name: shown_param(code, value) for name, value in params.items()}


def shown_param(code: str, value: Any) -> Any:
    """A parameter of a sentence: what the file says, without signs that nobody sees, or a number."""
    if isinstance(value, str):
        return shown_text(value)
    return f"{value / MIB:.0f} MB" if code in ("size", "unpacked") else value


# The sentences are functions, as the reader's language is known when they are said.
FILE: dict[str, Callable[[], str]] = {
    "empty": lambda: _("The file has no filled cell. Choose another file or sheet."),
    "encrypted": lambda: _("The file is encrypted. Open it, save it without a password, and send it again."),
    "broken": lambda: _("The file is damaged. Open it in a spreadsheet, save it as XLSX, and send it again."),
    "entities": lambda: _("The file declares entities, as no spreadsheet does. Save it as XLSX from a spreadsheet."),
    "sheet": lambda: _("The file has no sheet “%(sheet)s”."),
    "size": lambda: _("The file has %(size)s. At most %(most)s are accepted; send its rows in several files."),
    "unpacked": lambda: _("The file is larger than %(most)s once unpacked. Send its rows in several files."),
    "rows": lambda: _("The file has more than %(most)s rows. Send them in several files."),
    "memory": lambda: _(
        "Reading the file takes too much memory. Copy the table to a new workbook, where no cell lies far from it, "
        "and send that one, or send CSV."
    ),
    "time": lambda: _("Reading the file takes too long. Send its rows in several files, or as CSV."),
    "marks": lambda: _(
        "The file has more than %(most)s cells with errors, formulas without results or percentages. Paste the table "
        "as values to a new workbook, and send that one."
    ),
    "failed": lambda: _("The file could not be read. Save it as XLSX or CSV and send it again."),
    "unplaced": lambda: _(
        "The file has cells with errors, formulas without results or percentages, and does not say where. Open it in "
        "a spreadsheet, save it as XLSX, and send it again."
    ),
}
CONTENT: dict[str, Callable[[], str]] = {
    "columns": lambda: _("Row %(line)s has %(columns)s columns. At most %(most)s are accepted."),
    "cell": lambda: _("Row %(row)s, column %(column)s has more than %(most)s characters. Shorten the text."),
    "line": lambda: _(
        "Line %(line)s has more than %(most)s characters. Check that each row of the table ends with a line break."
    ),
    "encoding": lambda: _(
        "Line %(line)s, byte %(place)s: %(byte)s is no character. Accepted are UTF-8, UTF-16 and GB18030; "
        "save the file as UTF-8, or as XLSX."
    ),
    "nul": lambda: _("Line %(line)s has a zero byte, which no text has. Save the file anew as CSV or XLSX."),
    "nul_cell": lambda: _("Cell %(cell)s has a zero character, which no text has. Type its text anew."),
    "quote": lambda: _("The quotation mark opened in line %(line)s is never closed. Close it, or double it."),
    "quoting": lambda: _(
        "Line %(line)s has a quotation mark in the middle of a cell. Put the cell in quotation marks, "
        "and double those inside it."
    ),
    "separator": lambda: _("“%(separator)s” between cells is not accepted. Use a comma, a tab or a semicolon."),
    "ods_breaks": lambda: _(
        "Row %(row)s has a line break or a tab in a cell, which ODS loses. Save the file as XLSX and send it again."
    ),
}


def note_sentence(note: Mapping[str, Any]) -> str:
    """What an official is told of a file that is read."""
    code, count = note["code"], note.get("count", 0)
    if code == "sheets":
        return _("Sheet “%(sheet)s” is read. The others are not: %(others)s.") % {
            "sheet": note["sheet"],
            "others": listed(note["others"]),
        }
    if code == "merged":
        said = ngettext(
            "%(count)d range of merged cells, such as %(first)s: only its first cell has a value.",
            "%(count)d ranges of merged cells, such as %(first)s: only the first cell of each has a value.",
            count,
        )
        return said % {"count": count, "first": note["first"]}
    if code == "hidden_rows":
        said = ngettext("%(count)d hidden row is read as well.", "%(count)d hidden rows are read as well.", count)
    else:
        said = ngettext(
            "%(count)d hidden column is read as well.", "%(count)d hidden columns are read as well.", count
        )
    return said % {"count": count}


def cell_sentence(column: Column, code: str, typed: str, decimals: int, label: object, choices: Iterable[str]) -> str:
    """Why a cell is refused: the label, the value and what is accepted. choices: the names of those accepted."""
    if code in set(Fault):
        return refusal_text(UnreadableValue(ReadingKind(column.kind), Fault(code), typed, decimals), label)
    said = {
        REQUIRED: lambda: _("The cell is empty. Fill it in."),
        CHOICE: lambda: _("“%(typed)s” is none of the choices: %(choices)s."),
        UNIT: lambda: _("“%(typed)s” has another unit than the heading, which says %(unit)s. Use one of them."),
        DIGITS: lambda: _(
            "“%(typed)s” is a number of more than 15 digits, and a spreadsheet keeps no more. Store it as text: "
            "format the cell as text and type it anew."
        ),
        ERROR: lambda: _("The cell shows the error %(typed)s. Correct its formula, or type the value."),
        FORMULA: lambda: _(
            "The cell has a formula whose result is not stored. Open the file in a spreadsheet, save it, and send it "
            "again."
        ),
    }[code]()
    problem = said % {"typed": shown_text(typed), "unit": column.unit, "choices": listed(choices)}
    return labelled(capfirst(str(label)), problem) if label else problem

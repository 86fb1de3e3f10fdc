"""What is wrong with a row of a file, in words."""

from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from revival.punctuation import labelled


class CellError(Exception):
    """A cell that is refused: the sentence that says why, and the text of the cell where it is not the column's."""

    def __init__(self, message: str, typed: str | None = None) -> None:
        super().__init__(message)
        self.message, self.typed = message, typed


class RowError(NamedTuple):
    """One error of a row: the heading of its column, empty for the whole row; the text of the cell; the reason."""

    column: str
    value: str
    message: str

    def as_json(self) -> dict[str, Any]:
        return self._asdict()


def same_record(line: int) -> str:
    """The refusal of a record that an earlier row changes."""
    return _("Row %(row)d changes the same record. Delete one of the two rows.") % {"row": line}


def same_key(line: int) -> str:
    """The refusal of a key that an earlier row has."""
    return _("Row %(row)d has the same key. Delete one of the two rows, or put them together.") % {"row": line}


def hidden_key() -> str:
    """The refusal of a key that a record outside the official's region has."""
    return _("A record with this key is there already; it lies outside your region. Check the row.")


def error_sentence(error: dict[str, str]) -> str:
    """An error of a row as it is read: column, text of the cell and reason, each once."""
    text = error["message"]
    if error["value"] and error["value"] not in text:
        text = _("The cell says “%(value)s”. %(reason)s") % {"value": error["value"], "reason": text}
    return labelled(error["column"], text) if error["column"] else text

"""What is wrong with a row of a file, in words."""

from typing import Any, NamedTuple


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

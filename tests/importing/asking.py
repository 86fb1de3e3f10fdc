"""Asks what the child answers about a file, in this process; files that may end a process go to `FileReader`."""

import io
import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from revival.importing.reading import child
from revival.importing.reading.limits import Limits, Refused
from revival.importing.reading.values import TEXT, Column


class Answer(NamedTuple):
    """What was read: the head, the rows by number, and all lines as they are."""

    head: dict[str, Any]
    rows: list[Any]
    end: int

    @property
    def cells(self) -> dict[int, list[str]]:
        return {number: cells for number, cells, _values, _errors in self.rows}

    @property
    def values(self) -> list[list[str | None]]:
        return [values for _number, _cells, values, _errors in self.rows]

    @property
    def errors(self) -> list[Any]:
        return [tuple(error) for *_, errors in self.rows for error in errors]


def ask(
    data: bytes, columns: Sequence[Column] = (), start: int = 1, sheet: str = "", guard: str = "", **limits: int
) -> Answer:
    """What the child says of the file. Raises Refused as the child says it."""
    request = json.dumps({"start": start, "columns": [asdict(column) for column in columns]})
    options = {"limits": asdict(replace(Limits(), **limits)), "sheet": sheet, "guard": guard}
    said = io.StringIO()
    with TemporaryDirectory() as folder:
        path = Path(folder, "upload")
        path.write_bytes(data)
        child.main(str(path), options, io.StringIO(f"{request}\n"), said)
    head, *rows = [json.loads(line) for line in said.getvalue().splitlines()]
    last = rows.pop() if rows else head
    if "refused" in last:
        raise Refused(last.pop("refused"), **last)
    return Answer(head, rows, last["end"])


def texts(count: int) -> list[Column]:
    """Columns of texts."""
    return [Column(at, TEXT) for at in range(count)]

"""The process that reads one file: `python -m revival.importing.reading.child PATH OPTIONS`.

It writes lines of JSON. The first says what the file is and gives its first rows; then it reads one line that names
the columns, and gives a line for each row: number, cells, values and errors. The last line counts them. An object
with `refused` may come instead of any line, and is the last one.
"""

import json
import re
import sys
from collections.abc import Iterator
from itertools import islice
from typing import Any, TextIO

from revival.importing.reading.contents import file_kind
from revival.importing.reading.limits import Limits, Refused, restrain
from revival.importing.reading.text import Row, TextSource
from revival.importing.reading.values import Column, ColumnReader, row_values
from revival.importing.reading.workbook import WorkbookSource

SHOWN = 30  # rows before the columns are known: titles, headings and samples
to_line = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":")).encode
Source = TextSource | WorkbookSource


def main(path: str, options: dict[str, Any], asked: TextIO, answers: TextIO) -> None:
    """Read the file and answer."""
    limits = Limits(**options["limits"])
    guard = re.compile(options["guard"]) if options["guard"] else None
    try:
        source = source_of(path, limits, options["sheet"])
        first = [row[:2] for row in islice(rows_of(source, limits, guard), SHOWN)]
        if not first:
            raise Refused("empty")
        say(answers, head_of(source, first))
        if request := asked.readline():
            give_rows(source, rows_of(source, limits, guard), json.loads(request), answers)
    except Refused as refused:
        say(answers, {"refused": refused.code, **refused.params})
    except MemoryError:
        say(answers, {"refused": "memory"})


def say(answers: TextIO, line: Any) -> None:
    """Write a line that is read at once."""
    answers.write(f"{to_line(line)}\n")
    answers.flush()


def source_of(path: str, limits: Limits, sheet: str) -> Source:
    """What reads the file, by its content."""
    kind = file_kind(path, limits)
    return TextSource(path, limits) if kind == "text" else WorkbookSource(path, kind, limits, sheet)


def head_of(source: Source, first: list[Any]) -> dict[str, Any]:
    """What the file is, and its first rows."""
    return {
        "format": source.format,
        "encoding": source.encoding,
        "separator": source.separator,
        "sheets": source.sheets,
        "sheet": source.sheet,
        "rows": first,
        "total": source.total,
        "notes": source.notes,
    }


def rows_of(source: Source, limits: Limits, guard: re.Pattern[str] | None) -> Iterator[Row]:
    """The rows of the file, not more than the limit, and without the ' that guards a text from being a formula."""
    for count, row in enumerate(source.rows(), 1):
        if count > limits.rows:
            raise Refused("rows", rows=count, most=limits.rows)
        if guard and any(cell[:1] == "'" for cell in row.cells):
            row = row._replace(cells=[cell[1:] if is_guarded(cell, guard) else cell for cell in row.cells])
        yield row


def is_guarded(cell: str, guard: re.Pattern[str]) -> bool:
    """Whether a cell begins with a ' and what is behind it would be guarded."""
    return cell[:1] == "'" and guard.match(cell[1:]) is not None


def give_rows(source: Source, rows: Iterator[Row], request: dict[str, Any], answers: TextIO) -> None:
    """Write the rows from the asked one on."""
    workbook = isinstance(source, WorkbookSource)
    columns = [ColumnReader(Column(**each), workbook) for each in request["columns"]]
    start, count = request["start"], 0
    for row in rows:
        if row.number >= start:
            answers.write(f"{to_line((row.number, row.cells, *row_values(columns, row)))}\n")
            count += 1
    say(answers, {"end": count})


if __name__ == "__main__":
    sys.stdin.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")  # type: ignore[union-attr]
    restrain(Limits(**json.loads(sys.argv[2])["limits"]))
    main(sys.argv[1], json.loads(sys.argv[2]), sys.stdin, sys.stdout)

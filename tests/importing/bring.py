"""Files for tests, brought as an official brings them."""

import csv
import io
import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, Self

import pghistory

from revival.accounts.models import Official
from revival.catalogue import import_spec
from revival.importing.models import Import
from revival.importing.reading import child
from revival.importing.reading.limits import Refused
from revival.importing.reading.parent import FileReader, FileRefused, Head, ReadRow
from revival.importing.reading.values import Column
from revival.importing.steps import bring_file, read_step
from revival.importing.writing import write_import


class HereReader(FileReader):
    """Reads a file in this process: the same functions without the limits of a process of its own."""

    def __enter__(self) -> Self:
        guard = self.options["guard"]
        self.guard = re.compile(str(guard)) if guard else None
        try:
            self.read_from = child.source_of(str(self.source), self.limits, str(self.options["sheet"]))
            first = [row[:2] for row in self.rows()][: child.SHOWN]
            if not first:
                raise Refused("empty")
            self.head = Head(**child.head_of(self.read_from, first))
        except Refused as refused:
            raise FileRefused(refused.code, refused.params) from None
        return self

    def rows(self) -> Iterator[Any]:
        return child.rows_of(self.read_from, self.limits, self.guard)

    def read(self, columns: Sequence[Column], start: int = 1) -> Iterator[ReadRow]:
        answers = io.StringIO()
        request = {"start": start, "columns": [vars(column) for column in columns]}
        child.give_rows(self.read_from, self.rows(), request, answers)
        for line in answers.getvalue().splitlines():
            said = json.loads(line)
            if isinstance(said, list):
                yield ReadRow(*said)

    def close(self) -> None:
        """There is no process to end."""


def csv_text(*rows: Sequence[object]) -> bytes:
    """A CSV file of the rows."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().encode()


def bring(kind: str, user: Official, data: bytes, name: str = "synthetic.csv", **options: Any) -> Import:
    """The import of a file, read and checked."""
    spec = import_spec(kind)
    with pghistory.context(user=user.pk):
        of, _made = bring_file(spec, user, name, io.BytesIO(data), **options)
        while of.state == Import.State.READING:
            of = read_step(of, spec, 60)
    return of


def write(of: Import, *, submit: bool = False, keep_going: bool = False, by: Official | None = None) -> Import:
    """The import, written by the official who brought it."""
    user = by or of.official
    with pghistory.context(user=user.pk):
        return write_import(of, import_spec(of.kind), user, submit=submit, keep_going=keep_going)


def outcomes(of: Import) -> list[tuple[int, str]]:
    """The rows of an import with what becomes of them."""
    return [*of.rows.order_by("line").values_list("line", "outcome")]


def messages(of: Import) -> dict[int, list[str]]:
    """The errors of the wrong rows: heading and reason."""
    return {
        row.line: [f"{each['column']}: {each['message']}" for each in row.errors or ()]
        for row in of.rows.filter(outcome="wrong").order_by("line")
    }

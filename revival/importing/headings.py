"""Which column each heading of a file stands for."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from revival.importing.columns import NUMBER, CellKind, ImportColumn, import_columns, shown_headings, spellings
from revival.importing.spec import ImportSpec
from revival.punctuation import listed
from revival.records.likeness import folded
from revival.records.reading import HUNDRED_MILLION, MU, TEN_THOUSAND, YUAN

NOTE = re.compile(r"(?P<label>.+?)\s*[(（\[【〔](?P<note>[^()（）]*)[)）\]】〕]")
MARKS = " *＊:：\t\r\n\u3000\u00a0\ufeff"
# The units that may stand in a heading, and what the grammar of numbers reads for each.
AMOUNTS = {
    YUAN: YUAN,
    TEN_THOUSAND + YUAN: TEN_THOUSAND + YUAN,
    HUNDRED_MILLION + YUAN: HUNDRED_MILLION + YUAN,
    f"\u5341{HUNDRED_MILLION}{YUAN}": f"\u5341{HUNDRED_MILLION}{YUAN}",
    "yuan": YUAN,
    "10,000 yuan": TEN_THOUSAND + YUAN,
    "100 million yuan": HUNDRED_MILLION + YUAN,
    "billion yuan": "billion yuan",
}
AREAS = {MU: MU, TEN_THOUSAND + MU: TEN_THOUSAND + MU, "mu": MU}
UNITS = {CellKind.AMOUNT: AMOUNTS, CellKind.AREA: AREAS}
LEFT = "-"  # a heading that is known and whose column is left alone


@dataclass(frozen=True)
class Headings:
    """The headings of a file, each with the path of its column: empty for an unknown one, LEFT for one left alone.

    units: what the grammar reads behind the numbers of each column; empty where the heading has no unit.
    """

    row: int
    texts: tuple[str, ...]
    paths: tuple[str, ...]
    units: tuple[str, ...]
    doubled: tuple[str, ...] = field(default=())

    @property
    def known(self) -> int:
        return sum(bool(path) for path in self.paths)

    @property
    def entered(self) -> int:
        return sum(path not in ("", LEFT) for path in self.paths)

    @property
    def unknown(self) -> list[str]:
        return [text for text, path in zip(self.texts, self.paths, strict=True) if not path and text.strip()]

    @property
    def left(self) -> list[str]:
        return [text for text, path in zip(self.texts, self.paths, strict=True) if path == LEFT]

    def missing(self, spec: ImportSpec) -> list[ImportColumn]:
        """The columns that a new record needs and the file has not."""
        names = {path.partition("__")[0] for path in self.paths}
        return [each for each in import_columns(spec) if each.needed and each.name not in names]


@cache
def known_headings(spec: ImportSpec) -> dict[str, str]:
    """The path of a column by each folded heading of it."""
    found: dict[str, str] = {}
    for each in sorted(import_columns(spec), key=lambda column: bool(column.cites)):  # the record's own come first
        for text in spellings(each, spec):
            found.setdefault(folded(text), each.path)
    for text in shown_headings(spec):
        found.setdefault(folded(text), LEFT)
    return found


def heading_of(text: str, spec: ImportSpec) -> tuple[str, str]:
    """The path of the column that a heading stands for, empty for none, and the unit that the grammar reads."""
    known = known_headings(spec)
    bare = text.strip(MARKS)
    path = known.get(folded(bare), "")
    if path:
        return path, ""
    found = NOTE.fullmatch(bare)
    if not found:
        return "", ""
    path = known.get(folded(found["label"].strip(MARKS)), "")
    kind = next((each.kind for each in import_columns(spec) if each.path == path), None)
    note = found["note"].strip(MARKS)
    if kind in UNITS:
        unit = UNITS[kind].get(note)
        return (path, unit) if unit else ("", "")
    return path, ""


def read_headings(rows: Sequence[tuple[int, Sequence[str]]], spec: ImportSpec) -> Headings | None:
    """The headings among the first rows of a file, which may have titles above them; None where there are none."""
    best: Headings | None = None
    for number, cells in rows:
        found = headings_of(number, cells, spec)
        if found.entered and (best is None or (found.entered, found.known) > (best.entered, best.known)):
            best = found
    return best


def headings_of(number: int, cells: Sequence[str], spec: ImportSpec) -> Headings:
    """One row of a file, read as headings."""
    texts = [*cells]
    while texts and not texts[-1].strip():
        texts.pop()
    found = [heading_of(text, spec) for text in texts]
    paths = [path for path, _unit in found]
    doubled = {path for path in paths if path not in ("", LEFT) and paths.count(path) > 1}
    return Headings(
        number,
        tuple(texts),
        tuple(paths),
        tuple(unit for _path, unit in found),
        tuple(text for text, path in zip(texts, paths, strict=True) if path in doubled),
    )


def heading_problem(headings: Headings | None, spec: ImportSpec) -> str:
    """Why the headings cannot be used, in a sentence; empty if they can."""
    columns = import_columns(spec)
    if headings is None:
        needed = [capfirst(each.label) for each in columns if each.needed]
        return _(
            "No heading of this kind of record was found in the first rows. Put the headings into one row, such as: "
            "%(headings)s. If they look right, the file may have another encoding: save it as UTF-8."
        ) % {"headings": listed(needed)}
    if headings.doubled:
        said = _("These headings stand for the same column; keep one of them: %(headings)s.")
        return said % {"headings": listed(headings.doubled)}
    names = {path.partition("__")[0] for path in headings.paths}
    if NUMBER not in names and not names & set(spec.key):
        keys = [each.label for each in columns if each.path in spec.key]
        said = _("A column is missing that says which record each row is. It needs: %(headings)s.")
        return said % {"headings": listed(keys)}
    return ""

"""What becomes of the rows of a file: each is read, finds its record, and is checked as a form would check it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import md5
from typing import Any

from django.utils.translation import gettext as _

from revival.accounts.models import Official, Region
from revival.importing.cells import cell_value
from revival.importing.columns import NUMBER, ImportColumn
from revival.importing.filling import PLACES, Finder, RecordFiller, month_error
from revival.importing.models import Import, ImportRow, Outcome
from revival.importing.places import Places
from revival.importing.related import Citation, RelatedRecords
from revival.importing.spec import ImportSpec, entered_fields
from revival.importing.words import CellError, RowError

Value = str | None


@dataclass
class FileRow:
    """A row as the reader of files gives it: values by column, and the columns whose values it refused, with why."""

    line: int
    cells: list[str]
    values: list[Value]
    refused: dict[int, str] = field(default_factory=dict)


@dataclass
class PlannedRow:
    """A row of a file with what becomes of it.

    row: the record as it would be. stored: as it is now. is_lost: whether it names a record that is not found.
    """

    line: int
    cells: list[str]
    values: dict[str, Any] = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)
    errors: list[RowError] = field(default_factory=list)
    cited: dict[str, Any] = field(default_factory=dict)
    digest: str = ""
    is_lost: bool = False
    row: Any = None
    stored: Any = None
    names: list[str] = field(default_factory=list)
    questions: list[dict[str, Any]] = field(default_factory=list)

    @property
    def outcome(self) -> Outcome:
        if self.errors:
            return Outcome.WRONG
        if self.stored is None:
            return Outcome.NEW
        return Outcome.CHANGED if self.names else Outcome.UNCHANGED


class Planner:
    """Plans the rows of one file, batch by batch; the number of queries does not grow with the rows of a batch.

    columns: those of the file, in its order. of: the import that keeps the planned rows; None where nothing is kept.
    """

    def __init__(self, spec: ImportSpec, columns: Sequence[ImportColumn], user: Official, of: Import | None) -> None:
        self.spec, self.columns, self.user, self.of = spec, columns, user, of
        self.model: Any = spec.model
        self.places = Places()
        self.paths = {each.path: each for each in columns}
        self.fields = {each.name: each for each in entered_fields(self.model)}
        self.related: dict[Any, RelatedRecords] = {}
        self.filler = RecordFiller(self.model, self.fields, self.paths)
        self.finder = Finder(self.paths, self.fields, self.places)

    def plan(self, rows: Iterable[FileRow]) -> list[PlannedRow]:
        """The rows with what becomes of them; checks that ask the stored records are those of `checking`."""
        planned = [self.read(each) for each in rows]
        self.read_related(planned)
        self.find_records(planned)
        for each in planned:
            if each.stored is not None or not each.is_lost:
                self.fill(each)
        return planned

    def read(self, row: FileRow) -> PlannedRow:
        """The values of a row. A blank cell is None, and one that is refused is an error."""
        planned = PlannedRow(row.line, row.cells)
        for at, column in enumerate(self.columns):
            text = row.values[at]
            planned.typed[column.path] = text or ""
            if at in row.refused:
                planned.errors.append(RowError(column.told, text or "", row.refused[at]))
                continue
            try:
                planned.values[column.path] = None if text is None else cell_value(column, text, self.spec)
            except CellError as error:
                planned.errors.append(RowError(column.told, text or "", error.message))
        return planned

    def citations(self, planned: PlannedRow) -> dict[str, Citation]:
        """What a row says of the records that it refers to, by foreign key; blank cells say nothing."""
        said: defaultdict[str, list[tuple[str, Any]]] = defaultdict(list)
        for path, value in planned.values.items():
            column = self.paths[path]
            related = (
                path != NUMBER and self.fields[column.name].related_model if column.name in self.fields else None
            )
            if related and related is not Region and value is not None:
                said[column.name].append((column.cites, value))
        return {name: Citation(tuple(sorted(some, key=lambda each: each[0]))) for name, some in said.items()}

    def read_related(self, planned: Sequence[PlannedRow]) -> None:
        """Find all records that the rows refer to."""
        wanted: defaultdict[Any, list[Citation]] = defaultdict(list)
        for each in planned:
            each.cited = self.citations(each)
            for name, citation in each.cited.items():
                wanted[self.fields[name].related_model].append(citation)
        for model, some in wanted.items():
            if model not in self.related:
                self.related[model] = RelatedRecords(model, self.user)
            self.related[model].read(some)

    def key_of(self, planned: PlannedRow) -> tuple[tuple[str, Any], ...] | None:
        """The names and values of the key that the file gives; None where a part of it is wrong or blank.

        Raises CellError where a record that is part of the key is not found.
        """
        found: dict[str, Any] = {}
        for name in self.spec.key:
            if name not in self.filler.given:
                continue
            if name == "region":
                found[name] = self.region_of(planned)
            elif name in planned.cited:
                related, citation = self.related[self.fields[name].related_model], planned.cited[name]
                if not self.spec.once and related.is_ambiguous(citation, found):
                    continue  # the records that the other parts of the key find tell which one is meant
                found[name] = related.one(citation, found).pk
            else:
                value = planned.values.get(name)
                found[name] = value[1] if isinstance(value, tuple) else value
        return tuple(found.items()) if any(value is not None for value in found.values()) else None

    def region_of(self, planned: PlannedRow) -> str | None:
        """The code of the region that a row names; in lists of cities and counties that of the province has none.

        Raises CellError.
        """
        texts = [str(planned.values.get(path) or "") for path in PLACES]
        if any(texts):
            return str(self.places.find(*texts).pk)
        return self.places.province.pk if "region" not in self.paths else None

    def find_records(self, planned: Sequence[PlannedRow]) -> None:
        """Find the stored record of each row, by its number or its key."""
        keys: dict[int, tuple[tuple[str, Any], ...]] = {}
        for at, each in enumerate(planned):
            try:
                key = self.key_of(each) if each.values.get(NUMBER) is None else None
            except CellError as error:
                each.errors.append(self.error(error, each))
                continue
            if key is not None:
                keys[at] = key
                each.digest = md5(repr(key).encode(), usedforsecurity=False).hexdigest()
        self.find_by_number([each for each in planned if each.values.get(NUMBER) is not None])
        self.find_by_key(planned, keys)

    def find_by_number(self, planned: Sequence[PlannedRow]) -> None:
        """Find records by the numbers that files for editing have."""
        found = self.stored_rows().in_bulk([each.values[NUMBER] for each in planned]) if planned else {}
        for each in planned:
            each.stored = found.get(each.values[NUMBER])
            each.digest = f"#{each.values[NUMBER]}"
            if each.stored is None:
                each.is_lost = True
                said = _("No record with this number lies in your region. Clear the cell if the row is a new record.")
                each.errors.append(RowError(self.paths[NUMBER].told, str(each.values[NUMBER]), said))
        self.refuse_twice(planned)

    def stored_rows(self) -> Any:
        """The records that the official may change, with all that comparing and checking them needs."""
        rows = self.model.objects.visible_to(self.user).named().with_locks()
        cited = [f.name for f in self.fields.values() if f.is_relation]
        return rows.select_related(*cited, "region__county", *self.model.guard().follows)

    def find_by_key(self, planned: Sequence[PlannedRow], keys: dict[int, tuple[tuple[str, Any], ...]]) -> None:
        """Find records by their keys. Where several share one, rows of the file take them in turn."""
        first: defaultdict[str, set[Any]] = defaultdict(set)
        for key in keys.values():
            name, value = next((name, value) for name, value in key if value is not None)
            first[name].add(value)
        stored: defaultdict[tuple[tuple[str, Any], ...], list[Any]] = defaultdict(list)
        hidden: set[tuple[tuple[str, Any], ...]] = set()
        for names in {tuple(name for name, _value in key) for key in keys.values()}:
            for name, values in first.items():
                for row in self.stored_rows().filter(**{f"{name}__in": values}).order_by("pk"):
                    key = tuple((each, getattr(row, self.fields[each].attname) or None) for each in names)
                    if row not in stored[key]:
                        stored[key].append(row)
                if self.spec.once:
                    hidden |= self.hidden_keys(names, name, values)
        taken = self.taken([each for at, each in enumerate(planned) if at in keys])
        for at, key in keys.items():
            self.take(planned[at], stored.get(key, []), key in hidden, taken)

    def hidden_keys(self, names: Sequence[str], name: str, values: set[Any]) -> set[tuple[tuple[str, Any], ...]]:
        """The keys of records outside the official's region, of which they learn only that they are there."""
        attnames = [self.fields[each].attname for each in names]
        rows = self.model.objects.order_by().filter(**{f"{name}__in": values})
        own = self.model.objects.visible_to(self.user).order_by().values("pk")
        found = rows.exclude(pk__in=own).values_list(*attnames)
        return {tuple((name, value or None) for name, value in zip(names, row, strict=True)) for row in found}

    def taken(self, planned: Sequence[PlannedRow]) -> dict[str, list[ImportRow]]:
        """The rows before this batch that have the same keys, by digest."""
        found: defaultdict[str, list[ImportRow]] = defaultdict(list)
        if self.of is not None:
            rows = ImportRow.objects.filter(of=self.of, digest__in={each.digest for each in planned})
            for row in rows.order_by("line").only("line", "digest", "target"):
                found[row.digest].append(row)
        return found

    def take(self, planned: PlannedRow, stored: list[Any], hidden: bool, taken: dict[str, list[ImportRow]]) -> None:
        """Give a row its record: the first of its key that no row before it has."""
        before = taken.setdefault(planned.digest, [])
        if self.spec.once and before:
            said = _("Row %(row)d has the same key. Delete one of the two rows, or put them together.")
            planned.errors.append(RowError("", "", said % {"row": before[0].line}))
        elif hidden:
            said = _("A record with this key is there already; it lies outside your region. Check the row.")
            planned.errors.append(RowError("", "", said))
        else:
            used = {row.target for row in before}
            planned.stored = next((row for row in stored if row.pk not in used and self.agrees(planned, row)), None)
        target = None if planned.stored is None else planned.stored.pk
        before.append(ImportRow(line=planned.line, digest=planned.digest, target=target))

    def agrees(self, planned: PlannedRow, row: Any) -> bool:
        """Whether a stored record refers to what the row says in those parts of the key that name several records."""
        cited = ((name, planned.cited[name]) for name in self.spec.key if name in planned.cited)
        pairs = ((self.related[self.fields[name].related_model], getattr(row, name), said) for name, said in cited)
        return all(related_to is not None and related.fits(related_to, said) for related, related_to, said in pairs)

    def refuse_twice(self, planned: Sequence[PlannedRow]) -> None:
        """Refuse a record that two rows change."""
        taken = self.taken(planned)
        for each in planned:
            before = taken.setdefault(each.digest, [])
            if before:
                said = _("Row %(row)d changes the same record. Delete one of the two rows.")
                each.errors.append(
                    RowError(self.paths[NUMBER].told, str(each.values[NUMBER]), said % {"row": before[0].line})
                )
            before.append(ImportRow(line=each.line, digest=each.digest))

    def fill(self, planned: PlannedRow) -> None:
        """Make the record of the row, unless its key is wrong already."""
        self.finder.related = self.related
        self.filler.fill(planned, self.finder)
        if wrong := month_error(planned, planned.row, self.paths):
            planned.errors.append(wrong)

    def error(self, error: CellError, planned: PlannedRow) -> RowError:
        """The error of a key, at the column whose text it is."""
        path = next((path for path, text in planned.typed.items() if text and text == error.typed), "")
        label = self.paths[path].told if path else ""
        return RowError(label, error.typed or "", error.message)

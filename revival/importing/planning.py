"""What becomes of the rows of a file: each is read, finds its record, and is checked as a form would check it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
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
from revival.importing.words import CellError, RowError, hidden_key, same_key, same_record

Value = str | None
Key = tuple[tuple[str, Any], ...]


def exact(part: tuple[str, Any]) -> tuple[str, Any]:
    """A part of a key in the one spelling of its value: 3 and 3.00 are equal."""
    name, value = part
    return name, value.normalize() if isinstance(value, Decimal) else value


def stored_key(names: Sequence[str], values: Iterable[Any]) -> Key:
    """The key of stored values; a blank text is no value, and 0 is one."""
    return tuple((name, None if value == "" else value) for name, value in zip(names, values, strict=True))


@dataclass
class FileRow:
    """A row as the reader of files gives it: values by column, and the columns whose values it refused, with why.

    problem: why the row as a whole cannot be read; empty if it can.
    """

    line: int
    cells: list[str]
    values: list[Value]
    refused: dict[int, str] = field(default_factory=dict)
    problem: str = ""


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
    likeness: list[int] = field(default_factory=list)

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
        named = {name for name, f in self.fields.items() if f.is_relation and f.related_model is not Region}
        self.citing = [each for each in columns if each.path != NUMBER and each.name in named]
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
        if row.problem:
            planned.errors.append(RowError("", "", row.problem))
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
        for column in self.citing:
            value = planned.values.get(column.path)
            if value is not None:
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
                self.related[model] = RelatedRecords(model, self.user, in_file=model is self.model)
            self.related[model].read(some)

    def key_of(self, planned: PlannedRow) -> Key | None:
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
        keys: dict[int, Key] = {}
        for at, each in enumerate(planned):
            is_numbered = each.values.get(NUMBER) is not None
            try:
                key = self.key_of(each) if self.spec.once or not is_numbered else None
            except CellError as error:
                if not is_numbered:  # else it is told where the record is filled
                    each.errors.append(self.error(error, each))
                continue
            if key is not None:
                keys[at] = key
                each.digest = md5(repr([*map(exact, key)]).encode(), usedforsecurity=False).hexdigest()
        self.find_by_number([each for each in planned if each.values.get(NUMBER) is not None])
        self.find_by_key(planned, {at: key for at, key in keys.items() if not self.keeps_key(planned[at], key)})

    def keeps_key(self, planned: PlannedRow, key: Key) -> bool:
        """Whether a row that names its record by its number leaves it the key that it has."""
        if planned.values.get(NUMBER) is None:
            return False
        return planned.stored is None or self.key_in(planned.stored, [name for name, _value in key]) == key

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

    def find_by_key(self, planned: Sequence[PlannedRow], keys: dict[int, Key]) -> None:
        """Find records by their keys. Where several share one, rows of the file take them in turn."""
        first: defaultdict[str, set[Any]] = defaultdict(set)
        for key in keys.values():
            name, value = next((name, value) for name, value in key if value is not None)
            first[name].add(value)
        stored: defaultdict[Key, list[Any]] = defaultdict(list)
        hidden: set[Key] = set()
        for names in {tuple(name for name, _value in key) for key in keys.values()}:
            for name, values in first.items():
                for row in self.stored_rows().filter(**{f"{name}__in": values}).order_by("pk"):
                    key = self.key_in(row, names)
                    if row not in stored[key]:
                        stored[key].append(row)
                if self.spec.once:
                    hidden |= self.hidden_keys(names, name, values)
        numbered = [at for at in keys if planned[at].values.get(NUMBER) is not None]
        self.refuse_taken_keys({at: (planned[at], keys[at]) for at in numbered}, stored, hidden)
        by_key = [at for at in keys if at not in {*numbered}]
        taken = self.taken([planned[at] for at in by_key])
        numbers = self.numbers_taken(planned, [row for at in by_key for row in stored.get(keys[at], [])])
        for at in by_key:
            self.take(planned[at], stored.get(keys[at], []), keys[at] in hidden, taken, numbers)

    def key_in(self, row: Any, names: Sequence[str]) -> Key:
        """The key that a stored record has."""
        return stored_key(names, (getattr(row, self.fields[name].attname) for name in names))

    def refuse_taken_keys(
        self, numbered: dict[int, tuple[PlannedRow, Key]], stored: dict[Key, list[Any]], hidden: set[Key]
    ) -> None:
        """Refuse rows that give a record, which they name by its number, the key of another one."""
        lines: dict[Key, int] = {}
        for planned, key in numbered.values():
            said = ""
            if key in lines:
                said = same_key(lines[key])
            elif key in hidden:
                said = hidden_key()
            elif stored.get(key):
                said = _("The record %(record)s has this key already. Check the row.") % {"record": stored[key][0]}
            if said:
                planned.errors.append(RowError("", "", said))
            lines.setdefault(key, planned.line)

    def numbers_taken(self, planned: Sequence[PlannedRow], stored: Sequence[Any]) -> dict[Any, int]:
        """The rows that name one of the records by its number, by record."""
        if NUMBER not in self.paths:
            return {}
        found = {each.stored.pk: each.line for each in planned if each.stored is not None}
        if self.of is not None and stored:
            rows = ImportRow.objects.filter(of=self.of, digest__in={f"#{row.pk}" for row in stored})
            found = dict(rows.values_list("target", "line")) | found
        return found

    def hidden_keys(self, names: Sequence[str], name: str, values: set[Any]) -> set[Key]:
        """The keys of records outside the official's region, of which they learn only that they are there."""
        attnames = [self.fields[each].attname for each in names]
        rows = self.model.objects.order_by().filter(**{f"{name}__in": values})
        own = self.model.objects.visible_to(self.user).order_by().values("pk")
        found = rows.exclude(pk__in=own).values_list(*attnames)
        return {stored_key(names, values) for values in found}

    def taken(self, planned: Sequence[PlannedRow]) -> dict[str, list[ImportRow]]:
        """The rows before this batch that have the same keys, by digest."""
        found: defaultdict[str, list[ImportRow]] = defaultdict(list)
        if self.of is not None:
            rows = ImportRow.objects.filter(of=self.of, digest__in={each.digest for each in planned})
            for row in rows.order_by("line").only("line", "digest", "target"):
                found[row.digest].append(row)
        return found

    def take(
        self,
        planned: PlannedRow,
        stored: list[Any],
        hidden: bool,
        taken: dict[str, list[ImportRow]],
        numbers: dict[Any, int],
    ) -> None:
        """Give a row its record: the first of its key that no row before it has. numbers: rows by their records."""
        before = taken.setdefault(planned.digest, [])
        if self.spec.once and before:
            planned.errors.append(RowError("", "", same_key(before[0].line)))
        elif self.spec.once and stored and stored[0].pk in numbers:
            planned.errors.append(RowError("", "", same_record(numbers[stored[0].pk])))
        elif hidden:
            planned.errors.append(RowError("", "", hidden_key()))
        else:
            used = {row.target for row in before} | {*numbers}
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
        by_key = self.taken_by_key([each.stored.pk for each in planned if each.stored is not None])
        for each in planned:
            before = taken.setdefault(each.digest, [])
            line = before[0].line if before else by_key.get(each.values[NUMBER])
            if line is not None:
                each.errors.append(RowError(self.paths[NUMBER].told, str(each.values[NUMBER]), same_record(line)))
            before.append(ImportRow(line=each.line, digest=each.digest))

    def taken_by_key(self, keys: Sequence[Any]) -> dict[Any, int]:
        """The rows before this batch that found one of the records by its key, by record."""
        if self.of is None or not keys:
            return {}
        rows = ImportRow.objects.filter(of=self.of, digest__gte="0", target__isnull=False)  # not those with a number
        return dict(rows.filter(target__in=keys).values_list("target", "line")) if rows.exists() else {}

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

"""Reading an import in bounded steps, each of which leaves it in a state from which the next one goes on."""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from itertools import islice
from pathlib import Path
from tempfile import NamedTemporaryFile
from time import monotonic
from typing import BinaryIO

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from revival.accounts.models import Official
from revival.accounts.signs import shown_text
from revival.importing.answers import answers_of, give_back_answers
from revival.importing.checking import RowChecker
from revival.importing.columns import NUMBER, CellKind, ImportColumn, column_at
from revival.importing.headings import LEFT, Headings, heading_problem, read_headings
from revival.importing.models import Import, ImportPart
from revival.importing.planning import FileRow, Planner
from revival.importing.reading.parent import FileReader, FileRefused, Head
from revival.importing.reading.values import Column
from revival.importing.reading.words import note_sentence
from revival.importing.rows import file_row, is_record, skipped_notes
from revival.importing.spec import ImportSpec
from revival.importing.storing import count_rows, store_rows
from revival.punctuation import listed
from revival.reporting.columns import FORMULA, TURNED

GUARDED_TEXT = f"{FORMULA}|{TURNED}"  # what files of the product put a sign before
PART = 2**20  # bytes of a file in one row
BATCH = 1_000  # rows that are checked at once
SECONDS = 4.0  # of one step, after which the page comes back with what is done
SELDOM = 50_000  # objects made between two searches for unreachable ones, of which reading leaves none
READ_BY_CHILD = {CellKind.AMOUNT, CellKind.COUNT, CellKind.YEAR, CellKind.AREA, CellKind.NUMBER, CellKind.DAY}
BEGUN = (
    *("format", "encoding", "separator", "sheet", "headings", "columns", "units", "heading_row", "next", "total"),
    "notes",
)
MOST_NOTES = 50  # of one file
WAITING = (Import.State.READING, Import.State.CHECKED)
LIVE = (*WAITING, Import.State.DONE)
FORGOTTEN = timedelta(days=30)  # how long a file waits for its confirmation
FEW = 5  # forgotten files that a new one drops


def bring_file(
    spec: ImportSpec, user: Official, name: str, file: BinaryIO, *, again: bool = False
) -> tuple[Import, bool]:
    """The import of a file, and whether it is new. The same file of the same official is one import.

    again: read it anew although it was imported already.
    """
    digest, size = file_digest(file)
    drop_forgotten()
    same = same_imports(spec, user, digest)
    known = list(same)  # read once: what another post stores meanwhile must collide
    found = next((each for each in known if each.region_id == user.region_id), None)
    if found is not None and not (again and found.state == Import.State.DONE):
        return found, False
    try:
        return stored_import(spec, user, name, file, digest, size, known[0].again + 1 if known else 0), True
    except IntegrityError:  # two posts at the same moment
        return same.all()[0], False


def same_imports(spec: ImportSpec, user: Official, digest: str) -> QuerySet[Import]:
    """The imports of the same file by the same official that wait or are written, the last one first."""
    return Import.objects.filter(official=user, kind=spec.name, sha256=digest, state__in=LIVE).order_by("-again")


def new_import(spec: ImportSpec, user: Official, name: str, file: BinaryIO) -> Import:
    """An import of a file that joins no other one of the same file, though it waits."""
    digest, size = file_digest(file)
    drop_forgotten()
    same = same_imports(spec, user, digest)
    while True:
        last = same.first()
        try:
            return stored_import(spec, user, name, file, digest, size, 0 if last is None else last.again + 1)
        except IntegrityError:  # another one was faster
            continue


def stored_import(
    spec: ImportSpec, user: Official, name: str, file: BinaryIO, digest: str, size: int, again: int
) -> Import:
    """A new import with the bytes of its file. Raises IntegrityError where it is there."""
    with transaction.atomic():
        made = Import.objects.create(
            kind=spec.name,
            official=user,
            region=user.region,
            name=shown_name(name),
            sha256=digest,
            size=size,
            again=again,
            language=get_language() or "zh-hans",
        )
        file.seek(0)
        for number, part in enumerate(parts_of(file)):
            ImportPart.objects.create(of=made, number=number, data=part)
    return made


def shown_name(name: str) -> str:
    """The name of a file as it is shown, on one line: signs that nobody sees have their numbers."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(shown_text(sign) for sign in last)[:200]


def drop_forgotten() -> None:
    """Drop a few files that have waited long for a confirmation. Those that another request drops are left to it."""
    old = Import.objects.filter(state__in=WAITING, at__lt=timezone.now() - FORGOTTEN).order_by("pk")
    with transaction.atomic():
        for each in old.select_for_update(skip_locked=True)[:FEW]:
            cancel_import(each)


def parts_of(file: BinaryIO) -> Iterator[bytes]:
    """The bytes of a file in parts, so that a large one takes little memory."""
    while part := file.read(PART):
        yield part


def file_digest(file: BinaryIO) -> tuple[str, int]:
    """The SHA-256 of a file and the number of its bytes."""
    digest, size = sha256(), 0
    for part in parts_of(file):
        digest.update(part)
        size += len(part)
    return digest.hexdigest(), size


@contextmanager
def stored_file(of: Import) -> Iterator[Path]:
    """The path of the file's bytes, which lie under a made-up name only while they are read."""
    with NamedTemporaryFile() as file:
        for part in of.parts.order_by("number").iterator(chunk_size=1):
            file.write(part.data)
        file.flush()
        yield Path(file.name)


@contextmanager
def collecting_seldom() -> Iterator[None]:
    """Search memory for unreachable objects less often: thousands of rows are made, and all can be reached."""
    usual = gc.get_threshold()
    gc.set_threshold(SELDOM, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def read_step(of: Import, spec: ImportSpec, seconds: float = SECONDS) -> Import:
    """Read and check further rows of a file for about so many seconds. Gives the import as it is then."""
    if of.state != Import.State.READING:
        return of
    with translation.override(of.language), stored_file(of) as path, collecting_seldom():
        try:
            with FileReader(path, sheet=of.sheet, guard=GUARDED_TEXT) as reader:
                if not of.columns and (problem := begin(of, spec, reader.head)):
                    of.sheet = fitting_sheet(path, spec, reader.head)
                    return read_step(of, spec, seconds) if of.sheet else refuse(of, problem)
                read_rows(of, spec, reader, monotonic() + seconds)
        except FileRefused as refused:
            return refuse(of, str(refused))
    return Import.objects.get(pk=of.pk)


def fitting_sheet(path: Path, spec: ImportSpec, head: Head) -> str:
    """The first other sheet of a workbook that has the headings of the kind; empty if none has."""
    for name in head.sheets:
        if name != head.sheet:
            with suppress(FileRefused), FileReader(path, sheet=name, guard=GUARDED_TEXT) as reader:
                if not heading_problem(read_headings(reader.head.rows, spec), spec):
                    return name
    return ""


def refuse(of: Import, problem: str) -> Import:
    """Mark the file as refused, unless it was dropped meanwhile; nothing of it is kept but its name and digest."""
    with transaction.atomic():
        locked = Import.objects.select_for_update().get(pk=of.pk)
        if locked.state == Import.State.READING:
            locked.state, locked.message = Import.State.REFUSED, problem
            locked.save(update_fields=("state", "message"))
            locked.rows.all().delete()
            locked.parts.all().delete()
    return locked


def begin(of: Import, spec: ImportSpec, head: Head) -> str:
    """Find the headings and write down what the file is. Gives why it cannot be used, empty if it can."""
    headings = read_headings(head.rows, spec)
    problem = heading_problem(headings, spec)
    if problem or headings is None:
        return problem
    of.format, of.encoding, of.separator, of.sheet = head.format, head.encoding, head.separator, head.sheet
    of.headings, of.columns, of.units = [*headings.texts], [*headings.paths], [*headings.units]
    of.heading_row, of.next, of.total = headings.row, headings.row + 1, max(0, head.total - headings.row)
    of.notes = [*map(note_sentence, head.notes), *heading_notes(headings, spec, head)]
    with transaction.atomic():
        locked = Import.objects.select_for_update().get(pk=of.pk)
        if locked.state == Import.State.READING and not locked.columns:  # no other request was faster
            of.save(update_fields=BEGUN)
    return ""


def heading_notes(headings: Headings, spec: ImportSpec, head: Head) -> Iterator[str]:
    """What an official is told of the headings."""
    above = [cells for number, cells in head.rows if number < headings.row]
    if above:
        yield _("The headings are in row %(row)d; what stands above them is not read.") % {"row": headings.row}
    if headings.unknown:
        said = _("These columns are not known and are not read: %(headings)s.")
        yield said % {"headings": listed(headings.unknown)}
    if headings.left:
        said = _("These columns are known, but nobody enters them; they are left alone: %(headings)s.")
        yield said % {"headings": listed(headings.left)}
    missing = headings.missing(spec)
    if missing:
        yield _(
            "The file has no column for: %(headings)s. New records need it; those that are there keep theirs."
        ) % {"headings": listed(each.label for each in missing)}


def file_columns(of: Import, spec: ImportSpec) -> tuple[list[ImportColumn], list[Column]]:
    """The columns of the file that are read, as columns of the kind and as its reader knows them."""
    found, asked = [], []
    for at, (path, unit) in enumerate(zip(of.columns, of.units, strict=True)):
        if path in ("", LEFT):
            continue
        column = replace(column_at(spec, path), heading=of.headings[at].strip())
        kind = column.kind.value if column.kind in READ_BY_CHILD else "text"
        decimals = getattr(column.field, "decimal_places", None) or 0
        found.append(column)
        asked.append(Column(at, "text" if path == NUMBER else kind, decimals, unit, code=column.is_code))
    return found, asked


def read_rows(of: Import, spec: ImportSpec, reader: FileReader, end: float) -> None:
    """Plan, check and store rows until the time is over or the file ends."""
    columns, asked = file_columns(of, spec)
    planner = Planner(spec, columns, of.official, of)
    checker = RowChecker(planner)
    rows = reader.read(asked, of.next)
    while batch := list(islice(rows, BATCH)):
        taken = [file_row(row, asked, of) for row in batch if is_record(row)]
        of.notes += [*skipped_notes(batch)][: max(0, MOST_NOTES - len(of.notes))]
        if not store_batch(of, planner, checker, taken, batch[-1].number + 1):
            return
        if monotonic() > end:
            return
    with transaction.atomic():
        locked = Import.objects.select_for_update().get(pk=of.pk)
        if locked.state == Import.State.READING and locked.next == of.next:
            for name, count in count_rows(locked).items():
                setattr(locked, name, count)
            give_back_answers(locked)
            locked.state = Import.State.CHECKED
            locked.save()


def store_batch(of: Import, planner: Planner, checker: RowChecker, rows: Sequence[FileRow], following: int) -> bool:
    """Check a batch and add it to the import, unless another request has done so. Gives whether it did."""
    planned = planner.plan(rows)
    checker.check(planned)
    with transaction.atomic():
        locked = Import.objects.select_for_update().only("state", "next").get(pk=of.pk)
        if locked.state != Import.State.READING or locked.next != of.next:
            return False
        store_rows(of, planner.model, planned)
        of.next, of.notes = following, [*dict.fromkeys((*of.notes, *former_notes(planner)))]
        of.save(update_fields=("next", "notes"))
    return True


def former_notes(planner: Planner) -> Iterator[str]:
    """What an official is told of the former codes of regions in a file."""
    for code, region in sorted(planner.places.led.items()):
        said = _("%(code)s is a former code; its rows are taken for %(region)s (%(today)s).")
        yield said % {"code": code, "region": region, "today": region.pk}


def read_again(of: Import) -> Import:
    """Begin anew with a file whose records others have changed meanwhile."""
    with transaction.atomic():
        locked = Import.objects.select_for_update().get(pk=of.pk)
        if locked.state == Import.State.CHECKED:
            locked.kept = answers_of(locked)
            locked.rows.all().delete()
            locked.state, locked.columns, locked.headings, locked.units = Import.State.READING, [], [], []
            locked.next, locked.notes = 0, []
            locked.save()
    return locked


def cancel_import(of: Import) -> Import:
    """Drop a file that is not imported. One that is written stays."""
    with transaction.atomic():
        locked = Import.objects.select_for_update().get(pk=of.pk)
        if locked.state in WAITING:
            locked.rows.all().delete()
            locked.parts.all().delete()
            locked.state = Import.State.CANCELLED
            locked.save(update_fields=("state",))
    return locked


def sample_rows(of: Import) -> list[tuple[int, list[str]]]:
    """The first three rows, as wide as the headings, by which an official sees whether all is read right."""
    width = len(of.headings)
    rows = of.rows.order_by("line").values_list("line", "cells")[:3]
    return [(line, [*cells[:width], *[""] * (width - len(cells))]) for line, cells in rows]

"""Files of projects brought and written, compared with django-import-export, a bare upsert and LibreOffice."""

import csv
import io
import resource
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from statistics import median
from typing import Any

import pghistory
import tablib
from import_export.fields import Field
from import_export.instance_loaders import CachedInstanceLoader
from import_export.resources import ModelResource
from import_export.widgets import ForeignKeyWidget
from psycopg import sql

from bench import world
from bench.clock import BenchLine, BenchResults, Timing
from bench.files import peak
from bench.http import Visitor
from bench.pages import LIST
from enterprises.models import Enterprise
from projects.models import RenovationProject
from revival.accounts.models import Official, Region
from revival.catalogue import import_spec
from revival.database.embedded import DATABASE, SERVING
from revival.importing.models import Import, Outcome
from revival.importing.reading.parent import FileReader
from revival.importing.steps import bring_file, file_columns, read_step
from revival.importing.writing import write_import
from revival.reporting.xlsx import SheetColumn, plain_sheet, xlsx_blocks
from tests.site import Served
from tests.torture.people import Person

MOST = 100_000  # rows of a file
SHOWN = 10_000  # rows of the file whose preview is waited for
FEW, SOME = 300, 2_000  # rows for the other side, which is slow
USER = "province-clerk"
CODES = "2601-{region}-89-02-{number:06}"
HEADS = (
    *("code", "name", "enterprise", "region", "industry", "action", "stage", "year"),
    *("total_investment", "planned_investment", "start_date", "finish_date"),
)
ACTIONS = [key for key, _label in RenovationProject._meta.get_field("action").flatchoices]
BENCHED = f"{DATABASE}_bench"
CHILD, GROWTH = 300 * 1024, 20 * 1024  # KiB
COLUMNS = [str(field.column) for field in RenovationProject._meta.concrete_fields if not field.primary_key]


def measure(results: BenchResults, site: Served) -> None:
    user = Official.objects.get(username=USER)
    many = min(MOST, results.projects)
    with pghistory.context(user=user.pk):
        peers(results, user, *ours(results, user, many))
    served_import(results, site, many)


def project_rows(user: Official, first: int, many: int) -> Iterator[list[str]]:
    """New synthetic projects of enterprises that are there, which ask no question."""
    found = Enterprise.objects.visible_to(user).filter(state="verified", active_until=None, exits=None)
    owners = found.exclude(region__county=None).order_by("pk").values_list("credit_code", "region", "industry")
    known = [each for each in owners[:SHOWN] if each[1].isdigit()]
    for number in range(first, first + many):
        code, region, industry = known[number % len(known)]
        name, action = f"synthetic project {number}", ACTIONS[number % len(ACTIONS)]
        own = [CODES.format(region=region, number=number), name, code, region, industry, action, "started", "2025"]
        yield [*own, str(1000 + number % 97), str(300 + number % 7), "2025-03-01", "2026-05-01"]


def text_of(rows: Iterator[list[str]]) -> bytes:
    """The rows as a CSV file."""
    out = io.StringIO()
    csv.writer(out).writerows([HEADS, *rows])
    return out.getvalue().encode()


class Used:
    """The seconds, and the seconds of this process and its children, that a block takes."""

    def __enter__(self) -> "Used":
        self.begun, self.before = time.perf_counter(), self.processors()
        return self

    def __exit__(self, *_error: object) -> None:
        self.seconds, self.client = time.perf_counter() - self.begun, self.processors() - self.before

    @staticmethod
    def processors() -> float:
        both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        return sum(each.ru_utime + each.ru_stime for each in both)


def read_whole(user: Official, data: bytes) -> Import:
    """The file, read and checked."""
    spec = import_spec("projects")
    of, _made = bring_file(spec, user, "synthetic.csv", io.BytesIO(data))
    while of.state == Import.State.READING:
        of = read_step(of, spec)
    assert of.state == Import.State.CHECKED, of.message
    assert not of.wrong
    of.rows.filter(questions__isnull=False).update(answer="synthetic")
    return of


def ours(results: BenchResults, user: Official, many: int) -> tuple[float, float]:
    """Bring a file and write it, and compare the writing with a bare upsert of the same rows.

    Gives the seconds, and those of the client's processors, of a thousand rows.
    """
    data = text_of(project_rows(user, 0, many))
    with Used() as read:
        of = read_whole(user, data)
    with Used() as written:
        write_import(of, import_spec("projects"), user, submit=False, keep_going=False)
    assert RenovationProject.objects.filter(import_id=of.pk).count() == many
    bare = bare_upsert(of.pk)
    what = f"{many:,} projects"
    results.add(BenchLine("import", f"{what} read and checked", Timing((read.seconds,))))
    line = (f"{what} written", Timing((written.seconds,)), "bare upsert", Timing((bare,)), 2.0)
    results.add(BenchLine("import", *line))
    figure = Timing((child_peak(of, data),))
    limit = Timing((CHILD,))
    results.add(BenchLine("import", f"memory of the reader of {what}", figure, "300 MiB", limit, 1.0, unit="KiB"))
    return 1000 * (read.seconds + written.seconds) / many, 1000 * (read.client + written.client) / many


def bare_upsert(of: int) -> float:
    """The seconds of a typed upsert of the rows that an import wrote, into the same table without its triggers.

    Indexes and constraints, foreign keys among them, are the same. The rows are taken out before, and stay out.
    """
    names = sql.SQL(", ").join(map(sql.Identifier, COLUMNS))
    parts: dict[str, Any] = {
        "table": sql.Identifier(RenovationProject._meta.db_table),
        "names": names,
        "of": sql.Literal(of),
    }
    changes = sql.SQL(", ").join(sql.SQL("{0} = EXCLUDED.{0}").format(sql.Identifier(name)) for name in COLUMNS)
    upsert = "INSERT INTO {table} ({names}) SELECT {names} FROM synthetic_rows ON CONFLICT (code) DO UPDATE SET {all}"
    with world.admin(BENCHED) as connection:
        connection.execute(sql.SQL("ALTER TABLE {table} DISABLE TRIGGER USER").format(**parts))
        take = "CREATE TEMP TABLE synthetic_rows AS SELECT {names} FROM {table} WHERE import_id = {of} ORDER BY id"
        connection.execute(sql.SQL(take).format(**parts))
        drop = sql.SQL("DELETE FROM {table} WHERE import_id = {of}").format(**parts)
        connection.execute(drop)
        connection.execute(sql.SQL("VACUUM (ANALYZE) {table}").format(**parts))
        begun = time.perf_counter()
        connection.execute(sql.SQL(upsert).format(**parts, all=changes))
        taken = time.perf_counter() - begun
        connection.execute(drop)
        connection.execute(sql.SQL("ALTER TABLE {table} ENABLE TRIGGER USER").format(**parts))
        return taken


def child_peak(of: Import, data: bytes) -> int:
    """The most memory, in KiB, of the process that reads a file."""
    highest = 0
    with FileReader(data) as reader:
        status = Path(f"/proc/{reader.child.pid}/status")
        for number, _row in enumerate(reader.read(file_columns(of, import_spec(of.kind))[1], of.heading_row + 1)):
            if number % 1_000 == 0:
                lines = status.read_text(encoding="ascii").splitlines()
                highest = max([highest, *(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))])
    return highest


class ProjectResource(ModelResource):
    """Projects as the admin of django-import-export brings them, with the checks of the model."""

    enterprise = Field("enterprise", "enterprise", ForeignKeyWidget(Enterprise, "credit_code"))
    region = Field("region", "region", ForeignKeyWidget(Region, "code"))

    class Meta:
        model = RenovationProject
        import_id_fields = ("code",)
        fields = HEADS
        clean_model_instances = True
        report_skipped = True


class KnownWidget(ForeignKeyWidget):
    """A foreign key whose rows are read once for the file: the package's own cache reads them for every row."""

    @cached_property
    def known(self) -> dict[str, Any]:
        return {str(getattr(row, self.field)): row for row in self.model.objects.all()}

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        return self.known[str(value)]


class BulkResource(ModelResource):
    """The same at its fastest: records and what they refer to read beforehand, and written many at once."""

    enterprise = Field("enterprise", "enterprise", KnownWidget(Enterprise, "credit_code"))
    region = Field("region", "region", KnownWidget(Region, "code"))

    class Meta(ProjectResource.Meta):
        use_bulk = True
        batch_size = 1_000
        skip_diff = True
        instance_loader_class = CachedInstanceLoader


def peers(results: BenchResults, user: Official, seconds: float, client: float) -> None:
    """Compare the seconds of a thousand rows; the others get fewer rows, as they take long."""
    with world.admin(BENCHED) as connection:  # it sets the sequence of the keys after each file
        grant = sql.SQL("GRANT UPDATE ON SEQUENCE projects_renovationproject_id_seq TO {}")
        connection.execute(grant.format(sql.Identifier(SERVING)))
    ready = Timing((seconds,))
    sides: Any = ((ProjectResource, FEW, "django-import-export", 1 / 50), (BulkResource, SOME, "its use_bulk", 1 / 6))
    for at, (resource_of, rows, name, reach) in enumerate(sides):
        found = tablib.Dataset(*project_rows(user, 500_000 + at * MOST, rows), headers=HEADS)
        with Used() as used:
            for dry in (True, False):
                done = resource_of().import_data(found, dry_run=dry, raise_errors=True, user=user)
                assert done.totals["new"] == rows
        other = Timing((1000 * used.seconds / rows,))
        results.add(BenchLine("import", "1,000 projects checked and written", ready, name, other, reach))
    mine, theirs = Timing((client,)), Timing((1000 * used.client / SOME,))
    what = "processors of the client for 1,000 projects"
    results.add(BenchLine("import", what, mine, "its use_bulk", theirs, 1 / 30))


def served_import(results: BenchResults, site: Served, many: int) -> None:
    """A file over HTTP: its preview, what it costs the process that serves, and other pages meanwhile."""
    user, person = Official.objects.get(username=USER), Person(site, USER)
    shown = [*project_rows(user, 800_000, SHOWN)]
    whole(person, "warm.csv", text_of(iter(shown[:100])))
    preview(results, person, shown)
    before = peak(site)
    data = text_of(project_rows(user, 0, many))
    with pages_meanwhile(results, site, many):
        whole(person, "synthetic.csv", data)
    more = Timing((max(peak(site) - before, 0),))
    what = f"memory that a serving process takes more for {many:,} projects"
    results.add(BenchLine("import", what, more, "20 MiB", Timing((GROWTH,)), 1.0, unit="KiB"))


def read_by(person: Person, name: str, data: bytes) -> str:
    """The page of a file that is read to its end, step by step as a browser does."""
    path = person.send("/import/projects/", name, data)
    of = int(path.strip("/").rpartition("/")[2])
    token = person.get("/import/projects/").partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    while Import.objects.get(pk=of).state == Import.State.READING:
        assert person.ask(path, {"csrfmiddlewaretoken": token, "act": "read"})[0] == 200
    return path


def whole(person: Person, name: str, data: bytes) -> None:
    """Bring a file and write it."""
    path = read_by(person, name, data)
    of = Import.objects.get(pk=int(path.strip("/").rpartition("/")[2]))
    of.rows.filter(questions__isnull=False).update(answer="synthetic")
    assert person.post(path, act="confirm") == 200
    of.refresh_from_db()
    assert of.state == Import.State.DONE, of.message
    assert of.rows.filter(outcome=Outcome.NEW).count() == of.new


def preview(results: BenchResults, person: Person, rows: list[list[str]]) -> None:
    """The preview of a workbook beside LibreOffice, which opens it and writes its text; where that is installed."""
    sheet = plain_sheet("synthetic", [SheetColumn(head) for head in HEADS], iter(rows))
    office = shutil.which("soffice")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "synthetic.xlsx"
        file.write_bytes(b"".join(xlsx_blocks([sheet])))
        begun = time.perf_counter()
        read_by(person, file.name, file.read_bytes())
        mine = Timing((time.perf_counter() - begun,))
        what = f"preview of a workbook of {len(rows):,} projects"
        if office is None:
            results.add(BenchLine("import", what, mine))
            return
        words = [office, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "csv"]
        command = [*words, "--outdir", folder, str(file)]
        opened = [timed(lambda: subprocess.run(command, check=True, capture_output=True)) for _round in range(2)][1:]
        results.add(BenchLine("import", what, mine, "LibreOffice", Timing(tuple(opened)), 3.0))


def timed(act: Callable[[], Any]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


class pages_meanwhile:  # noqa: N801 - a context manager, named as what it does
    """Opens the list of projects again and again while the block runs, and compares with as many pages alone."""

    def __init__(self, results: BenchResults, site: Served, many: int) -> None:
        self.results, self.visitor, self.many = results, Visitor(site, "province"), many
        self.done, self.found = threading.Event(), list[float]()

    def __enter__(self) -> None:
        self.alone = [self.visitor.get(LIST).whole for _round in range(20)][5:]
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self) -> None:
        while not self.done.is_set():
            self.found.append(self.visitor.get(LIST).whole)
            self.done.wait(0.2)

    def __exit__(self, *_error: object) -> None:
        self.done.set()
        self.thread.join()
        what = f"list of projects while {self.many:,} are imported"
        both = Timing((median(self.found),)), "alone", Timing((median(self.alone),))
        self.results.add(BenchLine("import", what, *both, 2.0))

"""`manage.py import`: what it writes, says and returns is what its page would, for who may do it there."""

import io
import json
from pathlib import Path
from typing import Any, NamedTuple

import pghistory
import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from projects.models import RenovationProject
from revival.importing.models import Import, ImportPart, ImportRow
from revival.importing.reading.limits import Limits
from revival.records.models import State
from tests import factories
from tests.factories import GULOU, KUNSHAN, XUZHOU, official
from tests.importing.bring import bring, csv_text
from tests.importing.test_rows import HEADS, project_row

pytestmark = pytest.mark.django_db


class Said(NamedTuple):
    """What a run of the command left."""

    code: int
    out: str
    refused: str = ""

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def run(*args: str, encoding: str = "utf-8") -> Said:
    """Run the command as a shell does; its output goes to a console of an encoding."""
    kept = io.BytesIO()
    console = io.TextIOWrapper(kept, encoding)
    code, refused = 0, ""
    try:
        call_command("import", *args, stdout=console)
    except CommandError as error:
        code, refused = error.returncode, str(error)
    except SystemExit as end:
        code = int(str(end.code))
    console.flush()
    return Said(code, kept.getvalue().decode(encoding), refused)


@pytest.fixture
def clerk() -> Any:
    return official("clerk", XUZHOU)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "synthetic.csv"


def project_file(file: Path, *rows: list[Any], heads: Any = HEADS) -> str:
    file.write_bytes(csv_text(heads, *rows))
    return str(file)


def import_projects(clerk: Any, path: str, *options: str, **more: Any) -> Said:
    return run("projects", path, "--user", clerk.username, "--format", "json", *options, **more)


def test_a_right_file_is_written_once(clerk: Any, file: Path) -> None:
    """The second run finds what the first one wrote."""
    path = project_file(file, project_row(factories.enterprise(GULOU), 6001))
    said = import_projects(clerk, path)
    made = RenovationProject.objects.get(code=factories.project_code(6001))
    assert (said.code, said.json) == (
        0,
        {
            "new": 1,
            "changed": 0,
            "unchanged": 0,
            "wrong": 0,
            "committed": True,
            "import": made.import_id,
            "errors": [],
        },
    )
    assert (made.state, made.created_by, made.import_row) == (State.DRAFT, clerk, 2)
    again = import_projects(clerk, path)
    assert (again.code, again.json["new"], again.json["unchanged"], again.json["committed"]) == (0, 0, 1, True)
    assert RenovationProject.objects.count() == 1


def test_one_wrong_row_writes_nothing_unless_told_to_keep_going(clerk: Any, file: Path) -> None:
    """The row is the line of the file, and the sentence that of the page."""
    firm = factories.enterprise(GULOU)
    rows = project_row(firm, 6010), project_row(firm, 6011, total="1e5")
    path = project_file(file, *rows)
    said = import_projects(clerk, path)
    with translation.override("en"):
        page = bring("projects", clerk, csv_text(HEADS, *rows), "other.csv")
    assert said.code == 1
    assert {**said.json, "errors": []} == {
        "new": 1,
        "changed": 0,
        "unchanged": 0,
        "wrong": 1,
        "committed": False,
        "import": None,
        "errors": [],
    }
    shown = [{"row": row.line, **each} for row in page.rows.filter(outcome="wrong") for each in row.errors or ()]
    assert said.json["errors"] == shown
    assert [(each["row"], each["value"]) for each in shown] == [(3, "1e5")]
    assert not RenovationProject.objects.exists()
    kept = import_projects(clerk, path, "--keep-going")
    assert (kept.code, kept.json["committed"], kept.json["new"], kept.json["wrong"]) == (1, True, 1, 1)
    assert [*RenovationProject.objects.values_list("code", flat=True)] == [factories.project_code(6010)]


def test_a_rehearsal_writes_nothing_at_all(clerk: Any, file: Path) -> None:
    """Neither records nor an import, and what waits in the browser stays as it is."""
    firm = factories.enterprise(GULOU)
    rows = project_row(firm, 6020, total="80"), project_row(firm, 6021)
    path = project_file(file, *rows)
    waiting = bring("projects", clerk, csv_text(HEADS, *rows))
    before = [*waiting.rows.order_by("line").values()], Import.objects.values().get()
    events = pghistory.models.Events.objects.count()
    for options in ((), ("--submit",), ("--keep-going",)):
        said = import_projects(clerk, path, "--dry-run", *options)
        assert (said.json["committed"], said.json["import"]) == (False, None)
        assert said.code == (1 if options == ("--submit",) else 0)
        assert ([*waiting.rows.order_by("line").values()], Import.objects.values().get()) == before
    assert not RenovationProject.objects.exists()
    assert pghistory.models.Events.objects.count() == events


def test_what_is_not_written_leaves_no_import(clerk: Any, file: Path) -> None:
    """A file that is refused, and one with a wrong row."""
    firm = factories.enterprise(GULOU)
    for data in (b"", b"nothing\n1\n", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 broken"):
        file.write_bytes(data)
        said = import_projects(clerk, str(file))
        assert (said.code, said.out) == (2, "")
        assert said.refused
    assert import_projects(clerk, project_file(file, project_row(firm, 6030, total="?"))).code == 1
    assert not Import.objects.exists()
    assert not ImportRow.objects.exists()
    assert not ImportPart.objects.exists()


def test_submitted_rows_wait_for_review(clerk: Any, file: Path) -> None:
    path = project_file(file, project_row(factories.enterprise(GULOU), 6040))
    assert import_projects(clerk, path, "--submit").code == 0
    made = RenovationProject.objects.get()
    assert (made.state, made.submitted_by) == (State.SUBMITTED, clerk)


def test_a_question_that_nobody_answers_is_an_error(clerk: Any, file: Path) -> None:
    """Of drafts only likely duplicates, of submitted ones each; the file may bring the explanation."""
    firm = factories.enterprise(GULOU)
    path = project_file(file, project_row(firm, 6050, total="80"))
    said = import_projects(clerk, path, "--submit")
    assert (said.code, said.json["wrong"], said.json["errors"][0]["row"]) == (1, 1, 2)
    explained = [*project_row(firm, 6050, total="80"), "Approved by the province"]
    path = project_file(file, explained, heads=(*HEADS, "异常数值说明"))
    assert import_projects(clerk, path, "--submit").code == 0


def test_it_does_what_its_user_may_do(clerk: Any, file: Path) -> None:
    """Not for a reader, nobody, somebody who left, or rows of another region; submitting needs its own right."""
    path = project_file(file, project_row(factories.enterprise(GULOU), 6060, region="昆山市"))
    gone = official("clerk", XUZHOU, is_active=False)
    for name in (official("verifier", XUZHOU).username, gone.username, "nobody", "no\0body", ""):
        said = run("projects", path, "--user", name)
        assert (said.code, said.out) == (2, ""), name
    theirs = import_projects(clerk, path)
    assert (theirs.code, theirs.json["errors"][0]["message"]) == (1, "Kunshan, Suzhou lies outside your region.")
    assert import_projects(official("clerk", KUNSHAN), path).code == 0


def test_wrong_arguments_are_refused(clerk: Any, file: Path, tmp_path: Path, monkeypatch: Any) -> None:
    """An unknown kind, no file, a folder, a file that is too large; nothing is written."""
    path = project_file(file, project_row(factories.enterprise(GULOU), 6070))
    for args in (("dances", path), ("projects", str(tmp_path)), ("projects", str(tmp_path / "none")), ("projects",)):
        with pytest.raises(CommandError) as refused:
            call_command("import", *args, "--user", clerk.username)
        assert refused.value.returncode == 2 or "arguments" in str(refused.value) or "choose" in str(refused.value)
    monkeypatch.setattr("revival.management.commands.import.Limits", lambda: Limits(size=10))
    said = import_projects(clerk, path)
    assert (said.code, "accepted" in said.refused) == (2, True)
    assert not Import.objects.exists()


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "gb18030", "utf-8"])
def test_every_console_shows_it(clerk: Any, file: Path, encoding: str) -> None:
    """What is written is told, though the console knows no Chinese: JSON stays JSON with the same values."""
    firm = factories.enterprise(GULOU)
    path = project_file(file, project_row(firm, 6080), project_row(firm, 6081, total="很多\U0001f600é"))
    said = import_projects(clerk, path, "--keep-going", encoding=encoding)
    assert (said.json["committed"], said.json["errors"][0]["value"]) == (True, "很多\U0001f600é")
    text = run("projects", path, "--user", clerk.username, "--language", "zh-hans", encoding=encoding)
    assert text.code == 1
    assert "1" in text.out


def test_a_cell_commands_no_console(clerk: Any, file: Path) -> None:
    """Each error is one line, and signs of control and of direction are shown by their numbers."""
    row = project_row(factories.enterprise(GULOU), 6090, total="1\x1b[2J\r\nForged: 1\u202e")
    said = run("projects", project_file(file, row), "--user", clerk.username)
    assert "\x1b" not in said.out
    assert "\u202e" not in said.out
    assert not [line for line in said.out.splitlines() if line.startswith("Forged")]


def test_the_name_of_a_file_is_one_line(clerk: Any, tmp_path: Path) -> None:
    """Line breaks, ANSI, signs of direction, bytes that are no text, a path, a name that is too long."""
    data = csv_text(HEADS, project_row(factories.enterprise(GULOU), 6100))
    for name in ("a\r\nb.csv", "a\x1b[2J.csv", "a\u202evsc.exe", "a\udcff.csv", f"{'长' * 60}.csv"):
        file = tmp_path / name
        file.write_bytes(data)
        assert import_projects(clerk, str(file)).code == 0
        assert Import.objects.latest("pk").name.isprintable()
    for name in ("../../etc/passwd", "..\\..\\etc\\passwd", "e\0tc", "x" * 300):
        of = bring("projects", clerk, data, name, again=True)
        assert of.name.isprintable()
        assert not {*"/\\"} & {*of.name}
        Import.objects.filter(pk=of.pk).delete()

"""The process that reads: it has limits and no secrets, a file may end it, and nothing else ends with it."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from revival.importing.reading.limits import MIB, Limits
from revival.importing.reading.parent import FileReader, FileRefused, ReadRow
from revival.importing.reading.values import TEXT, Column
from revival.records.reading import ReadingKind
from tests.extent import every
from tests.importing.workbooks import MAIN, Rows, ods, xls, xlsb, xlsx

COLUMNS = [Column(0, TEXT), Column(1, ReadingKind.AMOUNT, unit="万元")]
TABLE = "名称,总投资\n合成甲,1.5\n乙,约5\n".encode()
ROWS: Rows = [["名称", "总投资"], ["合成甲", 1.5], ["乙", "约5"]]
READ = [
    ReadRow(2, ["合成甲", "1.5"], ["合成甲", "15000.00"], []),
    ReadRow(3, ["乙", "约5"], ["乙", None], [(1, "form", "约5", 0)]),
]
NEAR_AND_FAR = '<row r="1"><c r="A1"><v>1</v></c></row><row r="2000"><c r="BXX2000"><v>2</v></c></row>'
FAR = f'<worksheet xmlns="{MAIN}"><sheetData>{NEAR_AND_FAR}</sheetData></worksheet>'
ROOT = Path(__file__).resolve().parents[2]


def read(data: bytes, start: int = 2, **limits: int) -> list[ReadRow]:
    """The rows of a file by a child."""
    with FileReader(data, Limits(**limits)) as reader:
        return list(reader.read(COLUMNS, start))


@every("data", (TABLE, xlsx(ROWS), xls(ROWS), xlsb(ROWS), ods(ROWS)))
def test_a_child_reads_every_format(data: bytes) -> None:
    """Head, rows with values and errors, and their count."""
    with FileReader(data) as reader:
        assert reader.head.rows[0] == (1, ["名称", "总投资"])
        assert list(reader.read(COLUMNS, 2)) == READ
        assert reader.count == 2
    assert reader.child.returncode is not None


NAMES = ("a.xlsx", "..", "名称\r\nX: y.csv", "x" * 250, "-h", "a b;rm.csv")


def test_the_name_of_a_file_is_never_used(tmp_path: Path) -> None:
    """A text called .xlsx is a text; names with line breaks or options are names."""
    for name in NAMES:
        path = tmp_path / "folder" / (name if name != ".." else "...")
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(TABLE)
        with FileReader(path) as reader:
            assert reader.head.format == "csv"
            assert list(reader.read(COLUMNS, 2)) == READ
            command = Path(f"/proc/{reader.child.pid}/cmdline").read_bytes()
        assert os.fsencode(name) not in command or name in ("..", "-h")


def test_the_child_has_limits_and_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory, time, files and cores are limited; the environment of the server stays with it."""
    monkeypatch.setenv("SECRET_KEY", "synthetic-secret")
    with FileReader(TABLE, Limits(cpu=7)) as reader:
        process = Path(f"/proc/{reader.child.pid}")
        limits = {line[:26].strip(): line[26:].split() for line in (process / "limits").read_text().splitlines()[1:]}
        assert b"synthetic-secret" not in (process / "environ").read_bytes()
    assert limits["Max cpu time"][:2] == ["7", "12"]
    assert limits["Max file size"][:2] == limits["Max core file size"][:2] == ["0", "0"]
    assert 300 * MIB < int(limits["Max address space"][0]) < 700 * MIB


def test_the_child_starts_without_django_and_without_a_network() -> None:
    """So it starts in no time, and has nothing that could fetch."""
    code = "import sys, revival.importing.reading.child; print(' '.join(sys.modules))"
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert {"django", "psycopg", "socket", "ssl", "http", "urllib.request"} & set(found.stdout.split()) == set()


def test_a_cell_far_away_ends_the_child_alone() -> None:
    """The reader asks for the whole sheet up to it; the limit is lowered here, so that a near one is enough."""
    with pytest.raises(FileRefused) as refused:
        read(xlsx(FAR), memory=64 * MIB)
    assert refused.value.code == "memory"
    assert read(TABLE, memory=64 * MIB) == READ


def test_a_child_that_takes_too_long_is_ended() -> None:
    """What is waited for it in all has a limit."""
    with pytest.raises(FileRefused) as refused:
        read(TABLE, wait=0)
    assert refused.value.code == "time"


def test_a_child_that_fails_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """A fault of ours is no fault of the file: it is in the log, and the visitor is told what to do."""
    with pytest.raises(FileRefused) as refused, FileReader(TABLE, guard="("):
        pass
    assert refused.value.code == "failed"
    assert "unterminated subpattern" in caplog.text


def test_a_file_may_be_refused_after_some_rows() -> None:
    """The rows before are given; the reader of them ends with the reason."""
    lines = [b"a,b", *([b"1,2"] * 500), b'"3"x,4']
    found: list[int] = []
    with FileReader(b"\n".join(lines)) as reader, pytest.raises(FileRefused) as refused:
        found.extend(row.number for row in reader.read([Column(0, TEXT)], 1))
    assert found == [*range(1, 502)]
    assert (refused.value.code, refused.value.params) == ("quoting", {"line": 502})


def test_a_reader_that_is_left_ends_its_child() -> None:
    """Nobody waits for the rest of the rows."""
    with FileReader(b"a,b\n" + b"1,2\n" * 100_000) as reader:
        assert next(reader.read([Column(0, TEXT)], 1)).number == 1
    assert reader.child.returncode is not None


def test_rows_go_on_from_a_number() -> None:
    """The next step begins where the last one ended."""
    assert read(TABLE, start=3) == READ[1:]
    assert read(TABLE, start=4) == []


def test_many_files_are_read_at_once() -> None:
    """Each has a process of its own."""
    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(read, [TABLE] * 6)) == [READ] * 6

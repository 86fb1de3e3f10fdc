"""The connection and the embedded server: its settings, roles, starts after faults, and plain refusals."""

import fcntl
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

from revival.database import connection as database
from revival.database import server as postgres
from revival.database.connection import connect
from revival.database.embedded import LIMITS, OWNER, SERVING, EmbeddedDatabase, embedded_database
from revival.database.server import MAJOR, SUPERUSER, DatabaseServer, NoDatabaseError, failure_line, server_folder


def modes(folder: Path) -> dict[Path, int]:
    """The permissions of a folder and of all folders above it."""
    return {path: stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.parents)}


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A folder that every account can enter, unlike pytest's own, so that root's server can use it."""
    path = Path(tempfile.mkdtemp(prefix="revival-test-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@pytest.fixture(scope="module")
def cluster(folder: Path) -> Iterator[EmbeddedDatabase]:
    """A server of the tests' own, made once."""
    site = embedded_database(folder / "var")
    yield site
    site.server.stop()


@pytest.fixture
def site(cluster: EmbeddedDatabase) -> EmbeddedDatabase:
    """The server, running again after the test before."""
    cluster.ensure()
    return cluster


def ask(site: EmbeddedDatabase, role: str, query: str) -> list[tuple[object, ...]]:
    """The rows of a query that a role sends."""
    with site.opened(role) as connection:
        return connection.execute(query.encode()).fetchall()


def test_commits_survive(site: EmbeddedDatabase) -> None:
    """All settings that protect from a power cut are on, also after ALTER SYSTEM."""
    with site.opened(SUPERUSER) as connection:
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("SELECT pg_reload_conf()")
        connection.execute("ALTER SYSTEM RESET fsync")
    names = "fsync", "full_page_writes", "synchronous_commit", "data_checksums"
    assert [ask(site, SERVING, f"SHOW {name}") for name in names] == [[("on",)]] * 4


def test_order_is_the_same_everywhere(site: EmbeddedDatabase) -> None:
    """Every database is UTF-8 with the builtin locale C.UTF-8."""
    rows = ask(site, SERVING, "SELECT datlocprovider, datlocale, pg_encoding_to_char(encoding) FROM pg_database")
    assert set(rows) == {("b", "C.UTF-8", "UTF8")}


def test_roles_have_no_more_rights_than_needed(site: EmbeddedDatabase) -> None:
    """The serving role owns nothing and administers nothing. The owner is no superuser."""
    flags = "rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls"
    query = f"SELECT {flags} FROM pg_roles WHERE rolname = current_user"
    assert ask(site, SERVING, query) == [(False, False, False, False, False)]
    assert ask(site, OWNER, query) == [(False, True, False, False, False)]
    owner = "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()"
    assert ask(site, SERVING, owner) == [(OWNER,)]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(site, SERVING, "CREATE TABLE mine ()")


@pytest.mark.parametrize("role", [SERVING, OWNER])
def test_roles_have_limits(site: EmbeddedDatabase, role: str) -> None:
    """Each role's statements, waits for locks and idle transactions end in time."""
    with site.opened(role) as connection:
        shown = {name: connection.execute(f"SHOW {name}".encode()).fetchone() for name in LIMITS[role]}
    assert shown["lock_timeout"] == ("5s",)
    assert shown["statement_timeout"] == (("1min",) if role == SERVING else ("1h",))
    assert ("0",) not in shown.values()


def test_nobody_enters_without_a_password(site: EmbeddedDatabase) -> None:
    """Only SCRAM opens a connection, only on the Unix socket, and files and folders are private."""
    assert set(ask(site, SUPERUSER, "SELECT auth_method FROM pg_hba_file_rules")) == {("scram-sha-256",)}
    assert ask(site, SERVING, "SHOW listen_addresses") == [("",)]
    private = dict.fromkeys((site.server.data, site.server.socket, site.server.log.parent), 0o700)
    private |= dict.fromkeys(site.var.glob("*_password"), 0o600)
    assert len(private) == 6
    assert {path: stat.S_IMODE(path.stat().st_mode) for path in private} == private


def test_second_start_waits_for_nothing(site: EmbeddedDatabase) -> None:
    """A command that finds the server in order neither locks nor starts anything."""
    with open(site.server.home / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        before = site.server.recorded()
        site.ensure()
    assert site.server.recorded() == before


def test_two_starts_at_once(site: EmbeddedDatabase) -> None:
    """Two commands try to start the stopped server. One starts it, and both connect."""
    site.server.stop()
    begun = site.server.log.read_text().count("starting PostgreSQL")
    code = f"from revival.database.embedded import *; embedded_database(Path({str(site.var)!r})).ensure()"
    starts = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(2)]
    assert [start.wait(60) for start in starts] == [0, 0]
    assert site.server.log.read_text().count("starting PostgreSQL") == begun + 1


def test_stale_record_of_a_foreign_process(site: EmbeddedDatabase) -> None:
    """After a reboot the recorded pid may be another program's. That program keeps running, and the server starts."""
    account = site.server.account
    site.server.stop()
    with subprocess.Popen(["sleep", "600"], user=account.pw_uid if account else None) as other:
        for record in (site.server.data / "postmaster.pid", site.server.socket / ".s.PGSQL.5432.lock"):
            record.write_text(f"{other.pid}\n{site.server.data}\n")
        try:
            assert not site.server.stop()
            site.ensure()
            assert other.poll() is None
            assert site.server.running()
        finally:
            other.kill()


def test_killed_server_starts_again(site: EmbeddedDatabase) -> None:
    """After kill -9 of the server the next command recovers it, with every committed row."""
    with site.opened(OWNER) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept AS SELECT 1 AS number")
    os.kill(site.server.recorded(), signal.SIGKILL)
    site.ensure()
    assert ask(site, OWNER, "SELECT number FROM kept") == [(1,)]


def test_slow_start_is_told(
    site: EmbeddedDatabase, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A start that takes long says so and is waited for."""
    site.server.stop()
    monkeypatch.setattr(postgres, "SLOW", 0)
    site.ensure()
    assert "PostgreSQL is recovering, waiting" in capsys.readouterr().err


def test_failed_start_shows_the_log(site: EmbeddedDatabase) -> None:
    """A server that does not start is reported with its log file and the reason found there."""
    site.server.stop()
    conf = site.server.data / "postgresql.conf"
    kept = conf.read_text()
    conf.write_text(kept + "max_wal_size = lots\n")
    try:
        with pytest.raises(NoDatabaseError) as refusal:
            site.ensure()
    finally:
        conf.write_text(kept)
    assert str(site.server.log) in str(refusal.value)
    assert "FATAL" in str(refusal.value)


def test_reason_is_the_failure() -> None:
    """A program's failure is shown, and not its messages of tidying up."""
    assert failure_line("x: error: disk full\nx: removing data directory\n") == "x: error: disk full"
    assert failure_line("one\ntwo\n") == "two"
    assert failure_line("") == "no reason is given"


def test_data_of_another_version(site: EmbeddedDatabase) -> None:
    """Data of another major version are left alone and named."""
    site.server.stop()
    version = site.server.data / "PG_VERSION"
    version.write_text("17\n")
    try:
        with pytest.raises(NoDatabaseError, match="is of PostgreSQL 17"):
            site.ensure()
    finally:
        version.write_text(f"{MAJOR}\n")


def test_unsafe_server_is_refused(site: EmbeddedDatabase) -> None:
    """A server that could lose what it acknowledged is not served from."""
    with site.opened(SUPERUSER) as connection:
        connection.execute("ALTER ROLE revival SET synchronous_commit = off")
        try:
            with pytest.raises(NoDatabaseError, match="could lose data"):
                site.ensure()
        finally:
            connection.execute("ALTER ROLE revival RESET synchronous_commit")


def test_lost_password_file_is_replaced(site: EmbeddedDatabase) -> None:
    """Without the serving role's password file the role gets a new password."""
    (site.var / f"{SERVING}_password").unlink()
    assert psycopg.connect(site.ensure().serving).info.user == SERVING


def test_owner_makes_test_databases(site: EmbeddedDatabase) -> None:
    """The owner creates a database and drops it although the serving role is connected to it."""
    with site.opened(OWNER) as owner:
        owner.execute("CREATE DATABASE test_own TEMPLATE template0")
        guest = site.opened(SERVING, "test_own")
        owner.execute("DROP DATABASE test_own WITH (FORCE)")
        guest.close()


def test_no_folder_is_opened(folder: Path) -> None:
    """A checkout in a private folder keeps its permissions. Its server's home is outside and is found again."""
    var = folder / "private" / "var"
    var.mkdir(parents=True)
    var.parent.chmod(0o700)
    before = modes(var)
    home = server_folder(var, [folder / "missing", var, folder])
    assert home.is_relative_to(folder / "jiangsu-revival")
    assert server_folder(var, [folder]) == home
    assert modes(var) == before
    copy = folder / "copy"
    shutil.copytree(var.parent, copy)
    assert server_folder(copy / "var", [folder]) != home
    moved = var.parent.rename(folder / "moved")
    assert server_folder(moved / "var", [folder]) == home
    with pytest.raises(NoDatabaseError):
        server_folder(var.parent, [var])


def test_long_path(tmp_path: Path) -> None:
    """A checkout with a long path gets a socket whose path the system accepts, the same at each start."""
    server = DatabaseServer(tmp_path / ("long" * 30), None)
    assert len(os.fsencode(server.socket / ".s.PGSQL.5432.lock")) <= 107
    assert server.socket == DatabaseServer(server.home, None).socket


def test_foreign_folder_is_refused(tmp_path: Path) -> None:
    """A folder that others may enter is not used for private files."""
    folder = tmp_path / "open"
    folder.mkdir()
    folder.chmod(0o777)
    with pytest.raises(NoDatabaseError, match="not a private folder"):
        DatabaseServer(tmp_path, None).private(folder)


def given(monkeypatch: pytest.MonkeyPatch, **variables: str) -> None:
    """Set the two URLs, or unset those not given."""
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_SERVING_ROLE"):
        monkeypatch.setenv(name, variables.get(name, ""))
        if name not in variables:
            monkeypatch.delenv(name)


WRONG: dict[str, Callable[[str, str], str]] = {
    "malformed": lambda url, password: "mysql://user:Geheim@localhost/x",
    "malformed;": lambda url, password: "postgresql://user:Geh/eim@localhost/Geheim",
    "malformed; it": lambda url, password: "postgresql://user:Geheim@Geheim@localhost/x",
    "malformed; it must": lambda url, password: "postgresql://user:Geheim@localhost:Geheim/x",
    "password authentication failed": lambda url, password: url.replace(password, "Geheim"),
    "does not exist": lambda url, password: url.replace("/revival?", "/missing?"),
    "refused": lambda url, password: "postgresql://user:Geheim@127.0.0.1:1/x",
    "No such file": lambda url, password: "postgresql://user:Geheim@/x?host=/nowhere",
}


@pytest.mark.parametrize("reason", WRONG)
def test_wrong_url(site: EmbeddedDatabase, monkeypatch: pytest.MonkeyPatch, reason: str) -> None:
    """A wrong URL ends the command with one sentence that says what is wrong and shows no password."""
    given(monkeypatch, DATABASE_URL=WRONG[reason](site.url(SERVING), site.password(SERVING)))
    with pytest.raises(SystemExit) as end:
        connect()
    text = str(end.value.code)
    assert text.startswith("No database: DATABASE_URL")
    assert reason in text
    assert "Geheim" not in text
    assert site.password(SERVING) not in text
    assert "\n" not in text


def test_wrong_url_on_the_command_line(site: EmbeddedDatabase) -> None:
    """The command line shows that sentence and nothing else, and fails."""
    environment = {"DATABASE_URL": f"postgresql://x:{quote('pass word')}@127.0.0.1:1/x", "PATH": os.defpath}
    command = [sys.executable, "-m", "revival.database", "start"]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout, result.stderr.count("\n")) == (1, "", 1)


def test_old_server(site: EmbeddedDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server older than we support is refused by its version."""
    monkeypatch.setattr(database, "OLDEST", MAJOR + 1)
    given(monkeypatch, DATABASE_URL=site.url(SERVING))
    with pytest.raises(SystemExit, match=f"is PostgreSQL {MAJOR}; {MAJOR + 1} or newer"):
        connect()


def test_given_urls(
    site: EmbeddedDatabase, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The owner's commands use the owner's URL and still know the serving role's name."""
    given(monkeypatch, DATABASE_URL=site.url(SERVING), DATABASE_OWNER_URL=site.url(OWNER))
    connect(owner=True)
    assert os.environ["DATABASE_URL"] == os.environ["DATABASE_OWNER_URL"] == site.url(OWNER)
    assert os.environ["DATABASE_SERVING_ROLE"] == SERVING
    assert capsys.readouterr().err == ""


def test_one_url_for_both(
    site: EmbeddedDatabase, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With one URL the serving role owns the tables, and the owner's commands warn about it."""
    given(monkeypatch, DATABASE_URL=site.url(SERVING))
    connect()
    assert capsys.readouterr().err == ""
    given(monkeypatch, DATABASE_URL=site.url(SERVING))
    connect(owner=True)
    assert capsys.readouterr().err.count("Warning") == 1
    given(monkeypatch, DATABASE_OWNER_URL=site.url(OWNER))
    with pytest.raises(SystemExit, match="without DATABASE_URL"):
        connect()

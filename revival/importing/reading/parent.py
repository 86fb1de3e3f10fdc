"""A file read by a child process, as the web process and commands see it."""

import json
import logging
import os
import select
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any, NamedTuple, Self

from revival.importing.reading.limits import Limits
from revival.importing.reading.values import Column
from revival.importing.reading.words import refusal_sentence

ROOT = Path(__file__).resolve().parents[3]
CHILD = "revival.importing.reading.child"
BLOCK = 2**16
KEPT = ("LD_LIBRARY_PATH", "TZ")  # of the environment, which has keys and passwords
KILLED_FOR = {
    -24: "time",
    -6: "memory",
    -9: "memory",
    -11: "memory",
}  # SIGXCPU; the reader's abort; the system's kill
log = logging.getLogger(__name__)


class FileRefused(Exception):
    """A file that is not read. Its text is the reason in the language of the moment."""

    def __init__(self, code: str, params: dict[str, Any] | None = None) -> None:
        super().__init__(code, params or {})
        self.code, self.params = code, params or {}

    def __str__(self) -> str:
        return refusal_sentence(self.code, self.params)


@dataclass(frozen=True)
class Head:
    """What a file is, and its first rows with their numbers. total: about the number of the last row."""

    format: str
    encoding: str
    separator: str
    sheets: list[str]
    sheet: str
    rows: list[tuple[int, list[str]]]
    total: int = 0
    notes: list[dict[str, Any]] = field(default_factory=list)


class ReadRow(NamedTuple):
    """A row of the file. values: canonical texts, None for blank, in the order of the columns.

    errors: index of the column, code, what was typed, decimals that are kept; `words.cell_sentence` says them.
    """

    number: int
    cells: list[str]
    values: list[str | None]
    errors: list[tuple[int, str, str, int]]


class FileReader:
    """Reads a file once from its beginning. It is a context manager, whose end ends the child.

    source: the bytes of the file, or its path. sheet: the one to read, else the first that is not empty. guard: the
    pattern of texts that get a ' when they are written into a file.
    """

    def __init__(
        self, source: bytes | os.PathLike[str], limits: Limits | None = None, sheet: str = "", guard: str = ""
    ) -> None:
        self.limits = limits or Limits()
        self.options = {"limits": asdict(self.limits), "sheet": sheet, "guard": guard}
        self.source, self.count = source, 0
        self.rest, self.waited = b"", 0.0

    def __enter__(self) -> Self:
        with self.opened() as file:
            command = [
                sys.executable,
                "-X",
                "utf8",
                "-m",
                CHILD,
                f"/dev/fd/{file.fileno()}",
                json.dumps(self.options),
            ]
            self.child = subprocess.Popen(
                command,
                cwd=ROOT,
                env={name: os.environ[name] for name in KEPT if name in os.environ},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                pass_fds=[file.fileno()],
                start_new_session=True,
            )
        try:
            self.lines = self.answers()
            said = next(self.lines)
            self.head = Head(**{**said, "rows": [(number, cells) for number, cells in said["rows"]]})
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: object) -> None:
        self.close()

    def opened(self) -> Any:
        """The file, open; bytes are written to one that has no name. It is never opened by the name it came with."""
        if not isinstance(self.source, bytes):
            return Path(self.source).open("rb")
        file = tempfile.TemporaryFile()  # noqa: SIM115 - closed where it was asked for
        file.write(self.source)
        file.flush()
        return file

    def read(self, columns: Sequence[Column], start: int = 1) -> Iterator[ReadRow]:
        """The rows from number `start` on. Raises FileRefused, also in the middle. `count` is set at the end."""
        request = {"start": start, "columns": [asdict(column) for column in columns]}
        stdin: Any = self.child.stdin
        try:
            stdin.write(f"{json.dumps(request)}\n".encode())
            stdin.close()
        except BrokenPipeError:
            raise FileRefused(self.ended()) from None
        for line in self.lines:
            if isinstance(line, dict):
                self.count = line["end"]
                return
            number, cells, values, errors = line
            yield ReadRow(number, cells, values, [tuple(each) for each in errors] if errors else errors)

    def answers(self) -> Iterator[Any]:
        """What the child says, line by line. Raises FileRefused where it refuses the file or has ended."""
        done = False
        while not done:
            block = self.block()
            lines = (self.rest + block).split(b"\n")
            self.rest = lines.pop()
            for line in lines:
                said = json.loads(line)
                if isinstance(said, dict) and "refused" in said:
                    raise FileRefused(said.pop("refused"), said)
                done = isinstance(said, dict) and "end" in said
                yield said
            if not block:
                raise FileRefused(self.ended())

    def block(self) -> bytes:
        """The next bytes from the child; none at its end. Raises FileRefused after too long a wait."""
        stdout: Any = self.child.stdout
        begun = monotonic()
        poll = select.poll()  # select() knows no more than 1,024 open files
        poll.register(stdout, select.POLLIN)
        ready = poll.poll(max(0.0, self.limits.wait - self.waited) * 1000)
        self.waited += monotonic() - begun
        if not ready:
            self.child.kill()
            raise FileRefused("time")
        return os.read(stdout.fileno(), BLOCK)

    def ended(self) -> str:
        """Why the child has ended. What nobody foresaw is logged."""
        _, said = self.child.communicate()
        code = KILLED_FOR.get(self.child.returncode, "failed")
        if code == "failed":
            log.error(
                "The reader of a file ended with %s: %s",
                self.child.returncode,
                said[-2000:].decode("utf-8", "replace"),
            )
        return code

    def close(self) -> None:
        """End the child."""
        self.child.kill()
        for pipe in (self.child.stdin, self.child.stdout, self.child.stderr):
            if pipe and not pipe.closed:
                with suppress(BrokenPipeError):
                    pipe.close()
        self.child.wait()

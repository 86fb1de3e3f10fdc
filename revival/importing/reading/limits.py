"""What a file may ask for, and what is said of one that asks for more or is no table."""

import resource
import sys
from dataclasses import dataclass
from pathlib import Path

MIB = 2**20


class Refused(Exception):
    """A file that is not read. `words.refusal_sentence` says the code in the reader's language."""

    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(code, params)
        self.code, self.params = code, params


@dataclass(frozen=True)
class Limits:
    """The largest file that is read. Everything but time and memory is counted before or while it is read.

    line: characters of a row of text. memory: bytes beyond those of the process at its start. wait: seconds for
    which the parent waits for the child in all.
    """

    size: int = 50 * MIB
    rows: int = 200_000
    columns: int = 200
    cell: int = 32_767  # what a cell of a workbook holds
    line: int = 1_000_000
    unpacked: int = 512 * MIB
    parts: int = 5_000
    memory: int = 300 * MIB
    cpu: int = 40
    wait: int = 90


def restrain(limits: Limits) -> None:
    """Limit this process: memory, seconds of CPU, and no file written, not even a core."""
    sys.dont_write_bytecode = True
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu, limits.cpu + 5))
    pages = Path("/proc/self/statm")
    if pages.exists():  # without it, as on a Mac, address space cannot be limited either
        most = int(pages.read_text().split()[0]) * resource.getpagesize() + limits.memory
        resource.setrlimit(resource.RLIMIT_AS, (most, most))

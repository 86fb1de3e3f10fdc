"""Many at once: eight managers over a mix of pages, and one of them while a file of everything is read."""

import math
import os
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path

from bench.clock import BenchLine, BenchResults, Timing
from bench.files import CSV
from bench.http import Visitor
from bench.pages import LIST
from tests.site import Served

MANAGERS = 8
LEAST, MOST = 2, 10  # rounds of the mix that everyone opens
ENOUGH = 40.0  # seconds of rounds that are enough; if pages are slow, the fewest rounds take longer
HOME, REGISTER = "/", "/register/"
SEARCH, INDUSTRIES = "/search/?q=织造", "/evaluation/industries/"
BY_CITY, OF_CITY = "/reports/renovation/?year=2024&by=city", "/reports/renovation/?year=2024&city=320300"
LOANS, FACTORIES = "/reports/loans/?year=2024&by=city", "/reports/green-factories/?by=city"
CROSSED = "/reports/renovation/?year=2024&by=industry&across=action"
# One round of the pages that a manager opens, 16 pages. Ten are of one year or one kind, two of each, as most work is
# on the current year and city. The list of all projects comes twice. The home page, which reads every report, the
# register, a search that finds nothing and so reads every name, and the evaluation come once. Nobody opens two of the
# slow ones in a row.
MIX = (
    *(HOME, BY_CITY, OF_CITY, LIST, LOANS, CROSSED, REGISTER, FACTORIES),
    *(BY_CITY, SEARCH, OF_CITY, LOANS, LIST, CROSSED, INDUSTRIES, FACTORIES),
)


@dataclass
class OpenedPages:
    """The pages that a crowd opened with their seconds, the failures in words, and the time of it all.

    begun, ended: seconds of one clock, before the first page and after the last one came or failed. shares: the
    number of people at each process of the server. With more than its POOL_SIZE, some wait for the database.
    """

    pages: list[tuple[str, float]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    begun: float = 0.0
    ended: float = 0.0
    shares: list[int] = field(default_factory=list)

    def open(self, visitor: Visitor, path: str) -> None:
        """Open a page. If it fails, it is counted and the next one is opened, as a reader would do."""
        try:
            self.pages.append((path, visitor.get(path).whole))
        except (RuntimeError, OSError, HTTPException) as error:
            self.errors.append(str(error) if isinstance(error, RuntimeError) else f"{path}: {error!r}")
            visitor.server.close()
        self.ended = time.perf_counter()

    @property
    def wall(self) -> float:
        """Seconds from the first request to the end of the last page."""
        return self.ended - self.begun

    @property
    def each(self) -> float:
        """Wall seconds for each page that arrived."""
        return self.wall / len(self.pages) if self.pages else math.inf

    def by_path(self) -> dict[str, Timing]:
        """The seconds of each page of the mix, in its order. Pages that never arrived are left out."""
        found = defaultdict(list)
        for path, seconds in self.pages:
            found[path].append(seconds)
        return {path: Timing(tuple(found[path])) for path in dict.fromkeys(MIX) if path in found}


def measure(results: BenchResults, site: Served) -> None:
    warm = crowd(site, MANAGERS, 1)  # for the processes of the server
    rounds = max(LEAST, min(MOST, round(ENOUGH / warm.wall)))
    alone, together = crowd(site, 1, rounds), crowd(site, MANAGERS, rounds)
    during, files = beside_a_file(site, rounds)
    eight(results, alone, together)
    exporting(results, alone, during)
    for name, opened in {"one manager": alone, "eight managers": together, "one while exported": during}.items():
        results.add(BenchLine("crowd", f"errors, {name}", once(len(opened.errors)), reach=0.0, unit=""))
        results.notes += [f"Error, {name}: {many} times {error}." for error, many in Counter(opened.errors).items()]
    results.notes.append(
        f"Pages a second: one manager {1 / alone.each:.1f}, eight {1 / together.each:.1f}; everybody opened {rounds} "
        f"rounds of {len(MIX)} pages. While one opened as many, {files} files were taken. The processes of the "
        f"server got {' and '.join(map(str, together.shares))} of the eight."
    )


def eight(results: BenchResults, alone: OpenedPages, together: OpenedPages) -> None:
    """Compare eight managers with one, page by page: a fast page next to the median of all would say nothing."""
    single = alone.by_path()
    for path, seconds in together.by_path().items():
        results.add(BenchLine("crowd", f"{path}, eight managers", seconds, "alone", single.get(path)))
    ratios = sorted(seconds / single[path].median for path, seconds in together.pages if path in single)
    late = ratios[math.ceil(len(ratios) * 0.95) - 1] if ratios else math.inf
    what = "95 % of the pages of eight managers, each beside its median alone"
    results.add(BenchLine("crowd", what, once(late), reach=8.0, unit="times"))
    what = "seconds a page of all eight (at most 1 / 1.6)"
    results.add(BenchLine("crowd", what, once(together.each), "of one", once(alone.each), 1 / 1.6))


def exporting(results: BenchResults, alone: OpenedPages, during: OpenedPages) -> None:
    """Compare one manager during exports with one who is alone."""
    single, found = alone.by_path(), during.by_path()
    for path, seconds in found.items():
        results.add(
            BenchLine("crowd", f"{path}, while all projects are exported", seconds, "alone", single.get(path))
        )
    ratios = [seconds.median / single[path].median for path, seconds in found.items() if path in single]
    what = "the slowest of these pages beside itself alone"
    results.add(BenchLine("crowd", what, once(max(ratios, default=math.inf)), reach=2.0, unit="times"))


def once(figure: float) -> Timing:
    return Timing((figure,))


def crowd(site: Served, people: int, rounds: int) -> OpenedPages:
    """The pages of so many people who each open the mix so many times. Everyone begins at another page of it."""
    # They sign in before this, one after another: it takes a core a third of a second, and is not measured.
    visitors = [Visitor(site, "province") for _number in range(people)]
    opened = OpenedPages()

    def visit(number: int, visitor: Visitor) -> None:
        for turn in range(rounds * len(MIX)):
            if number == 0 and turn == len(MIX) // 2:
                opened.shares = shares(site)
            opened.open(visitor, MIX[(number * len(MIX) // MANAGERS + turn) % len(MIX)])

    threads = [threading.Thread(target=visit, args=each) for each in enumerate(visitors)]
    opened.begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return opened


def shares(site: Served) -> list[int]:
    """The number of visitors' connections at each process of the server, as the kernel distributed them."""
    end = f":{int(site.rpartition(':')[2]):04X}"
    rows = [line.split() for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]]
    held = {f"socket:[{row[9]}]" for row in rows if row[1].endswith(end) and row[3] == "01"}  # established
    return [len(held & set(links(pid))) for pid in site.processes()[1:]]


def links(pid: int) -> Iterator[str]:
    """The targets of a process's open files."""
    for name in os.listdir(f"/proc/{pid}/fd"):
        try:
            yield os.readlink(f"/proc/{pid}/fd/{name}")
        except FileNotFoundError:  # closed in the meantime
            continue


def beside_a_file(site: Served, rounds: int) -> tuple[OpenedPages, int]:
    """The pages that one person opens while another takes the file of all projects, and how often they had it."""
    over, files, visitor = threading.Event(), OpenedPages(), Visitor(site, "province")

    def take() -> None:
        while not over.is_set():
            files.open(visitor, CSV)

    thread = threading.Thread(target=take)
    thread.start()
    try:
        opened = crowd(site, 1, rounds)
    finally:
        over.set()
        thread.join()
    opened.errors += files.errors
    return opened, len(files.pages)

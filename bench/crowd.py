"""Many at once: eight managers, and pages while a file of everything is taken."""

import threading
import time
from collections.abc import Sequence

from bench.clock import Line, Results, Timing
from bench.http import Visitor
from tests.site import Served

MANAGERS = 8
SECONDS = 20.0
# What managers open, in turn.
PATHS = (
    "/reports/renovation/?year=2024&by=city",
    "/reports/renovation/?year=2024&city=320300",
    "/reports/loans/?year=2024&by=city",
    "/reports/renovation/?year=2024&by=industry&across=action",
    "/reports/green-factories/?by=city",
)


def measure(results: Results, site: Served) -> None:
    alone = crowd(site, 1, SECONDS)
    together = crowd(site, MANAGERS, SECONDS)
    each = Timing(tuple(alone))
    results.add(Line("crowd", "a page, one manager", each))
    late = sorted(together)[int(len(together) * 0.95) - 1]
    results.add(Line("crowd", "95 % of the pages of eight managers", Timing((late,)), "median of one", each, 8.0))
    gain = (len(alone) / SECONDS, len(together) / SECONDS)
    line = Line(
        "crowd", "seconds a page of one", Timing((1 / gain[1],)), "1 / 1.6 of one", Timing((1 / gain[0] / 1.6,)), 1.0
    )
    results.add(line)
    results.notes.append(f"Pages a second: one manager {gain[0]:.1f}, eight {gain[1]:.1f}; no errors.")
    during = beside_a_file(site)
    results.add(Line("crowd", "a page while all projects are exported", Timing(tuple(during)), "without", each, 2.0))


def crowd(site: Served, people: int, seconds: float) -> list[float]:
    """The seconds of every page that so many people opened. Raises the first error that one of them met."""
    found: list[float] = []
    failed: list[Exception] = []
    ready = threading.Barrier(people)  # signing in costs a third of a second of a core, and is not what is measured
    threads = [threading.Thread(target=visit, args=(site, seconds, n, found, failed, ready)) for n in range(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    return found


def visit(
    site: Served, seconds: float, number: int, found: list[float], failed: list[Exception], ready: threading.Barrier
) -> None:
    try:
        visitor = Visitor(site, "province")
        for path in PATHS:
            visitor.get(path)
        ready.wait(timeout=600)
        end, turn = time.monotonic() + seconds, number
        while time.monotonic() < end:
            found.append(visitor.get(PATHS[turn % len(PATHS)]).whole)
            turn += 1
    except Exception as error:
        failed.append(error)
        ready.abort()


def beside_a_file(site: Served) -> Sequence[float]:
    """The seconds of pages opened one after the other while another takes a file, again and again."""
    going, failed = threading.Event(), list[Exception]()

    def take() -> None:
        try:
            visitor = Visitor(site, "province")
            while not going.is_set():
                visitor.get("/reports/renovation/?format=csv")
        except Exception as error:
            failed.append(error)

    thread = threading.Thread(target=take)
    thread.start()
    try:
        return crowd(site, 1, SECONDS / 2)
    finally:
        going.set()
        thread.join()
        if failed:
            raise failed[0]

"""The results of a run, as Markdown tables."""

import json
import os
import platform
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import django
import psycopg

from bench.clock import BenchLine, BenchResults, Timing, figure_text, line_cells

HEADS = ("area", "what", "ours (median, spread)", "against", "theirs", "ratio", "at most", "")
FEW = 0.005  # seconds; a figure below this has not grown, whatever multiple it is
MISSED = "NOT reached"


def read(text: str) -> BenchResults:
    """The results of one size, from the JSON of its process."""
    data = json.loads(text)
    lines = [
        BenchLine(**{**line, "ours": timing(line["ours"]), "theirs": timing(line["theirs"])})
        for line in data["lines"]
    ]
    return BenchResults(**{**data, "lines": lines})


def timing(data: dict[str, Any] | None) -> Timing | None:
    return None if data is None else Timing(tuple(data["rounds"]))


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


def markdown(runs: Sequence[BenchResults]) -> str:
    """The machine, the sizes, the comparisons at every size, and how each figure grew with the records."""
    parts = [
        f"{machine()}\n\n",
        table(("projects", "all records", "on disk", "made in"), [sizes(run) for run in runs]),
        *(part for run in runs for part in compared(run)),
        *((*limited(runs), *growth(runs)) if len(runs) > 1 else ()),
    ]
    return "".join(parts)


def compared(run: BenchResults) -> list[str]:
    """The comparisons at one size, under their own heading, and its notes."""
    return [
        f"\n## {run.projects:,} projects: {score([line.verdict for line in run.lines])}\n\n",
        table(HEADS, [line_cells(line) for line in run.lines]),
        *(f"\n{run.projects:,} projects: {note}\n" for note in run.notes),
    ]


def score(verdicts: Sequence[str]) -> str:
    return f"{verdicts.count(MISSED)} of {len([each for each in verdicts if each])} limits not reached"


def machine() -> str:
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        server = connection.info.server_version // 10_000
    memory = next(line for line in Path("/proc/meminfo").read_text().splitlines() if line.startswith("MemTotal"))
    return (
        f"{os.cpu_count()} cores, {int(memory.split()[1]) >> 20} GiB, Python {platform.python_version()}, "
        f"Django {django.get_version()}, psycopg {psycopg.__version__}, PostgreSQL {server}; warm cache."
    )


def sizes(run: BenchResults) -> list[str]:
    return [f"{run.projects:,}", f"{sum(run.rows.values()):,}", f"{run.bytes >> 20:,} MiB", f"{run.making:,.0f} s"]


def limited(runs: Sequence[BenchResults]) -> list[str]:
    """The figures that may grow only to some multiple of the first size, at each of the other sizes."""
    first = {line.key: line for line in runs[0].lines}
    rows = []
    for run in runs[1:]:
        for line in run.lines:
            before = first.get(line.key)
            if line.grows is not None and before is not None:
                rows.append([f"{run.projects:,}", *grown(line, before, line.grows)])
    size = f"{runs[0].projects:,}"
    heads = ("projects", "area", "what", "against", "here", f"at {size}", "ratio", "at most", "")
    return [f"\n## Beside {size} projects: {score([row[-1] for row in rows])}\n\n", table(heads, rows)]


def grown(line: BenchLine, before: BenchLine, most: float) -> list[str]:
    """A line next to itself at the first size, and whether it kept to the limit."""
    ours, theirs = line.ours.median, before.ours.median
    ratio = ours / theirs if theirs else 0.0
    kept = ratio <= most or (line.unit == "s" and ours < FEW)
    figures = (figure_text(ours, line.unit), figure_text(theirs, line.unit), f"{ratio:.2f}", f"{most:g}")
    return [*line.key, *figures, "reached" if kept else MISSED]


def growth(runs: Sequence[BenchResults]) -> list[str]:
    """One row for each of our figures that every size has."""
    found = [{line.key: line for line in run.lines} for run in runs]
    rows = []
    for key, first in found[0].items():
        if all(key in each for each in found):
            ours = [each[key].ours.median for each in found]
            factor = f"{ours[-1] / ours[0]:.1f}" if ours[0] else ""
            rows.append([*key, *(figure_text(figure, first.unit) for figure in ours), factor])
    heads = ("area", "what", "against", *(f"{run.projects:,}" for run in runs), "last / first")
    return ["\n## Growth\n\n", table(heads, rows)]

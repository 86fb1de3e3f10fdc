"""What a run found, as Markdown tables."""

import json
import os
import platform
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import django
import psycopg

from bench.clock import Line, Results, Timing, cells, shown

HEADS = ("area", "what", "ours (median, spread)", "against", "theirs", "ratio", "at most", "")


def read(text: str) -> Results:
    """The results of one size from the JSON of its process."""
    data = json.loads(text)
    lines = [
        Line(**{**line, "ours": timing(line["ours"]), "theirs": timing(line["theirs"])}) for line in data["lines"]
    ]
    return Results(**{**data, "lines": lines})


def timing(data: dict[str, Any] | None) -> Timing | None:
    return None if data is None else Timing(tuple(data["rounds"]))


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


def markdown(runs: Sequence[Results]) -> str:
    """Machine, sizes, the comparisons of the largest size, and how each figure grew with the records."""
    largest = runs[-1]
    missed = [line for line in largest.lines if line.verdict == "NOT reached"]
    parts = [
        f"{machine()}\n\n",
        table(("projects", "all records", "on disk", "made in"), [sizes(run) for run in runs]),
        f"\n## {largest.projects:,} projects: {len(missed)} of "
        f"{sum(1 for line in largest.lines if line.verdict)} limits not reached\n\n",
        table(HEADS, [cells(line) for line in largest.lines]),
        "\n",
        *(f"{run.projects:,} projects: {note}\n\n" for run in runs for note in run.notes),
        "## Growth\n\n",
        table(("area", "what", *(f"{run.projects:,}" for run in runs), "last / first"), growth(runs)),
    ]
    return "".join(parts)


def machine() -> str:
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        server = connection.info.server_version // 10_000
    memory = next(line for line in Path("/proc/meminfo").read_text().splitlines() if line.startswith("MemTotal"))
    return (
        f"{os.cpu_count()} cores, {int(memory.split()[1]) >> 20} GiB, Python {platform.python_version()}, "
        f"Django {django.get_version()}, psycopg {psycopg.__version__}, PostgreSQL {server}; warm cache."
    )


def sizes(run: Results) -> list[str]:
    return [f"{run.projects:,}", f"{sum(run.rows.values()):,}", f"{run.bytes >> 20:,} MiB", f"{run.making:,.0f} s"]


def growth(runs: Sequence[Results]) -> list[list[str]]:
    """One row for each figure of ours that every size has."""
    found = [{(line.area, line.what): line.ours.median for line in run.lines} for run in runs]
    rows = []
    for key, first in found[0].items():
        if all(key in each for each in found):
            factor = found[-1][key] / first if first else 0.0
            rows.append([*key, *(shown(each[key]) for each in found), f"{factor:.1f}"])
    return rows

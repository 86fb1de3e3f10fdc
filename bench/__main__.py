"""`python -m bench N`: measures at 10,000, 100,000, ... up to N projects, and prints the results as Markdown."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from bench import report, world
from bench.clock import BenchResults
from tests.site import environment

STEPS = (10_000, 100_000, 1_000_000, 5_000_000)
DEFAULT = 1_000_000


def main(most: int) -> None:
    world.base()
    runs: list[BenchResults] = []
    try:
        for projects in sorted({step for step in STEPS if step < most} | {most}):
            runs.append(run(projects))  # noqa: PERF401 - those before a size that fails are kept
    finally:
        try:  # hours of results are printed even if a later size fails
            sys.stdout.write(report.markdown(runs) if runs else "")
        finally:
            world.drop(world.BASE_NAME)


def run(projects: int) -> BenchResults:
    """Measure at one size."""
    sys.stderr.write(f"{projects:,} projects ...\n")
    with world.world(projects) as (urls, rows, making), tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "results.json"
        found = rows["projects_renovationproject"]
        given = [str(each) for each in (out, found, json.dumps(rows), world.size(), making)]
        subprocess.run([sys.executable, "-m", "bench.run", *given], env=environment(urls), check=True)
        return report.read(out.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT)

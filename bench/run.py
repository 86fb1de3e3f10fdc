"""All measurements in one database, in a process of their own. DATABASE_URL names it. Writes JSON to a file."""

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

from bench import crowd, files, imports, pages, rollups
from bench.clock import BenchResults
from revival.database.embedded import DatabaseUrls
from tests.site import served

LONG = "3600"  # seconds for a file; five million projects as JSON may take longer than a site allows


def main(out: str, projects: str, rows: str, size: str, making: str) -> None:
    results = BenchResults(int(projects), json.loads(rows), int(size), float(making))
    rollups.measure(results)
    pages.measure(results)
    urls = DatabaseUrls(os.environ["DATABASE_URL"], os.environ["DATABASE_OWNER_URL"])
    with served(urls, EXPORT_SECONDS=LONG) as site:
        files.measure(results, site)
    with served(urls, EXPORT_SECONDS=LONG) as site:
        crowd.measure(results, site)
    with served(urls, EXPORT_SECONDS=LONG) as site:
        imports.measure(results, site)
    Path(out).write_text(json.dumps(asdict(results)), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])

#!/usr/bin/env bash
# Expected: 2026年1-9月, the heading of every cumulative monthly report, is read as January to September, or refused.
# Seen: jionlp answers the whole year and calls it accurate; with 至 between two months it answers January alone.
# dateparser takes the dash for a separator of a date and answers the first day of the last month.
# For an office: a reporting period is chosen from a list or read by a pattern of its own, not by a general parser.
# Versions: jionlp 1.5.31, dateparser 1.5.0 from PyPI.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -qq jionlp==1.5.31 dateparser==1.5.0
"$folder/venv/bin/python" - <<'PY'
import sys
from datetime import datetime
from importlib.metadata import version

import dateparser
import jionlp

print("jionlp", version("jionlp"), "dateparser", version("dateparser"))
now = datetime(2026, 11, 30)
base = {"year": 2026, "month": 11, "day": 30}
changed = False
for text, right, first, last, single in (
    ("2026年1-3月", "January to March", "2026-01-01", "2026-12-31", "2026-03-01"),
    ("2026年1-9月", "January to September", "2026-01-01", "2026-12-31", "2026-09-01"),
    ("2026年1月至9月", "January to September", "2026-01-01", "2026-01-31", None),
    ("2026年第三季度", "July to September", "2026-07-01", "2026-09-30", None),
):
    answer = jionlp.parse_time(text, time_base=base)
    begin, end = (moment[:10] for moment in answer["time"])
    day = dateparser.parse(text, languages=["zh"], settings={"RELATIVE_BASE": now})
    day = day and day.date().isoformat()
    print(f"{text}: expected {right}; jionlp {begin} to {end} ({answer['definition']}), dateparser {day}")
    changed |= (begin, end, answer["definition"], day) != (first, last, "accurate", single)
sys.exit("The behaviour has changed." if changed else 0)
PY

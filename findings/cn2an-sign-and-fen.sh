#!/usr/bin/env bash
# Expected: an amount written with 万 or 亿 is read with its sign and to the fen, or refused.
# Seen: 负 before Arabic digits is dropped, so a loss becomes a profit; before Chinese numerals it counts. What lies
# below one yuan is cut without a word: 34.91204万 is 349,120.40 yuan and comes as 349,120.
# For an office: amounts typed with units need a grammar of their own over decimals, which refuses what it does not
# know.
# Versions: cn2an 0.5.24 from PyPI.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -qq cn2an==0.5.24
"$folder/venv/bin/python" - <<'PY'
import sys
from importlib.metadata import version

import cn2an

print("cn2an", version("cn2an"))
changed = False
for text, right, recorded in (
    ("负3万", -30000, 30000),
    ("负3.2万", -32000, 32000),
    ("负1.5亿", -150000000, 150000000),
    ("34.91204万", 349120.4, 349120),
    ("12.34567万", 123456.7, 123456),
    ("负三万", -30000, -30000),
    ("-3.2万", -32000, -32000),
):
    seen = cn2an.cn2an(text, "smart")
    print(f"{text}: expected {right}, seen {seen}")
    changed |= seen != recorded
sys.exit("The behaviour has changed." if changed else 0)
PY

#!/usr/bin/env bash
# Expected: in Chinese, large amounts are counted in 万 and 亿, as every Chinese report and Babel's CLDR data do.
# Seen: humanize translates the English units: 120,000,000 is 120.0 百万, 1,200,000,000 is 1.2 十亿, 12,000 is 12.0 千, and
# 10^12 is 1.0 兆, which mainland readers may take for a million.
# For an office: a figure of 1.2亿 on a page comes as 120.0 百万, which readers misread by a factor of ten or more.
# Versions: humanize 4.17.0, Babel 2.19.0 from PyPI.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -qq humanize==4.17.0 babel==2.19.0
"$folder/venv/bin/python" - <<'PY'
import sys
from importlib.metadata import version

import humanize
from babel.numbers import format_compact_decimal

print("humanize", version("humanize"), "Babel", version("babel"))
humanize.i18n.activate("zh_CN")
changed = False
for amount, right, recorded in (
    (12_000, "1.2万", "12.0 千"),
    (12_000_000, "1200万", "12.0 百万"),
    (120_000_000, "1.2亿", "120.0 百万"),
    (1_200_000_000, "12亿", "1.2 十亿"),
    (10**12, "1万亿", "1.0 兆"),
):
    seen = humanize.intword(amount)
    cldr = format_compact_decimal(amount, locale="zh_Hans_CN", fraction_digits=1)
    print(f"{amount:,}: expected {right}, humanize {seen}, Babel {cldr}")
    changed |= (seen, cldr) != (recorded, right)
sys.exit("The behaviour has changed." if changed else 0)
PY

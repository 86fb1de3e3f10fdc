#!/usr/bin/env bash
# Expected: the same region code is the same Python value from an old and a new workbook.
# Seen: from .xls it is the int 320111, from .xlsx the float 320111.0; as text one reads 320111, the other 320111.0, and
# no pattern of six digits takes that. 1.5 is a float in both.
# For an office: a form passes in one format and fails in the other; a column of codes has to take whole floats as
# digits.
# Versions: python-calamine 0.9.1 (writers xlwt 1.3.0, xlsxwriter 3.3.1) from PyPI.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -qq python-calamine==0.9.1 xlwt==1.3.0 xlsxwriter==3.3.1
"$folder/venv/bin/python" - <<'PY'
import io
import sys
from importlib.metadata import version

import xlsxwriter
import xlwt
from python_calamine import CalamineWorkbook

print("python-calamine", version("python-calamine"))
CODES = (320111, 320903005, 1.5)
old, new = io.BytesIO(), io.BytesIO()
book = xlwt.Workbook()
sheet = book.add_sheet("表")
for row, code in enumerate(CODES):
    sheet.write(row, 0, code)
book.save(old)
workbook = xlsxwriter.Workbook(new)
workbook.add_worksheet().write_column(0, 0, CODES)
workbook.close()
old.seek(0)
new.seek(0)
changed = False
for name, data, recorded in (
    ("xls", old, ["320111", "320903005", "1.5"]),
    ("xlsx", new, ["320111.0", "320903005.0", "1.5"]),
):
    rows = CalamineWorkbook.from_filelike(data).get_sheet_by_index(0).to_python()
    seen = [str(row[0]) for row in rows]
    print(f"{name}: expected {[str(code) for code in CODES]}, seen {seen}")
    changed |= seen != recorded
sys.exit("The behaviour has changed." if changed else 0)
PY

#!/usr/bin/env bash
# Expected: a date cell is a date in every reader, whichever built-in format shows it.
# Seen: formats 27 to 36 and 50 to 58, which Chinese Excel puts on 2026年3月1日, are dates to python-calamine but bare
# numbers (46082) to openpyxl, pandas and polars; polars reads through the same Rust library as python-calamine.
# For an office: a column of dates fills with numbers around 46000. pandas warns that its default reader will change
# from one of these to the other, so the same program will then read the same file differently.
# Versions: python-calamine 0.9.1, openpyxl 3.1.5, pandas 3.1.1, polars 2.1.0 with fastexcel 0.21.0, from PyPI.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -qq python-calamine==0.9.1 openpyxl==3.1.5 pandas==3.1.1 \
    polars==2.1.0 fastexcel==0.21.0 xlsxwriter==3.3.1
"$folder/venv/bin/python" - <<'PY'
import io
import sys
from importlib.metadata import version

import openpyxl
import pandas
import polars
import xlsxwriter
from python_calamine import CalamineWorkbook

names = ("python-calamine", "openpyxl", "pandas", "polars", "fastexcel")
print(*(f"{name} {version(name)}" for name in names))
changed = False
for number in (14, 27, 31, 36, 50, 57, 58):
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["开工日期"])
    sheet.write_number(1, 0, 46082, book.add_format({"num_format": number}))
    book.close()
    buffer.seek(0)
    seen = {
        "python-calamine": CalamineWorkbook.from_filelike(buffer).get_sheet_by_index(0).to_python()[1][0],
        "openpyxl": openpyxl.load_workbook(buffer).active["A2"].value,
        "pandas": pandas.read_excel(buffer, engine="openpyxl").iloc[0, 0],
        "polars": polars.read_excel(buffer)[0, 0],
    }
    dates = {name: str(value)[:10] for name, value in seen.items()}
    print(f"format {number}: expected 2026-03-01, seen", dates)
    recorded = "2026-03-01" if number == 14 else "46082"
    changed |= [*dates.values()] != ["2026-03-01", *[recorded] * 3]
sys.exit("The behaviour has changed." if changed else 0)
PY

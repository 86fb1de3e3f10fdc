#!/usr/bin/env bash
# Expected: a text far down a column of numbers makes the column text, or is an error that names the row.
# Seen: polars judges the column by its first hundred rows, fastexcel by its first thousand; the text below becomes null
# without a word. Where the row has nothing else, polars drops the row as well.
# For an office: the credit code of one village collective or one 待定 vanishes from a long list, and nobody is told.
# Versions: polars 2.1.0, fastexcel 0.21.0 (writer xlsxwriter 3.3.1) from PyPI.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -qq polars==2.1.0 fastexcel==0.21.0 xlsxwriter==3.3.1
"$folder/venv/bin/python" - <<'PY'
import io
import sys
from importlib.metadata import version

import fastexcel
import polars
import xlsxwriter

print(*(f"{name} {version(name)}" for name in ("polars", "fastexcel")))


def written(row: int, named: bool) -> bytes:
    """A list of 1,499 plots whose code is a text in one row only, with their names or without."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["地块编号", "名称"] if named else ["地块编号"])
    for number in range(1, 1500):
        if named:
            sheet.write_string(number, 1, f"地块{number}")
        sheet.write(number, 0, "N2320111" if number == row else 320111000 + number)
    book.close()
    return buffer.getvalue()


changed = False
for row, named, recorded in (
    (50, True, [(0, 1499), (0, 1499)]),
    (200, True, [(1, 1499), (0, 1499)]),
    (1200, True, [(1, 1499), (1, 1499)]),
    (1200, False, [(0, 1498), (1, 1499)]),
):
    data = written(row, named)
    frames = (polars.read_excel(io.BytesIO(data)), fastexcel.read_excel(data).load_sheet(0).to_polars())
    seen = [(frame["地块编号"].null_count(), frame.height) for frame in frames]
    print(f"text in row {row}, {'with' if named else 'without'} names: expected nulls and rows (0, 1499);", end=" ")
    print(f"seen polars {seen[0]}, fastexcel {seen[1]}")
    changed |= seen != recorded
sys.exit("The behaviour has changed." if changed else 0)
PY

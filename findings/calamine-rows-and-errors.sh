#!/usr/bin/env bash
# Expected: row numbers of the reader are those of the sheet, and an error value can be told from an empty cell.
# Seen: python-calamine leaves out the empty rows above the table, so what it calls row 2 is row 5 to the reader of the
# message; #N/A, a formula that was never computed and an empty cell all come as the same empty text.
# For an office: messages name the wrong row, and an amount that failed to compute is taken for one not yet reported.
# Versions: python-calamine 0.9.1 (writer xlsxwriter 3.3.1) from PyPI.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -qq python-calamine==0.9.1 xlsxwriter==3.3.1
"$folder/venv/bin/python" - <<'PY'
import io
import sys
from importlib.metadata import version

import xlsxwriter
from python_calamine import CalamineWorkbook

print("python-calamine", version("python-calamine"))
buffer = io.BytesIO()
book = xlsxwriter.Workbook(buffer)
sheet = book.add_worksheet()
sheet.write_row("A4", ["区划代码", "总投资"])
sheet.write_row("A5", ["320111", 100])
sheet.write_string("A6", "320903")
sheet.write_formula("B6", "=NA()", None, "#N/A")
sheet.write_string("A7", "320981")
sheet.write_formula("B7", "=B5", None, "")
sheet.write_string("A8", "320982")
book.close()
buffer.seek(0)
reader = CalamineWorkbook.from_filelike(buffer).get_sheet_by_index(0)
rows, whole = reader.to_python(), reader.to_python(skip_empty_area=False)
found, told = ([row[0] for row in table].index("320111") + 1 for table in (rows, whole))
print(f"row of 320111: expected 5, seen {found} by default and {told} with skip_empty_area=False")
amounts = [row[1] for row in whole[5:]]
print(f"#N/A, not computed, empty: expected three different values, seen {amounts}")
sys.exit("The behaviour has changed." if (found, told, amounts) != (2, 5, ["", "", ""]) else 0)
PY

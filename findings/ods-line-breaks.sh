#!/usr/bin/env bash
# Expected: a line break or a tab typed in a cell of an ODS sheet comes as white space.
# Seen: python-calamine drops both, so 南京 and 苏州 on two lines become one word, and 3 and 5 with a tab between them
# become 35; two paragraphs in a cell are kept apart. odfpy shows that the break and the tab are in the file.
# For an office: names run together and two figures become one; cells from ODS need a second look or another reader.
# Versions: python-calamine 0.9.1, odfpy 1.4.1 from PyPI.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -qq python-calamine==0.9.1 odfpy==1.4.1
"$folder/venv/bin/python" - <<'PY'
import io
import sys
from importlib.metadata import version

from odf.opendocument import OpenDocumentSpreadsheet, load
from odf.table import Table, TableCell, TableRow
from odf.text import LineBreak, P, Tab
from python_calamine import CalamineWorkbook

print(*(f"{name} {version(name)}" for name in ("python-calamine", "odfpy")))


def cell(first: str, between: type | None, second: str) -> TableCell:
    """A cell with two texts: in one paragraph with an element between them, or in two paragraphs."""
    made = TableCell(valuetype="string")
    paragraph = P(text=first)
    made.addElement(paragraph)
    if between is None:
        made.addElement(P(text=second))
    else:
        paragraph.addElement(between())
        paragraph.addText(second)
    return made


document = OpenDocumentSpreadsheet()
table, row = Table(name="表"), TableRow()
for parts in (("南京", LineBreak, "苏州"), ("3", Tab, "5"), ("南京", None, "苏州")):
    row.addElement(cell(*parts))
table.addElement(row)
document.spreadsheet.addElement(table)
buffer = io.BytesIO()
document.write(buffer)
buffer.seek(0)
tags = [len(load(buffer).getElementsByType(kind)) for kind in (LineBreak, Tab)]
buffer.seek(0)
seen = CalamineWorkbook.from_filelike(buffer).get_sheet_by_index(0).to_python()[0]
print(f"in the file: {tags[0]} line break, {tags[1]} tab")
print("expected", ["南京\n苏州", "3\t5", "南京\n苏州"])
print("seen", seen)
sys.exit("The behaviour has changed." if seen != ["南京苏州", "35", "南京\n苏州"] or tags != [1, 1] else 0)
PY

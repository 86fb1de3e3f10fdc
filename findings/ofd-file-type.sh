#!/usr/bin/env bash
# Expected: an OFD file (GB/T 33190, the format of official documents) is known as such, or as unknown.
# Seen: puremagic calls it a Word document, by content and also when the name ends in .ofd; filetype calls it a ZIP.
# For an office: an upload list built on these refuses the official document, or files it under Word; the entry OFD.xml
# in the archive has to be looked for. The file below is a synthetic document of one empty page.
# Versions: puremagic 1.30, filetype 1.2.0 from PyPI.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -qq puremagic==1.30 filetype==1.2.0
"$folder/venv/bin/python" - <<'PY'
import sys
import tempfile
import zipfile
from importlib.metadata import version
from pathlib import Path

import filetype
import puremagic

print(*(f"{name} {version(name)}" for name in ("puremagic", "filetype")))
SPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'
BOX = "<ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox>"
PARTS = {
    "OFD.xml": f'<ofd:OFD {SPACE} DocType="OFD" Version="1.1"><ofd:DocBody><ofd:DocInfo><ofd:DocID>0</ofd:DocID>'
    "</ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
    "Doc_0/Document.xml": f"<ofd:Document {SPACE}><ofd:CommonData><ofd:MaxUnitID>1</ofd:MaxUnitID><ofd:PageArea>{BOX}"
    "</ofd:PageArea></ofd:CommonData>"
    '<ofd:Pages><ofd:Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/></ofd:Pages></ofd:Document>',
    "Doc_0/Pages/Page_0/Content.xml": f"<ofd:Page {SPACE}><ofd:Area>{BOX}</ofd:Area><ofd:Content/></ofd:Page>",
}
with tempfile.TemporaryDirectory() as folder:
    path = Path(folder, "notice.ofd")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in PARTS.items():
            archive.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>{text}')
    data = path.read_bytes()
    seen = {
        "puremagic, content": puremagic.from_string(data),
        "puremagic, file": puremagic.from_file(path),
        "filetype": "." + filetype.guess(data).extension,
    }
print("expected .ofd, seen", seen)
sys.exit("The behaviour has changed." if [*seen.values()] != [".docx", ".docx", ".zip"] else 0)
PY

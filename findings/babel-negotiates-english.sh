#!/usr/bin/env bash
# Expected: a reader whose browser asks for zh-CN is offered the catalogue named zh_Hans, as CLDR's likely subtags say.
# Seen: Babel's negotiation finds no Chinese for zh_CN and falls to English, though the same Babel parses zh_CN as
# zh_Hans_CN; a catalogue named zh_CN is not offered to zh_Hans either.
# For an office: with catalogues named by script every reader of the mainland gets English, unless zh_CN is mapped
# first.
# Versions: Babel 2.19.0 from PyPI.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -qq babel==2.19.0
"$folder/venv/bin/python" - <<'PY'
import sys
from importlib.metadata import version

from babel import Locale, negotiate_locale

print("Babel", version("babel"))
print("zh_CN parsed:", Locale.parse("zh_CN"))
changed = str(Locale.parse("zh_CN")) != "zh_Hans_CN"
for asked, there, right, recorded in (
    (["zh_CN", "en"], ["zh_Hans", "en"], "zh_Hans", "en"),
    (["zh_Hans_CN", "en"], ["zh_Hans", "en"], "zh_Hans", "en"),
    (["zh_Hans", "en"], ["zh_CN", "en"], "zh_CN", "en"),
    (["zh_CN", "en"], ["zh_CN", "en"], "zh_CN", "zh_CN"),
    (["de_AT", "en"], ["de", "en"], "de", "de"),
):
    seen = negotiate_locale(asked, there)
    print(f"asked {asked}, there {there}: expected {right}, seen {seen}")
    changed |= seen != recorded
sys.exit("The behaviour has changed." if changed else 0)
PY

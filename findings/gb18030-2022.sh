#!/usr/bin/env bash
# Expected: the GB18030 codec reads a file as the edition of 2022, in force since August 2023, says.
# Seen: Python gives private characters (U+E78D and the like) for 25 two-byte codes where the system's iconv gives real
# ones (U+FE10), and for the four bytes 81 35 F4 37 the other way round; neither raises an error.
# For an office: a name from a GB18030 file is not found by typing it, until the characters are mapped after decoding.
# Versions: Python 3.11 and iconv of glibc 2.36, both of the system; nothing is installed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
iconv --version | head -n 1
python3 --version
python3 - "$folder" <<'PY'
import subprocess
import sys
from pathlib import Path

source = Path(sys.argv[1], "codes.txt")


def by_iconv(codes: list[bytes]) -> list[str]:
    source.write_bytes(b"\n".join(codes))
    command = ["iconv", "-f", "GB18030", "-t", "UTF-8", str(source)]
    return subprocess.run(command, capture_output=True, check=True).stdout.decode().split("\n")


def points(text: str) -> str:
    return " ".join(f"U+{ord(letter):04X}" for letter in text)


chosen = [bytes.fromhex(code) for code in ("A6D9", "FE59", "A8BC", "8135F437", "C1F9")]
changed = False
recorded = ("U+E78D", "U+E81E", "U+E7C7", "U+1E3F", "U+516D")
for code, real, before in zip(chosen, by_iconv(chosen), recorded, strict=True):
    seen = points(code.decode("gb18030"))
    print(f"{code.hex(' ').upper()}: expected {points(real)}, seen {seen}")
    changed |= seen != before
rows, cells = range(0xA6, 0xFF), [*range(0x40, 0x7F), *range(0x80, 0xFF)]
pairs = [bytes((row, cell)) for row in rows for cell in cells]
private = [pair for pair in pairs if 0xE766 <= ord(pair.decode("gb18030")) <= 0xF8FF]
other = sum(real != pair.decode("gb18030") for pair, real in zip(private, by_iconv(private), strict=True))
print(f"two-byte codes that the two read differently: expected 0, seen {other}")
sys.exit("The behaviour has changed." if changed or other != 25 else 0)
PY

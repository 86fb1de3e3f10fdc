"""Compile the message catalogues; `python -m revival.translations` does it before anything else runs.

In Python, as gettext's msgfmt is absent on a fresh machine and Django's compilemessages needs it.
"""

import os
from pathlib import Path

import polib

LOCALE = Path(__file__).resolve().parent / "locale"


def compile_catalogues(locale: Path = LOCALE) -> list[Path]:
    """Write the .mo of each .po that has none as new, and name those written; OSError for a faulty .po."""
    written = []
    for source in sorted(locale.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        # Beside it first: a server that starts meanwhile reads the old catalogue or the new one, never half.
        draft = target.with_suffix(f".{os.getpid()}")
        polib.pofile(str(source)).save_as_mofile(str(draft))
        draft.replace(target)
        written.append(target)
    return written


if __name__ == "__main__":
    compile_catalogues()

"""Compile the message catalogues; `python -m revival.translations` does it before anything else runs.

In Python, as gettext's msgfmt is absent on a fresh machine and Django's compilemessages needs it.
"""

import os
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE = Path(__file__).resolve().parent / "locale"


def compile_catalogues(locale: Path = LOCALE) -> list[Path]:
    """The .mo files written: one for each .po that is newer than its own; PoFileError for a faulty .po."""
    written = []
    for source in sorted(locale.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        with source.open("rb") as file:
            # Without its locale babel writes no Plural-Forms, and every plural stays English.
            catalogue = read_po(file, locale=source.parts[-3], abort_invalid=True)
        # Beside it first: a server that starts meanwhile reads the old catalogue or the new one, never half.
        draft = target.with_suffix(f".{os.getpid()}")
        with draft.open("wb") as file:
            write_mo(file, catalogue)
        draft.replace(target)
        written.append(target)
    return written


if __name__ == "__main__":
    compile_catalogues()

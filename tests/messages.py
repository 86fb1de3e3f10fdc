"""The messages of the product: found in the sources, kept in the Chinese catalogue.

`python -m tests.messages` adds what is missing to the catalogue, untranslated, and drops what is used no more.
"""

import io
from collections.abc import Iterator
from pathlib import Path

import polib
from babel.messages.extract import extract
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "revival" / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
FLOORS = ("revival", "enterprises", "projects", "finance")
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
}
# Shown by Django, whose Chinese lacks them.
FOREIGN = (
    "Model name",
    "Add link",
    "Change or view list link",
    "After you’ve created a user, you’ll be able to edit more user options.",
)


def sources() -> list[Path]:
    """Every module and template that can show a message."""
    return [
        path
        for floor in FLOORS
        for path in sorted((ROOT / floor).rglob("*"))
        if path.suffix in (".py", ".html") and "migrations" not in path.parts
    ]


def messages() -> Iterator[tuple[str, str, str]]:
    """Each message as file, id and plural id (empty where there is none)."""
    for path in sources():
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".html":
            text = templatize(text, origin=str(path))
        found = extract("python", io.BytesIO(text.encode()), keywords=KEYWORDS)
        for _line, message, _comments, _context in found:
            ids = message if isinstance(message, tuple) else (message, "")
            yield str(path.relative_to(ROOT)), ids[0], ids[1]


def update() -> None:
    """Bring the catalogue in line with the sources; translations that are still used stay."""
    catalogue = polib.pofile(str(CATALOGUE)) if CATALOGUE.exists() else polib.POFile()
    catalogue.metadata = {"Content-Type": "text/plain; charset=utf-8", "Plural-Forms": "nplurals=1; plural=0;"}
    used: dict[str, tuple[str, set[str]]] = {}
    for file, message, plural in messages():
        used.setdefault(message, (plural, set()))[1].add(file)
    used |= {message: ("", {"django"}) for message in FOREIGN}
    known = {entry.msgid: entry for entry in catalogue}
    for gone in [entry for message, entry in known.items() if message not in used]:
        catalogue.remove(gone)
    for message, (plural, files) in used.items():
        entry = known.get(message) or polib.POEntry(msgid=message)
        if message not in known:
            if plural:
                entry.msgid_plural, entry.msgstr_plural = plural, {0: ""}
            catalogue.append(entry)
        entry.occurrences = [(file, "") for file in sorted(files)]
    catalogue.sort(key=lambda entry: (entry.occurrences[:1], entry.msgid))
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    catalogue.save(str(CATALOGUE))


if __name__ == "__main__":
    update()

"""The messages of the product: found in the sources, kept in the Chinese catalogue.

`python -m tests.messages` adds what is missing to the catalogue, untranslated, and drops what is used no more.
"""

import io
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
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
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
# Babel's own header bears dates, which would change with every run.
HEADER = """#
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""
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


class FoundMessage(NamedTuple):
    """A message of the sources; its plural id and its context are empty where it has none."""

    file: str
    id: str
    plural: str = ""
    context: str = ""


def messages() -> Iterator[FoundMessage]:
    """Each message of each file, as often as it stands there."""
    for path in sources():
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".html":
            text = templatize(text, origin=str(path))
        found = extract("python", io.BytesIO(text.encode()), keywords=KEYWORDS)
        for _line, message, _comments, context in found:
            ids = message if isinstance(message, tuple) else (message, "")
            yield FoundMessage(str(path.relative_to(ROOT)), ids[0], ids[1], context or "")


def read_catalogue(path: Path = CATALOGUE) -> Catalog:
    """The catalogue in a file."""
    with path.open("rb") as file:
        return read_po(file, abort_invalid=True)


def entries(catalogue: Catalog) -> list[Message]:
    """The messages of a catalogue without its header, which comes first."""
    return list(catalogue)[1:]


def singular(entry: Message) -> str:
    """The id of an entry without its plural."""
    return entry.id if isinstance(entry.id, str) else entry.id[0]


def chinese(entry: Message) -> str:
    """The translation of an entry, empty where it has none; the same for all numbers."""
    return (entry.string if isinstance(entry.string, str) else (entry.string or ("",))[0]) or ""


def updated_catalogue(known: Catalog, found: Iterable[FoundMessage]) -> Catalog:
    """The messages found, with the translations known, in the order of their first files and their ids."""
    merged, catalogue = Catalog(), Catalog(locale="zh_Hans")
    for file, message, plural, context in found:
        merged.add((message, plural) if plural else message, locations=[(file, 0)], context=context or None)
    for each in sorted(entries(merged), key=lambda each: (min(each.locations), singular(each), each.context or "")):
        old = known.get(each.id, each.context) or each
        string = chinese(old) if isinstance(each.id, str) else (chinese(old),)
        comments = old.user_comments
        added = catalogue.add(each.id, string, each.locations, old.flags, (), comments, context=each.context)
        added.flags.discard("python-format")  # Babel guesses it; tests/test_translations.py checks all placeholders
    return catalogue


def update(path: Path = CATALOGUE) -> None:
    """Bring the catalogue in line with the sources; translations that are still used stay."""
    foreign = [FoundMessage("django", message) for message in FOREIGN]
    text = io.BytesIO()
    # Lines are not wrapped: a changed word changes its line and no other.
    catalogue = updated_catalogue(read_catalogue(path), [*messages(), *foreign])
    write_po(text, catalogue, width=0, omit_header=True, include_lineno=False)
    path.write_bytes(HEADER.encode() + text.getvalue().rstrip() + b"\n")


if __name__ == "__main__":
    update()

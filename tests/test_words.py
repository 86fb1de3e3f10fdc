"""The product's texts avoid words that a reader has to translate."""

import io
import re
import subprocess
import tokenize
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import pytest

from tests import messages

ROOT = Path(__file__).resolve().parent.parent
# People are *they*. The other words belong to another century, or turn a sentence round.
WORST = re.compile(
    r"\b(?:he|him|his|himself|whoever|hence|thereof|wherein|whence|handed in|as it were"
    r"|(?:is|are) to be mended|of these\b[^.;:]*?\bit is)\b",
    re.IGNORECASE,
)
TEXTS = ("*.py", "*.html", "*.md", "*.js", "*.css", "*.toml", "*.po", "*.sh", "Makefile", ".ci/*")
WORDS_OF_OTHERS = ("fixtures/SOURCES.md",)  # quotes the article
LITERALS = {tokenize.STRING, getattr(tokenize, "FSTRING_MIDDLE", tokenize.STRING)}


def python_texts(source: str) -> Iterator[tuple[int, str]]:
    """Each comment, with the lines that continue it as one text, and each string literal of a module."""
    tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    yield from ((token.start[0], token.string) for token in tokens if token.type in LITERALS)
    comments = [token for token in tokens if token.type == tokenize.COMMENT]
    for _block, lines in groupby(enumerate(comments), lambda each: each[1].start[0] - each[0]):
        block = [token for _index, token in lines]
        yield block[0].start[0], " ".join(token.string.lstrip("# ") for token in block)


def texts_of(path: Path) -> Iterator[tuple[int, str]]:
    """The texts of a file with the lines where they begin. Of a catalogue they are the message ids alone."""
    if path.suffix == ".po":
        for entry in messages.entries(messages.read_catalogue(path)):
            yield entry.lineno or 0, "\n".join([entry.id] if isinstance(entry.id, str) else entry.id)
        return
    source = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        yield from python_texts(source)
        return
    start = 1
    for paragraph in re.split(r"(\n\s*\n)", source):
        yield start, paragraph
        start += paragraph.count("\n")


def worst_words(text: str) -> list[str]:
    """The forbidden words of a text, whose line breaks count as blanks."""
    return WORST.findall(re.sub(r"[\s#*]+", " ", text))


def tracked() -> list[Path]:
    """The files with texts of the product, without this one, which names the words."""
    command = ["git", "ls-files", "-co", "--exclude-standard", "--", *TEXTS]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    paths = [ROOT / name for name in sorted(names) if name not in WORDS_OF_OTHERS]
    return [path for path in paths if path.is_file() and path != Path(__file__)]


def test_no_text_has_one_of_the_worst_words() -> None:
    """Docstrings, comments, strings, templates, documents and message ids are free of them."""
    found = [
        f"{path.relative_to(ROOT)}:{line}: {', '.join(words)}"
        for path in tracked()
        for line, text in texts_of(path)
        if (words := worst_words(text))
    ]
    assert found == [], "\n" + "\n".join(found)


@pytest.mark.parametrize(
    "source",
    [
        'def row():\n    """The row, and whoever entered it."""\n',
        "# Nobody verifies what\n# he submitted.\n",
        'MESSAGE = "The record is handed in."\n',
        'MESSAGE = f"{row} belongs to Him"\n',
        'WORDS = """Of these\n    records it is the last."""\n',
        "x = 1  # Hence two.\n",
    ],
)
def test_a_planted_word_is_found(source: str) -> None:
    """The rule can fail: in a docstring, a comment over two lines, strings and a comment after code."""
    assert [word for _line, text in python_texts(source) for word in worst_words(text)]
    assert not worst_words("The theme of this chapter: when a shift ends, they help themselves.")


def test_all_kinds_of_texts_are_read() -> None:
    """A directory or a kind of file that drops out of the search would pass unseen."""
    names = {str(path.relative_to(ROOT)) for path in tracked()}
    assert {"README.md", "Makefile", "docs/collection.md", "pyproject.toml", "projects/models/progress.py"} <= names
    assert {"revival/templates/base.html", "revival/static/revival/autosave.js", "tests/conftest.py"} <= names
    catalogue = next(path for path in tracked() if path.suffix == ".po")
    assert len(list(texts_of(catalogue))) > 500

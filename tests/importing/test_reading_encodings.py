"""The encoding of a text is found by reading all of it: the right characters, or the line and byte that are none."""

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from revival.importing.reading.characters import MOVED, TODAY, with_todays_characters
from revival.importing.reading.limits import Refused
from tests.extent import every
from tests.importing.asking import ask
from tests.importing.workbooks import ods, xls, xlsb, xlsx

TABLE = "名称,总投资\r\n合成甲𠮷,1.5\r\n"
CELLS = {1: ["名称", "总投资"], 2: ["合成甲𠮷", "1.5"]}
CODECS = {
    "utf-8": "utf-8",
    "utf-8-sig": "utf-8",
    "gb18030": "gb18030",
    "utf-16": "utf-16-le",
    "utf-16-le": "utf-16-le",
}
BIG_ENDIAN = ("utf-16-be", b"\xfe\xff" + TABLE.encode("utf-16-be"))
# Whole signs of a text: everything but what ends lines and cells, zero, marks and what GB 18030 has moved.
SIGNS = st.characters(exclude_categories=("Cs", "Cc", "Co", "Zl", "Zp"), exclude_characters='\ufeff",;')
NAMES = st.text(SIGNS, min_size=1, max_size=30).map(lambda name: f"字{name}字")


@every("codec", CODECS)
def test_a_text_is_read_in_each_encoding(codec: str) -> None:
    """UTF-8, UTF-16 and GB18030 give the same cells, and the head names the encoding."""
    answer = ask(TABLE.encode(codec))
    assert answer.cells == CELLS
    assert answer.head["encoding"] == CODECS[codec]


@every("data", (BIG_ENDIAN[1], BIG_ENDIAN[1][2:]))
def test_big_endian_is_read_with_and_without_its_mark(data: bytes) -> None:
    """The mark is no part of the first cell."""
    answer = ask(data)
    assert (answer.head["encoding"], answer.cells) == (BIG_ENDIAN[0], CELLS)


@given(NAMES)
def test_every_sign_comes_through_every_encoding(name: str) -> None:
    """What is written is what is read, whichever encoding it has."""
    for codec in ("utf-8", "utf-8-sig", "gb18030", "utf-16"):
        assert ask(f"名称,数\r\n{name},1\r\n".encode(codec)).cells[2] == [name.rstrip() or name, "1"]


def test_a_text_longer_than_a_piece_is_read_whole() -> None:
    """A sign that lies across two pieces of the file is one sign."""
    rows = [f"{'合成' * 50}{number},{number}" for number in range(2_000)]
    for codec in ("utf-8", "gb18030", "utf-16"):
        cells = ask("\n".join(rows).encode(codec)).cells
        assert [",".join(cells[number]) for number in cells] == rows


WRONG = (
    ("byte 80 of Chinese Excel", "名称,数\r\n甲,1\r\n".encode("gb18030") + b"\x80,2\r\n", 3, 1, "80"),
    ("behind a name", "名称,数\r\n合成,".encode("gb18030") + b"\x80\r\n", 2, 6, "80"),
    ("UTF-8 cut in a sign", "名称,数\r\n甲,1\r\n乙,合成".encode()[:-1], 3, 8, "E6"),
    ("UTF-8 with one strange byte", "名称,数\r\n合成甲方,1\r\n".encode() + b"\xff,1\r\n", 3, 1, "FF"),
    ("UTF-16 cut in a sign", "名称,数\r\n甲,1".encode("utf-16")[:-1], 2, 5, "31"),
    ("Latin-1", "nom,montant\r\nsoci\xe9t\xe9,1\r\n".encode("latin-1") + b"\xe9", 2, 7, "E9"),
)


@every(("name", "data", "line", "place", "byte"), WRONG)
def test_what_is_no_character_is_named(name: str, data: bytes, line: int, place: int, byte: str) -> None:
    """The refusal names line and byte; nothing is replaced."""
    with pytest.raises(Refused) as refused:
        ask(data)
    assert refused.value.code == "encoding"
    found = refused.value.params
    assert (found["line"], found["place"], found["byte"]) == (line, place, byte)


@every("codec", ("utf-8", "gb18030", "utf-16"))
def test_a_zero_is_refused_with_its_line(codec: str) -> None:
    """No text of the database can hold it."""
    with pytest.raises(Refused) as refused:
        ask("名称,数\r\n甲,1\r\n乙\0,2\r\n".encode(codec))
    assert (refused.value.code, refused.value.params) == ("nul", {"line": 3})


def test_the_table_of_moved_characters_is_that_of_the_codec() -> None:
    """Each code gives the private character in Python, and none of the targets is private; all are told apart."""
    assert [bytes.fromhex(code).decode("gb18030") for code, _before, _now in MOVED] == [row[1] for row in MOVED]
    assert all(not 0xE000 <= ord(now) <= 0xF8FF for _code, _before, now in MOVED)
    assert len({now for *_, now in MOVED}) == len(MOVED) == 25


def test_the_table_of_moved_characters_is_that_of_iconv(tmp_path: Path) -> None:
    """The C library reads GB18030 by the edition of 2022."""
    source = tmp_path / "codes"
    source.write_bytes(b"\n".join(bytes.fromhex(code) for code, _before, _now in MOVED))
    read = subprocess.run(["iconv", "-f", "GB18030", "-t", "UTF-8", source], capture_output=True, check=True).stdout
    assert read.decode().split("\n") == [now for *_, now in MOVED]


BEFORE = "".join(before for _code, before, _now in MOVED)
NOW = BEFORE.translate(TODAY)


@every(
    "data",
    (
        f"名称,数\r\n{BEFORE},1".encode(),
        f"名称,数\r\n{BEFORE},1".encode("gb18030"),
        f"名称\t数\r\n{BEFORE}\t1".encode("utf-16"),
        xlsx([["名称", "数"], [BEFORE, 1.0]]),
        xls([["名称", "数"], [BEFORE, 1.0]]),
        xlsb([["名称", "数"], [BEFORE, 1.0]]),
        ods([["名称", "数"], [BEFORE, 1.0]]),
    ),
)
def test_moved_characters_are_those_of_today_in_every_format(data: bytes) -> None:
    """A name that an old program has saved is found by typing it."""
    assert ask(data).cells[2] == [NOW, "1"]


def test_the_character_that_moved_the_other_way_stays() -> None:
    """81 35 F4 37 is read as the real letter, and other private characters are kept as they are."""
    assert bytes.fromhex("8135F437").decode("gb18030") == "\u1e3f"
    assert with_todays_characters("\ue000\u1e3f\ue792") == "\ue000\u1e3f\ufe15"

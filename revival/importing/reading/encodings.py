"""The encoding of a text: UTF-8 or UTF-16 if it holds to the last byte, else GB18030; nothing is replaced."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from revival.importing.reading.characters import with_todays_characters
from revival.importing.reading.limits import Limits, Refused

CHUNK = 2**18
CONTROLS = re.compile("[\0-\x08\x0e-\x1f]")
BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


@dataclass(frozen=True)
class Encoded:
    """A text file: its codec, the bytes before the text, and what was counted while it was checked."""

    path: str
    codec: str
    before: int = 0
    lines: int = 0
    end: str = "\n"
    quoted: bool = False

    def chunks(self) -> Iterator[str]:
        """The text in pieces, with the characters of today. Raises UnicodeDecodeError."""
        decode = codecs.getincrementaldecoder(self.codec)().decode
        with Path(self.path).open("rb") as file:
            file.seek(self.before)
            while data := file.read(CHUNK):
                yield with_todays_characters(decode(data))
            yield with_todays_characters(decode(b"", final=True))

    def lines_of_text(self) -> Iterator[str]:
        """The lines, without what ends them but for a carriage return before it."""
        rest = ""
        for chunk in self.chunks():
            parts = (rest + chunk).split(self.end)
            rest = parts.pop()
            yield from parts
        if rest:
            yield rest


def read_encoding(path: str, limits: Limits) -> Encoded:
    """The text as it can be read from the first byte to the last. Raises Refused with the line and the byte."""
    with Path(path).open("rb") as file:
        head = file.read(4096)
    for mark, codec in BOMS:
        if head.startswith(mark):
            return checked((Encoded(path, codec, len(mark)),), limits)
    if wide := unmarked_utf_16(head):
        return checked((Encoded(path, wide),), limits)
    return checked((Encoded(path, "utf-8"), Encoded(path, "gb18030")), limits)


def unmarked_utf_16(head: bytes) -> str:
    """The codec of UTF-16 without a mark, seen by zeros in every second place alone; empty for another encoding."""
    first, second = head[0::2].count(0), head[1::2].count(0)
    codec = "utf-16-le" if second > first else "utf-16-be"
    if min(first, second) or max(first, second) < 2 or CONTROLS.search(head.decode(codec, "ignore")):
        return ""
    return codec


def checked(candidates: tuple[Encoded, ...], limits: Limits) -> Encoded:
    """The first encoding that holds; if none does, the refusal of the one that held longest."""
    wrong = []
    for encoded in candidates:
        try:
            return counted(encoded, limits)
        except UnicodeDecodeError as error:
            wrong.append((failed_at(encoded), encoded, error.object[error.start]))
    at, encoded, byte = max(wrong, key=lambda each: each[0])
    raise Refused("encoding", **place_of(encoded, at), byte=f"{byte:02X}", encoding=encoded.codec)


def failed_at(encoded: Encoded) -> int:
    """The byte of the file where decoding fails."""
    decoder = codecs.getincrementaldecoder(encoded.codec)()
    with Path(encoded.path).open("rb") as file:
        file.seek(encoded.before)
        done, last = encoded.before, False
        while not last:
            data = file.read(CHUNK)
            done, last = done + len(data), not data
            try:
                decoder.decode(data, final=last)
            except UnicodeDecodeError as error:
                return done - len(error.object) + error.start
    return done


def place_of(encoded: Encoded, at: int) -> dict[str, int]:
    """The line of a byte and the number of the byte in its line, both counted from 1."""
    with Path(encoded.path).open("rb") as file:
        data = file.read(at)[encoded.before :]
    end = "\n".encode(encoded.codec)
    if "utf-16" in encoded.codec:
        whole = data.decode(encoded.codec, "ignore").split("\n")  # to count alone
        return {"line": len(whole), "place": len(whole[-1].encode(encoded.codec)) + 1}
    return {"line": data.count(end) + 1, "place": len(data) - (data.rfind(end) + 1) + 1}


def counted(encoded: Encoded, limits: Limits) -> Encoded:
    """The text with its lines counted. Raises Refused for a zero byte or more than the limits allow."""
    lines, length, quoted, end = 0, 0, False, ""
    for chunk in encoded.chunks():
        end = end or ("\r" if "\r" in chunk and "\n" not in chunk else "\n")
        if "\0" in chunk:
            raise Refused("nul", line=lines + chunk[: chunk.index("\0")].count(end) + 1)
        quoted = quoted or '"' in chunk
        first, *others = chunk.split(end)
        if length + len(first) > limits.line or max(map(len, others), default=0) > limits.line:
            raise Refused("line", line=lines + 1, most=limits.line)
        lines, length = lines + len(others), len(others[-1]) if others else length + len(first)
    most = limits.rows * (5 if quoted else 1) + 1_000  # titles and totals; cells in quotes have lines of their own
    if lines > most:
        raise Refused("rows", rows=lines, most=limits.rows)
    return replace(encoded, lines=lines + (length > 0), end=end or "\n", quoted=quoted)

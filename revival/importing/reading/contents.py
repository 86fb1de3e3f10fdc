"""What a file is, told by its content; its name says nothing."""

import struct
import zlib
from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple
from zipfile import BadZipFile, ZipFile

from revival.importing.reading.encodings import unmarked_utf_16
from revival.importing.reading.limits import Limits, Refused

# The first bytes of files that are no tables, and what `words` calls them.
MAGIC = (
    (b"%PDF-", "pdf"),
    (b"\x89PNG\r\n", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF87a", "image"),
    (b"GIF89a", "image"),
    (b"II*\x00", "image"),
    (b"MM\x00*", "image"),
    (b"Rar!\x1a", "archive"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"\x1f\x8b\x08", "archive"),
    (b"{\\rtf", "word"),
)
OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
HEAD = 4096
FREE, END = 0xFFFFFFFF, 0xFFFFFFFE
ODS = "application/vnd.oasis.opendocument.spreadsheet"


class Stream(NamedTuple):
    """A stream of an OLE2 file: its first sector and its size."""

    first: int
    size: int


def file_kind(path: str, limits: Limits) -> str:
    """xlsx, xls, xlsb, ods or text. Raises Refused for every other kind, saying which it is."""
    with Path(path).open("rb") as file:
        head = file.read(HEAD)
        size = file.seek(0, 2)
    if size > limits.size:
        raise Refused("size", size=size, most=limits.size)
    if not head:
        raise Refused("empty")
    if head.startswith(ZIP):
        return zip_kind(path, limits)
    if head.startswith(OLE2):
        return ole2_kind(ole2_directory(Path(path).read_bytes()))
    for magic, kind in MAGIC:
        if head.startswith(magic):
            raise Refused("kind", kind=kind)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        raise Refused("kind", kind="image")
    return text_kind(head)


def text_kind(head: bytes) -> str:
    """text, or Refused: a web page, which old systems give out as .xls, XML, or what is no text at all."""
    if head.startswith(BOMS[1:]):
        return "text"
    start = head.removeprefix(BOMS[0]).lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<meta", b"<head")):
        raise Refused("kind", kind="html")
    if start.startswith(b"<?xml"):
        raise Refused("kind", kind="html" if b"<html" in start else "xml")
    controls = sum(byte < 9 or 13 < byte < 32 for byte in head)
    if controls * 10 > len(head) and not unmarked_utf_16(head):
        raise Refused("kind", kind="unknown")
    return "text"


def zip_kind(path: str, limits: Limits) -> str:
    """The kind of a ZIP by the list of its parts."""
    try:
        with ZipFile(path) as parts:
            if len(parts.filelist) > limits.parts:
                raise Refused("broken")
            names = set(parts.namelist())
            sealed = any(part.flag_bits & 1 for part in parts.filelist)
            kind = "encrypted" if sealed else kind_by_names(names)
            if kind == "opendocument":
                kind = opendocument_kind(parts)
    except (BadZipFile, struct.error, zlib.error, OSError, ValueError, RuntimeError):
        raise Refused("broken") from None
    if kind == "encrypted":
        raise Refused("encrypted")
    if kind not in ("xlsx", "xlsb", "ods"):
        raise Refused("kind", kind=kind)
    return kind


def kind_by_names(names: Collection[str]) -> str:
    """What the parts of a ZIP make of it."""
    lowered = {name.lower() for name in names}
    for name, kind in (
        ("ofd.xml", "ofd"),
        ("xl/workbook.bin", "xlsb"),
        ("xl/workbook.xml", "xlsx"),
        ("word/document.xml", "word"),
        ("ppt/presentation.xml", "slides"),
        ("mimetype", "opendocument"),
        ("index/document.iwa", "numbers"),
    ):
        if name in lowered:
            return kind
    return "xlsx" if any(name.startswith("xl/") for name in lowered) else "archive"


def opendocument_kind(parts: ZipFile) -> str:
    """ods, encrypted, or another kind of document."""
    with parts.open("mimetype") as file:
        named = file.read(100).decode("ascii", "replace").strip()
    if named not in (ODS, f"{ODS}-template"):
        return "document"
    if "META-INF/manifest.xml" in parts.namelist():
        with parts.open("META-INF/manifest.xml") as file:
            if b"encryption-data" in file.read(1_000_000):
                return "encrypted"
    return "ods" if "content.xml" in parts.namelist() else "archive"


def ole2_kind(streams: Collection[str]) -> str:
    """xls, by the streams of an OLE2 file."""
    if "EncryptedPackage" in streams:
        raise Refused("encrypted")
    if {"Workbook", "Book"} & set(streams):
        return "xls"
    kinds = (("WordDocument", "word"), ("PowerPoint Document", "slides"))
    raise Refused("kind", kind=next((kind for name, kind in kinds if name in streams), "unknown"))


def ole2_directory(data: bytes) -> dict[str, Stream]:
    """The streams of an OLE2 file by name. Raises Refused where its chains do not hold."""
    try:
        power = struct.unpack_from("<H", data, 30)[0]
        first = struct.unpack_from("<I", data, 48)[0]
        if power not in (9, 12):
            raise Refused("broken")
        found = {}
        listing = ole2_stream(data, Stream(first, len(data)))
        for at in range(0, len(listing) - 127, 128):
            length, kind = struct.unpack_from("<HB", listing, at + 64)
            if kind == 2 and 2 <= length <= 64:
                name = listing[at : at + length - 2].decode("utf-16-le", "replace")
                found[name] = Stream(*struct.unpack_from("<II", listing, at + 116))
    except (struct.error, IndexError):
        raise Refused("broken") from None
    return found


def ole2_stream(data: bytes, stream: Stream) -> bytes:
    """The bytes of a stream of 4,096 bytes or more. Raises struct.error where the file ends too early."""
    size = 1 << struct.unpack_from("<H", data, 30)[0]
    blocks: list[bytes] = []
    chain, sector = sector_chain(data, size), stream.first
    while sector < END and len(blocks) * size < stream.size:
        blocks.append(data[(sector + 1) * size : (sector + 2) * size])
        if sector >= len(chain) or len(blocks) > len(chain):
            raise Refused("broken")
        sector = chain[sector]
    return b"".join(blocks)[: stream.size]


def sector_chain(data: bytes, size: int) -> tuple[int, ...]:
    """The table that names the sector behind each sector. Tables of files above 7 MB go on beyond the header."""
    tables = list(struct.unpack_from("<109I", data, 76))
    extra, more = struct.unpack_from("<I", data, 68)[0], size // 4 - 1
    while extra < END and len(tables) * size < len(data):
        found = struct.unpack_from(f"<{more + 1}I", data, (extra + 1) * size)
        tables += found[:-1]
        extra = found[-1]
    numbers: list[int] = []
    for sector in tables:
        if sector < END and (sector + 2) * size <= len(data) + size:
            block = data[(sector + 1) * size : (sector + 2) * size]
            numbers += struct.unpack(f"<{len(block) // 4}I", block[: len(block) // 4 * 4])
    return tuple(numbers)

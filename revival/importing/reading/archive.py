"""The parts of a ZIP, unpacked with a limit: their true sizes count, whatever the archive states."""

import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from revival.importing.reading.limits import Limits, Refused

CHUNK = 2**18
SMALL = 8 * 2**20  # what lists of sheets and formats may have
# What is read as soon as a workbook is opened; the parts of sheets are checked one by one, before each is read.
READ_AT_ONCE = re.compile(
    r"(\.rels|workbook\.(xml|bin)|styles\.(xml|bin)|sharedStrings\.(xml|bin)|\[Content_Types\]\.xml"
    r"|manifest\.xml|content\.xml|meta\.xml)$",
    re.IGNORECASE,
)
ENDLESS = "content.xml"  # python-calamine never comes to the end of one that is cut off
DECLARATIONS = (b"<!DOCTYPE", b"<!ENTITY")
MARKS_OF_WIDE_TEXT = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")


class Archive:
    """A ZIP whose parts are read with one limit for all of them."""

    def __init__(self, path: str, limits: Limits) -> None:
        self.path, self.limits = path, limits
        self.sizes: dict[str, int] = {}
        try:
            with ZipFile(path) as opened:
                self.parts = {part.filename: part for part in opened.filelist}
                self.count = len(opened.filelist)
        except (BadZipFile, OSError, ValueError, RuntimeError):
            raise Refused("broken") from None
        if len(self.parts) < self.count or any(
            part.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for part in self.parts.values()
        ):
            raise Refused("broken")  # two parts of one name are read differently by different programs
        if sum(part.file_size for part in self.parts.values()) > limits.unpacked:
            raise Refused("unpacked", most=limits.unpacked)

    def blocks(self, name: str) -> Iterator[bytes]:
        """The bytes of a part."""
        if name not in self.parts:
            raise Refused("broken")
        try:
            self.sizes[name] = 0
            for block in inflated(self.path, self.parts[name]):
                self.sizes[name] += len(block)
                if sum(self.sizes.values()) > self.limits.unpacked:
                    raise Refused("unpacked", most=self.limits.unpacked)
                yield block
        except (zlib.error, EOFError, OSError):
            raise Refused("broken") from None

    def xml_blocks(self, name: str, end: bytes) -> Iterator[bytes]:
        """The XML of a part in blocks that end with `end`, so that no element is cut. Raises Refused for entities."""
        rest, first = b"", True
        for block in self.blocks(name):
            if first and block.startswith(MARKS_OF_WIDE_TEXT):
                raise Refused("broken")
            first, rest = False, rest + block
            if any(word in rest for word in DECLARATIONS):
                raise Refused("entities")
            at = rest.rfind(end) + len(end)
            if at >= len(end):
                yield rest[:at]
                rest = rest[at:]
            if len(rest) > SMALL:
                raise Refused("broken")
        if rest:
            yield rest

    def check_parts(self) -> None:
        """Refuse parts that are larger than stated or declare entities, of those that are read at once."""
        for name in self.parts:
            if READ_AT_ONCE.search(name):
                for _block in self.blocks(name) if name.endswith(".bin") else self.xml_blocks(name, b">"):
                    pass
                if name == ENDLESS:
                    self.refuse_malformed(name)

    def refuse_malformed(self, name: str) -> None:
        """Refuse XML that does not hold to its end."""
        parser = expat.ParserCreate()
        try:
            for block in self.blocks(name):
                parser.Parse(block, False)
            parser.Parse(b"", True)
        except expat.ExpatError:
            raise Refused("broken") from None

    def small_xml(self, name: str) -> bytes:
        """The whole of a small part."""
        whole = b"".join(self.xml_blocks(name, b">"))
        if len(whole) > SMALL:
            raise Refused("broken")
        return whole


def inflated(path: str, part: ZipInfo) -> Iterator[bytes]:
    """The unpacked bytes of a part in pieces of bounded size. Raises EOFError if they are not as many as stated."""
    with Path(path).open("rb") as file:
        file.seek(part.header_offset)
        header = file.read(30)
        if len(header) < 30 or header[:4] != b"PK\x03\x04":
            raise EOFError
        file.seek(int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), 1)
        left, size = part.compress_size, 0
        unpack = zlib.decompressobj(-15) if part.compress_type == ZIP_DEFLATED else None
        while left and (data := file.read(min(left, CHUNK))):
            left -= len(data)
            while data:
                block, data = (unpack.decompress(data, CHUNK), unpack.unconsumed_tail) if unpack else (data, b"")
                size += len(block)
                yield block
        if unpack:
            block = unpack.flush()
            size += len(block)
            yield block
        if left or size != part.file_size or (unpack and not unpack.eof):
            raise EOFError

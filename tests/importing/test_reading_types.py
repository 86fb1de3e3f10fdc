"""A file is what its content says: its name is never asked, and what is no table is called by its name."""

import pytest
from django.utils import translation

from revival.importing.reading.limits import Refused
from revival.importing.reading.words import kind_names, refusal_sentence
from tests.extent import every
from tests.importing.asking import ask
from tests.importing.workbooks import ODS_TYPE, Value, ods, ole2, xls, xlsb, xlsx, zipped

ROWS: list[list[Value]] = [["名称", "总投资"], ["合成甲", 1.5]]
TABLES = {
    "xlsx": xlsx(ROWS),
    "xls": xls(ROWS),
    "xlsb": xlsb(ROWS),
    "ods": ods(ROWS),
    "csv": "名称,总投资\r\n合成甲,1.5\r\n".encode(),
    "text": "名称\t总投资\r\n合成甲\t1.5\r\n".encode(),
}
PNG = b"\x89PNG\r\n\x1a\n" + bytes(60)
OTHERS = (
    ("pdf", b"%PDF-1.7\n%\xe2\xe3"),
    ("image", PNG),
    ("image", b"\xff\xd8\xff\xe0\x00\x10JFIF"),
    ("image", b"RIFF\x24\x00\x00\x00WEBPVP8 "),
    ("archive", b"Rar!\x1a\x07\x01\x00"),
    ("archive", b"7z\xbc\xaf\x27\x1c\x00\x04"),
    ("archive", zipped({"projects.xlsx": xlsx(ROWS)})),
    ("ofd", zipped({"OFD.xml": "<ofd:OFD/>", "Doc_0/Document.xml": "<ofd:Document/>"})),
    ("word", zipped({"word/document.xml": "<w:document/>"})),
    ("word", ole2({"WordDocument": b"x"})),
    ("word", b"{\\rtf1\\ansi"),
    ("slides", zipped({"ppt/presentation.xml": "<p:presentation/>"})),
    ("slides", ole2({"PowerPoint Document": b"x"})),
    ("document", zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<x/>"})),
    ("numbers", zipped({"Index/Document.iwa": b"x"})),
    ("html", b"<html><body><table><tr><td>1</td></tr></table></body></html>"),
    ("html", b"\xef\xbb\xbf\r\n<!DOCTYPE HTML><html></html>"),
    ("html", b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"></html>'),
    ("xml", b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>'),
    ("unknown", bytes(range(32)) * 9),
    ("unknown", ole2({"Something": b"x"})),
)
SEALED = {
    "workbook of today": ole2({"EncryptedPackage": b"x", "EncryptionInfo": b"y"}),
    "ODS": ods(ROWS, encrypted=True),
}
CUT_SHEET = "<worksheet><sheetData><row><c><v>1</v></c></row><row><c><v"
CUT_TABLE = "<office:document-content><office:body><office:spreadsheet><table:table><table:table-row"
BROKEN = {
    "cut XLSX": xlsx(ROWS)[:300],
    "XLSX without sheets": zipped({"xl/workbook.xml": "<workbook/>"}),
    "XLSX with a cut sheet": xlsx(CUT_SHEET),
    "XLSX with UTF-16": xlsx(f"\ufeff{CUT_SHEET}".encode("utf-16-le")),
    "XLSX whose list of sheets has a name of its own": xlsx(ROWS, book="workbook22"),
    "ODS without a table": zipped({"mimetype": ODS_TYPE, "content.xml": "<a/>"}),
    "ODS cut in its table": zipped({"mimetype": ODS_TYPE, "content.xml": CUT_TABLE}),
    "cut XLS": xls(ROWS)[:1500],
    "head of an OLE2 file": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(30),
    "two parts of one name": xlsx(ROWS, more={"xl/styleX.xml": "<a/>"}).replace(b"xl/styleX.xml", b"xl/styles.xml"),
    "a part that is larger than stated": xlsx(ROWS).replace(b"\0\0xl/styles.xml", b"\1\0xl/styles.xml"),
}
EMPTY = {
    "nothing": b"",
    "a mark": b"\xef\xbb\xbf",
    "lines": b"\r\n\r\n",
    "separators": b",,,\r\n,,,\r\n",
    "xlsx": xlsx([]),
    "xls": xls([]),
    "ods": ods([]),
    "rows": xlsx([[None], [None]]),
    "blanks": xlsx([[" "], ["\u3000"]]),
}


@every("kind", TABLES)
def test_tables_are_known_by_their_content(kind: str) -> None:
    """Every format gives the same cells, though the file is called `upload`."""
    answer = ask(TABLES[kind])
    assert answer.head["format"] == kind
    assert answer.cells == {1: ["名称", "总投资"], 2: ["合成甲", "1.5"]}


@pytest.mark.parametrize(("kind", "data"), OTHERS, ids=range(len(OTHERS)))
def test_other_files_are_called_what_they_are(kind: str, data: bytes) -> None:
    """The refusal says what the file is and what is accepted, in both languages."""
    with pytest.raises(Refused) as refused:
        ask(data)
    assert (refused.value.code, refused.value.params) == ("kind", {"kind": kind})
    for language in ("en", "zh-hans"):
        with translation.override(language):
            said = refusal_sentence("kind", refused.value.params)
            assert "XLSX" in said
            assert "CSV" in said
            assert kind == "unknown" or kind_names()[kind] in said


@every("name", SEALED)
def test_encrypted_files_are_refused(name: str) -> None:
    """A password is not asked for: the official saves the file without one."""
    with pytest.raises(Refused) as refused:
        ask(SEALED[name])
    assert refused.value.code == "encrypted"


@every("name", BROKEN)
def test_damaged_files_are_refused(name: str) -> None:
    """A file that is cut off, or lacks its parts, is refused as damaged."""
    with pytest.raises(Refused) as refused:
        ask(BROKEN[name])
    assert refused.value.code == "broken"


@every("name", EMPTY)
def test_files_without_a_filled_cell_are_empty(name: str) -> None:
    """Nothing is read from nothing."""
    with pytest.raises(Refused) as refused:
        ask(EMPTY[name])
    assert refused.value.code == "empty"

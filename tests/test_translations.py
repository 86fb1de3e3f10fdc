"""The Chinese catalogue is complete, and says what the glossary says."""

import re
from pathlib import Path

import django
import polib

from tests import messages

CATALOGUE = polib.pofile(str(messages.CATALOGUE))
DJANGO = Path(django.__file__).parent
HOLDERS = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
TERMS = {
    "renovation projects": "焕新项目",
    "Eliminating backwardness": "淘汰落后",
    "Equipment renewal": "老旧更新",
    "Green transformation": "绿色转型",
    "Product upgrading": "产品提档",
    "Layout optimization": "布局优化",
    "Food": "食品",
    "Textile": "纺织",
    "Chemical": "化工",
    "Metallurgy": "冶金",
    "Building materials": "建材",
    "Machinery": "机械",
    "Other": "其他",
    "total investment": "总投资",
    "planned investment of the year": "年度计划投资",
    "completed investment": "累计完成投资",
    "Completion rate": "完成率",
    "unified social credit code": "统一社会信用代码",
    "project code": "项目代码",
    "10,000 yuan": "万元",
    "100 million yuan": "亿元",
    "Sunan": "苏南",
    "Suzhong": "苏中",
    "Subei": "苏北",
}
# Words of the demonstration data, and the name of the language that the link leads to.
CHINESE_MEANT = ("revival/demo", "revival/templates/language.html")


def test_every_message_is_translated() -> None:
    """Each message of the sources has its Chinese, singular and plural, and nothing stands there unused."""
    ids = {message for _file, message, _plural in messages.messages()}
    known = {entry.msgid: entry for entry in CATALOGUE}
    assert ids - known.keys() == set()
    assert known.keys() - ids - set(messages.FOREIGN) == set()
    assert [e.msgid for e in CATALOGUE if not (e.msgstr_plural.get(0) if e.msgid_plural else e.msgstr)] == []
    assert not CATALOGUE.obsolete_entries()
    assert not [entry.msgid for entry in CATALOGUE if entry.fuzzy]


def test_sources_are_read_at_all() -> None:
    """The extraction finds messages of modules, templates and plural forms."""
    found = list(messages.messages())
    assert {"projects/models/renovation.py", "revival/templates/base.html"} <= {file for file, _id, _plural in found}
    assert any(plural for _file, _id, plural in found)


def chinese_of(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def test_placeholders_survive_translation() -> None:
    """What is filled in stands in the Chinese as in the English."""
    pairs = [(entry.msgid, text) for entry in CATALOGUE for text in chinese_of(entry)]
    assert [pair for pair in pairs if sorted(HOLDERS.findall(pair[0])) != sorted(HOLDERS.findall(pair[1]))] == []
    assert [pair for pair in pairs if not re.search(r"[\u4e00-\u9fff]", pair[1])] == []


def test_terms_are_those_of_the_field() -> None:
    """The glossary's terms."""
    known = {entry.msgid: entry.msgstr for entry in CATALOGUE}
    assert {english: known.get(english) for english in TERMS} == TERMS


def test_chinese_stands_in_the_catalogue_alone() -> None:
    """No module or template has Chinese of its own where a message belongs; comments and docstrings may."""
    found = [
        f"{path.relative_to(messages.ROOT)}: {line.strip()[:60]}"
        for path in messages.sources()
        if not str(path.relative_to(messages.ROOT)).startswith(CHINESE_MEANT)
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.search(r"[\"'>][^\"'<>#]*[\u4e00-\u9fff][^\"'<>]*[\"'<]", line.split("  #")[0]) and '"""' not in line
    ]
    assert found == []

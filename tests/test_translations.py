"""The Chinese catalogue is complete and uses the glossary's terms."""

import gettext
import re
from pathlib import Path

import django
import pytest
from babel.messages.pofile import PoFileError

from revival.translations import compile_catalogues
from tests import messages
from tests.messages import FoundMessage, chinese, singular

CATALOGUE = messages.read_catalogue()
ENTRIES = messages.entries(CATALOGUE)
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
CHINESE_MEANT = (
    *("revival/demo", "revival/records/likeness.py", "revival/importing/spoken.py"),
    "revival/templates/language.html",
)


def test_every_message_is_translated() -> None:
    """Each message of the sources has its Chinese, singular and plural, and no entry is unused."""
    ids = {(found.id, found.context or None) for found in messages.messages()}
    known = {(singular(entry), entry.context) for entry in ENTRIES}
    assert ids - known == set()
    assert known - ids - {(message, None) for message in messages.FOREIGN} == set()
    assert [singular(entry) for entry in ENTRIES if not chinese(entry)] == []
    assert not CATALOGUE.obsolete
    assert not [singular(entry) for entry in ENTRIES if entry.fuzzy]


def test_sources_are_read_at_all() -> None:
    """The extraction finds messages of modules, templates and plural forms."""
    found = list(messages.messages())
    assert {"projects/models/renovation.py", "revival/templates/base.html"} <= {each.file for each in found}
    assert any(each.plural for each in found)


def test_placeholders_survive_translation() -> None:
    """The Chinese has the same placeholders as the English."""
    pairs = [(singular(entry), chinese(entry)) for entry in ENTRIES]
    assert [pair for pair in pairs if sorted(HOLDERS.findall(pair[0])) != sorted(HOLDERS.findall(pair[1]))] == []
    assert [pair for pair in pairs if not re.search(r"[\u4e00-\u9fff：，、（]", pair[1])] == []


def test_terms_are_those_of_the_field() -> None:
    """The translations use the glossary's terms."""
    found = {english: CATALOGUE.get(english) for english in TERMS}
    assert {english: entry and chinese(entry) for english, entry in found.items()} == TERMS


def test_chinese_stands_in_the_catalogue_alone() -> None:
    """No module or template has Chinese in place of a message. Comments and docstrings may."""
    found = [
        f"{path.relative_to(messages.ROOT)}: {line.strip()[:60]}"
        for path in messages.sources()
        if not str(path.relative_to(messages.ROOT)).startswith(CHINESE_MEANT)
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.search(r"[\"'>][^\"'<>#]*[\u4e00-\u9fff][^\"'<>]*[\"'<]", line.split("  #")[0]) and '"""' not in line
    ]
    assert found == []


SMALL = """#
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

#: a.py
msgid "gone"
msgstr "旧"

# Of a loan.
#: b.py
msgctxt "loan"
msgid "term"
msgstr "期限"

#: b.py
msgid "%(count)d row"
msgid_plural "%(count)d rows"
msgstr[0] "%(count)d 行"
"""
UPDATED = """#
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

#: a.html b.py
msgid "%(count)d row"
msgid_plural "%(count)d rows"
msgstr[0] "%(count)d 行"

# Of a loan.
#: b.py
msgctxt "loan"
msgid "term"
msgstr "期限"

#: c.py
msgid "term"
msgstr ""
"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A catalogue with a message of each kind, where Django looks for one."""
    path = tmp_path / "zh_Hans" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    path.write_text(SMALL, encoding="utf-8")
    return path


def test_catalogue_is_brought_in_line(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Translations, contexts and comments stay, unused messages go, and a second run changes no byte."""
    found = [
        FoundMessage("c.py", "term"),
        FoundMessage("b.py", "term", context="loan"),
        FoundMessage("b.py", "%(count)d row", "%(count)d rows"),
        FoundMessage("a.html", "%(count)d row", "%(count)d rows"),
    ]
    monkeypatch.setattr(messages, "messages", lambda: found)
    monkeypatch.setattr(messages, "FOREIGN", ())
    messages.update(small)
    assert small.read_text(encoding="utf-8") == UPDATED
    before = small.read_bytes()
    messages.update(small)
    assert small.read_bytes() == before


def test_catalogue_is_compiled(small: Path) -> None:
    """The compiled catalogue gives the Chinese of each kind of message, and is written again only when outdated."""
    [compiled] = compile_catalogues(small.parents[2])
    with compiled.open("rb") as file:
        chinese_of = gettext.GNUTranslations(file)
    assert chinese_of.gettext("gone") == "旧"
    assert chinese_of.pgettext("loan", "term") == "期限"
    assert chinese_of.ngettext("%(count)d row", "%(count)d rows", 5) == "%(count)d 行"
    assert compile_catalogues(small.parents[2]) == []


def test_faulty_catalogue_is_refused(small: Path) -> None:
    """A catalogue that is no catalogue ends the command and leaves no compiled file."""
    small.write_text(SMALL + "msgid gone\n", encoding="utf-8")
    with pytest.raises(PoFileError):
        compile_catalogues(small.parents[2])
    assert not list(small.parent.glob("*.mo"))

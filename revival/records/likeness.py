"""What a record is known by: the fields in which two records of one thing agree, and the folding of names."""

from collections.abc import Callable, Iterable, Mapping
from typing import ClassVar, NamedTuple

from django.db.models import Func, TextField

FULL_WIDTH = "".join(map(chr, range(0xFF01, 0xFF5F)))
PLAIN = "".join(map(chr, range(0x21, 0x7F)))
SMALL = "abcdefghijklmnopqrstuvwxyz"
BRACKETS = {"〔": "(", "〕": ")", "【": "(", "】": ")", "［": "(", "］": ")", "[": "(", "]": ")"}
# No part of a name: blanks of all widths, invisible signs, and the dot between the parts of a foreign name.
DROPPED = " \t\n\r\u00a0\u2002\u2003\u2009\u200b\u200c\u200d\u202f\u2060\u3000\ufeff·•・‧"
# One sign for another; the signs dropped have none. What PostgreSQL's translate() and str.translate() take.
SIGNS = {
    **dict(zip(SMALL, SMALL.upper(), strict=True)),
    **dict(zip(FULL_WIDTH, PLAIN.upper(), strict=True)),
    **BRACKETS,
}
FROM, TO = "".join(SIGNS) + DROPPED, "".join(SIGNS.values())
# Long and short spellings of the same words.
WORDS = (("有限责任公司", "有限公司"), ("江苏省", "江苏"))
TABLE = str.maketrans(FROM[: len(TO)], TO, DROPPED)


class Folded(Func):
    """The folded spelling of a text, as a function of the database that can be indexed."""

    function = "records_folded"
    output_field = TextField()


def folded(text: str) -> str:
    """The spelling that near-equal names share."""
    found = text.translate(TABLE)
    for long, short in WORDS:
        found = found.replace(long, short)
    return found


class OpenCode(NamedTuple):
    """A unique code that names a record to officials of every region: they read its name and code, and no more.

    spelled: the stored spelling of a full code that is typed in any way; empty for every other text.
    """

    field: str
    spelled: Callable[[str], str]


class Known:
    """What records of a model are known by, as far as no constraint says it.

    alike: the fields in which two records of one thing agree, the one that an official is asked at first; texts agree
    if they are folded alike. Each group is asked alone, where its first field is filled in. told_in_city: whether
    officials learn that there is one elsewhere in their city, though they may not see it. open_code: the code that
    finds a record of any region. spelled: the function to the one spelling of each code of a record.
    """

    alike: ClassVar[tuple[tuple[str, ...], ...]] = ()
    told_in_city: ClassVar[bool] = False
    open_code: ClassVar[OpenCode | None] = None
    spelled: ClassVar[Mapping[str, Callable[[str], str]]] = {}

    @classmethod
    def is_known_by(cls, names: Iterable[str]) -> bool:
        """Whether records are known by one of the fields. The city, which nobody types, is that of the region."""
        known = {"region" if name == "city" else name for group in cls.alike for name in group}
        return not known.isdisjoint(names)

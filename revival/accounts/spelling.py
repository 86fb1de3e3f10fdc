"""The pinyin of names, written beside them, so that they are found by syllables and by initials: `xuzhou`, `xz`."""

import json
import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import models
from pypinyin import lazy_pinyin

# Places that pypinyin reads in another way than their people do; the file names them with their syllables.
PLACES: dict[str, tuple[str, ...]] = {
    place: tuple(pinyin.split())
    for place, pinyin in json.loads(Path(settings.FIXTURE_DIRS[0], "pinyin.json").read_text(encoding="utf-8")).items()
}
RUNS = re.compile(rf"({'|'.join(PLACES)}|[\u3400-\u9fff]+?(?={'|'.join(PLACES)}|[^\u3400-\u9fff]|$))|([A-Za-z0-9]+)")
TYPED = re.compile(r"[a-z0-9]+")
FILLED_AT_ONCE = 2000
MOST_WORDS = 8  # that are looked for one by one; what follows them is the end of the last


@lru_cache(maxsize=50_000)
def syllables(text: str) -> tuple[str, ...]:
    """The pinyin of Chinese text without tones, by sign. Parts of names, such as places and endings, come often."""
    return PLACES.get(text) or tuple(lazy_pinyin(text))


def spelling_of(text: str) -> str:
    """The pinyin of a text, and behind a blank its initials. Both have its letters and digits, and no other signs."""
    parts: list[str] = []
    initials = ""
    for chinese, plain in RUNS.findall(text):
        found = syllables(chinese) if chinese else (plain.lower(),)
        parts += found
        initials += "".join(each[:1] for each in found) if chinese else found[0]
    return f"{''.join(parts)} {initials}" if parts else ""


def typed_spelling(word: str) -> str:
    """The word as spellings have it; "" where it has other signs than letters, digits and apostrophes."""
    plain = word.lower().replace("'", "").replace("’", "")
    return plain if TYPED.fullmatch(plain) else ""


def searched_words(text: str) -> list[str]:
    """The words of a search, each of which a row must have."""
    return text.split(maxsplit=MOST_WORDS - 1)


class SpellingField(models.TextField):  # type: ignore[type-arg]
    """The pinyin of another column of its row, written with it and never typed.

    of: the name of that column. An UPDATE in SQL that renames rows leaves it as it was.
    """

    def __init__(self, *args: Any, of: str = "name", **kwargs: Any) -> None:
        self.of = of
        super().__init__(*args, **kwargs | {"editable": False, "default": "", "db_default": ""})

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        for fixed in ("editable", "default", "db_default"):
            kwargs.pop(fixed, None)
        return name, path, args, kwargs | {"of": self.of}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        text = spelling_of(str(getattr(model_instance, self.of) or ""))
        setattr(model_instance, self.attname, text)
        return text


def fill_spellings(model: Any) -> int:
    """Write the spellings that rows do not have, and give how many: of names from before their column was there."""
    filled, rows = 0, model._base_manager.order_by("pk")
    for field in (each for each in model._meta.concrete_fields if isinstance(each, SpellingField)):
        missing, last = rows.filter(**{field.attname: ""}), None
        while batch := list((missing.filter(pk__gt=last) if last is not None else missing)[:FILLED_AT_ONCE]):
            last = batch[-1].pk
            found = [row for row in batch if field.pre_save(row, add=False)]
            model._base_manager.bulk_update(found, [field.attname])
            filled += len(found)
    return filled


def name_condition(model: type[models.Model], path: str, word: str, lookup: str = "contains") -> models.Q:
    """The condition that the text at a path, or its spelling where it is written down, contains the word.

    path: an ORM path of to-one steps. lookup: how the text itself is compared.
    """
    found = models.Q(**{f"{path}__{lookup}": word})
    *steps, column = path.split("__")
    for step in steps:
        field: Any = model._meta.get_field(step)
        model = field.related_model
    fields: Iterable[Any] = model._meta.concrete_fields
    spelled = next((field.name for field in fields if isinstance(field, SpellingField) and field.of == column), None)
    if spelled and (typed := typed_spelling(word)):
        found |= models.Q(**{"__".join((*steps, spelled, "contains")): typed})
    return found

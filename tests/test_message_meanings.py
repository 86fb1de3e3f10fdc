"""A message id has one meaning. A context tells apart two meanings of one English word, or a reason stands here."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import django
import pytest
from babel.messages.pofile import read_po
from django.apps import apps
from django.db import models
from django.test.utils import isolate_apps
from django.utils.translation import gettext_lazy, pgettext_lazy

from tests import messages

DJANGO = Path(django.__file__).parent
# Django's packages that show messages on our pages.
SHOWN = ("conf", "contrib/admin", "contrib/auth")
# Ids of several meanings that are one word in both languages.
ALLOWED = {
    "City": "A level of government: of a region, of a policy, and of what a figure is about.",
    "County": "As City.",
    "Province": "As City.",
    "former code": "A row is a former code, and its one field of its own is that code.",
    "rank": "A rank has the unit and the qualifier of a rank, and nothing else has them.",
    "unit": "What is counted, of equipment and of figures, chosen from other lists.",
}
# Ids of Django too, where our translation replaces Django's and the meaning is the same.
AS_IN_DJANGO = {
    *("Change password", "Error:", "History", "Home", "Page not found", "Search", "Skip to main content", "name"),
    *("English", "Filter", "No", "Set password", "Show all", "Simplified Chinese", "Yes", "version"),
    *("Delete", "No, take me back", "Objects", "Save", "Yes, I’m sure"),
    'Are you sure you want to delete the %(object_name)s "%(escaped_object)s"? '
    "All of the following related items will be deleted:",
    "Are you sure you want to delete the selected %(objects_name)s? "
    "All of the following objects and their related items will be deleted:",
}

Label = tuple[str, str]  # context (empty for none) and id
# The meaning of a label: a model, a list of choices, or a kind of field.
Meaning = tuple[str, Any]


def label(text: Any) -> Label:
    """The context and the id of a lazy message. A plain string is its own id."""
    context, message = ("", *getattr(text, "_args", (str(text),)))[-2:]
    return context, message


def own_models() -> list[Any]:
    """The models of the product, without proxies, which show other models' rows, and the tables of history."""
    return [
        model
        for model in apps.get_models()
        if model.__module__.startswith(messages.FLOORS)
        and not model._meta.proxy
        and not hasattr(model, "pgh_tracked_model")
    ]


def values(field: Any) -> tuple[str, ...]:
    """The values of a field with a list of words, and none for others."""
    return tuple(sorted(value for value, _label in field.flatchoices if isinstance(value, str)))


def of_field(field: Any) -> Meaning:
    """The meaning of a field's label: the model that it leads to, its list of choices, or its kind."""
    if field.related_model is not None:
        return "model", field.related_model._meta.label
    return ("choices", values(field)) if values(field) else ("field", field.get_internal_type())


def meanings(model: Any) -> Iterator[tuple[Label, Meaning]]:
    """Each label of a model with its meaning."""
    meta = model._meta
    yield label(meta.verbose_name), ("model", meta.label)
    yield label(meta.verbose_name_plural), ("model", meta.label)
    for field in meta.get_fields():
        if field.concrete:
            yield label(field.verbose_name), of_field(field)
            for value, text in field.flatchoices:
                yield label(text), ("choices", values(field) or value)


def shared(found: Iterable[Any]) -> dict[Label, set[Meaning]]:
    """The labels with more than one meaning."""
    stands_for: defaultdict[Label, set[Meaning]] = defaultdict(set)
    for model in found:
        for text, meaning in meanings(model):
            stands_for[text].add(meaning)
    return {text: several for text, several in stands_for.items() if len(several) > 1}


def ids(path: Path) -> set[Label]:
    """The contexts and ids of a catalogue."""
    with path.open("rb") as file:
        entries = [entry for entry in read_po(file) if entry.id]
    return {(entry.context or "", entry.id if isinstance(entry.id, str) else entry.id[0]) for entry in entries}


def of_django(domain: str) -> set[Label]:
    """The ids that Django's packages show on our pages, read from the English catalogues, which have them all."""
    paths = [DJANGO / package / "locale" / "en" / "LC_MESSAGES" / f"{domain}.po" for package in SHOWN]
    return set().union(*(ids(path) for path in paths if path.exists()))


def test_no_label_has_two_meanings() -> None:
    """Each id that labels two things has contexts, or a reason above. No reason is left without its label."""
    assert shared(own_models()).keys() == {("", text) for text in ALLOWED}


@isolate_apps("finance")
def test_a_planted_label_of_two_meanings_is_found() -> None:
    """It finds the label of a key to another model, a choice of two lists, and a field named like a model."""

    class Named(models.Model):
        class Meta:
            abstract = True

        def __str__(self) -> str:
            return "synthetic"

    class Ware(Named):
        class Meta:
            app_label = "finance"
            verbose_name, verbose_name_plural = gettext_lazy("ware"), gettext_lazy("wares")

    class Offer(Named):
        ware = models.ForeignKey(Ware, models.PROTECT, verbose_name=gettext_lazy("ware"))
        state = models.CharField(gettext_lazy("state"), choices={"open": gettext_lazy("Open")})

        class Meta:
            app_label = "finance"
            verbose_name, verbose_name_plural = gettext_lazy("offer"), gettext_lazy("offers")

    class Sale(Named):
        offer = models.ForeignKey(Offer, models.PROTECT, verbose_name=gettext_lazy("ware"))
        step = models.CharField(
            gettext_lazy("step"), choices={"open": gettext_lazy("Open"), "to": gettext_lazy("To")}
        )

        class Meta:
            app_label = "finance"
            verbose_name, verbose_name_plural = gettext_lazy("sale"), gettext_lazy("sales")

    class Parted(Named):
        offer = models.ForeignKey(Offer, models.PROTECT, verbose_name=pgettext_lazy("sale", "ware"))
        wares = models.CharField(gettext_lazy("wares"))

        class Meta:
            app_label = "finance"
            verbose_name, verbose_name_plural = gettext_lazy("parted"), gettext_lazy("parted")

    assert shared([Ware, Offer]) == {}
    assert shared([Ware, Offer, Sale]).keys() == {("", "ware"), ("", "Open")}
    assert shared([Ware, Offer, Parted]).keys() == {("", "wares")}


def test_what_django_says_keeps_its_meaning() -> None:
    """An id that is Django's too is named above, taken over on purpose, or has a context."""
    both = {text for context, text in ids(messages.CATALOGUE) & of_django("django") if not context}
    assert both - set(messages.FOREIGN) == AS_IN_DJANGO


def test_what_is_taken_over_is_still_said() -> None:
    """Each id taken over from Django is one of Django's, of the pages and of their scripts."""
    assert {("", text) for text in messages.FOREIGN} - of_django("django") == set()
    assert ids(messages.CATALOGUE.with_name("djangojs.po")) - of_django("djangojs") == set()


def faults(chinese: str) -> list[str]:
    """The faults of style of a Chinese text."""
    text = re.sub(r"%\(\w+\)[sd]|%[sd]|\{\w*\}", "", chinese)
    found = [("你", "你 for 您"), (r"[\u4e00-\u9fff][,;:?!()]|[,;:?!()][\u4e00-\u9fff]", "half-width punctuation")]
    found += [(r"[\u4e00-\u9fff]\.(?!\w)", "half-width full stop"), (r"[\u4e00-\u9fff] [\u4e00-\u9fff]", "a space")]
    return [fault for pattern, fault in found if re.search(pattern, text)]


def test_chinese_is_polite_and_full_width() -> None:
    """People are 您, punctuation is full-width and no space separates words, in both catalogues."""
    for path in sorted(messages.CATALOGUE.parent.glob("*.po")):
        with path.open("rb") as file:
            texts = [entry.string or "" for entry in read_po(file) if entry.id]
        assert [text for text in texts if faults(text if isinstance(text, str) else text[0])] == []


@pytest.mark.parametrize("chinese", ["请输入你的密码", "未保存:请重试", "增加 项目", "已保存."])
def test_a_planted_fault_of_style_is_found(chinese: str) -> None:
    """The rule can fail."""
    assert faults(chinese)
    assert not faults("填报期 %(period)s 未对本地区开放（2024年）。")

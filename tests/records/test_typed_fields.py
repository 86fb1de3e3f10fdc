"""Every field of every form of the admin reads by the one grammar, and texts hold only signs that are seen."""

from collections.abc import Iterator
from typing import Any, NamedTuple
from unicodedata import normalize

import pytest
from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.test import RequestFactory
from django.utils import translation

from enterprises.models import Enterprise
from revival.accounts.models import Official, Region
from revival.accounts.signs import WrittenRow, is_unseen, refuse_unseen, sign_problem, typed_texts
from revival.collection.monthly.form import MonthForm
from revival.records.comments import CommentForm
from revival.records.entry import AmountInput, AreaEntry, CountField, DayField, NumberField, ReadField, WanField
from tests.extent import every
from tests.factories import PROVINCE, enterprise, official

pytestmark = pytest.mark.django_db
OWN = ("revival", "enterprises", "projects", "finance")
ADMINS = [(m, ma) for m, ma in admin.site._registry.items() if m.__module__.startswith(OWN)]
NO_NUMBERS = ("1200①", "1200¹", "½", "1e2", "1_000", "12,34", "١٢", "1.2.3", "万", "1\u200b2")
NO_DAYS = ("01/05/2024", "5/1/2024", "May 1, 2024", "2024-02-30", "2024-05-0①", "2024-05-01\u200b")
# Control, tab, bidi, zero width, byte order mark, soft hyphen, joiner, selector, filler; and lines for texts of one.
UNSEEN = ("\x07", "\t", "\u202e", "\u2066", "\u200b", "\ufeff", "\u00ad", "\u034f", "\ufe0f", "\u3164", "\u2028")
LINES = ("\n", "\r\n")


class TypedForm(NamedTuple):
    """A form of the admin, and what its fields' posted names begin with."""

    model: Any
    form: Any


def typed_forms(user: Official) -> Iterator[TypedForm]:
    """The forms of new rows: of every page, and of the rows on it."""
    request = RequestFactory().get("/")
    request.user = user
    for model, page in ADMINS:
        if not page.has_add_permission(request):
            continue
        yield TypedForm(model, page.get_form(request, None))
        for formset, inline in page.get_formsets_with_inlines(request, None):
            yield TypedForm(inline.model, formset.form)


@pytest.fixture
def typed() -> Iterator[list[TypedForm]]:
    """The forms, in English."""
    with translation.override("en"):
        yield list(typed_forms(official("", PROVINCE)))


def test_numbers_and_days_are_read_by_our_fields(typed: list[TypedForm]) -> None:
    """In text boxes with a keypad and without a browser's memory; no box is one of numbers."""
    found = {}
    for model, form in typed:
        for name, field in form.base_fields.items():
            if isinstance(field.widget, forms.HiddenInput):
                continue
            assert field.widget.input_type != "number" if hasattr(field.widget, "input_type") else True
            if isinstance(field, forms.IntegerField | forms.DateField | forms.DecimalField):
                assert isinstance(field, ReadField), (model, name)
                assert field.widget.input_type == "text", (model, name)
                assert field.widget.attrs["inputmode"] in ("decimal", "numeric")
                assert field.widget.attrs["autocomplete"] == "off"
                found[model.__name__, name] = type(field)
    assert len(found) > 40
    assert {WanField, AreaEntry, NumberField, CountField, DayField} <= set(found.values())
    for name in ("planned", "completed"):
        assert isinstance(MonthForm.base_fields[name].widget, AmountInput)


def test_days_say_how_they_are_typed(typed: list[TypedForm]) -> None:
    days = [f for _model, form in typed for f in form.base_fields.values() if isinstance(f, DayField)]
    assert len(days) > 15
    assert not [field for field in days if "such as 2024-05-01 or 20240501" not in str(field.help_text)]


def refused(form: Any, typed: dict[str, str]) -> dict[str, list[str]]:
    """The messages of each field with the value typed; the form comes back with what was typed."""
    bound = form(typed)
    assert {name: bound[name].value() for name in typed} == typed
    return {name: [str(each) for each in bound.errors.get(name, ())] for name in typed}


def test_every_number_refuses_what_is_no_number(typed: list[TypedForm]) -> None:
    """The message has the label and the value."""
    for model, form in typed:
        read = {name: field for name, field in form.base_fields.items() if isinstance(field, ReadField)}
        days = [name for name, field in read.items() if isinstance(field, DayField)]
        asked = [(days, value) for value in NO_DAYS]
        asked += [([name for name in read if name not in days], value) for value in NO_NUMBERS]
        for names, value in asked:
            for name, said in refused(form, dict.fromkeys(names, value)).items():
                assert f"“{value}”".replace("\u200b", "[U+200B]") in " ".join(said), (model, name, value)
                assert str(read[name].label) in " ".join(said)


def test_every_text_refuses_what_nobody_sees(typed: list[TypedForm]) -> None:
    """The message says which sign it is, and where. A text of several lines keeps its lines."""
    for model, form in typed:
        texts = {f.name: f for f in typed_texts(model)}
        fields = {name: form.base_fields[name] for name in set(form.base_fields) & set(texts) - {"password"}}
        names = [name for name, field in fields.items() if not isinstance(field, forms.ChoiceField)]
        several = [name for name in names if isinstance(fields[name].widget, forms.Textarea)]
        one_line = [name for name in names if name not in several]
        for sign in (*UNSEEN, *LINES):
            asked = dict.fromkeys(one_line if sign in LINES else names, f"合{sign}成")
            for name, said in refused(form, asked).items():
                first = normalize("NFKC", sign)[0] if name == "username" else sign[0]  # as Django folds it
                assert f"U+{ord(first):04X}" in " ".join(said), (model, name, sign)
                assert "Behind “合”, at place 2," in " ".join(said)
        lines = refused(form, dict.fromkeys(several, "合成\n\r\n第二行"))
        assert lines == {name: [] for name in several}


@every("model", [model for model, _page in ADMINS if issubclass(model, WrittenRow)])
def test_commands_and_files_are_refused_the_same(model: Any) -> None:
    """The rule is the row's own: who cleans it without a form is told the same."""
    for field in typed_texts(model):
        row = model()
        setattr(row, field.attname, "合\u200b成")
        others = [f.name for f in model._meta.fields if f.name != field.name]
        with pytest.raises(ValidationError) as wrong:
            row.clean_fields(exclude=others)
        assert "U+200B ZERO WIDTH SPACE" in wrong.value.messages[0]


def test_every_model_with_texts_has_the_rule() -> None:
    """All that officials write in the admin; what is only read there has no form."""
    without = {model.__name__ for model, _page in ADMINS if typed_texts(model) and not issubclass(model, WrittenRow)}
    assert without <= {"Export"}
    assert issubclass(Region, WrittenRow)


@pytest.mark.parametrize("text", ["", "合成", "A-1", " a ", "𠮷野", "㐂", "\ue81e", "①", "。"])
def test_what_can_be_seen_is_taken(text: str) -> None:
    """Rare characters too, and those of the private use area that old encodings have."""
    assert sign_problem(text) == ""
    assert not any(map(is_unseen, text))


@pytest.mark.parametrize("text", [" ", "\u3000", "\u2800", "\u3164\u3164", "\u115f"])
def test_a_text_has_a_sign_that_is_seen(text: str) -> None:
    with pytest.raises(ValidationError):
        refuse_unseen(text)


def test_comments_of_reviews_are_texts_too() -> None:
    with translation.override("en"):
        assert "U+202E RIGHT-TO-LEFT OVERRIDE" in str(CommentForm({"comment": "a\u202eb"}).errors)
    assert CommentForm({"comment": "a\nb"}).is_valid()


def test_a_code_is_folded_from_full_width_alone(typed: list[TypedForm]) -> None:
    """`①` makes it wrong and not another code; hyphens and blanks are no part of it."""
    form = next(form for model, form in typed if model is Enterprise)
    code = enterprise().credit_code
    assert "is there already" in refused(form, {"credit_code": f" {code[:8]}-{code[8:]} "})["credit_code"][0]
    assert "18 characters" in refused(form, {"credit_code": code.replace("1", "①", 1)})["credit_code"][0]
    assert "18 characters" in refused(form, {"credit_code": code.replace("1", "¹", 1)})["credit_code"][0]


def least(field: Any) -> Any:
    """The lower bound of a field; None where it has none."""
    bounds: list[Any] = [each for each in field.validators if getattr(each, "code", "") == "min_value"]
    return max((each.limit_value for each in bounds), default=None)


BOUNDED = [
    (model, field)
    for model, _page in ADMINS
    for field in model._meta.concrete_fields
    if field.editable
    and not (field.choices or field.primary_key)
    and issubclass(model, WrittenRow)
    and least(field) is not None
]


def test_a_number_out_of_its_bounds_is_named_with_what_is_accepted() -> None:
    """A form leaves the bounds to the column, whose refusal has the value and the bound."""
    assert len(BOUNDED) > 10
    for model, field in BOUNDED:
        row = model(**{field.attname: -3})
        with translation.override("zh-hans"), pytest.raises(ValidationError) as refused:
            row.clean_fields()
        (said,) = refused.value.message_dict[field.name]
        assert "-3" in said, (model, field)
        assert str(least(field)) in said, (model, field)


def test_no_form_adds_a_bound_of_its_own(typed: list[TypedForm]) -> None:
    """Django gives whole numbers a lower bound of 0, though the column may ask for 1."""
    bounds = [
        (each.model.__name__, name)
        for each in typed
        for name, found in each.form.base_fields.items()
        if isinstance(found, CountField) and name in {f.name for f in each.model._meta.concrete_fields}
        if found.min_value is not None
    ]
    assert bounds == []

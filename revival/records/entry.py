"""The form fields of numbers and days, which all forms share. They read what is typed with `reading`.

Each is a text box: the wheel and the arrow keys change a number box, which also refuses full-width digits.
"""

from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.html import format_html
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from revival.accounts.signs import shown_text
from revival.punctuation import bracketed_lazy, labelled
from revival.records import reading
from revival.records.reading import Fault, ReadingKind, UnreadableValue
from revival.records.unreadable import refusal_text

WAN = Decimal(10_000)
SHOWN_DAY = "%Y-%m-%d"
DAY_ATTRS = {"inputmode": "numeric", "autocomplete": "off", "maxlength": 60}


def plain_text(value: Decimal) -> str:
    """The number without trailing zeros, as it is shown in a field."""
    return f"{value.normalize():f}"


class LargeUnit(NamedTuple):
    """The unit in which large sums are read: its power of ten, and the words around the amount {}."""

    power: int
    words: str


@lru_cache
def large_unit(chinese: bool) -> LargeUnit:
    """亿元 in Chinese, billion yuan in English. Kept, as a page has hundreds of amounts."""
    with translation.override("zh-hans" if chinese else "en"):
        if chinese:
            return LargeUnit(8, _("= %(amount)s hundred million yuan") % {"amount": "{}"})
        return LargeUnit(9, _("= %(amount)s billion yuan") % {"amount": "{}"})


def reader_unit() -> LargeUnit:
    """The unit of the reader's language."""
    return large_unit((get_language() or "zh").startswith("zh"))


def amount_meaning(text: str) -> str:
    """What an amount typed in 万元 comes to in 亿元 (in English in billion yuan); empty if it cannot be read."""
    try:
        yuan = reading.read_amount(text)
    except UnreadableValue:
        return ""
    unit = reader_unit()
    return "" if yuan < 0 else unit.words.format(f"{yuan.scaleb(-unit.power).normalize():,f}")


class KeypadInput(forms.TextInput):
    """A text box for which a telephone shows its digits."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"inputmode": "decimal", "autocomplete": "off", "maxlength": 60, **(attrs or {})})


class CountInput(KeypadInput):
    """The same, for whole numbers."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"inputmode": "numeric", **(attrs or {})})


class AmountInput(KeypadInput):
    """The box of an amount, with what the amount comes to beside it."""

    class Media:
        js = ("revival/amounts.js",)

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> Any:
        """The box and its meaning. A template of its own would double the time of a box, and a page has hundreds."""
        return format_html(
            '{}<span class="meaning" aria-live="polite" data-power="{}" data-words="{}">{}</span>',
            super().render(name, value, attrs, renderer),
            *reader_unit(),
            amount_meaning(str(value or "")),
        )


class DayInput(forms.DateInput):
    """The box of a day, which shows it in the form that any language reads."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({**DAY_ATTRS, **(attrs or {})}, format=SHOWN_DAY)


class ReadField(forms.Field):
    """A field that reads what is typed. A value that is no text comes from the record, for a disabled field."""

    def read(self, text: str) -> Any:
        """The value. Raises UnreadableValue."""
        raise UnreadableValue(ReadingKind.NUMBER, Fault.FORM, text)

    def to_python(self, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        if not value.strip(reading.BLANKS):
            return None
        try:
            return self.read(value)
        except UnreadableValue as refused:
            raise ValidationError(refusal_text(refused, self.label or ""), code="invalid") from None

    def refuse(self, problem: str, typed: str) -> None:
        """Raise ValidationError with the label of the field."""
        said = problem % {"typed": shown_text(typed)}
        raise ValidationError(labelled(self.label, said) if self.label else said, code="range")


class NumberField(ReadField, forms.DecimalField):
    """A decimal number without a unit, or in the unit of its field."""

    widget = KeypadInput

    def read(self, text: str) -> Decimal:
        value = reading.read_number(text, self.decimals)
        self.bound(value, text)
        return value

    @property
    def decimals(self) -> int:
        return self.decimal_places or 0

    def bound(self, value: Decimal, text: str) -> None:
        """Refuse more digits than the column holds."""
        if self.max_digits and abs(value) >= Decimal(10) ** (self.max_digits - self.decimals):
            raise UnreadableValue(ReadingKind.NUMBER, Fault.SIZE, text)

    def prepare_value(self, value: Any) -> Any:
        """The record's number without trailing zeros; what was typed comes back as it was."""
        return plain_text(value) if isinstance(value, Decimal) else value


class AreaEntry(NumberField):
    """An area in mu."""

    def read(self, text: str) -> Decimal:
        value = reading.read_area(text, self.decimals)
        self.bound(value, text)
        return value


class WanField(NumberField):
    """The field of an amount that is typed in 万元 (10,000 yuan), as on the paper forms, and cleaned to yuan."""

    widget = AmountInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_digits": 16, **kwargs, "decimal_places": 2})

    def read(self, text: str) -> Decimal:
        value = reading.read_amount(text)
        self.bound(value, text)
        if value < 0:
            self.refuse(_("“%(typed)s” is not accepted. Enter an amount of 0 or more."), text)
        return value

    def prepare_value(self, value: Any) -> Any:
        """The record's yuan as 万元."""
        return plain_text(value / WAN) if isinstance(value, Decimal) else value


class CountField(ReadField, forms.IntegerField):
    """A whole number."""

    widget = CountInput

    def read(self, text: str) -> int:
        return reading.read_count(text)


class YearEntry(ReadField, forms.IntegerField):
    """A year of four digits."""

    widget = CountInput

    def read(self, text: str) -> int:
        return reading.read_year(text)


class DayField(ReadField, forms.DateField):
    """A day. Its help text says how it is typed."""

    widget = DayInput

    def __init__(self, **kwargs: Any) -> None:
        form = gettext_lazy("such as 2024-05-01 or 20240501")
        said = kwargs.get("help_text")
        kwargs["help_text"] = bracketed_lazy(said, form) if said else form
        super().__init__(**kwargs)

    def read(self, text: str) -> date:
        return reading.read_day(text)

"""Fields that several records share: money, and a set of tags."""

import re
import unicodedata
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

WAN = Decimal(10_000)
# Above any sum in the province, and below NaN, which PostgreSQL orders last: one bound refuses both.
TOO_MUCH = Decimal(10) ** 14
PLAIN_NUMBER = re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d*)?")


def amount_in_wan(value: Decimal) -> str:
    """The amount in 万元, exact and without trailing zeros, as officials read it."""
    return f"{(value / WAN).normalize():,f}"


def wan_amount_text(value: Decimal) -> str:
    """The amount with its unit, for use in a sentence."""
    return gettext("%(amount)s × 10,000 yuan") % {"amount": amount_in_wan(value)}


class WanField(forms.DecimalField):
    """The field of an amount that is typed in 万元 (10,000 yuan), as on the paper forms, and cleaned to yuan."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 16)
        super().__init__(decimal_places=6, **{k: v for k, v in kwargs.items() if k != "decimal_places"})

    def to_python(self, value: Any) -> Any:
        """The amount in 万元: full-width digits and thousands commas are read, `1_000` and `1e5` are not.

        A Decimal was not typed: it is the record's amount in yuan, which Django cleans for a disabled field.
        """
        if isinstance(value, Decimal):
            return value / WAN
        if isinstance(value, str):
            value = unicodedata.normalize("NFKC", value).strip()
            if value and not PLAIN_NUMBER.fullmatch(value):
                raise ValidationError(self.error_messages["invalid"], code="invalid")
            value = value.replace(",", "")
        return super().to_python(value)

    def clean(self, value: Any) -> Decimal | None:
        typed = super().clean(value)
        return None if typed is None else (typed * WAN).quantize(Decimal("0.01"))

    def prepare_value(self, value: Any) -> Any:
        """The record's yuan as 万元 without trailing zeros; what was typed comes back as it was."""
        return f"{(value / WAN).normalize():f}" if isinstance(value, Decimal) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(initial / WAN if isinstance(initial, Decimal) else initial, data)


class MoneyField(models.DecimalField):  # type: ignore[type-arg]
    """An amount in yuan, exact to the fen."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.update(max_digits=16, decimal_places=2)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_digits"], kwargs["decimal_places"]
        return name, path, args, kwargs

    def formfield(self, **kwargs: Any) -> Any:
        help_text = _("10,000 yuan") if not self.help_text else self.help_text
        return super().formfield(**{"form_class": WanField, "help_text": help_text, **kwargs, "max_digits": 16})


def amount_between(field: str, name: str) -> models.CheckConstraint:
    """The constraint of every amount: not negative, not NaN, and below any possible sum."""
    return models.CheckConstraint(
        name=name,
        condition=models.Q(**{f"{field}__gte": 0, f"{field}__lt": TOO_MUCH}),
        violation_error_message=_("Enter an amount of 0 or more."),
        violation_error_code=field,
    )


def choice_constraint(field: str, choices: type[models.TextChoices], name: str) -> models.CheckConstraint:
    """The constraint by which the database itself checks a choice."""
    return models.CheckConstraint(
        name=name, condition=models.Q(**{f"{field}__in": choices.values}), violation_error_code=field
    )


class TagsField(ArrayField):  # type: ignore[type-arg]
    """A set of tags out of fixed choices, shown as check boxes. It is a column, so that history records it."""

    def __init__(self, verbose_name: Any = None, *, tags: Any = (), **kwargs: Any) -> None:
        self.tags = tags
        kwargs.update(default=list, blank=True)
        super().__init__(models.CharField(max_length=40, choices=tags), verbose_name=verbose_name, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        for key in ("base_field", "size", "default", "blank"):
            kwargs.pop(key, None)
        return name, path, args, kwargs | {"tags": self.tags}

    def formfield(self, **kwargs: Any) -> Any:
        return forms.TypedMultipleChoiceField(
            choices=self.tags,
            widget=forms.CheckboxSelectMultiple,
            required=False,
            label=capfirst(self.verbose_name),
            help_text=self.help_text,
        )

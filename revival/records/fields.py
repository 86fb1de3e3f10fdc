"""Fields that several records share: money, years, areas, and a set of tags."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from revival.records.entry import WAN, AreaEntry, WanField, YearEntry

# Above any sum in the province, and below NaN, which PostgreSQL orders last: one bound refuses both.
TOO_MUCH = Decimal(10) ** 14


def amount_in_wan(value: Decimal) -> str:
    """The amount in 万元, exact and without trailing zeros, as officials read it."""
    return f"{(value / WAN).normalize():,f}"


def wan_amount_text(value: Decimal) -> str:
    """The amount with its unit, for use in a sentence."""
    return gettext("%(amount)s × 10,000 yuan") % {"amount": amount_in_wan(value)}


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
        return super().formfield(**{"help_text": help_text, **kwargs, "form_class": WanField})


class AreaField(models.DecimalField):  # type: ignore[type-arg]
    """An area in mu. Migrations know it as a decimal."""

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.DecimalField", args, kwargs

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{**kwargs, "form_class": AreaEntry})


class YearField(models.PositiveSmallIntegerField):  # type: ignore[type-arg]
    """A year. Migrations know it as a number."""

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.PositiveSmallIntegerField", args, kwargs

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{**kwargs, "form_class": YearEntry})


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

"""The largest usual amount of each kind of record. Above it an official is asked whether the amount is right."""

from decimal import Decimal
from typing import Any, ClassVar

from django.contrib.contenttypes.models import ContentType
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from revival.records.fields import MoneyField, amount_between
from revival.records.history import tracked

USUAL_LIMIT = Decimal(5_000_000_000)  # yuan; for the kinds for which the publisher has set no other


@tracked
class AmountLimit(models.Model):
    """The amount above which a value of a kind of record has to be explained. The province sets it."""

    kind = models.OneToOneField(
        ContentType,
        models.PROTECT,
        related_name="+",
        verbose_name=_("kind of record"),
        error_messages={"unique": _("This kind of record already has a limit. Change that one instead.")},
    )
    amount = MoneyField(
        _("largest usual amount"),
        validators=[MinValueValidator(Decimal("0.01"))],
        help_text=_("In 10,000 yuan. A larger amount has to be explained; it is never refused."),
    )

    class Meta:
        verbose_name = _("limit of usual amounts")
        verbose_name_plural = _("limits of usual amounts")
        ordering = ("kind",)
        default_permissions = ("add", "change", "view")
        constraints: ClassVar[list[models.BaseConstraint]] = [amount_between("amount", "records_amountlimit_amount")]

    def __str__(self) -> str:
        return str(capfirst(self.kind.name))


def amount_limit(model: Any) -> Decimal:
    """The largest usual amount of the model's records; one query."""
    meta = model._meta.concrete_model._meta
    found = AmountLimit.objects.filter(kind__app_label=meta.app_label, kind__model=meta.model_name)
    return found.values_list("amount", flat=True).first() or USUAL_LIMIT

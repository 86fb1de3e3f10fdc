"""Old equipment taken out of service."""

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from enterprises.models import Enterprise, Industry
from revival.accounts.spelling import SpellingField
from revival.punctuation import bracketed
from revival.records.beside import Question
from revival.records.days import day_between
from revival.records.fields import choice_constraint
from revival.records.history import tracked
from revival.records.models import Record
from revival.records.triggers import Guard

MANY = 1_000


class EquipmentCategory(models.TextChoices):
    """The reason why equipment went. Each entry has one, as in the published figures."""

    VOLUNTARY = "voluntary", _("Voluntary withdrawal")
    BACKWARD = "backward", _("Backward process and equipment")
    LOW_QUALITY = "low-quality", _("Low-quality equipment")


class EquipmentUnit(models.TextChoices):
    """The unit of a quantity. In the totals all of them are sets."""

    MACHINE = "machine", _("machine")
    SET = "set", _("set")
    MACHINE_OR_SET = "machine-or-set", _("machine or set")
    ITEM = "item", _("item")


@tracked
class RetiredEquipment(Record):
    """One machine, or a batch, that an enterprise took out of service on a day."""

    named_by = ("enterprise",)
    typical = ("quantity",)
    alike = (("quantity", "enterprise", "category", "retired_on"),)

    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, related_name="retired_equipment", verbose_name=_("enterprise")
    )
    name = models.CharField(
        _("equipment"), max_length=200, help_text=_("The kind of equipment, such as shuttle looms")
    )
    spelling = SpellingField(of="name")
    category = models.CharField(_("category"), max_length=20, choices=EquipmentCategory)
    quantity = models.PositiveIntegerField(
        _("quantity"), default=1, validators=[MinValueValidator(1)], help_text=_("One machine, or a batch")
    )
    unit = models.CharField(_("unit"), max_length=20, choices=EquipmentUnit, default=EquipmentUnit.MACHINE_OR_SET)
    retired_on = models.DateField(_("retired on"))
    industry = models.CharField(_("industry"), max_length=20, choices=Industry)

    class Meta(Record.Meta):
        verbose_name = _("retired equipment")
        verbose_name_plural = _("retired equipment")
        triggers = [Guard(reported_in=("retired_on",))]
        constraints = [
            *Record.Meta.constraints,
            choice_constraint("category", EquipmentCategory, "retired_category"),
            choice_constraint("unit", EquipmentUnit, "retired_unit"),
            choice_constraint("industry", Industry, "retired_industry"),
            day_between("retired_on", "retired_day"),
            models.CheckConstraint(
                name="retired_quantity", condition=models.Q(quantity__gte=1), violation_error_code="quantity"
            ),
        ]
        indexes = [
            *Record.Meta.indexes,
            models.Index(
                fields=("state", "retired_on", "city", "industry", "category"),
                include=("region", "unit", "quantity"),
                name="retired_cover",
            ),
        ]

    def implausible(self) -> list[Question]:
        """A question about a quantity that most counties do not reach in a year."""
        if self.quantity < MANY:
            return []
        said = gettext("One entry with %(quantity)s sets is unusually large.") % {"quantity": f"{self.quantity:,}"}
        return [Question("quantity", said)]

    def __str__(self) -> str:
        return bracketed(self.name, self.quantity)

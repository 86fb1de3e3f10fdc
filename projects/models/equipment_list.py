"""Lists for the equipment renewal: demand for equipment, supply of it, and projects that need financing."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from enterprises.models import Enterprise, Industry
from projects.models.renovation import YEARS, RenovationProject, check_owner
from revival.accounts.spelling import SpellingField
from revival.records.days import FIRST_YEAR, LAST_YEAR
from revival.records.fields import MoneyField, YearField, amount_between, choice_constraint
from revival.records.history import tracked
from revival.records.models import Record
from revival.records.triggers import Guard


class EquipmentListKind(models.TextChoices):
    DEMAND = "demand", _("Equipment demand")
    SUPPLY = "supply", _("Equipment supply")
    FINANCING = "financing", _("Financing requirement")


@tracked
class EquipmentListing(Record):
    """One entry of an enterprise on one list of a year. A financing requirement names its project."""

    named_by = ("enterprise",)
    year_planned = True
    alike = (("name", "kind", "enterprise", "year"),)

    kind = models.CharField(_("equipment list"), max_length=10, choices=EquipmentListKind)
    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, related_name="equipment_listings", verbose_name=_("enterprise")
    )
    project = models.ForeignKey(
        RenovationProject,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="equipment_listings",
        verbose_name=_("project"),
        help_text=_("The project that needs financing"),
    )
    name = models.CharField(_("subject"), max_length=200, help_text=_("The equipment, or what needs financing"))
    spelling = SpellingField(of="name")
    amount = MoneyField(_("amount"), null=True, blank=True, help_text=_("In 10,000 yuan, if it is known"))
    year = YearField(pgettext_lazy("equipment list", "year of the list"), validators=YEARS)
    industry = models.CharField(_("industry"), max_length=20, choices=Industry)

    class Meta(Record.Meta):
        verbose_name = _("entry of the equipment lists")
        verbose_name_plural = _("equipment lists")
        triggers = [Guard(reported_in=("year",))]
        constraints = [
            *Record.Meta.constraints,
            choice_constraint("kind", EquipmentListKind, "equipmentlist_kind"),
            choice_constraint("industry", Industry, "equipmentlist_industry"),
            amount_between("amount", "equipmentlist_amount"),
            models.CheckConstraint(
                name="equipmentlist_year",
                condition=models.Q(year__range=(FIRST_YEAR, LAST_YEAR)),
                violation_error_code="year",
            ),
            models.CheckConstraint(
                name="equipmentlist_project",
                condition=models.Q(kind=EquipmentListKind.FINANCING, project__isnull=False)
                | models.Q(project__isnull=True) & ~models.Q(kind=EquipmentListKind.FINANCING),
                violation_error_message=_(
                    "Choose a project for a financing requirement, and for no other kind of entry."
                ),
                violation_error_code="project",
            ),
        ]
        indexes = [
            *Record.Meta.indexes,
            models.Index(
                fields=("state", "kind", "year", "city", "industry", "enterprise"),
                include=("region", "project", "amount"),
                name="equipmentlist_cover",
            ),
            # Behind state and place, in order, so that a count of distinct values sorts nothing.
            models.Index(
                fields=("state", "city", "region", "enterprise"),
                include=("project", "industry", "kind", "year", "amount"),
                name="equipmentlist_counted",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.name}"

    def clean(self) -> None:
        super().clean()
        check_owner(self)

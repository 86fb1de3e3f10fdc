"""Allocations of public funds to enterprises and their projects."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from enterprises.models import Enterprise, Industry
from projects.models import RenovationProject, check_owner
from revival.records.days import day_between
from revival.records.fields import MoneyField, amount_between, choice_constraint
from revival.records.history import tracked
from revival.records.models import Record
from revival.records.triggers import Guard


class Fund(models.TextChoices):
    TREASURY_BOND = "treasury-bond", _("Ultra-long special treasury bonds")
    INTEREST_DISCOUNT = "interest-discount", _("Manufacturing loan interest discount")


@tracked
class Allocation(Record):
    """Money from one fund for one enterprise on one day. Treasury bonds are always for one project."""

    named_by = ("enterprise",)
    alike = (("amount", "fund", "enterprise", "project", "allocated_on"),)

    fund = models.CharField(_("fund"), max_length=20, choices=Fund)
    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, related_name="allocations", verbose_name=_("enterprise")
    )
    project = models.ForeignKey(
        RenovationProject,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="allocations",
        verbose_name=_("project"),
        help_text=_("The renovation project that gets the money; required for treasury bonds"),
    )
    amount = MoneyField(_("amount"))
    allocated_on = models.DateField(_("allocated on"))
    industry = models.CharField(_("industry"), max_length=20, choices=Industry)

    class Meta(Record.Meta):
        verbose_name = _("allocation")
        verbose_name_plural = _("allocations")
        triggers = [Guard(reported_in=("allocated_on",))]
        constraints = [
            *Record.Meta.constraints,
            choice_constraint("fund", Fund, "allocation_fund"),
            choice_constraint("industry", Industry, "allocation_industry"),
            day_between("allocated_on", "allocation_day"),
            amount_between("amount", "allocation_amount"),
            models.CheckConstraint(
                name="allocation_bond_has_project",
                condition=~models.Q(fund=Fund.TREASURY_BOND) | models.Q(project__isnull=False),
                violation_error_message=_("Choose the project that the treasury bonds are for."),
                violation_error_code="project",
            ),
        ]
        indexes = [
            *Record.Meta.indexes,
            models.Index(
                fields=("state", "fund", "allocated_on", "city", "industry"),
                include=("region", "enterprise", "project", "amount"),
                name="allocation_cover",
            ),
            # Behind state and place, in order, so that a count of distinct values sorts nothing.
            models.Index(
                fields=("state", "city", "region", "enterprise"),
                include=("project", "industry", "fund", "allocated_on", "amount"),
                name="allocation_counted",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_fund_display()} · {self.enterprise} · {self.allocated_on}"

    def clean(self) -> None:
        super().clean()
        check_owner(self)

"""Old chemical units that are planned for renovation in a year, and completed."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from enterprises.models import Enterprise, Industry
from projects.models.renovation import YEARS
from revival.accounts.spelling import SpellingField
from revival.records.days import FIRST_YEAR, LAST_YEAR, day_between
from revival.records.fields import YearField, choice_constraint
from revival.records.history import tracked
from revival.records.models import Record
from revival.records.triggers import Guard


@tracked
class ChemicalUnit(Record):
    """One old chemical unit (化工老旧装置) in the renovation plan of one year."""

    named_by = ("enterprise",)
    year_planned = True
    alike = (("name", "enterprise"),)

    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, related_name="chemical_units", verbose_name=_("enterprise")
    )
    name = models.CharField(
        _("chemical unit"), max_length=200, help_text=_("The product of the unit, and its number")
    )
    spelling = SpellingField(of="name")
    planned_year = YearField(
        _("year of the plan"), validators=YEARS, help_text=_("The year of the renovation plan that lists the unit")
    )
    completed_on = models.DateField(_("completed on"), null=True, blank=True)
    industry = models.CharField(_("industry"), max_length=20, choices=Industry, default=Industry.CHEMICAL)

    class Meta(Record.Meta):
        verbose_name = _("old chemical unit")
        verbose_name_plural = _("old chemical units")
        triggers = [Guard(reported_in=("planned_year",))]
        constraints = [
            *Record.Meta.constraints,
            choice_constraint("industry", Industry, "chemical_industry"),
            day_between("completed_on", "chemical_completed_day"),
            models.CheckConstraint(
                name="chemical_planned_year",
                condition=models.Q(planned_year__range=(FIRST_YEAR, LAST_YEAR)),
                violation_error_code="planned_year",
            ),
            models.CheckConstraint(
                name="chemical_completed_later",
                condition=models.Q(completed_on__isnull=True)
                | models.Q(completed_on__year__gte=models.F("planned_year")),
                violation_error_message=_(
                    "A unit cannot be completed before the year of its plan. Check the day and the year."
                ),
                violation_error_code="completed_on",
            ),
            models.UniqueConstraint(
                name="chemical_once",
                fields=("enterprise", "name"),
                violation_error_message=_("This unit is already in a plan. Change that record instead."),
                violation_error_code="name",
            ),
        ]
        indexes = [
            *Record.Meta.indexes,
            models.Index(
                fields=("state", "planned_year", "city", "industry"),
                include=("region", "completed_on"),
                name="chemical_cover",
            ),
        ]

    def __str__(self) -> str:
        return self.name

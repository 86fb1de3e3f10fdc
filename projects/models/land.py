"""Land renewals: sites vacated, renovated or upgraded, with their tax before and after."""

from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from enterprises.models import Enterprise, Industry
from enterprises.models.park import MOST_MU
from projects.models.renovation import YEARS
from revival.accounts.spelling import SpellingField
from revival.records.days import FIRST_YEAR, LAST_YEAR, day_between
from revival.records.fields import AreaField, MoneyField, YearField, amount_between, choice_constraint
from revival.records.history import tracked
from revival.records.models import Record
from revival.records.triggers import Guard

TAXES = ("tax_before", "year_before", "tax_after", "year_after")


class LandMethod(models.TextChoices):
    """The way in which land becomes free for better use (腾笼换鸟)."""

    TWO_BREAKS = "two-breaks-three-clearings", _("Vacated by two breaks and three clearings")
    VILLAGE_PARK = "village-park", _("Renovation of a village-level industrial park")
    INEFFICIENT_LAND = "inefficient-land", _("Upgrading of inefficient industrial land")


@tracked
class LandRenewal(Record):
    """One site. Its tax before and after are both stated or both empty, so that the sums can be divided."""

    named_by = ("enterprise",)
    typical = ("area", "tax_before", "tax_after")
    alike = (("name", "area", "renewed_on", "city"), ("enterprise", "area", "renewed_on"))
    given = ("region",)  # its industry is that of what is on the site now, not that of who left it

    name = models.CharField(_("site"), max_length=200)
    spelling = SpellingField(of="name")
    enterprise = models.ForeignKey(
        Enterprise,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="land",
        verbose_name=_("enterprise"),
        help_text=_("If the land belonged to one enterprise"),
    )
    method = models.CharField(_("method"), max_length=30, choices=LandMethod)
    area = AreaField(
        _("area"),
        max_digits=10,
        decimal_places=2,
        validators=[MinValueValidator(Decimal("0.01"))],
        help_text=_("mu (1/15 hectare)"),
    )
    renewed_on = models.DateField(_("renewed on"))
    tax_before = MoneyField(_("tax before"), null=True, blank=True)
    year_before = YearField(_("year of the tax before"), null=True, blank=True, validators=YEARS)
    tax_after = MoneyField(_("tax after"), null=True, blank=True)
    year_after = YearField(_("year of the tax after"), null=True, blank=True, validators=YEARS)
    industry = models.CharField(
        _("industry"), max_length=20, choices=Industry, help_text=_("The tax of what is on the site now")
    )

    class Meta(Record.Meta):
        verbose_name = _("land renewal")
        verbose_name_plural = _("land renewals")
        triggers = [Guard(reported_in=("renewed_on",))]
        constraints = [
            *Record.Meta.constraints,
            choice_constraint("method", LandMethod, "land_method"),
            choice_constraint("industry", Industry, "land_industry"),
            day_between("renewed_on", "land_day"),
            models.CheckConstraint(
                name="land_area",
                condition=Q(area__gt=0, area__lt=MOST_MU),
                violation_error_message=_("Enter an area above 0 mu."),
                violation_error_code="area",
            ),
            *(amount_between(tax, f"land_{tax}") for tax in ("tax_before", "tax_after")),
            models.CheckConstraint(
                name="land_taxes_in_pairs",
                condition=Q(**{f"{name}__isnull": True for name in TAXES})
                | Q(
                    **{f"{name}__isnull": False for name in TAXES},
                    year_before__gte=FIRST_YEAR,
                    year_after__lte=LAST_YEAR,
                    year_before__lt=F("year_after"),
                ),
                violation_error_message=_(
                    "Enter the tax of an earlier and a later year with both years, or leave all four fields empty."
                ),
                violation_error_code="tax_after",
            ),
        ]
        indexes = [
            *Record.Meta.indexes,
            models.Index(
                fields=("state", "renewed_on", "city", "industry", "method"),
                include=("region", "area", "tax_before", "tax_after"),
                name="land_cover",
            ),
        ]

    def __str__(self) -> str:
        return self.name

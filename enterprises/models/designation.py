"""Designations: the titles that an enterprise, a park or a cluster holds, who granted them and from which year."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from enterprises.models.enterprise import Enterprise, Industry
from enterprises.models.park import Park
from revival.accounts.spelling import SpellingField
from revival.records.days import day_between
from revival.records.fields import YearField, choice_constraint
from revival.records.history import tracked
from revival.records.models import Record
from revival.records.triggers import Guard

FIRST_YEAR, LAST_YEAR = 2000, 2060


class DesignationKind(models.TextChoices):
    """The kind of a designation."""

    GREEN_FACTORY = "green-factory", _("Green factory")
    GREEN_PARK = "green-park", _("Green park")
    GREEN_SUPPLY_CHAIN = "green-supply-chain", _("Green supply chain enterprise")
    NEAR_ZERO_CARBON = "near-zero-carbon", _("Near-zero-carbon factory")
    FOUNDRY_STANDARD = "foundry-standard", _("Foundry standard conditions met")
    SMART_CHEMICAL_PARK = "smart-chemical-park", _("Smart chemical park")
    CLUSTER = "cluster", _("Advanced manufacturing cluster")
    DEMONSTRATION_CASE = "demonstration-case", _("Demonstration case")


class Tier(models.TextChoices):
    NATIONAL = "national", _("National")
    PROVINCIAL = "provincial", _("Provincial")
    CITY = "city", pgettext_lazy("tier", "City")


# The holder that each kind needs. A cluster has only a name; a case has a name and may have an enterprise.
OF_PARKS = (DesignationKind.GREEN_PARK, DesignationKind.SMART_CHEMICAL_PARK)
OF_NAMES = (DesignationKind.CLUSTER, DesignationKind.DEMONSTRATION_CASE)
OF_ENTERPRISES = tuple(kind for kind in DesignationKind if kind not in (*OF_PARKS, *OF_NAMES))


def once_in_force(subject: str) -> models.UniqueConstraint:
    """The constraint that counts each holder once for a kind and tier. Cases are told apart by their names."""
    return models.UniqueConstraint(
        name=f"designation_once_{subject}",
        fields=("kind", "tier", subject),
        condition=Q(revoked_on__isnull=True) & ~Q(kind__in=OF_NAMES),
        violation_error_message=_("This designation already exists and is in force. Change that record instead."),
        violation_error_code=subject,
    )


@tracked
class Designation(Record):
    """One designation, in force from the year it was granted until it is revoked."""

    named_by = ("enterprise", "park")
    alike = (("name", "kind", "tier", "enterprise"),)

    kind = models.CharField(_("kind"), max_length=20, choices=DesignationKind)
    tier = models.CharField(_("tier"), max_length=10, choices=Tier)
    enterprise = models.ForeignKey(
        Enterprise,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="designations",
        verbose_name=_("enterprise"),
    )
    park = models.ForeignKey(
        Park, models.PROTECT, null=True, blank=True, related_name="designations", verbose_name=_("park")
    )
    name = models.CharField(
        _("name of the cluster or case"), max_length=200, blank=True, help_text=_("For clusters and cases only")
    )
    spelling = SpellingField(of="name")
    industry = models.CharField(_("industry"), max_length=20, choices=Industry)
    year = YearField(_("year granted"), validators=[MinValueValidator(FIRST_YEAR), MaxValueValidator(LAST_YEAR)])
    revoked_on = models.DateField(_("revoked on"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("designation")
        verbose_name_plural = _("designations")
        triggers = [Guard(reported_in=("year",))]
        constraints = [
            *Record.Meta.constraints,
            choice_constraint("kind", DesignationKind, "designation_kind"),
            choice_constraint("tier", Tier, "designation_tier"),
            choice_constraint("industry", Industry, "designation_industry"),
            day_between("revoked_on", "designation_revoked_day", FIRST_YEAR, ending=True),
            models.CheckConstraint(
                name="designation_year",
                condition=Q(year__range=(FIRST_YEAR, LAST_YEAR)),
                violation_error_code="year",
            ),
            models.CheckConstraint(
                name="designation_revoked_later",
                condition=Q(revoked_on__isnull=True) | Q(revoked_on__year__gte=F("year")),
                violation_error_message=_(
                    "A designation cannot be revoked before it was granted. Check the year and the day."
                ),
                violation_error_code="revoked_on",
            ),
            models.CheckConstraint(
                name="designation_subject",
                condition=Q(kind__in=OF_ENTERPRISES, enterprise__isnull=False, park__isnull=True, name="")
                | Q(kind__in=OF_PARKS, park__isnull=False, enterprise__isnull=True, name="")
                | (Q(kind__in=OF_NAMES, park__isnull=True) & ~Q(name="")),
                violation_error_message=_(
                    "Enter only what this kind needs: an enterprise, a park, or the name of a cluster or case."
                ),
            ),
            once_in_force("enterprise"),
            once_in_force("park"),
        ]
        indexes = [
            *Record.Meta.indexes,
            models.Index(
                fields=("state", "kind", "year", "city", "industry", "tier"),
                include=("region", "revoked_on"),
                name="designation_cover",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.name or self.enterprise or self.park or ''}"

    def clean(self) -> None:
        """Report what the kind of designation needs, at the field that lacks it."""
        super().clean()
        subject = "park" if self.kind in OF_PARKS else "name" if self.kind in OF_NAMES else "enterprise"
        if not (getattr(self, f"{subject}_id", None) or getattr(self, subject, None)):
            raise ValidationError({subject: _("This kind of designation needs this field.")})

"""Enterprises: who carries out the renewal, and where."""

from django.core.validators import RegexValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from enterprises.codes import (
    CREDIT_CODE,
    INDUSTRY_CODE,
    canonical_code,
    canonical_industry_code,
    full_credit_code,
    validate_credit_code,
)
from revival.accounts.spelling import SpellingField
from revival.records.days import FOUNDED_FROM, Lifetime, day_between
from revival.records.fields import choice_constraint
from revival.records.history import tracked
from revival.records.likeness import Folded, OpenCode
from revival.records.models import Record
from revival.records.triggers import Guard, Lead


class Industry(models.TextChoices):
    """The six traditional industries, and all others."""

    FOOD = "food", _("Food")
    TEXTILE = "textile", _("Textile")
    CHEMICAL = "chemical", _("Chemical")
    METALLURGY = "metallurgy", _("Metallurgy")
    BUILDING_MATERIALS = "building-materials", _("Building materials")
    MACHINERY = "machinery", _("Machinery")
    OTHER = "other", _("Other")


class IndustryCodeField(models.CharField):  # type: ignore[type-arg]
    """A GB/T 4754 code with its section letter, such as C1713. The lookup `__division` gives its first part, C17."""


@IndustryCodeField.register_lookup
class Division(models.Transform):
    lookup_name = "division"
    output_field = models.CharField()
    template = "NULLIF(LEFT(%(expressions)s, 3), '')"


@tracked
class Enterprise(Record):
    """An enterprise with its unified social credit code, active from its founding until its exit."""

    lifetime = Lifetime("active_from", "active_until", announced="exits__exited_on")
    alike = (("name", "city"),)
    told_in_city = True
    open_code = OpenCode("credit_code", full_credit_code)
    spelled = {"credit_code": canonical_code, "industry_code": canonical_industry_code}

    credit_code = models.CharField(
        _("unified social credit code"),
        max_length=18,
        unique=True,
        validators=[
            RegexValidator(
                CREDIT_CODE, _("A credit code has 18 characters: digits and capital letters except I, O, S, V and Z.")
            ),
            validate_credit_code,
        ],
        help_text=_("18 characters, as on the business licence"),
    )
    name = models.CharField(_("name"), max_length=120, help_text=_("The full Chinese name, as registered"))
    spelling = SpellingField(of="name")
    industry = models.CharField(_("industry"), max_length=20, choices=Industry)
    industry_code = IndustryCodeField(
        _("GB/T 4754 code"),
        max_length=5,
        blank=True,
        validators=[RegexValidator(INDUSTRY_CODE, _("A code of GB/T 4754 has two to four digits, such as 1713."))],
        help_text=_("Two to four digits of GB/T 4754-2017, with or without the section letter, such as C1713"),
    )
    above_scale = models.BooleanField(_("above scale"), default=False)
    active_from = models.DateField(_("active from"), help_text=_("The date of founding"))
    active_until = models.DateField(
        _("active until"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("The day of its exit. From this day on it no longer counts."),
    )

    class Meta(Record.Meta):
        verbose_name = _("enterprise")
        verbose_name_plural = _("enterprises")
        triggers = [
            Guard(derived=("active_until",)),
            *(
                Lead(name=name, table=table, key="enterprise_id", fields=("region", "city", "industry"))
                for name, table in (
                    ("lead_exit", "enterprises_enterpriseexit"),
                    ("lead_participation", "projects_participation"),
                )
            ),
        ]
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                name="enterprise_credit_code",
                condition=models.Q(credit_code__regex=CREDIT_CODE),
                violation_error_code="credit_code",
            ),
            models.CheckConstraint(
                name="enterprise_industry_code",
                condition=models.Q(industry_code="") | models.Q(industry_code__regex=INDUSTRY_CODE),
                violation_error_code="industry_code",
            ),
            choice_constraint("industry", Industry, "enterprise_industry"),
            day_between("active_from", "enterprise_from_day", FOUNDED_FROM),
            day_between("active_until", "enterprise_until_day", FOUNDED_FROM, ending=True),
            models.CheckConstraint(
                name="enterprise_until_after_from",
                condition=models.Q(active_until__isnull=True) | models.Q(active_until__gte=models.F("active_from")),
                violation_error_message=_("An enterprise cannot end before it was founded. Check both dates."),
                violation_error_code="active_until",
            ),
        ]
        indexes = [
            *Record.Meta.indexes,
            models.Index(
                fields=("state", "city", "industry", "active_from", "active_until"),
                include=("region", "industry_code", "id"),
                name="enterprise_cover",
            ),
            models.Index(fields=("name",), name="enterprise_name"),
            models.Index("city", Folded("name"), name="enterprise_folded"),
            # For the banner: whether any record is synthetic, without reading the table if none is.
            models.Index(fields=("id",), condition=models.Q(source="synthetic"), name="enterprise_synthetic"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("enterprise", args=[self.pk])

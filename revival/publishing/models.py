"""Published figures: statements with a source. They are never records and count in no total."""

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from revival.accounts.models import Region, name_field
from revival.accounts.signs import WrittenRow
from revival.publishing.compare import rounded_half_up
from revival.publishing.compute import figure_errors
from revival.publishing.words import (
    FigureMoment,
    FigureScope,
    FigureUnit,
    Qualifier,
    RenewalSystem,
    amount_text,
    qualified_text,
)
from revival.punctuation import bracketed
from revival.records.explained import Explained
from revival.records.fields import YearField, choice_constraint
from revival.records.history import tracked

FIRST_YEAR, LAST_YEAR, MOST_DIGITS = 2000, 2060, 6
YEARS = [MinValueValidator(FIRST_YEAR), MaxValueValidator(LAST_YEAR)]
CODE = RegexValidator("^[A-Za-z0-9][A-Za-z0-9-]*$", _("Use letters, digits and hyphens only."))


@tracked
class SourceDocument(WrittenRow):
    """A document in which figures were published."""

    code = models.CharField(pgettext_lazy("figure", "code"), max_length=30, primary_key=True, validators=[CODE])
    title_zh = models.CharField(_("Chinese title"), max_length=200)
    title_en = models.CharField(_("English title"), max_length=200)
    year = YearField(_("year of publication"), validators=YEARS)
    note_zh = models.CharField(_("Chinese note"), max_length=300, blank=True)
    note_en = models.CharField(_("English note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("source document")
        verbose_name_plural = _("source documents")
        ordering = ("code",)

    def __str__(self) -> str:
        return bracketed(getattr(self, name_field().replace("name", "title")), self.year)

    @property
    def note(self) -> str:
        return str(getattr(self, name_field().replace("name", "note")))


@tracked
class PublishedFigure(Explained):
    """One value as a source prints it, with its qualifier, and the measure of records that computes it, if any."""

    code = models.CharField(pgettext_lazy("figure", "code"), max_length=20, primary_key=True, validators=[CODE])
    name_zh = models.CharField(_("Chinese name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=160)
    system = models.CharField(_("system"), max_length=30, choices=RenewalSystem)
    value = models.DecimalField(
        _("published value"), max_digits=20, decimal_places=MOST_DIGITS, help_text=_("A share as a fraction of 1")
    )
    digits = models.PositiveSmallIntegerField(
        _("digits published"),
        default=0,
        validators=[MaxValueValidator(MOST_DIGITS)],
        help_text=_("Decimals of the value that the source prints"),
    )
    unit = models.CharField(_("unit"), max_length=20, choices=FigureUnit)
    qualifier = models.CharField(_("qualifier"), max_length=10, choices=Qualifier, default=Qualifier.EXACT)
    also_value = models.DecimalField(
        _("also published as"),
        max_digits=20,
        decimal_places=MOST_DIGITS,
        null=True,
        blank=True,
        help_text=_("Another form of the same value, in the same unit, such as over 200 for 209.833"),
    )
    also_qualifier = models.CharField(_("with the qualifier"), max_length=10, choices=Qualifier, blank=True)
    scope = models.CharField(_("scope"), max_length=10, choices=FigureScope, default=FigureScope.PROVINCE)
    region = models.ForeignKey(
        Region,
        models.PROTECT,
        related_name="+",
        verbose_name=_("region"),
        help_text=_("The region that the value covers; for a basin, the region that contains all of it"),
    )
    basin_zh = models.CharField(_("Chinese name of the basin"), max_length=60, blank=True)
    basin_en = models.CharField(_("English name of the basin"), max_length=60, blank=True)
    year = YearField(_("year"), validators=YEARS)
    moment = models.CharField(_("moment"), max_length=10, choices=FigureMoment, default=FigureMoment.DURING)
    base_year = YearField(_("compared with the year"), null=True, blank=True, validators=YEARS)
    period_stated = models.BooleanField(_("the source states the period"), default=True)
    national_rank = models.PositiveSmallIntegerField(
        _("rank in the country"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    source = models.ForeignKey(SourceDocument, models.PROTECT, related_name="figures", verbose_name=_("source"))
    place = models.CharField(
        _("place in the source"), max_length=60, help_text=_("A page (p. 3), a paragraph (¶ 2) or a line (L 11)")
    )
    measure = models.CharField(
        _("computed by"), max_length=80, blank=True, help_text=_("Leave empty for a statement that no records prove")
    )
    filters = models.CharField(
        _("filters"),
        max_length=300,
        blank=True,
        help_text=_("As in the address of the report, without regions, such as year=2024&category=voluntary"),
    )

    class Meta:
        verbose_name = _("published figure")
        verbose_name_plural = _("published figures")
        ordering = ("code",)
        constraints = [
            choice_constraint("system", RenewalSystem, "figure_system"),
            choice_constraint("unit", FigureUnit, "figure_unit"),
            choice_constraint("qualifier", Qualifier, "figure_qualifier"),
            choice_constraint("scope", FigureScope, "figure_scope"),
            choice_constraint("moment", FigureMoment, "figure_moment"),
            models.CheckConstraint(
                name="figure_rank_is_a_statement",
                condition=~models.Q(qualifier=Qualifier.RANK) | models.Q(measure=""),
                violation_error_message=_("A rank is a statement that no records prove. Remove the measure."),
                violation_error_code="measure",
            ),
            models.CheckConstraint(
                name="figure_also_in_pairs",
                condition=models.Q(also_value__isnull=True, also_qualifier="")
                | models.Q(also_value__isnull=False) & ~models.Q(also_qualifier=""),
                violation_error_message=_("Enter the other form with its qualifier, or neither."),
                violation_error_code="also_qualifier",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def name(self) -> str:
        return str(getattr(self, name_field()))

    @property
    def published(self) -> str:
        """The value in the words of the source."""
        return qualified_text(amount_text(self.value, self.digits, self.unit), self.qualifier)

    @property
    def also(self) -> str:
        """The other form of the value; empty if there is none."""
        if self.also_value is None:
            return ""
        digits = max(-int(self.also_value.normalize().as_tuple().exponent), 0)
        return qualified_text(amount_text(self.also_value, digits, self.unit), self.also_qualifier)

    @property
    def where(self) -> str:
        """The place that the value covers."""
        basin = getattr(self, name_field().replace("name", "basin"))
        return str(basin) if self.scope == FigureScope.BASIN and basin else str(self.region)

    @property
    def when(self) -> str:
        """The period in words."""
        words: Any = {
            FigureMoment.DURING: _("%(year)s"),
            FigureMoment.END: _("end of %(year)s"),
            FigureMoment.BEFORE: _("%(year)s, before"),
            FigureMoment.AFTER: _("%(year)s, after"),
        }[FigureMoment(self.moment)]
        if self.base_year:
            words = _("%(year)s against %(base)s")
        return str(words) % {"year": self.year, "base": self.base_year}

    def clean(self) -> None:
        """Refuse more decimals than stated, a scope that does not fit the region, and filters without an answer."""
        super().clean()
        errors: dict[str, Any] = {}
        if (
            isinstance(self.value, Decimal)
            and self.digits <= MOST_DIGITS
            and rounded_half_up(self.value, self.digits) != self.value
        ):
            errors["digits"] = _("The value has more decimals. Enter a higher number here.")
        if self.region_id and self.scope in (FigureScope.PROVINCE, FigureScope.CITY, FigureScope.COUNTY):
            level = "county" if self.region.level == Region.Level.ZONE else self.region.level
            if level != self.scope:
                errors["region"] = _(
                    "The level of the region does not fit the scope. Choose another region or scope."
                )
        if (self.unit == FigureUnit.RANK) != (self.qualifier == Qualifier.RANK):
            errors["qualifier"] = _("Use the unit “rank” and the qualifier “rank” together.")
        errors |= figure_errors(self)
        if errors:
            raise ValidationError(errors)

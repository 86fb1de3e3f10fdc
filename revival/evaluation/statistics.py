"""The subjects that are scored, and the statistics of them that no record gives."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from enterprises.models import Industry
from revival.accounts.models import Region, name_field
from revival.publishing.models import YEARS, SourceDocument
from revival.records.explained import Explained
from revival.records.fields import YearField, choice_constraint
from revival.records.history import tracked

CODE = RegexValidator("^[a-z][a-z0-9-]*$", _("Use small letters, digits and hyphens only."))
VALUE: dict[str, Any] = {"max_digits": 24, "decimal_places": 6}


class NamedRow(Explained):
    """A row with a name in both languages."""

    name_zh = models.CharField(_("Chinese name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=160)

    class Meta:
        abstract = True

    @property
    def name(self) -> str:
        return str(getattr(self, name_field()))


class Subject(models.TextChoices):
    """The subjects that an index system scores."""

    INDUSTRIES = "industries", _("Industries")
    CITIES = "cities", _("Cities")


@tracked
class Statistic(NamedRow):
    """A number that no record gives, entered by year with its source."""

    code = models.CharField(_("code"), max_length=30, primary_key=True, validators=[CODE])
    subject = models.CharField(_("of"), max_length=10, choices=Subject)
    unit_zh = models.CharField(_("Chinese unit"), max_length=30, blank=True)
    unit_en = models.CharField(_("English unit"), max_length=30, blank=True)

    @property
    def unit(self) -> str:
        return str(getattr(self, name_field().replace("name", "unit")))

    class Meta:
        verbose_name = _("statistic")
        verbose_name_plural = _("statistics")
        ordering = ("code",)
        constraints = [choice_constraint("subject", Subject, "statistic_subject")]

    def __str__(self) -> str:
        return self.name


@tracked
class StatisticValue(Explained):
    """The value of a statistic for one industry or one city in one year."""

    statistic = models.ForeignKey(Statistic, models.CASCADE, related_name="values", verbose_name=_("statistic"))
    industry = models.CharField(_("industry"), max_length=20, choices=Industry, blank=True)
    city = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="+", limit_choices_to={"level": "city"}
    )
    year = YearField(_("year"), validators=YEARS)
    value = models.DecimalField(_("value"), **VALUE)
    source = models.ForeignKey(SourceDocument, models.PROTECT, related_name="+", verbose_name=_("source"))
    place = models.CharField(_("place in the source"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("value of a statistic")
        verbose_name_plural = _("values of a statistic")
        ordering = ("-year", "industry", "city")
        constraints = [
            models.CheckConstraint(
                name="statistic_of_one",
                condition=Q(industry="", city__isnull=False) | ~Q(industry="") & Q(city__isnull=True),
                violation_error_message=_("Choose an industry or a city, as the statistic requires."),
                violation_error_code="industry",
            ),
            *(
                models.UniqueConstraint(
                    name=f"statistic_once_{field}",
                    fields=("statistic", field, "year"),
                    condition=condition,
                    violation_error_message=_("This value has already been entered. Change that entry instead."),
                    violation_error_code="year",
                )
                for field, condition in (("industry", Q(city__isnull=True)), ("city", Q(industry="")))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.statistic} · {self.get_industry_display() or self.city} · {self.year}"

    def clean(self) -> None:
        super().clean()
        of_cities = hasattr(self, "statistic") and self.statistic.subject == Subject.CITIES
        if hasattr(self, "statistic") and of_cities != bool(self.city_id):
            raise ValidationError({"industry": _("Choose an industry or a city, as the statistic requires.")})

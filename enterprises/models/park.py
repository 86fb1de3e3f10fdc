"""Parks and their expansions."""

from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from enterprises.models.enterprise import Industry
from revival.accounts.spelling import SpellingField
from revival.records.days import FOUNDED_FROM, Lifetime, day_between
from revival.records.fields import AreaField, TagsField, choice_constraint
from revival.records.history import tracked
from revival.records.models import Record
from revival.records.triggers import Guard, Lead

# In mu (1/15 hectare): more than any park has, and less than NaN, which PostgreSQL orders last.
MOST_MU = Decimal(10) ** 7


class ParkKind(models.TextChoices):
    """The kind of recognition. A park may have several."""

    CHARACTERISTIC = "characteristic", _("Characteristic park of a traditional industry")
    CHEMICAL = "chemical", _("Chemical park")
    INDUSTRIAL = "industrial", _("Industrial park")


@tracked
class Park(Record):
    """A park, active from its recognition until it is struck off."""

    lifetime = Lifetime("active_from", "active_until")
    alike = (("name", "city"),)

    name = models.CharField(_("name"), max_length=120, help_text=_("The full Chinese name, as recognised"))
    spelling = SpellingField(of="name")
    kinds = TagsField(_("kinds"), tags=ParkKind.choices)
    industry = models.CharField(_("leading industry"), max_length=20, choices=Industry)
    active_from = models.DateField(_("recognised on"))
    active_until = models.DateField(_("struck off on"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("park")
        verbose_name_plural = _("parks")
        triggers = [
            Guard(),
            Lead(
                name="lead_expansion",
                table="enterprises_parkexpansion",
                key="park_id",
                fields=("region", "city", "industry"),
            ),
        ]
        constraints = [
            *Record.Meta.constraints,
            choice_constraint("industry", Industry, "park_industry"),
            day_between("active_from", "park_from_day", FOUNDED_FROM),
            day_between("active_until", "park_until_day", FOUNDED_FROM, ending=True),
            models.CheckConstraint(name="park_kinds", condition=models.Q(kinds__contained_by=ParkKind.values)),
            models.UniqueConstraint(
                name="park_name",
                fields=("name",),
                violation_error_message=_(
                    "A park with this name already exists. Change that record, or use another name."
                ),
                violation_error_code="name",
            ),
            models.CheckConstraint(
                name="park_until_after_from",
                condition=models.Q(active_until__isnull=True) | models.Q(active_until__gte=models.F("active_from")),
                violation_error_message=_("A park cannot be struck off before it was recognised. Check both dates."),
                violation_error_code="active_until",
            ),
        ]
        indexes = [
            *Record.Meta.indexes,
            models.Index(
                fields=("state", "city", "industry", "active_from", "active_until"),
                include=("region", "kinds"),
                name="park_cover",
            ),
        ]

    def __str__(self) -> str:
        return self.name


@tracked
class ParkExpansion(Record):
    """Land added to a park by one approval."""

    named_by = ("park",)
    typical = ("area",)

    park = models.ForeignKey(Park, models.CASCADE, related_name="expansions", verbose_name=_("park"))
    approved_on = models.DateField(_("approved on"))
    area = AreaField(
        _("area added (mu)"),
        max_digits=10,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.01"))],
        help_text=_("Leave empty if the approval states no area"),
    )
    industry = models.CharField(_("leading industry"), max_length=20, choices=Industry, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("park expansion")
        verbose_name_plural = _("park expansions")
        triggers = [Guard(reported_in=("approved_on",), follows={"park": ("region", "industry")})]
        constraints = [
            *Record.Meta.constraints,
            day_between("approved_on", "expansion_day", FOUNDED_FROM),
            models.CheckConstraint(
                name="expansion_area",
                condition=models.Q(area__isnull=True) | models.Q(area__gt=0, area__lt=MOST_MU),
                violation_error_message=_("Enter an area above 0 mu."),
                violation_error_code="area",
            ),
            models.UniqueConstraint(
                name="expansion_once_a_day",
                fields=("park", "approved_on"),
                violation_error_message=_("This expansion has already been entered. Change that record instead."),
                violation_error_code="approved_on",
            ),
        ]
        indexes = [
            *Record.Meta.indexes,
            models.Index(
                fields=("state", "approved_on", "city", "industry"),
                include=("region", "area"),
                name="expansion_cover",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.park} · {self.approved_on}"

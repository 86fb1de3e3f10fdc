"""Activities, such as matchmaking events and campaigns, and the enterprises that took part."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from enterprises.models import Enterprise, Industry
from revival.accounts.spelling import SpellingField
from revival.records.days import day_between
from revival.records.fields import choice_constraint
from revival.records.history import tracked
from revival.records.models import Record
from revival.records.triggers import Guard, Lead


class ActivityKind(models.TextChoices):
    SUPPLY_DEMAND = "supply-demand", _("Supply-demand docking")
    BANK_ENTERPRISE = "bank-enterprise", _("Bank-enterprise docking")
    CAMPAIGN = "campaign", _("Campaign")
    SERVICE_ROUND = "service-round", _("Service-oriented manufacturing round")
    FOOD_CLUSTER = "food-cluster", _("Food cluster innovation")
    COLD_CHAIN = "cold-chain", _("Cold-chain docking")
    GREEN_BUILDING_MATERIALS = "green-building-materials", _("Green building materials to the countryside")


@tracked
class Activity(Record):
    """One event or campaign. The regions below read those of the province, as their enterprises take part."""

    shared = True
    alike = (("name", "held_on", "city"),)

    name = models.CharField(pgettext_lazy("name", "activity"), max_length=200)
    spelling = SpellingField(of="name")
    kind = models.CharField(_("kind of activity"), max_length=30, choices=ActivityKind)
    held_on = models.DateField(_("held on"), help_text=_("For a campaign, its last day"))

    class Meta(Record.Meta):
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        triggers = [
            Guard(reported_in=("held_on",)),
            Lead(
                name="lead_participation",
                table="projects_participation",
                key="activity_id",
                fields=("kind", "held_on"),
            ),
        ]
        constraints = [
            *Record.Meta.constraints,
            choice_constraint("kind", ActivityKind, "activity_kind"),
            day_between("held_on", "activity_day"),
        ]

    def __str__(self) -> str:
        return f"{self.name} · {self.held_on}"


@tracked
class Participation(Record):
    """One enterprise at one activity: an attendance. It belongs to the enterprise's region."""

    named_by = ("activity", "enterprise")

    activity = models.ForeignKey(
        Activity, models.PROTECT, db_index=False, related_name="participations", verbose_name=_("activity")
    )
    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, related_name="participations", verbose_name=_("enterprise")
    )
    kind = models.CharField(_("kind of activity"), max_length=30, choices=ActivityKind, editable=False)
    held_on = models.DateField(_("held on"), editable=False)
    industry = models.CharField(_("industry"), max_length=20, choices=Industry, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("participation")
        verbose_name_plural = _("participations")
        triggers = [
            Guard(
                reported_in=("held_on",),
                follows={"enterprise": ("region", "industry"), "activity": ("kind", "held_on")},
            )
        ]
        constraints = [
            *Record.Meta.constraints,
            day_between("held_on", "participation_day"),
            models.UniqueConstraint(
                name="participation_once",
                fields=("activity", "enterprise"),
                violation_error_message=_(
                    "This enterprise has already been entered for this activity. Change that entry instead."
                ),
                violation_error_code="enterprise",
            ),
        ]
        indexes = [
            *Record.Meta.indexes,
            models.Index(
                fields=("state", "kind", "held_on", "city", "industry"),
                include=("region", "activity", "enterprise"),
                name="participation_cover",
            ),
            # Behind state and place, in order, so that a count of distinct values sorts nothing.
            models.Index(
                fields=("state", "city", "region", "enterprise"),
                include=("activity", "industry", "kind", "held_on"),
                name="participation_counted",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activity} · {self.enterprise}"

    def clean(self) -> None:
        """Refuse an activity outside the enterprise's own city: nobody there could read it."""
        super().clean()
        place = self.enterprise.region if hasattr(self, "enterprise") else None
        held = self.activity.region if hasattr(self, "activity") else None
        if place and held and not held.holds(place):
            raise ValidationError(
                {"enterprise": _("The enterprise is outside the region of this activity. Choose another enterprise.")}
            )

"""Policies of the nation, the province and its cities, and the higher policies that they answer."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from enterprises.models import Industry
from projects.models.renovation import YEARS, Action
from revival.accounts.models import Region
from revival.accounts.spelling import SpellingField
from revival.records.days import FIRST_YEAR, LAST_YEAR, day_between
from revival.records.fields import TagsField, YearField, choice_constraint
from revival.records.history import tracked
from revival.records.models import Record
from revival.records.triggers import Guard


class PolicyLevel(models.TextChoices):
    NATION = "nation", _("Nation")
    PROVINCE = "province", _("Province")
    CITY = "city", _("City")
    COUNTY = "county", _("County")


HIGHER = (PolicyLevel.NATION, PolicyLevel.PROVINCE)
# The level of the policies that each level of region issues. National policies are entered for the province.
OF_REGION = {
    Region.Level.PROVINCE: HIGHER,
    Region.Level.CITY: (PolicyLevel.CITY,),
    Region.Level.COUNTY: (PolicyLevel.COUNTY,),
    Region.Level.ZONE: (PolicyLevel.COUNTY,),
}


@tracked
class Policy(Record):
    """A plan, an opinion, measures, or a body set up to carry one out. The regions below read it."""

    shared = True
    alike = (("name", "year", "region"), ("number", "year", "region"))

    name = models.CharField(_("title"), max_length=200, help_text=_("The full Chinese title"))
    spelling = SpellingField(of="name")
    level = models.CharField(_("level of the policy"), max_length=10, choices=PolicyLevel)
    issuer = models.CharField(_("issuer"), max_length=200)
    number = models.CharField(_("document number"), max_length=60, blank=True)
    year = YearField(_("year of issue"), validators=YEARS)
    issued_on = models.DateField(_("issued on"), null=True, blank=True, help_text=_("The day, if it is known"))
    actions = TagsField(_("actions"), tags=Action.choices)
    industries = TagsField(_("industries"), tags=Industry.choices)
    answers = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="answered_by",
        limit_choices_to={"level__in": HIGHER},
        verbose_name=_("answers"),
        help_text=_("The policy of the nation or the province that this one carries out"),
    )

    class Meta(Record.Meta):
        verbose_name = _("policy")
        verbose_name_plural = _("policies")
        triggers = [Guard(reported_in=("year",))]
        constraints = [
            *Record.Meta.constraints,
            choice_constraint("level", PolicyLevel, "policy_level"),
            day_between("issued_on", "policy_issued_day"),
            models.CheckConstraint(
                name="policy_year", condition=Q(year__range=(FIRST_YEAR, LAST_YEAR)), violation_error_code="year"
            ),
            models.CheckConstraint(
                name="policy_issued_in_year",
                condition=Q(issued_on__isnull=True) | Q(issued_on__year=models.F("year")),
                violation_error_message=_("The day of issue is not in the year of issue. Correct one of them."),
                violation_error_code="issued_on",
            ),
            models.CheckConstraint(
                name="policy_of_a_city",
                condition=Q(level__in=HIGHER, city__isnull=True) | Q(city__isnull=False) & ~Q(level__in=HIGHER),
                violation_error_message=_("The level does not fit the region. Choose another level or region."),
                violation_error_code="level",
            ),
            models.CheckConstraint(
                name="policy_answers_another",
                condition=Q(answers__isnull=True) | ~Q(answers=models.F("id")),
                violation_error_message=_(
                    "A policy cannot answer one of a lower level. Choose a policy of its own level or above."
                ),
                violation_error_code="answers",
            ),
            models.CheckConstraint(name="policy_actions", condition=Q(actions__contained_by=Action.values)),
            models.CheckConstraint(name="policy_industries", condition=Q(industries__contained_by=Industry.values)),
        ]
        indexes = [
            *Record.Meta.indexes,
            models.Index(
                fields=("state", "city", "level", "year", "answers"), include=("region",), name="policy_cover"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse a level that does not fit the region, and an answer to a policy of a lower level."""
        super().clean()
        if self.region_id and self.level and self.level not in OF_REGION[Region.Level(self.region.level)]:
            raise ValidationError({"level": _("The level does not fit the region. Choose another level or region.")})
        order = PolicyLevel.values
        if self.answers and self.level and order.index(self.answers.level) > order.index(self.level):
            raise ValidationError(
                {
                    "answers": _(
                        "A policy cannot answer one of a lower level. Choose a policy of its own level or above."
                    )
                }
            )

"""Renovation projects: what is renewed, by which enterprise, for how much."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from enterprises.models import Enterprise, Industry
from projects.codes import PROJECT_CODE, canonical_project_code
from revival.accounts.spelling import SpellingField
from revival.records.beside import Question
from revival.records.days import FIRST_YEAR, LAST_YEAR, day_between
from revival.records.fields import (
    MoneyField,
    TagsField,
    YearField,
    amount_between,
    choice_constraint,
    wan_amount_text,
)
from revival.records.history import tracked
from revival.records.models import Record
from revival.records.triggers import Guard, Lead

# Above the total by more than a tenth, completed investment must be a mistake.
OVERRUN = Decimal("1.1")
OVERRUN_MESSAGE = _(
    "Completed investment is more than a tenth above the total investment of the project. Check both amounts."
)
LONG = 10  # years; no project is likely to take longer
YEARS = [MinValueValidator(FIRST_YEAR), MaxValueValidator(LAST_YEAR)]


class Action(models.TextChoices):
    """The five major actions."""

    ELIMINATING_BACKWARDNESS = "eliminating-backwardness", _("Eliminating backwardness")
    EQUIPMENT_RENEWAL = "equipment-renewal", _("Equipment renewal")
    GREEN_TRANSFORMATION = "green-transformation", _("Green transformation")
    PRODUCT_UPGRADING = "product-upgrading", _("Product upgrading")
    LAYOUT_OPTIMIZATION = "layout-optimization", _("Layout optimization")


class Stage(models.TextChoices):
    PLANNED = "planned", _("Planned")
    STARTED = "started", _("Started")
    COMPLETED = "completed", _("Completed")
    IN_PRODUCTION = "in-production", _("In production")
    SUSPENDED = "suspended", _("Suspended")


FINISHED = (Stage.COMPLETED, Stage.IN_PRODUCTION)


class Programme(models.TextChoices):
    """Programmes that run across the annual lists. A project may belong to several."""

    TAIHU_BASIN = "taihu-basin", _("Taihu basin printing and dyeing")
    DIGITAL_RENOVATION = "digital-renovation", _("Digital renovation")
    SERVICE_MANUFACTURING = "service-manufacturing", _("Service-oriented manufacturing")


class WatchedField(models.TextChoices):
    """Fields that the department watches next."""

    NEW_TECHNOLOGY = "new-technology", _("Limited by rules, needs new technology")
    EXTENSIVE_DEVELOPMENT = "extensive-development", _("Extensive development")
    LOW_END_CAPACITY = "low-end-capacity", _("Low-end backward capacity")


@tracked
class RenovationProject(Record):
    """One project of one annual list.

    It has one primary action and one industry, so the parts add up to the total.
    """

    year_planned = True
    alike = (("name", "enterprise", "year"),)
    spelled = {"code": canonical_project_code}

    code = models.CharField(
        _("project code"),
        max_length=24,
        unique=True,
        validators=[
            RegexValidator(PROJECT_CODE, _("A project code has 20 digits, such as 2401-320509-89-02-000025."))
        ],
        help_text=_("20 digits, with or without hyphens. Enter a code from before November 2020 as it is."),
    )
    name = models.CharField(_("project name"), max_length=200)
    spelling = SpellingField(of="name")
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="projects", verbose_name=_("enterprise"))
    industry = models.CharField(_("industry"), max_length=20, choices=Industry)
    action = models.CharField(
        _("primary action"),
        max_length=30,
        choices=Action,
        help_text=_("The one of the five major actions under which the project counts"),
    )
    stage = models.CharField(_("stage"), max_length=20, choices=Stage, default=Stage.PLANNED)
    year = YearField(
        _("programme year"),
        validators=YEARS,
        help_text=_("The year of the annual list that the project is registered on"),
    )
    total_investment = MoneyField(_("total investment"))
    planned_investment = MoneyField(_("planned investment of the year"))
    completed_investment = MoneyField(_("completed investment"), default=0, editable=False)
    # Set together with completed_investment: the last verified month of the programme year, 0 before the first.
    reported_month = models.PositiveSmallIntegerField(
        _("reported up to"), choices={0: _("nothing yet"), **MONTHS}, default=0, editable=False
    )
    start_date = models.DateField(_("start"), null=True, blank=True, help_text=_("Planned or actual"))
    finish_date = models.DateField(_("finish"), null=True, blank=True, help_text=_("Planned or actual"))
    key_support_year = YearField(
        _("key-support year"),
        null=True,
        blank=True,
        validators=YEARS,
        help_text=_("The year of the provincial key-support list, if it is on one"),
    )
    programmes = TagsField(_("programmes"), tags=Programme.choices)
    watch = TagsField(_("watch tags"), tags=WatchedField.choices)

    class Meta(Record.Meta):
        verbose_name = _("renovation project")
        verbose_name_plural = _("renovation projects")
        triggers = [
            Guard(reported_in=("year",), derived=("completed_investment", "reported_month")),
            Lead(
                name="lead_progress",
                table="projects_projectprogress",
                key="project_id",
                fields=("region", "city", "industry", "action", "year", "planned_investment"),
            ),
        ]
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                name="project_code", condition=models.Q(code__regex=PROJECT_CODE), violation_error_code="code"
            ),
            choice_constraint("industry", Industry, "project_industry"),
            choice_constraint("action", Action, "project_action"),
            choice_constraint("stage", Stage, "project_stage"),
            day_between("start_date", "project_start_day", planned=True),
            day_between("finish_date", "project_finish_day", planned=True),
            amount_between("total_investment", "project_total_amount"),
            amount_between("planned_investment", "project_planned_amount"),
            amount_between("completed_investment", "project_completed_amount"),
            models.CheckConstraint(
                name="project_year",
                condition=models.Q(year__range=(FIRST_YEAR, LAST_YEAR)),
                violation_error_code="year",
            ),
            models.CheckConstraint(
                name="project_completed_within_total",
                condition=models.Q(completed_investment__lte=models.F("total_investment") * OVERRUN),
                violation_error_message=OVERRUN_MESSAGE,
                violation_error_code="total_investment",
            ),
            models.CheckConstraint(
                name="project_programmes", condition=models.Q(programmes__contained_by=Programme.values)
            ),
            models.CheckConstraint(name="project_watch", condition=models.Q(watch__contained_by=WatchedField.values)),
        ]
        indexes = [
            *Record.Meta.indexes,
            # The index holds every dimension and measure of the report, so totals are read from it alone.
            models.Index(
                fields=("state", "year", "city", "industry", "action", "stage"),
                include=(
                    "region",
                    "start_date",
                    "total_investment",
                    "planned_investment",
                    "completed_investment",
                    "reported_month",
                ),
                name="project_cover",
            ),
            models.Index(fields=("name",), name="project_name"),
            models.Index(fields=("state", "key_support_year"), name="project_key_support"),
            models.Index(fields=("-total_investment", "id"), name="project_by_investment"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def implausible(self) -> list[Question]:
        """Questions about a plan above the total, and about a start and a finish that do not fit the stage."""
        found, start, finish = [], self.start_date, self.finish_date
        if self.planned_investment > self.total_investment:
            words = {
                "plan": wan_amount_text(self.planned_investment),
                "total": wan_amount_text(self.total_investment),
            }
            said = gettext("The year's plan of %(plan)s is above the total investment of %(total)s.") % words
            found.append(Question("planned_investment", said))
        if start and finish and finish < start:
            words = {"start": date_format(start), "finish": date_format(finish)}
            said = gettext("The finish on %(finish)s is before the start on %(start)s.") % words
            found.append(Question("finish_date", said))
        if start and finish and finish.year - start.year > LONG:
            words = {"start": date_format(start), "finish": date_format(finish), "years": str(LONG)}
            said = gettext("From %(start)s to %(finish)s the project takes more than %(years)s years.") % words
            found.append(Question("finish_date", said))
        if self.stage in FINISHED and finish and finish > timezone.localdate():
            words = {"stage": str(Stage(self.stage).label), "finish": date_format(finish)}
            said = gettext("The stage is “%(stage)s”, but the finish on %(finish)s lies in the future.") % words
            found.append(Question("finish_date", said))
        return found

    def get_absolute_url(self) -> str:
        return reverse("project", args=[self.pk])


def check_owner(row: models.Model) -> None:
    """Refuse a project of another enterprise than the row's. Raises ValidationError at the field."""
    project, owner = getattr(row, "project", None), getattr(row, "enterprise_id", None)
    if isinstance(project, RenovationProject) and owner and project.enterprise_id != owner:
        raise ValidationError(
            {"project": _("This project belongs to another enterprise. Choose a project of this enterprise.")}
        )

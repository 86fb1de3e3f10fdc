"""Monthly progress of renovation projects."""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pgtrigger
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.dates import MONTHS
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from enterprises.models import Industry
from projects.models.renovation import OVERRUN, OVERRUN_MESSAGE, YEARS, Action, RenovationProject
from revival.records.beside import Question
from revival.records.fields import MoneyField, YearField, amount_between, wan_amount_text
from revival.records.history import tracked
from revival.records.models import Record
from revival.records.triggers import Guard, derived_column_triggers

# What makes an official look twice: growth within one month, and shares of the year's plan and of that to date.
SUDDEN, BEYOND_PLAN, BEYOND_MONTHS = 10, Decimal("1.5"), Decimal("1.2")

WITHIN_PROJECT = f"""
    IF NEW.completed > {OVERRUN} * (
        SELECT total_investment FROM projects_renovationproject WHERE id = NEW.project_id
    ) THEN
        RAISE EXCEPTION 'completed % is more than 10 %% above the total investment', NEW.completed
            USING ERRCODE = 'check_violation', CONSTRAINT = 'progress_within_total';
    END IF;
    RETURN NEW;
"""
# The function ends at once where nothing was touched, since its own UPDATE of the months runs it again. The state is
# not in WHERE: for a table that was not analysed yet, the planner expects few verified rows and reads the whole state
# for each project of a bulk insert (46 s for 35,000 rows, 5 s this way).
LAST_VERIFIED = """
    IF NOT EXISTS ({touched}) THEN
        RETURN NULL;
    END IF;
    EXECUTE $sql$ UPDATE projects_projectprogress g
    SET next_month = found.next_month
    FROM (
        SELECT g.id, CASE g.state WHEN 'verified' THEN
            LEAD(g.month) OVER (PARTITION BY g.project_id, g.state = 'verified' ORDER BY g.month)
        END AS next_month
        FROM ({touched}) touched JOIN projects_projectprogress g ON g.project_id = touched.project_id
    ) found
    WHERE g.id = found.id AND g.next_month IS DISTINCT FROM found.next_month $sql$;
    EXECUTE $sql$ UPDATE projects_renovationproject p
    SET completed_investment = found.completed, reported_month = found.month
    FROM (
        SELECT touched.project_id, COALESCE(last.completed, 0) AS completed, COALESCE(last.month, 0) AS month
        FROM ({touched}) touched
        LEFT JOIN LATERAL (
            SELECT CASE g.state WHEN 'verified' THEN g.completed END AS completed,
                CASE g.state WHEN 'verified' THEN g.month END AS month
            FROM projects_projectprogress g
            WHERE g.project_id = touched.project_id
            ORDER BY g.state = 'verified' DESC, g.month DESC LIMIT 1
        ) last ON TRUE
    ) found
    WHERE p.id = found.project_id
        AND (p.completed_investment, p.reported_month) <> (found.completed, found.month) $sql$;
    RETURN NULL;
"""


@tracked
class ProjectProgress(Record):
    """Planned and completed investment of a project from January to the end of a month of its programme year."""

    named_by = ("project",)
    typical = ()  # it is compared with its own plan

    project = models.ForeignKey(
        RenovationProject, models.CASCADE, db_index=False, related_name="progress", verbose_name=_("project")
    )
    month = models.PositiveSmallIntegerField(_("month"), choices=MONTHS)
    planned = MoneyField(_("planned investment, cumulative"))
    completed = MoneyField(_("completed investment, cumulative"))
    year = YearField(_("programme year"), editable=False, validators=YEARS)
    industry = models.CharField(_("industry"), max_length=20, choices=Industry, editable=False)
    action = models.CharField(_("primary action"), max_length=30, choices=Action, editable=False)
    planned_investment = MoneyField(_("planned investment of the year"), default=0, editable=False)
    # Set for verified rows. A report of any month then reads one row of each project and compares it with no other.
    next_month = models.PositiveSmallIntegerField(
        _("next verified month"), choices=MONTHS, null=True, blank=True, editable=False
    )

    class Meta(Record.Meta):
        verbose_name = _("monthly progress")
        verbose_name_plural = _("monthly progress")
        triggers = [
            Guard(
                reported_in=("year", "month"),
                follows={"project": ("region", "industry", "action", "year", "planned_investment")},
                derived=("next_month",),
                alone=True,
            ),
            pgtrigger.Trigger(
                name="within_project",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("completed", "project_id"),
                func=WITHIN_PROJECT,
            ),
            *derived_column_triggers("completed", "project_id", "projects_renovationproject", LAST_VERIFIED),
        ]
        constraints = [
            *Record.Meta.constraints,
            models.UniqueConstraint(
                fields=("project", "month"),
                include=("state", "completed"),
                name="progress_once_a_month",
                violation_error_message=_("This month has already been reported. Change that row instead."),
                violation_error_code="month",
            ),
            models.CheckConstraint(
                name="progress_month", condition=models.Q(month__range=(1, 12)), violation_error_code="month"
            ),
            amount_between("planned", "progress_planned_amount"),
            amount_between("completed", "progress_completed_amount"),
        ]
        indexes = [
            *Record.Meta.indexes,
            models.Index(
                fields=("state", "year", "month", "city", "industry", "action"),
                include=("project", "region", "planned", "completed", "planned_investment", "next_month"),
                name="progress_cover",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project} · {self.year or ''}-{self.month:02}"

    @cached_property
    def before(self) -> "ProjectProgress | None":
        """The project's last row from an earlier month, in any state."""
        earlier = ProjectProgress.objects.filter(project=self.project_id, month__lt=self.month)
        return earlier.order_by("-month").first()

    @classmethod
    def read_beside(cls, rows: list[Any]) -> None:
        """Also read the month before each row, in one query."""
        super().read_beside(rows)
        months: defaultdict[int, list[ProjectProgress]] = defaultdict(list)
        for each in cls.objects.filter(project__in={row.project_id for row in rows}).order_by("-month"):
            months[each.project_id].append(each)
        for row in rows:
            row.before = next((each for each in months[row.project_id] if each.month < row.month), None)

    def implausible(self) -> list[Question]:
        """Questions about amounts that fall or grow tenfold, that pass a plan, or that come before the start."""
        found, last = [], self.before
        for name in ("planned", "completed") if last else ():
            old, new = getattr(last, name), getattr(self, name)
            if new < old:
                said = gettext("%(amount)s falls from %(last)s to %(now)s in month %(month)s.")
            elif 0 < SUDDEN * old <= new:
                said = gettext("%(amount)s grows tenfold, from %(last)s to %(now)s in month %(month)s.")
            else:
                continue
            words = {"last": wan_amount_text(old), "now": wan_amount_text(new), "month": self.month}
            found.append(Question(name, said % {**words, "amount": self.heading(name)}))
        return found + [Question("completed", said) for said in self.beyond()]

    def beyond(self) -> Iterator[str]:
        """Sentences about completed investment above a plan, and before the start of the project."""
        now, plan, start = self.completed, self.project.planned_investment, self.project.start_date
        if now > plan * BEYOND_PLAN:
            said = gettext("Completed investment of %(now)s is more than half above the year's plan of %(plan)s.")
            yield said % {"now": wan_amount_text(now), "plan": wan_amount_text(plan)}
        if now > self.planned * BEYOND_MONTHS:
            said = gettext(
                "Completed investment of %(now)s is more than a fifth above the %(plan)s planned up to this month."
            )
            yield said % {"now": wan_amount_text(now), "plan": wan_amount_text(self.planned)}
        if now and start and (self.project.year, self.month) < (start.year, start.month):
            said = gettext("Completed investment of %(now)s is before the start of the project on %(start)s.")
            yield said % {"now": wan_amount_text(now), "start": date_format(start)}

    def heading(self, name: str) -> str:
        return str(capfirst(self._meta.get_field(name).verbose_name))  # type: ignore[union-attr]

    def clean(self) -> None:
        super().clean()
        if hasattr(self, "project") and self.completed is not None:
            total = self.project.total_investment
            if total is not None and self.completed > total * OVERRUN:
                raise ValidationError({"completed": OVERRUN_MESSAGE})

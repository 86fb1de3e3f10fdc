"""Reports of renovation projects and their progress."""

from django.db.models import Case, Count, DecimalField, F, Q, Sum, When
from django.db.models.expressions import Combinable
from django.db.models.functions import NullIf, Round
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _

from projects.codes import canonical_project_code
from projects.models import Programme, ProjectProgress, RenovationProject, WatchedField
from revival.reporting.dimensions import CALENDAR_MONTH, PLACES, STATE, Dimension
from revival.reporting.filters import CaseFilter, ReportFilters, SearchFilter, TagFilter, ValuesFilter
from revival.reporting.measures import Measure, MeasureKind, Ratio
from revival.reporting.period import Validity
from revival.reporting.report import PLACE_COLUMNS, Column, Report
from revival.reporting.units import MONEY, POINTS, SHARE

COMPLETION, SCHEDULE = _("Completion rate"), _("Time-schedule progress")
ACTION = Dimension(
    "action", description=_("The one of the five major actions that the project counts under, whatever else it does.")
)
PROGRAMME_YEAR = Dimension(
    "year",
    number=True,
    description=_("The year of the annual list that the project is registered on, whenever it starts or ends."),
)


def due_investment(month: str) -> Round:
    """The part of the year's planned investment that is due by the end of the month, to the fen."""
    return Round(F("planned_investment") * F(month) / 12, 2, output_field=DecimalField())


def schedule_measure(completed: str, month: str) -> Ratio:
    """序时进度: the completion rate of the year's plan minus the part of the year that has passed, in points.

    Each project counts with its own last verified month. A project without one counts neither above nor below the
    line.
    """
    ahead = Sum(F(completed) - due_investment(month))
    reported = Sum(Case(When(**{f"{month}__gt": 0}, then="planned_investment")))
    return Ratio(
        "schedule",
        SCHEDULE,
        Measure("ahead", ahead, SCHEDULE, MONEY, kind_of(month)),
        Measure("reported", reported, SCHEDULE, MONEY, kind_of(month)),
        POINTS,
        _(
            "How far completion is ahead of an even course of the year, in percentage points: completed investment "
            "less the planned investment of the year × month ÷ 12, divided by the planned investment of the year. "
            "The month is the last verified one of each project; projects without any are left out."
        ),
    )


def fraction_sql(part: str, whole: str) -> Combinable:
    """The part as a fraction of the whole; NULL if the whole is 0."""
    return F(part) / NullIf(F(whole), 0, output_field=DecimalField())


def schedule_points(completed: str, month: str) -> Combinable:
    """The `schedule` of one record; NULL before the first verified month."""
    ahead = (F(completed) - due_investment(month)) / NullIf(F("planned_investment"), 0, output_field=DecimalField())
    return Case(When(**{f"{month}__gt": 0}, then=ahead))


def kind_of(month: str) -> MeasureKind:
    return MeasureKind.CUMULATIVE if month == "month" else MeasureKind.FLOW


class RenovationReport(Report):
    """Projects of the annual lists. A project counts in the year of its list."""

    name = "renovation"
    description = _("Projects of the annual lists, each counted in its programme year.")
    model = RenovationProject
    dimensions = (
        *PLACES,
        Dimension("industry"),
        ACTION,
        Dimension("stage"),
        Dimension(
            "reported",
            "reported_month",
            number=True,
            description=_("The last month of the programme year whose progress is verified."),
        ),
        PROGRAMME_YEAR,
        Dimension(
            "month",
            "start_date__month",
            _("Month of the start"),
            choices=MONTHS,
            number=True,
            description=CALENDAR_MONTH,
        ),
        STATE,
    )
    measures = (
        Measure(
            "projects",
            Count("*"),
            _("Number of projects"),
            description=_("Projects registered on the annual list; each project is on exactly one list."),
        ),
        Measure(
            "investment",
            Sum("total_investment"),
            unit=MONEY,
            description=_("Total investment of the projects over all their years."),
        ),
        Measure(
            "planned",
            Sum("planned_investment"),
            unit=MONEY,
            description=_("Investment that the projects plan for their programme year."),
        ),
        Measure(
            "completed",
            Sum("completed_investment"),
            unit=MONEY,
            description=_(
                "Investment completed from January of the programme year to the end of each project's last verified "
                "month."
            ),
        ),
        Ratio(
            "completion",
            COMPLETION,
            "completed",
            "planned",
            description=_("Completed investment divided by the planned investment of the year."),
        ),
        schedule_measure("completed_investment", "reported_month"),
    )
    headline = ("projects", "investment", "completion", "schedule")
    columns = (
        Column("code"),
        Column("name"),
        Column("enterprise"),
        *PLACE_COLUMNS,
        Column("industry"),
        Column("action"),
        Column("stage"),
        Column("year"),
        Column("total_investment"),
        Column("planned_investment"),
        Column("completed_investment"),
        Column("completion", "", fraction_sql("completed_investment", "planned_investment"), COMPLETION, SHARE),
        Column("schedule", "", schedule_points("completed_investment", "reported_month"), SCHEDULE, POINTS),
        Column("reported", "reported_month"),
        Column("start_date"),
        Column("finish_date"),
    )
    search = ("code", "name", "enterprise__name", "enterprise__credit_code")
    searched = True

    class Filters(ReportFilters):
        q = SearchFilter(spelled=canonical_project_code)
        key_support = ValuesFilter(
            Dimension(
                "key_support",
                "key_support_year",
                number=True,
                description=_("The year of the provincial key-support list that the project is on."),
            )
        )
        programme = TagFilter(
            "programme",
            "programmes",
            Programme.choices,
            _("Programme"),
            _("The special programmes that the project belongs to; it may belong to several."),
        )
        watch = TagFilter(
            "watch",
            "watch",
            WatchedField.choices,
            _("Watch tag"),
            _("The weaknesses that the department watches next and that the project meets; it may meet several."),
        )
        schedule = CaseFilter(
            "schedule",
            "reported_month",
            SCHEDULE,
            {
                "behind": (_("behind schedule"), Q(completed_investment__lt=due_investment("reported_month"))),
                "on": (
                    _("on schedule or ahead"),
                    Q(reported_month__gt=0, completed_investment__gte=due_investment("reported_month")),
                ),
            },
        )


class ProgressReport(Report):
    """Each project's last verified cumulative month, up to the end of the month asked for."""

    name = "progress"
    description = _(
        "Investment of each project from January to the end of a month, by its last verified month up to then."
    )
    model = ProjectProgress
    validity = Validity(axis="month", valid_from="month", valid_to="next_month", key="project", until=lambda: 12)
    dimensions = (
        *PLACES,
        Dimension("industry"),
        ACTION,
        PROGRAMME_YEAR,
        Dimension(
            "month",
            title=_("Month, cumulative to its end"),
            number=True,
            description=_(
                "Amounts from January to the end of this month; months are never added up, and the total is that of "
                "the last one."
            ),
        ),
        STATE,
    )
    measures = (
        Measure(
            "planned",
            Sum("planned"),
            unit=MONEY,
            kind=MeasureKind.CUMULATIVE,
            description=_("Investment that the projects planned from January to the end of the month."),
        ),
        Measure(
            "completed",
            Sum("completed"),
            unit=MONEY,
            kind=MeasureKind.CUMULATIVE,
            description=_("Investment that the projects completed from January to the end of the month."),
        ),
        Ratio(
            "completion",
            COMPLETION,
            "completed",
            "planned",
            description=_("Completed investment divided by the investment planned up to the same month."),
        ),
        schedule_measure("completed", "month"),
    )
    headline = ("planned", "completed", "completion", "schedule")
    columns = (
        Column("code", "project__code"),
        Column("project"),
        *PLACE_COLUMNS,
        Column("industry"),
        Column("action"),
        Column("year"),
        Column("month"),
        Column("planned"),
        Column("completed"),
        Column("completion", "", fraction_sql("completed", "planned"), COMPLETION, SHARE),
        Column("schedule", "", schedule_points("completed", "month"), SCHEDULE, POINTS),
    )
    search = ("project__code", "project__name")

    class Filters(ReportFilters):
        q = SearchFilter(spelled=canonical_project_code)

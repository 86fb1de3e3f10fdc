"""Reports of renovation projects and their progress."""

from django.db.models import Count, Sum
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _

from enterprises.codes import canonical as credit_code
from projects.codes import canonical
from projects.models import Programme, ProjectProgress, RenovationProject, RetiredEquipment, Watch
from revival.reporting.dimensions import CITY, COUNTY, PART, STATE, YEAR, Dimension
from revival.reporting.filters import ReportFilters, SearchFilter, TagFilter, ValuesFilter
from revival.reporting.measures import Kind, Measure, Ratio
from revival.reporting.report import Column, Report, Standing
from revival.reporting.units import MONEY


class RenovationReport(Report):
    """Projects of the annual lists; a project counts in the year it is registered in."""

    name = "renovation"
    model = RenovationProject
    dimensions = (
        PART,
        CITY,
        COUNTY,
        Dimension("industry"),
        Dimension("action"),
        Dimension("stage"),
        YEAR,
        Dimension("month", "start_date__month", _("Month of the start"), choices=MONTHS, number=True),
        STATE,
    )
    measures = (
        Measure("projects", Count("*"), _("Number of projects")),
        Measure("investment", Sum("total_investment"), unit=MONEY),
        Measure("planned", Sum("planned_investment"), unit=MONEY),
        Measure("completed", Sum("completed_investment"), unit=MONEY),
        Ratio("completion", _("Completion rate"), "completed", "planned"),
    )
    headline = ("projects", "investment", "completion")
    columns = (
        Column("code"),
        Column("name"),
        Column("enterprise"),
        Column("city"),
        Column("county", "region__county"),
        Column("industry"),
        Column("action"),
        Column("stage"),
        Column("year"),
        Column("total_investment"),
        Column("planned_investment"),
        Column("completed_investment"),
        Column("start_date"),
        Column("finish_date"),
    )
    search = ("code", "name", "enterprise__name")

    class Filters(ReportFilters):
        q = SearchFilter(spelled=canonical)
        key_support = ValuesFilter(Dimension("key_support", "key_support_year", number=True))
        programme = TagFilter("programme", "programmes", Programme.choices, _("Programme"))
        watch = TagFilter("watch", "watch", Watch.choices, _("Watch tag"))


class ProgressReport(Report):
    """The last verified cumulative month of each project up to the end of the month asked for."""

    name = "progress"
    model = ProjectProgress
    standing = Standing(axis="month", start="month", key="project", until=lambda: 12)
    dimensions = (
        PART,
        CITY,
        COUNTY,
        Dimension("industry"),
        Dimension("action"),
        YEAR,
        Dimension("month", title=_("Month, cumulative to its end"), number=True),
        STATE,
    )
    measures = (
        Measure("planned", Sum("planned"), unit=MONEY, kind=Kind.LATEST),
        Measure("completed", Sum("completed"), unit=MONEY, kind=Kind.LATEST),
        Ratio("completion", _("Completion rate"), "completed", "planned"),
    )
    headline = ("planned", "completed", "completion")
    columns = (
        Column("code", "project__code"),
        Column("project"),
        Column("city"),
        Column("county", "region__county"),
        Column("industry"),
        Column("action"),
        Column("year"),
        Column("month"),
        Column("planned"),
        Column("completed"),
    )
    search = ("project__code", "project__name")

    class Filters(ReportFilters):
        q = SearchFilter(spelled=canonical)


class RetiredEquipmentReport(Report):
    """Old equipment in the year it went; an entry is one machine or a batch, and sets are what it holds."""

    name = "retired-equipment"
    model = RetiredEquipment
    dimensions = (
        PART,
        CITY,
        COUNTY,
        Dimension("industry"),
        Dimension("category"),
        Dimension("year", "retired_on__year", _("Year retired"), number=True),
        Dimension("month", "retired_on__month", _("Month retired"), choices=MONTHS, number=True),
        STATE,
    )
    measures = (
        Measure("sets", Sum("quantity"), _("Sets")),
        Measure("entries", Count("*"), _("Entries")),
    )
    headline = ("sets", "entries")
    columns = (
        Column("name"),
        Column("enterprise"),
        Column("city"),
        Column("county", "region__county"),
        Column("industry"),
        Column("category"),
        Column("quantity"),
        Column("unit"),
        Column("retired_on"),
    )
    search = ("name", "enterprise__name", "enterprise__credit_code")

    class Filters(ReportFilters):
        q = SearchFilter(spelled=credit_code)

"""Reports of retired equipment, of the equipment lists, and of old chemical units."""

from django.db.models import Count, F, Q, Sum
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from enterprises.codes import canonical
from projects.models import ChemicalUnit, EquipmentListing, RetiredEquipment
from projects.reports.renovation import COMPLETION
from revival.reporting.dimensions import PLACES, STATE, YEAR, Dimension
from revival.reporting.filters import CaseFilter, ReportFilters, SearchFilter
from revival.reporting.measures import Measure, Ratio
from revival.reporting.report import PLACE_COLUMNS, Column, Report
from revival.reporting.units import MONEY


class RetiredEquipmentReport(Report):
    """Old equipment in the year it was retired. An entry is one machine or a batch; sets are its quantity."""

    name = "retired-equipment"
    model = RetiredEquipment
    dimensions = (
        *PLACES,
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
    focus = {"category": ("voluntary",)}
    columns = (
        Column("name"),
        Column("enterprise"),
        *PLACE_COLUMNS,
        Column("industry"),
        Column("category"),
        Column("quantity"),
        Column("unit"),
        Column("retired_on"),
    )
    search = ("name", "enterprise__name", "enterprise__credit_code")

    class Filters(ReportFilters):
        q = SearchFilter(spelled=canonical)


class EquipmentListsReport(Report):
    """Entries of the equipment lists. An enterprise or a project counts once, even if it is on several lists."""

    name = "equipment-lists"
    model = EquipmentListing
    dimensions = (*PLACES, Dimension("industry"), Dimension("kind"), YEAR, STATE)
    measures = (
        Measure("enterprises", Count("enterprise", distinct=True), _("Enterprises on the list")),
        Measure("projects", Count("project", distinct=True), _("Projects to be financed")),
        Measure("amount", Sum("amount"), unit=MONEY),
    )
    headline = ("enterprises", "amount")
    focus = {"kind": ("demand",)}
    columns = (
        Column("name"),
        Column("kind"),
        Column("enterprise"),
        Column("project"),
        *PLACE_COLUMNS,
        Column("industry"),
        Column("year"),
        Column("amount"),
    )
    search = ("name", "enterprise__name", "enterprise__credit_code", "project__name", "project__code")

    class Filters(ReportFilters):
        q = SearchFilter(spelled=canonical)


class ChemicalUnitsReport(Report):
    """Old chemical units in the year of their plan: completed in that year, and completed later.

    A later completion does not change the rate of a year that is over.
    """

    name = "chemical-units"
    model = ChemicalUnit
    dimensions = (
        *PLACES,
        Dimension("industry"),
        Dimension("year", "planned_year", number=True),
        STATE,
    )
    measures = (
        Measure("planned", Count("*"), _("Units planned")),
        Measure("completed", Count("*"), _("Units completed in the year"), only=("completed", "in-year")),
        Measure("late", Count("*"), _("Units completed later"), only=("completed", "later")),
        Ratio("completion", COMPLETION, "completed", "planned"),
    )
    headline = ("planned", "completed", "completion")
    columns = (
        Column("name"),
        Column("enterprise"),
        *PLACE_COLUMNS,
        Column("industry"),
        Column("planned_year"),
        Column("completed_on"),
    )
    search = ("name", "enterprise__name", "enterprise__credit_code")

    class Filters(ReportFilters):
        q = SearchFilter(spelled=canonical)
        completed = CaseFilter(
            "completed",
            "completed_on",
            pgettext_lazy("chemical unit", "Completed"),
            {
                "in-year": (_("in the year of the plan"), Q(completed_on__year=F("planned_year"))),
                "later": (_("later"), Q(completed_on__year__gt=F("planned_year"))),
                "no": (_("not yet"), Q(completed_on__isnull=True)),
            },
        )

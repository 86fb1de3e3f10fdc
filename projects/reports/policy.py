"""The report of policies."""

from django.db.models import Count
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from enterprises.models import Industry
from projects.models import Action, Policy
from revival.reporting.dimensions import PLACES, STATE, YEAR, Dimension
from revival.reporting.filters import ReportFilters, TagFilter
from revival.reporting.measures import Measure
from revival.reporting.report import PLACE_COLUMNS, Column, Report


class PoliciesReport(Report):
    """Policies of the reader's region by year of issue. The matrix shows the policies that they answer."""

    name = "policies"
    model = Policy
    dimensions = (*PLACES, Dimension("level"), YEAR, Dimension("answers", number=True), STATE)
    measures = (Measure("policies", Count("*"), _("Number of policies")),)
    headline = ("policies",)
    columns = (
        Column("name"),
        Column("level"),
        Column("issuer"),
        Column("number"),
        *PLACE_COLUMNS,
        Column("year"),
        Column("issued_on"),
        Column("actions"),
        Column("industries"),
        Column("answers"),
    )
    search = ("name", "issuer", "number")

    class Filters(ReportFilters):
        action = TagFilter("action", "actions", Action.choices, pgettext_lazy("policy", "Action"))
        industry = TagFilter("industry", "industries", Industry.choices, _("Industry"))

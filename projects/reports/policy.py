"""The report of policies."""

from django.db.models import Count
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from enterprises.models import Industry
from projects.models import Action, Policy
from revival.reporting.dimensions import PLACES, STATE, Dimension
from revival.reporting.filters import ReportFilters, TagFilter
from revival.reporting.measures import Measure
from revival.reporting.report import PLACE_COLUMNS, Column, Report


class PoliciesReport(Report):
    """Policies of the reader's region by year of issue. The matrix shows the policies that they answer."""

    name = "policies"
    description = _("Policies counted in their year of issue; those of the nation count for the province.")
    model = Policy
    dimensions = (
        *PLACES,
        Dimension("level", description=_("Who issued the policy: the nation, the province, a city or a county.")),
        Dimension("year", number=True),
        Dimension(
            "answers",
            number=True,
            description=_("The policy of the nation or the province that a policy carries out."),
        ),
        STATE,
    )
    measures = (
        Measure(
            "policies",
            Count("*"),
            _("Number of policies"),
            description=_("Policies that were issued, whether they carry out one from above or not."),
        ),
    )
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
    searched = True

    class Filters(ReportFilters):
        action = TagFilter(
            "action",
            "actions",
            Action.choices,
            pgettext_lazy("policy", "Action"),
            _("The main actions that the policy supports; a policy may support several."),
        )
        industry = TagFilter(
            "industry",
            "industries",
            Industry.choices,
            _("Industry"),
            _("The industries that the policy names; a policy may name several."),
        )

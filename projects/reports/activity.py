"""The report of activities and of the enterprises that took part."""

from django.db.models import Count
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _

from enterprises.codes import canonical_code
from projects.models import Participation
from revival.reporting.dimensions import CALENDAR_MONTH, PLACES, STATE, Dimension
from revival.reporting.filters import ReportFilters, SearchFilter
from revival.reporting.measures import Measure
from revival.reporting.report import PLACE_COLUMNS, Column, Report


class ActivitiesReport(Report):
    """Attendances by the region of the enterprise. An activity counts once, together with its first attendance."""

    name = "activities"
    title = _("Activities and attendances")
    description = _(
        "Enterprises that took part in matchmaking, campaigns and rounds, counted in the year of the activity and in "
        "the region of the enterprise."
    )
    model = Participation
    dimensions = (
        *PLACES,
        Dimension("industry"),
        Dimension("kind"),
        Dimension("year", "held_on__year", _("Year held"), number=True),
        Dimension(
            "month",
            "held_on__month",
            _("Month held"),
            choices=MONTHS,
            number=True,
            description=CALENDAR_MONTH,
        ),
        STATE,
    )
    measures = (
        Measure(
            "events",
            Count("activity", distinct=True),
            _("Activities"),
            description=_("Activities that at least one enterprise attended, each counted once."),
        ),
        Measure(
            "attendances",
            Count("*"),
            _("Attendances"),
            description=_("An enterprise counts once for every activity that it attended."),
        ),
        Measure(
            "enterprises",
            Count("enterprise", distinct=True),
            _("Enterprises that took part"),
            description=_("Enterprises that attended at least one activity, each counted once."),
        ),
    )
    headline = ("events", "attendances", "enterprises")
    focus = {"kind": ("supply-demand", "bank-enterprise")}
    columns = (
        Column("activity"),
        Column("kind"),
        Column("held_on"),
        Column("enterprise"),
        *PLACE_COLUMNS,
        Column("industry"),
    )
    search = ("activity__name", "enterprise__name", "enterprise__credit_code")

    class Filters(ReportFilters):
        q = SearchFilter(spelled=canonical_code)

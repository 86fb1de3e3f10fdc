"""The policy matrix: a row for each policy of the nation or the province, a column for each city that may answer."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from projects.models import Policy, PolicyLevel
from projects.models.policy import HIGHER
from projects.reports import PoliciesReport
from revival.accounts.models import Official, Region
from revival.accounts.requests import official
from revival.records.models import State
from revival.records.review import may
from revival.reporting.files import GRIDS, grid_attachment
from revival.reporting.grid import Cell, Grid, Head, Row
from revival.reporting.params import Params, answers_bad_queries
from revival.reporting.query import SHAPE
from revival.reporting.regions import Regions
from revival.reporting.sheets import Provenance
from revival.reporting.sql import one_snapshot
from revival.reporting.table import grid_table
from revival.reporting.units import COUNT

ANSWERED, OPEN = "✓", "–"
# The most policies that one link can name: servers in front take about 4,000 characters of an address.
NAMED = 100
AnswerCounts = Mapping[tuple[int, str], int]


@require_safe
@login_required
@answers_bad_queries
def matrix(request: HttpRequest) -> HttpResponse:
    """The matrix of verified policies that apply to the reader's region, as page or file."""
    if not may(official(request), "view", Policy):
        raise PermissionDenied
    params = Params(request.GET, {"format": SHAPE["format"]})
    file = params.one_of("format", GRIDS)
    params.check()
    with one_snapshot():
        found = matrix_grid(official(request))
    if file:
        about = Provenance(_("Policy matrix"), official(request))
        return grid_attachment(request, found, file, "policy-matrix", about)
    context = {"table": grid_table(found), "count": found.count, "region": official(request).region}
    context["files"] = [(form.upper(), f"?format={form}") for form in GRIDS]
    return render(request, "pages/matrix.html", context)


def matrix_grid(reader: Official) -> Grid:
    """The table: a row for each policy and a column for each place that answers; two queries."""
    regions = Regions(reader)
    level, places = answering_regions(regions)
    policies = list(
        Policy.objects.readable_by(reader)
        .filter(state=State.VERIFIED, level__in=HIGHER)
        .order_by("level", "year", "issued_on", "pk")
    )
    key = "city" if level == PolicyLevel.CITY else "region"
    counts = {
        (policy, place): count
        for policy, place, count in Policy.objects.visible_to(reader)
        .filter(state=State.VERIFIED, level=level, answers__in=policies)
        .order_by()
        .values_list("answers", key)
        .annotate(Count("pk"))
    }
    heads = [Head(_("Policy")), Head(_("Level")), Head(_("Year"))]
    names = [Head(regions.name(place), COUNT) for place in places]
    rows = [policy_row(policy, level, places, counts) for policy in policies]
    return Grid((*heads, *names, Head(_("Answers"), COUNT)), (*rows, answers_row(policies, level, places, counts)))


def answering_regions(regions: Regions) -> tuple[str, list[str]]:
    """The level that answers, and its places in the reader's region: the cities, or the reader's own county."""
    if regions.own.level in (Region.Level.PROVINCE, Region.Level.CITY):
        return PolicyLevel.CITY, [str(code) for code in regions.labels(Region.Level.CITY, [])]
    return PolicyLevel.COUNTY, [regions.own.code]


def answers_url(policies: Sequence[Any], level: str, place: str = "") -> str:
    """The URL of the verified answers to the policies, of one place or of all."""
    params = [("answers", policy.pk) for policy in policies] + [("level", level)]
    params += [("city" if level == PolicyLevel.CITY else "region", place)] if place else []
    return f"{PoliciesReport.url()}?{urlencode(params)}"


def policy_row(policy: Any, level: str, places: Sequence[str], counts: AnswerCounts) -> Row:
    """The row of a policy. Each place has a cell that links to its answers."""
    found = [counts.get((policy.pk, place), 0) for place in places]
    cells = [
        Cell(f"{ANSWERED} {count}" if count else OPEN, url=answers_url([policy], level, place))
        for place, count in zip(places, found, strict=True)
    ]
    every = Cell(sum(found), COUNT, answers_url([policy], level))
    return Row((Cell(policy.name), Cell(policy.get_level_display()), Cell(policy.year), *cells, every))


def answers_row(policies: Sequence[Any], level: str, places: Sequence[str], counts: AnswerCounts) -> Row:
    """The total row: the answers of each place to all policies. A link is left out if it cannot name them all."""
    found = [sum(counts.get((policy.pk, place), 0) for policy in policies) for place in places]
    linked = 0 < len(policies) <= NAMED
    cells = [
        Cell(count, COUNT, answers_url(policies, level, place) if linked else "")
        for place, count in zip(places, found, strict=True)
    ]
    every = Cell(sum(found), COUNT, answers_url(policies, level) if linked else "")
    return Row((Cell(_("Answers")), Cell(""), Cell(""), *cells, every), "total")

"""The policy matrix: policies of the nation and the province down, cities across, answered or not."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from projects.models import Policy
from projects.models.policy import HIGHER
from projects.reports import PoliciesReport
from revival.accounts.models import Region
from revival.records.models import State
from revival.records.review import may
from revival.reporting.dimensions import Regions
from revival.reporting.files import attachment, grid_csv
from revival.reporting.grid import Cell, Grid, Head, Row
from revival.reporting.sql import one_snapshot
from revival.reporting.table import table
from revival.reporting.units import COUNT

ANSWERED, OPEN = "✓", "–"


@require_safe
@login_required
def matrix(request: HttpRequest) -> HttpResponse:
    """Verified policies that apply to the reader's region, and which of its cities answered them."""
    if not may(request.user, "view", Policy):  # type: ignore[arg-type]
        raise PermissionDenied
    if set(request.GET) - {"format"} or request.GET.get("format", "csv") not in ("csv", ""):
        wrong = [_("This page takes “format=csv” and nothing else.")]
        return render(request, "reporting/wrong.html", {"wrong": wrong}, status=400)
    with one_snapshot():
        found = grid(request.user)
    if request.GET.get("format"):
        return attachment(grid_csv(found), f"policy-matrix_{timezone.localdate():%Y-%m-%d}.csv")
    context = {"table": table(found), "count": len(found.rows) - 1, "region": request.user.region}  # type: ignore[union-attr]
    return render(request, "pages/matrix.html", context)


def grid(reader: Any) -> Grid:
    """One row a policy, one column a city of the reader's; two queries, however many there are."""
    regions = Regions(reader)
    cities = regions.labels(Region.Level.CITY, [])
    policies = list(
        Policy.objects.readable_by(reader)
        .filter(state=State.VERIFIED, level__in=HIGHER)
        .order_by("level", "year", "issued_on", "pk")
    )
    counts = {
        (policy, city): count
        for policy, city, count in Policy.objects.visible_to(reader)
        .filter(state=State.VERIFIED, answers__isnull=False, city__isnull=False)
        .order_by()
        .values_list("answers", "city")
        .annotate(Count("pk"))
    }
    heads = [Head(_("Policy")), Head(_("Level")), Head(_("Issuer")), Head(_("Year"))]
    names = [regions.name(str(city)) for city in cities]
    rows = [row(regions, policy, cities, counts) for policy in policies]
    answered = [sum((policy.pk, city) in counts for policy in policies) for city in cities]
    total = [Cell(_("Policies answered")), Cell(""), Cell(""), Cell(""), *(Cell(n, COUNT) for n in answered)]
    every = Cell(sum(answered), COUNT)
    return Grid(
        (*heads, *(Head(name, COUNT) for name in names), Head(_("Cities that answered"), COUNT)),
        (*rows, Row((*total, every), "total")),
    )


def row(regions: Regions, policy: Any, cities: Mapping[Any, str], counts: Mapping[Any, int]) -> Row:
    """A policy with a cell a city, each leading to the answers that there are, or to none."""
    cells = []
    for city in cities:
        count = counts.get((policy.pk, city), 0)
        place = f"&city={city}" if regions.may_ask(str(city)) else ""
        url = f"{PoliciesReport.url()}?answers={policy.pk}{place}"
        cells.append(Cell(f"{ANSWERED} {count}" if count else OPEN, url=url))
    answered = sum((policy.pk, city) in counts for city in cities)
    return Row(
        (
            Cell(policy.name),
            Cell(policy.get_level_display()),
            Cell(policy.issuer),
            Cell(policy.year),
            *cells,
            Cell(answered, COUNT, f"{PoliciesReport.url()}?answers={policy.pk}"),
        )
    )

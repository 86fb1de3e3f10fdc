"""Monthly progress of all projects of a region on one form: saved as drafts while it is typed, handed in as one."""

import re
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, OperationalError, transaction
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.dates import MONTHS
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from projects.models import ProjectProgress
from revival.accounts.models import Region
from revival.collection.monthly.answer import done, problems, told
from revival.collection.monthly.sheet import Asked, Sheet, drafts, expected, keys, lock
from revival.collection.units import reporting_units
from revival.records.models import StaleRecord, State
from revival.records.periods import WHOLE_YEAR, ReportingPeriod
from revival.records.refusals import explained
from revival.records.review import may
from revival.reporting.params import LONGEST, Params, answers_bad_queries
from revival.reporting.regions import Regions
from revival.reporting.sql import one_snapshot

VERBS = ("add", "change", "submit")
KEY = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")
LAST_PAGE = 999_999
AUTOSAVE = "autosave"  # what the script names itself in X-Requested-With


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@answers_bad_queries
def monthly(request: HttpRequest, period: str) -> HttpResponse:
    """The form of a month, for officials who enter and hand in progress."""
    user: Any = request.user
    if not all(may(user, verb, ProjectProgress) for verb in VERBS):
        raise PermissionDenied
    asked = ask(request, find(period))
    if request.method == "POST":
        return posted(request, asked)
    with one_snapshot():
        context = page(asked, Sheet(asked))
    return render(request, "collection/monthly.html", context)


def find(key: str) -> ReportingPeriod:
    """The monthly period of a key such as 2025-07. Raises Http404 where there is none."""
    parts = KEY.fullmatch(key)
    period = ReportingPeriod.objects.filter(year=int(parts[1]), month=int(parts[2])).first() if parts else None
    if period is None:
        raise Http404
    return period


def ask(request: HttpRequest, period: ReportingPeriod) -> Asked:
    """The page that the address asks for. Raises BadQuery for a foreign region and for what it does not know."""
    params = Params(request.GET, {"region": _("Region"), "page": _("Page")})
    regions, page = Regions(request.user), params.number("page", 1, LAST_PAGE)
    code = regions.resolve(params.text("region") or regions.own.code)
    if code is None or not regions.may_ask(code):
        params.add("region", _("%(code)s is outside your region.") % {"code": params.text("region")[:LONGEST]})
    params.check()
    return Asked(request.user, period, regions, regions.by_code[code or ""], page or 1)


def posted(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Save what was posted, or refuse it and show it again: to hand in is one transaction, of drafts each row counts.

    Handed in are the region's drafts on other pages as well: the official asked for all.
    What the database refuses, such as a period that was closed at this moment, is rolled back whole.
    """
    handing_in = request.POST.get("save") == "submit"
    by_button = request.headers.get("X-Requested-With") != AUTOSAVE
    saved, refusal = [], ""
    try:
        with transaction.atomic():
            more = drafts(asked) if handing_in else frozenset[int]()
            lock(asked, keys(request.POST) | more)
            sheet = Sheet(asked, request.POST, more)
            sheet.judge(handing_in, by_button)
            saved = sheet.save(handing_in)
    except (StaleRecord, IntegrityError, OperationalError, ValidationError) as error:
        saved = []
        refusal = " ".join(explained(error, (ProjectProgress,)).messages)
        sheet = Sheet(asked, request.POST)
        sheet.judge(handing_in, by_button)
    said = [refusal] if refusal else problems(sheet, handing_in)
    if not by_button:
        return JsonResponse(told(sheet, saved, said), status=409 if refusal else 200)
    if saved or not said:
        level = messages.SUCCESS if saved else messages.INFO
        messages.add_message(request, level, done(saved, handing_in))
    if not said:
        return HttpResponseRedirect(request.get_full_path())
    context = page(asked, sheet) | {"problems": said}
    return render(request, "collection/monthly.html", context)


def page(asked: Asked, sheet: Sheet) -> dict[str, Any]:
    """What the page shows."""
    period, region = asked.period, asked.region
    found = expected(asked)
    earlier = Q(year__lt=period.year) | Q(year=period.year, month__lt=period.month)
    later = Q(year__gt=period.year) | Q(year=period.year, month__gt=period.month)
    months = ReportingPeriod.objects.exclude(month=WHOLE_YEAR)
    links = [f"?{urlencode({'region': region.code, 'page': number})}" for number in sheet.page.paginator.page_range]
    at = sheet.page.number - 1
    return {
        "period": period,
        "region": region,
        "above": above(asked),
        "below": [each for each in asked.regions.by_code.values() if each.parent_id == region.code],
        "sheet": sheet,
        "total": sheet.page.paginator.count,
        "expected": found.expected,
        "handed_in": found.handed_in,
        "drafts": found.states[State.DRAFT],
        "returned": found.states[State.RETURNED],
        "month_before": period.month - 1,
        "month_name": MONTHS[period.month - 1] if period.month > 1 else "",
        "previous": months.filter(earlier).order_by("-year", "-month").first(),
        "next": months.filter(later).order_by("year", "month").first(),
        "previous_page": links[at - 1] if at else "",
        "next_page": links[at + 1] if at + 1 < len(links) else "",
        "pages": len(links),
        "board": board_url(asked),
    }


def board_url(asked: Asked) -> str:
    """The board of the month, with the counties of the unit that the region lies in."""
    region, query = asked.region, {"period": asked.period.key}
    for unit in reporting_units(asked.regions) if region.level != Region.Level.PROVINCE else ():
        if unit.parts and region.code in unit.regions:
            query["unit"] = unit.code
    return f"{reverse('board')}?{urlencode(query)}"


def above(asked: Asked) -> list[Region]:
    """The regions that the chosen one lies in, from the official's own down."""
    found: list[Region] = []
    region = asked.region
    while region.code != asked.regions.own.code and region.parent_id:
        region = asked.regions.by_code[region.parent_id]
        found.insert(0, region)
    return found

"""The page of the monthly form. Rows are saved as drafts during typing, and submitted together."""

import re
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
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
from revival.accounts.kept import only_shown
from revival.accounts.models import Region
from revival.accounts.requests import official
from revival.accounts.views import signed_in
from revival.collection.monthly.answer import done_sentence, problem_sentences, script_answer
from revival.collection.monthly.sheet import (
    MonthQuestion,
    MonthSheet,
    draft_keys,
    lock_projects,
    month_tally,
    posted_keys,
)
from revival.collection.units import reporting_units
from revival.records.extensions import extension_url
from revival.records.models import StaleRecord, State
from revival.records.periods import WHOLE_YEAR, ReportingPeriod
from revival.records.refusals import refusal_error
from revival.records.review import may
from revival.reporting.params import LONGEST, Params, answers_bad_queries
from revival.reporting.regions import Regions
from revival.reporting.sql import one_snapshot

VERBS = ("add", "change", "submit")
KEY = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")
LAST_PAGE = 999_999
AUTOSAVE = "autosave"  # the name that the script gives in X-Requested-With


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@answers_bad_queries
def monthly(request: HttpRequest, period: str) -> HttpResponse:
    """The form of a month, for officials who enter and submit progress."""
    if not all(may(official(request), verb, ProjectProgress) for verb in VERBS):
        raise PermissionDenied
    question = month_question(request, find_period(period))
    if request.method == "POST":
        return posted(request, question)
    with one_snapshot():
        context = page_context(question, MonthSheet(question))
    return render(request, "collection/monthly.html", context)


def find_period(key: str) -> ReportingPeriod:
    """The monthly period of a key such as 2025-07. Raises Http404 if there is none."""
    parts = KEY.fullmatch(key)
    period = ReportingPeriod.objects.filter(year=int(parts[1]), month=int(parts[2])).first() if parts else None
    if period is None:
        raise Http404
    return period


def month_question(request: HttpRequest, period: ReportingPeriod) -> MonthQuestion:
    """The checked question. Raises BadQuery for a region outside the official's and for an unknown parameter."""
    params, user = Params(request.GET, {"region": _("Region"), "page": _("Page")}), official(request)
    regions, page = Regions(user), params.number("page", 1, LAST_PAGE)
    code = regions.resolve(request.GET.get("region", regions.own.code))  # an empty one is not the own region
    if code is None or not regions.may_ask(code):
        params.add("region", _("%(code)s is outside your region.") % {"code": params.text("region")[:LONGEST]})
    params.check()
    return MonthQuestion(user, period, regions, regions.by_code[code or ""], page or 1)


def posted(request: HttpRequest, question: MonthQuestion) -> HttpResponse:
    """Save the posted rows, or show them with messages. All rows are submitted or none; drafts are saved singly.

    The region's drafts on other pages are submitted as well, as the button submits all. If the database refuses a
    row, such as for a period that was just closed, everything is rolled back.
    """
    if only_shown(request.POST):
        return shown_again(request, question)
    submitting = request.POST.get("save") == "submit"
    by_button = request.headers.get("X-Requested-With") != AUTOSAVE
    done, refusal = [], ""
    try:
        with transaction.atomic():
            more = draft_keys(question) if submitting else frozenset[int]()
            lock_projects(question, posted_keys(request.POST) | more)
            sheet = MonthSheet(question, request.POST, more)
            sheet.judge(submitting, by_button)
            done = sheet.save(submitting)
    except (StaleRecord, IntegrityError, OperationalError, ValidationError) as error:
        done = []
        refusal = " ".join(refusal_error(error, (ProjectProgress,)).messages)
        sheet = MonthSheet(question, request.POST)
        sheet.judge(submitting, by_button)
    problems = [refusal] if refusal else problem_sentences(sheet, submitting)
    if not by_button:
        return JsonResponse(script_answer(sheet, done, problems), status=409 if refusal else 200)
    if done or not problems:
        level = messages.SUCCESS if done else messages.INFO
        messages.add_message(request, level, done_sentence(done, submitting))
    if not problems:
        return HttpResponseRedirect(request.get_full_path())
    context = page_context(question, sheet) | {"problems": problems}
    return render(request, "collection/monthly.html", context)


def shown_again(request: HttpRequest, question: MonthQuestion) -> HttpResponse:
    """The page with what was typed before the session ended."""
    sheet = MonthSheet(question, request.POST)
    sheet.judge(submitting=False, by_button=True)
    problems = [_("Nothing was saved. This is what you typed: check it and save it.")]
    return render(request, "collection/monthly.html", page_context(question, sheet) | {"problems": problems})


def page_context(question: MonthQuestion, sheet: MonthSheet) -> dict[str, Any]:
    """The context of the page."""
    period, region = question.period, question.region
    found = month_tally(question)
    earlier = Q(year__lt=period.year) | Q(year=period.year, month__lt=period.month)
    later = Q(year__gt=period.year) | Q(year=period.year, month__gt=period.month)
    months = ReportingPeriod.objects.exclude(month=WHOLE_YEAR)
    links = [f"?{urlencode({'region': region.code, 'page': number})}" for number in sheet.page.paginator.page_range]
    at = sheet.page.number - 1
    return {
        "period": period,
        "region": region,
        "above": regions_above(question),
        "below": [each for each in question.regions.by_code.values() if each.parent_id == region.code],
        "sheet": sheet,
        "total": sheet.page.paginator.count,
        "expected": found.expected,
        "submitted": found.submitted,
        "drafts": found.states[State.DRAFT],
        "returned": found.states[State.RETURNED],
        "month_before": period.month - 1,
        "month_name": MONTHS[period.month - 1] if period.month > 1 else "",
        "previous": months.filter(earlier).order_by("-year", "-month").first(),
        "next": months.filter(later).order_by("year", "month").first(),
        "previous_page": links[at - 1] if at else "",
        "next_page": links[at + 1] if at + 1 < len(links) else "",
        "pages": len(links),
        "board": board_url(question),
        "extension": extension_url(question.user, sheet.closed, region),
    }


def board_url(question: MonthQuestion) -> str:
    """The URL of the month's board, with the counties of the region's unit."""
    region, query = question.region, {"period": question.period.key}
    for unit in reporting_units(question.regions) if region.level != Region.Level.PROVINCE else ():
        if unit.parts and region.code in unit.regions:
            query["unit"] = unit.code
    return f"{reverse('board')}?{urlencode(query)}"


def regions_above(question: MonthQuestion) -> list[Region]:
    """The regions above the chosen one, from the official's own down."""
    found: list[Region] = []
    region = question.region
    while region.code != question.regions.own.code and region.parent_id:
        region = question.regions.by_code[region.parent_id]
        found.insert(0, region)
    return found

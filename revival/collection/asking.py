"""The page that asks for an extension of a reporting period that does not take records of a region."""

import re
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from revival.accounts.kept import only_shown
from revival.accounts.models import Region
from revival.accounts.requests import official
from revival.accounts.views import signed_in
from revival.records.entry import DayField
from revival.records.extensions import ask_for_extension, is_locked, may_ask, open_request, put_aside
from revival.records.periods import WHOLE_YEAR, ExtensionRequest, ReportingPeriod
from revival.reporting.params import LONGEST, Params, answers_bad_queries
from revival.reporting.regions import Regions
from revival.reporting.sql import one_snapshot

KEY = re.compile(r"([0-9]{4})(?:-(0[1-9]|1[0-2]))?")


class AskForm(forms.ModelForm):  # type: ignore[type-arg]
    """The reason and the last day wished."""

    class Meta:
        model = ExtensionRequest
        fields = ("reason", "until")
        widgets = {"reason": forms.Textarea(attrs={"rows": 4})}
        field_classes = {"until": DayField}


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@answers_bad_queries
def extension(request: HttpRequest, period: str) -> HttpResponse:
    """The page of a period and a region, for officials who enter records there."""
    of, user = find_period(period), official(request)
    region = asked_region(request)
    if not may_ask(user, region):
        raise PermissionDenied
    if request.method == "POST" and request.POST.get("answer") == "read":
        put_aside(user, of, region)
        return HttpResponseRedirect(reverse("home"))
    if request.method == "POST":
        return posted(request, of, region)
    with one_snapshot():
        return page(request, of, region, AskForm(auto_id="id_%s"))


def find_period(key: str) -> ReportingPeriod:
    """The period of a key such as 2025-07 or 2025. Raises Http404 if there is none."""
    parts = KEY.fullmatch(key)
    wanted = {"year": int(parts[1]), "month": int(parts[2] or WHOLE_YEAR)} if parts else None
    period = ReportingPeriod.objects.filter(**wanted).first() if wanted else None
    if period is None:
        raise Http404
    return period


def asked_region(request: HttpRequest) -> Region:
    """The region that is asked for, else the official's own. Raises BadQuery for one outside theirs."""
    params, regions = Params(request.GET, {"region": _("Region")}), Regions(official(request))
    code = regions.resolve(request.GET.get("region", regions.own.code))
    if code not in regions.by_code or not regions.may_ask(code):
        params.add("region", _("%(code)s is outside your region.") % {"code": params.text("region")[:LONGEST]})
    params.check()
    return regions.by_code[code or ""]


def posted(request: HttpRequest, period: ReportingPeriod, region: Region) -> HttpResponse:
    """Store the request, or show what was typed with what is wrong. A second click finds the first one's request."""
    form = AskForm(request.POST, instance=ExtensionRequest(period=period, region=region))
    if only_shown(request.POST):
        form.full_clean()
        form.add_error(None, _("Nothing was saved. This is what you typed: check it and save it."))
    if form.is_valid():
        try:
            made = ask_for_extension(form.instance, official(request))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            level = messages.SUCCESS if made else messages.INFO
            messages.add_message(
                request, level, _("The extension was asked for. The answer will be on your home page.")
            )
            return HttpResponseRedirect(request.get_full_path())
    return page(request, period, region, form)


def page(request: HttpRequest, period: ReportingPeriod, region: Region, form: AskForm) -> HttpResponse:
    context: dict[str, Any] = {
        "period": period,
        "region": region,
        "form": form,
        "waiting": open_request(period, region),
        "locked": is_locked(period, region),
    }
    return render(request, "collection/extension.html", context)

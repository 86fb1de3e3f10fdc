"""Requests for extensions: who asks for one, who answers, and what granting one opens."""

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from revival.accounts.models import Official, Region
from revival.records.periods import ExtensionRequest, PeriodException, ReportingPeriod, region_locked_in
from revival.records.review import may

SHOWN = 30  # days for which an answer is shown to who asked


def may_ask(user: Official, region: Region) -> bool:
    """Whether the official enters records of the region, so that they may ask for an extension there."""
    return user.region.holds(region) and may(user, "add", ExtensionRequest)


def may_answer(user: Official) -> bool:
    """Whether the official opens periods: only those of the province do."""
    return user.region.level == Region.Level.PROVINCE and may(user, "change", ExtensionRequest)


def visible_requests(user: Official) -> QuerySet[ExtensionRequest]:
    """The requests of the official's region and of the regions below it."""
    found = ExtensionRequest.objects.select_related("period", "region__city", "asked_by", "exception")
    return found.filter(region__in=Region.objects.below(user.region))


def extension_url(user: Official, key: str | None, region: Region) -> str:
    """The address of the page that asks for an extension of the period; empty for officials who may not ask there."""
    if not key or not may_ask(user, region):
        return ""
    return f"{reverse('extension', args=[key])}?{urlencode({'region': region.pk})}"


def is_locked(period: ReportingPeriod, region: Region) -> bool:
    """Whether records of the period and region cannot be changed today."""
    locked = Region.objects.filter(pk=region.pk).values_list(region_locked_in(period), flat=True)
    return bool(locked.get())


def open_request(period: ReportingPeriod, region: Region) -> ExtensionRequest | None:
    """The request for the period and region that waits for an answer."""
    found = ExtensionRequest.objects.select_related("asked_by")
    return found.filter(period=period, region=region, state=ExtensionRequest.State.OPEN).first()


def ask_for_extension(asked: ExtensionRequest, user: Official) -> bool:
    """Store the request; False if one waits already, as after a second click.

    Raises PermissionDenied outside the official's rights, and ValidationError for a period that is open.
    """
    if not may_ask(user, asked.region):
        raise PermissionDenied
    with transaction.atomic():
        ReportingPeriod.objects.select_for_update(no_key=True).get(pk=asked.period_id)
        if open_request(asked.period, asked.region):
            return False
        if not is_locked(asked.period, asked.region):
            raise ValidationError(_("The period is open for this region. There is nothing to ask for."))
        asked.asked_by = user
        asked.full_clean()
        asked.save()
    return True


def waiting_request(key: Any) -> ExtensionRequest | None:
    """The request, locked until the end of the transaction; None once it is answered."""
    found = ExtensionRequest.objects.select_for_update(of=("self",)).filter(pk=key)
    return found.filter(state=ExtensionRequest.State.OPEN).first()


def granted_exception(asked: ExtensionRequest, last_day: date, user: Official) -> PeriodException:
    """The exception that granting the request would open. Raises ValidationError for a day that it cannot have."""
    opened = PeriodException(
        period=asked.period, region=asked.region, reason=asked.reason, until=last_day, opened_by=user
    )
    opened.full_clean()
    return opened


def grant(asked: ExtensionRequest, last_day: date, user: Official, words: str = "") -> None:
    """Open the exception and answer the request, both or neither. Raises ValidationError for an unfit day."""
    with transaction.atomic():
        opened = granted_exception(asked, last_day, user)
        opened.save()
        asked.exception = opened
        answer(asked, ExtensionRequest.State.GRANTED, user, words)


def refuse(asked: ExtensionRequest, user: Official, words: str) -> None:
    """Answer the request with why it is refused. Raises ValidationError without a reason."""
    if not words.strip():
        raise ValidationError({"answer": _("Say why the request is refused.")})
    answer(asked, ExtensionRequest.State.REFUSED, user, words)


def answer(asked: ExtensionRequest, state: str, user: Official, words: str) -> None:
    """Store the answer. Raises PermissionDenied for who may not answer, and for a request that is answered."""
    if not may_answer(user) or asked.state != ExtensionRequest.State.OPEN:
        raise PermissionDenied
    asked.state, asked.answer = state, words.strip()
    asked.answered_by, asked.answered_at = user, timezone.now()
    asked.save()


def requests_at_home(user: Official) -> list[ExtensionRequest]:
    """What the official's home page shows, in one query: requests that they may answer, and their own.

    Their own stay until they have put the answer aside, or for 30 days after it. Who may do neither has none.
    """
    own, waiting = Q(asked_by=user), Q(state=ExtensionRequest.State.OPEN)
    recent = Q(read_at=None, answered_at__gte=timezone.now() - timedelta(SHOWN))
    wanted = (own & (waiting | recent)) | waiting if may_answer(user) else own & (waiting | recent)
    if not may_answer(user) and not may(user, "add", ExtensionRequest):
        return []
    return list(visible_requests(user).filter(wanted).order_by("pk"))


def put_aside(user: Official, period: ReportingPeriod, region: Region) -> None:
    """Show the answers to the official's requests for the period and region no longer."""
    found = visible_requests(user).filter(asked_by=user, period=period, region=region, read_at=None)
    for asked in found.exclude(state=ExtensionRequest.State.OPEN):
        asked.read_at = timezone.now()
        asked.save(update_fields=["read_at"])

"""Reporting periods: from when to when the records of a month or a year may be changed, and the exceptions to that.

The lock itself is SQL that the guard trigger of every record calls, so that no change goes round it.
"""

from datetime import date
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Cast, ExtractMonth, ExtractYear, Now
from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.formats import date_format
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from revival.accounts.models import Region
from revival.accounts.signs import WrittenRow
from revival.records.days import FIRST_YEAR, LAST_YEAR, day_between
from revival.records.fields import YearField
from revival.records.history import tracked

WHOLE_YEAR = 0
AFTER = LAST_YEAR + 1  # in which what the last year is reported in closes


def locked_by(model: Any) -> Any:
    """The expression of the period that locks a row of the model, NULL where none does. The model has periods."""
    return locked_in(*period_expressions(model))


def region_locked_in(period: "ReportingPeriod") -> Any:
    """The expression of the period that locks records of the period in a row's region, which has the region's key."""
    text: Any = models.TextField(null=True)
    month = models.Value(period.month) if period.month else Cast(models.Value(None), models.IntegerField())
    return models.Func(models.F("pk"), models.Value(period.year), month, function="records_locked", output_field=text)


def locked_in(year: Any, month: Any) -> Any:
    """The expression of the period that locks a row's region in a year and month; NULL if it is open."""
    text: Any = models.TextField(null=True)
    return models.Func(models.F("region_id"), year, month, function="records_locked", output_field=text)


def period_expressions(model: Any) -> tuple[Any, Any]:
    """The expressions of the year and the month in which a row of the model is reported."""
    integer: Any = models.IntegerField()
    nothing = Cast(models.Value(None), integer)
    first, *rest = model.guard().reported_in
    if isinstance(model._meta.get_field(first), models.DateField):
        return Cast(ExtractYear(first), integer), Cast(ExtractMonth(first), integer)
    return Cast(models.F(first), integer), Cast(models.F(rest[0]), integer) if rest else nothing


@tracked
class ReportingPeriod(models.Model):
    """A month or a whole year. Its records may be changed from `opens` to `closes`, both days included.

    What is submitted after `due` is late.
    """

    year = YearField(_("year"), validators=[MinValueValidator(FIRST_YEAR), MaxValueValidator(LAST_YEAR)])
    month = models.PositiveSmallIntegerField(
        _("month"), choices={WHOLE_YEAR: _("whole year"), **MONTHS}, default=WHOLE_YEAR
    )
    opens = models.DateField(_("opens"), help_text=_("The first day on which its records may be entered."))
    due = models.DateField(_("due"), help_text=_("The last day on which a record is submitted on time."))
    closes = models.DateField(_("closes"), help_text=_("The last day on which its records may be changed."))

    class Meta:
        verbose_name = _("reporting period")
        verbose_name_plural = _("reporting periods")
        ordering = ("-year", "-month")
        default_permissions = ("add", "change", "view")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="records_reportingperiod_once",
                fields=("year", "month"),
                violation_error_message=_("This period already exists. Change that one instead."),
            ),
            models.CheckConstraint(
                name="records_reportingperiod_order",
                condition=models.Q(opens__lte=models.F("due")) & models.Q(due__lte=models.F("closes")),
                violation_error_message=_("A period must open, then be due, then close. Check the three dates."),
            ),
            models.CheckConstraint(
                name="records_reportingperiod_month", condition=models.Q(month__in=range(WHOLE_YEAR, 13))
            ),
            day_between("opens", "records_reportingperiod_opens", last=AFTER, planned=True),
            day_between("due", "records_reportingperiod_due", last=AFTER, planned=True),
            day_between("closes", "records_reportingperiod_closes", last=AFTER, planned=True),
        ]

    def __str__(self) -> str:
        if self.month == WHOLE_YEAR:
            return gettext("the year %(year)s") % {"year": self.year}
        return date_format(date(self.year, self.month, 1), "YEAR_MONTH_FORMAT")

    @property
    def key(self) -> str:
        """The period in addresses and messages: 2024-05 for a month, 2024 for a whole year."""
        return f"{self.year}-{self.month:02}" if self.month else str(self.year)

    @property
    def is_open(self) -> bool:
        return self.opens <= timezone.localdate() <= self.closes

    @property
    def is_late(self) -> bool:
        """Whether what is not submitted yet is late."""
        return timezone.localdate() > self.due


@tracked
class PeriodException(WrittenRow):
    """An extension: a region may change records of a period that is closed, or not open yet, until a day."""

    period = models.ForeignKey(
        ReportingPeriod, models.PROTECT, related_name="exceptions", verbose_name=_("reporting period")
    )
    region = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name=_("region"))
    reason = models.TextField(_("reason"), max_length=1000)
    until = models.DateField(_("until"), help_text=_("The last day of the exception."))
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="+", verbose_name=_("opened by")
    )
    opened_at = models.DateTimeField(_("opened at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("exception to a closed period")
        verbose_name_plural = _("exceptions to closed periods")
        ordering = ("-pk",)
        default_permissions = ("add", "change", "view")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="records_periodexception_reason", condition=~models.Q(reason="")),
            day_between("until", "records_periodexception_until", last=AFTER, planned=True),
        ]

    def __str__(self) -> str:
        return f"{self.period} · {self.region}"

    def clean(self) -> None:
        """Refuse a new exception that is over, and a later last day of a stored one: it may only end sooner."""
        super().clean()
        if self.until is None:
            return
        if self._state.adding:
            if not self.lasts:
                raise ValidationError({"until": _("This day is over. Choose today or a later day.")})
            self.check_needed()
            return
        known = type(self).objects.filter(pk=self.pk).values_list("until", flat=True).first()
        if known and self.until > known:
            said = gettext("To continue after %(until)s, open another exception. It records who opened it and why.")
            raise ValidationError({"until": said % {"until": date_format(known)}})

    def check_needed(self) -> None:
        """Raise ValidationError where the period is open for the region already, by its days or by an exception.

        A month is open while its year is too; an exception for a year opens all its months.
        """
        period = getattr(self, "period", None)
        if period is None or not self.region_id:
            return
        beside = ReportingPeriod.objects.filter(year=period.year)
        beside = beside.filter(month__in=(WHOLE_YEAR, period.month)) if period.month else beside
        if all(each.is_open for each in beside):
            until: date | None = min(each.closes for each in beside)
        else:
            held = type(self).objects.filter(exceptions_covering(self.region), until__gte=self.until)
            held = held.filter(period__year=period.year, period__month__in=(WHOLE_YEAR, period.month))
            until = held.order_by("-until").values_list("until", flat=True).first()
        if until:
            said = gettext("%(period)s is open for %(region)s until %(until)s: it needs no exception.")
            words = {"period": period, "region": self.region, "until": date_format(until)}
            raise ValidationError({"period": said % words})

    @property
    def lasts(self) -> bool:
        return self.until >= timezone.localdate()


@tracked
class ExtensionRequest(WrittenRow):
    """A request for an exception: who enters records of a region asks, and who opens exceptions answers.

    until: the last day that was wished; the exception that was granted may end on another one. read_at: when who
    asked put the answer aside.
    """

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("request", "Waiting for an answer")
        GRANTED = "granted", pgettext_lazy("request", "Granted")
        REFUSED = "refused", pgettext_lazy("request", "Refused")

    period = models.ForeignKey(ReportingPeriod, models.PROTECT, related_name="+", verbose_name=_("reporting period"))
    region = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name=_("region"))
    reason = models.TextField(_("reason"), max_length=1000)
    until = models.DateField(_("last day wished"), help_text=_("Until when the period should be open again."))
    state = models.CharField(
        pgettext_lazy("request", "state"), max_length=7, choices=State, default=State.OPEN, editable=False
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="+", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked at"), db_default=Now(), editable=False)
    answer = models.TextField(_("answer"), max_length=1000, blank=True, editable=False)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("answered by"),
    )
    answered_at = models.DateTimeField(_("answered at"), null=True, editable=False)
    exception = models.OneToOneField(
        PeriodException,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("exception to a closed period"),
    )
    read_at = models.DateTimeField(_("read at"), null=True, editable=False)

    class Meta:
        verbose_name = _("request for an extension")
        verbose_name_plural = _("requests for extensions")
        ordering = ("-pk",)
        default_permissions = ("add", "change", "view")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="records_extensionrequest_one_open",
                fields=("period", "region"),
                condition=models.Q(state="open"),
                violation_error_message=_("An extension was asked for already. Wait for the answer."),
            ),
            models.CheckConstraint(name="records_extensionrequest_reason", condition=~models.Q(reason="")),
            day_between("until", "records_extensionrequest_until", last=AFTER, planned=True),
            models.CheckConstraint(
                name="records_extensionrequest_answered",
                condition=models.Q(state="open", answered_by=None, answered_at=None, exception=None)
                | models.Q(state="granted", exception__isnull=False, answered_by__isnull=False)
                | models.Q(~models.Q(answer=""), state="refused", exception=None, answered_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period} · {self.region}"

    def clean(self) -> None:
        """Refuse a wished day that is over."""
        super().clean()
        if self._state.adding and self.until and self.until < timezone.localdate():
            raise ValidationError({"until": _("This day is over. Choose today or a later day.")})


def exceptions_concerning(region: Region) -> models.Q:
    """The condition of exceptions for the region, for a region above it or for one in it."""
    return exceptions_covering(region) | models.Q(region__in=Region.objects.below(region))


def exceptions_covering(region: Region) -> models.Q:
    """The condition of extensions that cover the whole region."""
    above = (region.pk, region.county_id, region.city_id)
    return models.Q(region__level=Region.Level.PROVINCE) | models.Q(region__in=above)

"""Index systems as data: versions, groups and weighted indicators, and the statistics that no record gives."""

from decimal import Decimal
from typing import Any

import pgtrigger
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import Q, Sum
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from revival.accounts.models import name_field
from revival.evaluation.inputs import indicator_errors
from revival.evaluation.statistics import CODE, VALUE, NamedRow, Statistic, Subject
from revival.evaluation.triggers import KEPT, of_a_draft
from revival.records.fields import choice_constraint
from revival.records.history import tracked

WHOLE, MOST_VERSIONS = Decimal(100), 999


class SystemStatus(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("index system", "Draft")
    IN_USE = "in-use", _("In use")
    SUCCEEDED = "succeeded", _("Replaced by a later version")


class BySystem(models.Manager[Any]):
    """Rows by their natural keys in fixtures: subject and version of the system, and a code within it."""

    def get_by_natural_key(self, subject: str, version: int, code: str = "") -> Any:
        if not code:
            return self.get(subject=subject, version=version)
        return self.get(system__subject=subject, system__version=version, code=code)


@tracked
class IndexSystem(NamedRow):
    """One version of an index system, for industries or for cities."""

    subject = models.CharField(_("scores"), max_length=10, choices=Subject)
    version = models.PositiveSmallIntegerField(
        _("version"), validators=[MinValueValidator(1), MaxValueValidator(MOST_VERSIONS)]
    )
    status = models.CharField(
        _("status"), max_length=10, choices=SystemStatus, default=SystemStatus.DRAFT, editable=False
    )
    note_zh = models.CharField(_("Chinese note"), max_length=300, blank=True)
    note_en = models.CharField(_("English note"), max_length=300, blank=True)

    objects = BySystem()

    class Meta:
        verbose_name = _("index system")
        verbose_name_plural = _("index systems")
        ordering = ("subject", "version")
        triggers = [
            pgtrigger.Trigger(
                name="kept",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=KEPT,
            )
        ]
        constraints = [
            choice_constraint("subject", Subject, "index_subject"),
            choice_constraint("status", SystemStatus, "index_status"),
            models.UniqueConstraint(
                name="index_version_once",
                fields=("subject", "version"),
                violation_error_message=_("This version already exists. Choose another number."),
                violation_error_code="version",
            ),
            models.UniqueConstraint(
                name="index_one_in_use", fields=("subject",), condition=Q(status=SystemStatus.IN_USE)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} · {self.version}"

    def natural_key(self) -> tuple[str, int]:
        return self.subject, self.version

    @property
    def note(self) -> str:
        return str(getattr(self, name_field().replace("name", "note")))

    def check_usable(self) -> None:
        """Raise ValidationError if the version cannot be put to use."""
        whole = self.indicators.aggregate(whole=Sum("weight"))["whole"] or 0
        if whole != WHOLE:
            words = {"whole": f"{whole:f}"}
            raise ValidationError(
                _("The weights add up to %(whole)s. Change them so that they add up to 100.") % words
            )
        later = IndexSystem.objects.filter(subject=self.subject, version__gt=self.version)
        if later.exclude(status=SystemStatus.DRAFT).exists():
            raise ValidationError(_("A later version has already been in use. Start the next version from that one."))

    def put_to_use(self) -> None:
        """Put the version to use, in place of the one in use. Raises ValidationError."""
        self.check_usable()
        with transaction.atomic():
            IndexSystem.objects.filter(subject=self.subject, status=SystemStatus.IN_USE).update(
                status=SystemStatus.SUCCEEDED
            )
            self.status = SystemStatus.IN_USE
            self.save(update_fields=["status"])

    def next_version(self) -> "IndexSystem":
        """A draft with the same groups and indicators. It can be changed and put to use later."""
        with transaction.atomic():
            versions = IndexSystem.objects.filter(subject=self.subject)
            latest = versions.aggregate(latest=models.Max("version"))["latest"]
            draft: IndexSystem = IndexSystem.objects.create(
                subject=self.subject, version=latest + 1, name_zh=self.name_zh, name_en=self.name_en
            )
            groups = {group.pk: copy_of(group, system=draft) for group in self.groups.all()}
            for indicator in self.indicators.all():
                copy_of(indicator, system=draft, group=groups[indicator.group_id])
        return draft


def copy_of(row: Any, **changes: Any) -> Any:
    """A new row with the values of another."""
    values = {f.name: getattr(row, f.name) for f in row._meta.concrete_fields if not f.primary_key}
    return type(row).objects.create(**values | changes)


@tracked
class IndicatorGroup(NamedRow):
    """Indicators that are shown together, as one part of a score."""

    system = models.ForeignKey(IndexSystem, models.CASCADE, related_name="groups", verbose_name=_("index system"))
    code = models.CharField(_("code"), max_length=30, validators=[CODE])
    position = models.PositiveSmallIntegerField(_("position"), default=1)

    objects = BySystem()

    class Meta:
        verbose_name = _("group of indicators")
        verbose_name_plural = _("groups of indicators")
        ordering = ("position", "pk")
        triggers = [of_a_draft()]
        constraints = [
            models.UniqueConstraint(
                name="index_group_once",
                fields=("system", "code"),
                violation_error_message=_("This code already exists. Choose another one."),
                violation_error_code="code",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str, int, str]:
        return *self.system.natural_key(), self.code


class MarkMethod(models.TextChoices):
    """The way in which an input becomes a mark from 0 to 100."""

    BOUNDS = "bounds", _("Between two bounds")
    TARGET = "target", _("Attainment of a target")
    RANK = "rank", _("Rank among all")


class InputForm(models.TextChoices):
    """The way in which an input is shown."""

    SHARE = "share", _("Share, in percent")
    TIMES = "times", _("Multiple")
    NUMBER = "number", _("Number")


@tracked
class Indicator(NamedRow):
    """One weighted input of a version: a measure, a measure divided by another, or a statistic."""

    system = models.ForeignKey(IndexSystem, models.CASCADE, related_name="indicators", verbose_name=_("index system"))
    group = models.ForeignKey(
        IndicatorGroup, models.RESTRICT, related_name="indicators", verbose_name=_("group of indicators")
    )
    code = models.CharField(_("code"), max_length=30, validators=[CODE])
    weight = models.DecimalField(
        _("weight"),
        max_digits=5,
        decimal_places=2,
        validators=[MinValueValidator(Decimal("0.01")), MaxValueValidator(WHOLE)],
    )
    falling = models.BooleanField(_("less is better"), default=False)
    numerator = models.CharField(_("measure"), max_length=80, blank=True)
    numerator_filters = models.CharField(_("its filters"), max_length=300, blank=True)
    denominator = models.CharField(_("divided by"), max_length=80, blank=True)
    denominator_filters = models.CharField(_("filters of the divisor"), max_length=300, blank=True)
    statistic = models.ForeignKey(
        Statistic, models.PROTECT, null=True, blank=True, related_name="indicators", verbose_name=_("or a statistic")
    )
    form = models.CharField(_("read as"), max_length=10, choices=InputForm, default=InputForm.NUMBER)
    method = models.CharField(_("mark by"), max_length=10, choices=MarkMethod)
    low = models.DecimalField(
        _("lower bound"), null=True, blank=True, help_text=_("The input that gets 0 marks"), **VALUE
    )
    high = models.DecimalField(
        _("upper bound"), null=True, blank=True, help_text=_("The input that gets 100 marks"), **VALUE
    )
    target = models.DecimalField(
        _("target"), null=True, blank=True, help_text=_("The input that gets 100 marks"), **VALUE
    )

    objects = BySystem()

    class Meta:
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        ordering = ("group__position", "pk")
        triggers = [of_a_draft()]
        constraints = [
            choice_constraint("method", MarkMethod, "indicator_method"),
            choice_constraint("form", InputForm, "indicator_form"),
            models.UniqueConstraint(
                name="indicator_once",
                fields=("system", "code"),
                violation_error_message=_("This code already exists. Choose another one."),
                violation_error_code="code",
            ),
            models.CheckConstraint(
                name="indicator_weight",
                condition=Q(weight__gt=0, weight__lte=WHOLE),
                violation_error_code="weight",
            ),
            models.CheckConstraint(
                name="indicator_input",
                condition=(~Q(numerator="") & Q(statistic__isnull=True))
                | Q(numerator="", denominator="", statistic__isnull=False),
                violation_error_message=_("Choose a measure or a statistic."),
                violation_error_code="numerator",
            ),
            models.CheckConstraint(
                name="indicator_bounds",
                condition=~Q(method=MarkMethod.BOUNDS)
                | Q(low__isnull=False, high__isnull=False, low__lt=models.F("high")),
                violation_error_message=_("Enter a lower and an upper bound."),
                violation_error_code="low",
            ),
            models.CheckConstraint(
                name="indicator_target",
                condition=~Q(method=MarkMethod.TARGET) | Q(target__isnull=False, target__gt=0),
                violation_error_message=_("Enter a target above 0."),
                violation_error_code="target",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str, int, str]:
        return *self.system.natural_key(), self.code

    def clean(self) -> None:
        """Refuse an input that no report can answer, a group of another version, and missing values of the method."""
        super().clean()
        if not hasattr(self, "system"):
            return  # reported at its field
        errors: dict[str, Any] = {}
        if hasattr(self, "group") and self.group.system_id != self.system_id:
            errors["group"] = _("This group belongs to another version. Choose a group of this version.")
        if self.statistic and self.statistic.subject != self.system.subject:
            errors["statistic"] = _("This statistic is not about what the version scores. Choose another one.")
        if self.method == MarkMethod.BOUNDS and (self.low is None or self.high is None):
            errors["low"] = _("Enter a lower and an upper bound.")
        if self.method == MarkMethod.TARGET and self.target is None:
            errors["target"] = _("Enter a target above 0.")
        errors |= indicator_errors(self.system.subject, self)
        if errors:
            raise ValidationError(errors)

"""Exits of enterprises. An enterprise ends by a verified exit and by nothing else."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from enterprises.models.enterprise import Enterprise, Industry
from revival.records.days import day_between
from revival.records.fields import choice_constraint
from revival.records.history import tracked
from revival.records.models import Record
from revival.records.triggers import Guard, derived_column_triggers

# The day of the verified exit of each enterprise, or NULL.
LAST_DAY = """
    EXECUTE $sql$ UPDATE enterprises_enterprise e SET active_until = found.exited_on
    FROM (
        SELECT touched.enterprise_id, x.exited_on
        FROM ({touched}) touched LEFT JOIN enterprises_enterpriseexit x
            ON x.enterprise_id = touched.enterprise_id AND x.state = 'verified'
    ) found
    WHERE e.id = found.enterprise_id AND e.active_until IS DISTINCT FROM found.exited_on $sql$;
    RETURN NULL;
"""


class ExitKind(models.TextChoices):
    """The way in which an enterprise ends."""

    CLOSED = "closed", _("Closed, low-quality or inefficient")
    MERGED = "merged", _("Merged into another")


@tracked
class EnterpriseExit(Record):
    """The end of one enterprise on a day.

    It belongs to the enterprise's region and, once verified, is its last day.
    """

    named_by = ("enterprise",)

    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, db_index=False, related_name="exits", verbose_name=_("enterprise")
    )
    kind = models.CharField(_("kind of exit"), max_length=10, choices=ExitKind)
    merged_into = models.ForeignKey(
        Enterprise,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="taken_over",
        verbose_name=_("merged into"),
        help_text=_("For a merger, the enterprise that carries on"),
    )
    exited_on = models.DateField(_("exited on"), help_text=_("From this day on the enterprise no longer counts"))
    industry = models.CharField(_("industry"), max_length=20, choices=Industry, editable=False)

    class Meta(Record.Meta):
        verbose_name = _("exit of an enterprise")
        verbose_name_plural = _("exits of enterprises")
        triggers = [
            Guard(reported_in=("exited_on",), follows={"enterprise": ("region", "industry")}, alone=True),
            *derived_column_triggers("active_until", "enterprise_id", "enterprises_enterprise", LAST_DAY),
        ]
        constraints = [
            *Record.Meta.constraints,
            choice_constraint("kind", ExitKind, "exit_kind"),
            day_between("exited_on", "exit_day", ending=True),
            models.UniqueConstraint(
                name="exit_once",
                fields=("enterprise",),
                violation_error_message=_(
                    "The exit of this enterprise has already been entered. Change that record instead."
                ),
                violation_error_code="enterprise",
            ),
            models.CheckConstraint(
                name="exit_merged_into",
                condition=Q(kind=ExitKind.MERGED, merged_into__isnull=False) & ~Q(merged_into=F("enterprise"))
                | Q(kind=ExitKind.CLOSED, merged_into__isnull=True),
                violation_error_message=_(
                    "For a merger, choose the other enterprise that carries on. Otherwise leave this empty."
                ),
                violation_error_code="merged_into",
            ),
        ]
        indexes = [
            *Record.Meta.indexes,
            models.Index(
                fields=("state", "exited_on", "city", "industry", "kind"), include=("region",), name="exit_cover"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise} · {self.exited_on}"

    def clean(self) -> None:
        super().clean()
        founded = self.enterprise.active_from if hasattr(self, "enterprise") else None
        if founded and self.exited_on and self.exited_on < founded:
            raise ValidationError(
                {"exited_on": _("An enterprise cannot end before it was founded. Check both dates.")}
            )

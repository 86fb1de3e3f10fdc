"""The record: what every row that counts in a total has, and the rules that hold for it."""

from collections.abc import Collection
from functools import cache
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.db.models.functions import Now
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from revival.accounts.models import Official, Region
from revival.records.beside import Compared
from revival.records.explained import Explained
from revival.records.history import tracked
from revival.records.likeness import Known
from revival.records.periods import locked_by
from revival.records.triggers import Guard


class StaleRecord(Exception):
    """Someone else changed the record after it was read. Nothing was saved."""


class State(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    VERIFIED = "verified", _("Verified")
    RETURNED = "returned", _("Returned")


class ScopedQuerySet(models.QuerySet[Any]):
    """Rows by region. Every list, form, report and file starts from `visible_to`."""

    def within(self, region: Region) -> Self:
        """The rows of a region and of all regions under it."""
        if region.level == Region.Level.PROVINCE:
            return self
        if region.level == Region.Level.CITY:
            return self.filter(city=region)
        return self.filter(region__in=Region.objects.below(region))

    def named(self) -> Self:
        """The rows joined with the rows that their names and places are made of."""
        return self.select_related("region__city", *self.model.named_by)

    def with_locks(self) -> Self:
        """The rows with the reporting period that locks each of them, without a query for each."""
        return self.annotate(locked=locked_by(self.model)) if self.model.guard().reported_in else self

    def visible_to(self, user: object) -> Self:
        """Rows that an official may see and count: those of their region. Nobody else sees any."""
        return self.within(user.region) if isinstance(user, Official) and user.is_active else self.none()

    def readable_by(self, user: object) -> Self:
        """Visible rows, and verified rows of shared records above the official's region, which they only read."""
        own = self.visible_to(user)
        if not self.model.shared or not isinstance(user, Official) or not user.is_active:
            return own
        above = models.Q(region__level=Region.Level.PROVINCE)
        above |= models.Q(region__in=[user.region.county_id, user.region.city_id])
        return own | self.filter(above, state=State.VERIFIED)


def person(label: Any, *, db_index: bool = False) -> Any:
    """A field that names the official who took a step. The step or the database sets it, never a form."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        db_index=db_index,
        related_name="+",
        verbose_name=label,
    )


class Reviewed(Explained):
    """A row of a region that one person submits and another verifies, protected by optimistic locking."""

    # Paths to the rows that its name and its list need.
    named_by: ClassVar[tuple[str, ...]] = ()
    # Whether the regions below read a row too, as it applies to them: a policy of the province does.
    shared: ClassVar[bool] = False

    region = models.ForeignKey(
        Region,
        models.PROTECT,
        db_index=False,
        related_name="+",
        verbose_name=_("region"),
        help_text=_("The county, or the functional zone, city or province if no county applies."),
    )
    city = models.ForeignKey(
        Region,
        models.PROTECT,
        db_index=False,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("city"),
    )
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.DRAFT, editable=False)
    submitted_by = person(_("submitted by"))
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True, editable=False)
    verified_by = person(_("verified by"))
    verified_at = models.DateTimeField(_("verified at"), null=True, blank=True, editable=False)
    comment = models.TextField(_("comment of the review"), blank=True, editable=False, max_length=2000)
    version = models.PositiveIntegerField(pgettext_lazy("record", "version"), default=1, editable=False)
    created_at = models.DateTimeField(_("created at"), db_default=Now(), editable=False)
    created_by = person(_("created by"), db_index=True)
    changed_at = models.DateTimeField(_("changed at"), db_default=Now(), editable=False)
    changed_by = person(_("changed by"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        abstract = True
        default_permissions = ("add", "change", "delete", "view", "submit", "verify")
        triggers: ClassVar[list[Any]] = [Guard()]
        # The foreign keys get no indexes of their own: Django makes two for each text key.
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=("region", "id"), name="%(class)s_region"),
            models.Index(fields=("city", "id"), name="%(class)s_city"),
            # For the few rows that wait for someone.
            models.Index(fields=("state", "id"), name="%(class)s_open", condition=~models.Q(state="verified")),
        ]
        constraints = [
            models.CheckConstraint(name="%(app_label)s_%(class)s_state", condition=models.Q(state__in=State.values)),
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_submitter",
                condition=models.Q(state="draft") | models.Q(submitted_by__isnull=False),
            ),
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_verifier",
                condition=~models.Q(state="verified")
                | models.Q(verified_by__isnull=False) & ~models.Q(verified_by=models.F("submitted_by")),
                violation_error_message=_("You cannot verify what you submitted yourself. Ask another verifier."),
            ),
        ]

    @classmethod
    def guard(cls) -> Guard:
        """The row trigger of the model. A proxy has that of its concrete model."""
        return guard_of(cls._meta.concrete_model)

    @cached_property
    def locked(self) -> str | None:
        """The reporting period, such as 2024-05, that locks the row as it is stored; None for none.

        `with_locks` reads it for the rows of a list at once.
        """
        if not self.guard().reported_in or self.pk is None:
            return None
        rows: Any = type(self)._default_manager.order_by()
        return rows.filter(pk=self.pk).values_list(locked_by(type(self)), flat=True).first()  # type: ignore[no-any-return]

    def check_verifiable(self) -> None:
        """Raise ValidationError where nobody can verify the row yet.

        A row that belongs to another record counts together with it. If it were verified alone, it would count alone.
        """
        if any(getattr(self, key).state != State.VERIFIED for key in self.guard().follows):
            raise ValidationError(_("Verify the record that this row belongs to first, or together with it."))

    def wait_for_followed(self) -> None:
        """Lock the records that this row changes before the row. Everybody does, so that nobody waits in a circle."""
        guard = self.guard()
        if guard.alone and transaction.get_connection().in_atomic_block:
            for key in guard.follows:
                field: Any = self._meta.get_field(key)
                above = field.related_model._default_manager.select_for_update(no_key=True)
                above.order_by().filter(pk=getattr(self, field.attname)).values_list("pk").first()

    def _do_update(
        self,
        base_qs: Any,
        using: Any,
        pk_val: Any,
        values: Any,
        update_fields: Any,
        forced_update: Any,
        *args: Any,
    ) -> Any:
        """Run Django's one UPDATE of a save with the version in its condition.

        The columns that the database sets are left out. Raises StaleRecord if the row has another version or is gone.
        """
        self.wait_for_followed()
        kept = self.guard().kept
        typed = [value for value in values if value[0].name not in kept]
        fresh = base_qs.filter(version=self.version)
        done = super()._do_update(fresh, using, pk_val, typed, update_fields, forced_update, *args)
        if not done and not self._state.adding:
            raise StaleRecord(self)
        if done:
            self.version += 1
        return done


class Record(Compared, Known, Reviewed):
    """A row that counts in totals. It carries its own region, industry and dates."""

    class Source(models.TextChoices):
        FORM = "form", _("Form")
        COMMAND = "command", _("Command")
        IMPORT = "import", pgettext_lazy("source of a record", "Import")
        SYNTHETIC = "synthetic", _("Synthetic, for demonstration")

    source = models.CharField(
        pgettext_lazy("record", "source"), max_length=9, choices=Source, default=Source.FORM, editable=False
    )
    explanation = models.TextField(
        _("explanation of unusual values"),
        blank=True,
        default="",
        db_default="",
        max_length=1000,
        help_text=_("Required if a value is unlikely. The record is then submitted as it is."),
    )
    # The import that wrote the record last, and the row of its file. No foreign key: imports stand above records.
    import_id = models.BigIntegerField(_("import"), null=True, blank=True, editable=False)
    import_row = models.PositiveIntegerField(_("row of the file"), null=True, blank=True, editable=False)

    class Meta(Reviewed.Meta):
        abstract = True
        indexes: ClassVar[list[models.Index]] = [
            *Reviewed.Meta.indexes,
            models.Index(fields=("import_id",), name="%(class)s_import", condition=models.Q(import_id__isnull=False)),
        ]

    @cached_property
    def open_revision(self) -> "Revision | None":
        """The change of this record that is not verified yet; None where there is none.

        `read_open_revisions` reads it for many rows at once.
        """
        return self.open_revisions([self]).get(self.pk)

    @classmethod
    def read_open_revisions(cls, rows: Collection[Any]) -> None:
        """Read at once the open revision of each of the rows, which are rows of this model."""
        found = cls.open_revisions(rows)
        for row in rows:
            row.open_revision = found.get(row.pk)

    @classmethod
    def open_revisions(cls, rows: Collection[Any]) -> dict[int, "Revision"]:
        """The open revisions of the rows, by the key of the row. Rows that are not stored ask nothing."""
        keys = [row.pk for row in rows if row.pk is not None]
        concrete: Any = cls._meta.concrete_model
        kind = {"content_type__app_label": concrete._meta.app_label, "content_type__model": concrete._meta.model_name}
        found = Revision.objects.filter(**kind, object_id__in=keys).exclude(state=State.VERIFIED) if keys else ()
        return {revision.object_id: revision for revision in found}


@cache
def guard_of(model: Any) -> Guard:
    """The row trigger of a concrete model."""
    return next(t for t in model._meta.triggers if isinstance(t, Guard))


@tracked
class Revision(Reviewed):
    """A change of a verified record that waits for review; the verified values count until then.

    `changes` holds the new values of the changed fields by name, as JSON. No report reads this table.
    """

    named_by = ("content_type", "submitted_by")

    content_type = models.ForeignKey(ContentType, models.PROTECT, editable=False, verbose_name=_("kind of record"))
    object_id = models.BigIntegerField(editable=False)
    record = GenericForeignKey("content_type", "object_id")
    base_version = models.PositiveIntegerField(_("version it changes"), editable=False)
    changes = models.JSONField(_("changes"), encoder=DjangoJSONEncoder, editable=False)

    class Meta(Reviewed.Meta):
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        constraints = [
            *Reviewed.Meta.constraints,
            models.UniqueConstraint(
                name="records_revision_one_open",
                fields=("content_type", "object_id"),
                condition=~models.Q(state="verified"),
                violation_error_message=_(
                    "Another change of this record is waiting for review. Wait for it, or withdraw it."
                ),
            ),
        ]

    def __str__(self) -> str:
        return str(self.record)

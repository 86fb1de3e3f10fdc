"""An import and its rows: what a file said, what would become of it, and what was written."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from revival.accounts.models import Official, Region


class Import(models.Model):
    """One file of one official, and what became of it.

    region: that of the official when the file was brought, where its records lie, wherever the official goes then.
    next: the number of the first row that is not read yet. total: about how many there are, 0 if nobody knows.
    columns: the headings of the file, each with the column that it is taken for, empty for none. again: counts the
    times that the same file was deliberately brought anew. message: why the file is refused. kept: the answers from
    before the file was compared anew, by line, each with the questions that it answered.
    """

    class State(models.TextChoices):
        READING = "reading", pgettext_lazy("import", "Being read")
        CHECKED = "checked", pgettext_lazy("import", "Waiting for you")
        DONE = "done", pgettext_lazy("import", "Imported")
        UNDONE = "undone", pgettext_lazy("import", "Undone")
        CANCELLED = "cancelled", pgettext_lazy("import", "Cancelled")
        REFUSED = "refused", pgettext_lazy("import", "File refused")

    kind = models.CharField(pgettext_lazy("import", "kind of record"), max_length=30)
    official = models.ForeignKey(Official, models.PROTECT, related_name="+", verbose_name=_("official"))
    region = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name=_("region"))
    at = models.DateTimeField(_("brought at"), db_default=Now(), editable=False)
    state = models.CharField(pgettext_lazy("import", "state"), max_length=9, choices=State, default=State.READING)
    name = models.CharField(_("file"), max_length=200)
    sha256 = models.CharField("SHA-256", max_length=64, db_index=True)
    size = models.PositiveBigIntegerField(_("bytes"))
    again = models.PositiveIntegerField(default=0)
    language = models.CharField(max_length=10)
    format = models.CharField(_("format"), max_length=10, blank=True)
    encoding = models.CharField(_("encoding"), max_length=20, blank=True)
    separator = models.CharField(_("separator"), max_length=10, blank=True)
    sheet = models.TextField(_("sheet"), blank=True)
    headings = ArrayField(models.TextField(), default=list)
    columns = ArrayField(models.CharField(max_length=80), default=list)
    units = ArrayField(models.CharField(max_length=20), default=list)
    heading_row = models.PositiveIntegerField(default=1)
    next = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    notes = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    message = models.TextField(blank=True)
    kept = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    submitted = models.BooleanField(pgettext_lazy("import", "submitted"), default=False)
    new = models.PositiveIntegerField(_("new"), default=0)
    changed = models.PositiveIntegerField(_("changed"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    wrong = models.PositiveIntegerField(_("wrong"), default=0)
    done_at = models.DateTimeField(_("imported at"), null=True)
    undone_at = models.DateTimeField(_("undone at"), null=True)

    class Meta:
        verbose_name = pgettext_lazy("file", "import")
        verbose_name_plural = _("imports")
        ordering = ("-pk",)
        default_permissions = ()
        constraints: ClassVar[list[models.BaseConstraint]] = [
            # The same file of the same official is one import, however often it is sent.
            models.UniqueConstraint(
                name="import_once",
                fields=("official", "kind", "sha256", "again"),
                condition=~models.Q(state__in=("cancelled", "undone", "refused")),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=("official", "state"), name="import_of_official")
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.name}"

    def get_absolute_url(self) -> str:
        return reverse("import", args=[self.pk])

    @property
    def read(self) -> int:
        """How many rows of the file are read."""
        return max(0, self.next - self.heading_row - 1)


class ImportPart(models.Model):
    """A part of the bytes of a file, which are kept until it is written or dropped."""

    of = models.ForeignKey(Import, models.CASCADE, db_index=False, related_name="parts", verbose_name="its import")
    number = models.PositiveIntegerField()
    data = models.BinaryField()

    class Meta:
        default_permissions = ()
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="import_part_once", fields=("of", "number")),
        ]

    def __str__(self) -> str:
        return f"{self.of_id}/{self.number}"


class Outcome(models.TextChoices):
    """What becomes of a row of a file."""

    NEW = "new", pgettext_lazy("rows of a file", "New")
    CHANGED = "changed", pgettext_lazy("rows of a file", "Changed")
    UNCHANGED = "unchanged", pgettext_lazy("rows of a file", "Unchanged")
    WRONG = "wrong", pgettext_lazy("rows of a file", "Wrong")


class ImportRow(models.Model):
    """One row of a file, as it was read and as it would be written.

    line: its number in the file. cells: as read, in the order of the file. digest: of what finds its record. record:
    the values of all written fields, and before: those that they replace, as text in the order of `written_fields`.
    names: the fields that change. target and version: the record that it changes; revises: whether
    that is verified, so that the change waits for review. likeness: digests of the import and of what records of the
    same thing agree in, by which later rows are asked. errors: `RowError`s. questions: each with the field, the
    sentence and whether it is about a likely duplicate. answer: the explanation that answers the questions.
    """

    of = models.ForeignKey(Import, models.CASCADE, db_index=False, related_name="rows", verbose_name="its import")
    line = models.PositiveIntegerField()
    outcome = models.CharField(max_length=9, choices=Outcome)
    digest = models.CharField(max_length=32, blank=True)
    cells = ArrayField(models.TextField())
    record = ArrayField(models.TextField(null=True), null=True)
    before = ArrayField(models.TextField(null=True), null=True)
    names = ArrayField(models.CharField(max_length=60), default=list)
    target = models.BigIntegerField("changed record", null=True)
    version = models.PositiveIntegerField("version that was read", null=True)
    revises = models.BooleanField(default=False)
    likeness = ArrayField(models.BigIntegerField(), default=list)
    title = models.TextField("name of the record", blank=True)
    errors = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    questions = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    answer = models.TextField(blank=True, default="", db_default="")

    class Meta:
        default_permissions = ()
        ordering = ("of", "line")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="import_row_once", fields=("of", "line")),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=("of", "outcome", "line"), name="import_row_outcome"),
            models.Index(fields=("of", "digest"), name="import_row_digest"),
            GinIndex(fields=("likeness",), name="import_row_likeness"),
        ]

    def __str__(self) -> str:
        return f"{self.of_id}:{self.line}"

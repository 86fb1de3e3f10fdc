"""The columns that a file of a kind may have, made of the model: what fills each, and how it may be headed."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, cached_property
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import translation
from django.utils.dates import MONTHS
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from revival.accounts.models import Region
from revival.importing.spec import ImportSpec, entered_fields
from revival.punctuation import listed
from revival.records.beside import given_names
from revival.records.display import field_label
from revival.records.fields import AreaField, MoneyField, YearField
from revival.reporting.dimensions import field_at

LANGUAGES = ("zh-hans", "en")
NUMBER = "id"  # the column of the record's own number, which files for editing have


class CellKind(StrEnum):
    """How the cells of a column are read."""

    AMOUNT = "amount"
    COUNT = "count"
    YEAR = "year"
    AREA = "area"
    NUMBER = "number"
    DAY = "day"
    TEXT = "text"
    CHOICE = "choice"
    MONTH = "month"  # of a year, with or without it
    TAGS = "tags"
    RECORD = "record"  # the name, the code or the number of another record


@dataclass(frozen=True)
class ImportColumn:
    """One column. path: the field that it fills, or through a foreign key what tells the related record apart.

    needed: whether a new record needs it. heading: how a file calls it; empty for no file.
    """

    path: str
    field: Any
    needed: bool = False
    heading: str = ""

    @property
    def name(self) -> str:
        """The field of the record that the column fills or helps to find."""
        return self.path.partition("__")[0]

    @property
    def cites(self) -> str:
        """The field of the related record by which the column tells it apart; empty for none."""
        return self.path.partition("__")[2]

    @cached_property
    def kind(self) -> CellKind:
        field = self.field
        if self.path == NUMBER:
            return CellKind.COUNT
        if field.is_relation:
            return CellKind.RECORD
        if isinstance(field, ArrayField):
            return CellKind.TAGS
        if field.choices:
            return CellKind.MONTH if {key for key, _label in field.flatchoices} == set(MONTHS) else CellKind.CHOICE
        kinds: tuple[tuple[Any, CellKind], ...] = (
            (models.BooleanField, CellKind.CHOICE),
            (MoneyField, CellKind.AMOUNT),
            (AreaField, CellKind.AREA),
            (YearField, CellKind.YEAR),
            (models.IntegerField, CellKind.COUNT),
            (models.DecimalField, CellKind.NUMBER),
            (models.DateField, CellKind.DAY),
        )
        return next((kind for of, kind in kinds if isinstance(field, of)), CellKind.TEXT)

    @property
    def label(self) -> str:
        """The heading in the reader's language, with the unit of an amount."""
        if self.path == NUMBER:
            return _("Record number")
        return str(capfirst(field_label(self.field)))

    @property
    def told(self) -> str:
        """The heading by which an official finds the column in the file."""
        return self.heading or self.label

    @property
    def plain_label(self) -> str:
        """The heading without a unit."""
        return self.label if self.path == NUMBER else str(capfirst(self.field.verbose_name))

    @property
    def choices(self) -> list[tuple[str, str]]:
        """The accepted values with their labels in the reader's language; empty if there are none."""
        if isinstance(self.field, models.BooleanField):
            return [("True", _("Yes")), ("False", _("No"))]
        field = self.field.base_field if isinstance(self.field, ArrayField) else self.field
        return [(str(key), str(label)) for key, label in field.flatchoices or ()]

    @property
    def help(self) -> str:
        """What the column takes, in a sentence."""
        if self.path == NUMBER:
            return _("The number of the record in files for editing. Leave it empty for a new record.")
        if self.choices:
            return listed(label for _key, label in self.choices)
        if self.cites:
            return _("Helps to find the record where its name alone does not say which one is meant.")
        kinds = {
            CellKind.AMOUNT: _("An amount, in 10,000 yuan unless the heading or the cell says another unit."),
            CellKind.COUNT: _("A whole number."),
            CellKind.YEAR: _("A year of four digits."),
            CellKind.AREA: _("An area in mu."),
            CellKind.NUMBER: _("A number."),
            CellKind.DAY: _("A day, such as 2024-05-01."),
            CellKind.MONTH: _("A month, such as 2024-05."),
            CellKind.RECORD: _("A code or a name."),
        }
        return " ".join(filter(None, (kinds.get(self.kind, _("A text.")), str(self.field.help_text))))

    @cached_property
    def is_code(self) -> bool:
        """Whether a number in a cell would lose digits of it."""
        return isinstance(self.field, models.CharField) and self.field.unique


@cache
def import_columns(spec: ImportSpec) -> tuple[ImportColumn, ...]:
    """All columns of a kind, in the order of a template; those behind the foreign keys tell related records apart."""
    options: Any = spec.model._meta
    found, given = [ImportColumn(NUMBER, options.pk)], given_names(spec.model)
    for field in entered_fields(spec.model):
        needed = not (field.blank or field.has_default() or field.name in given)
        found += [ImportColumn(field.name, field, needed), *cited_columns(spec, field)]
    return tuple(found)


def cited_columns(spec: ImportSpec, field: Any) -> Iterator[ImportColumn]:
    """The columns that tell apart the records that a foreign key leads to."""
    related = field.related_model
    if related is None:
        return
    if related is Region:
        names: list[str] = ["city", "county"]
    else:
        concrete = related._meta.concrete_fields
        names = [f.name for f in concrete if f.unique and not f.primary_key]
        names += [f.name for f in concrete if f.name == "name"]
        names += [name for name in spec.cites.get(field.name, ()) if name not in names]
    for name in names:
        yield ImportColumn(f"{field.name}__{name}", related._meta.get_field(name))


def column_at(spec: ImportSpec, path: str) -> ImportColumn:
    """The column of a path. Raises LookupError where there is none."""
    try:
        return next(each for each in import_columns(spec) if each.path == path)
    except StopIteration:
        raise LookupError(path) from None


def spellings(column: ImportColumn, spec: ImportSpec) -> Iterator[str]:
    """The headings, in both languages, by which a column is known; its own come first."""
    yield column.path
    own: Any = spec.model._meta
    for language in LANGUAGES:
        with translation.override(language):
            label = column.plain_label
            yield label
            if column.cites:
                above = str(capfirst(own.get_field(column.name).verbose_name))
                yield f"{above}{label}" if language == "zh-hans" else f"{above} {label}"
                yield _("%(label)s of the %(record)s") % {"label": label, "record": above}


def shown_headings(spec: ImportSpec) -> Iterator[str]:
    """The headings, in both languages, of what files of the kind show and nobody enters."""
    report = spec.report
    for language in LANGUAGES:
        with translation.override(language):
            for field in spec.model._meta.concrete_fields:
                yield str(field.verbose_name)
            for each in report.columns if report else ():
                yield each.heading(spec.model)
            yield _("Reason")  # of the file of wrong rows
            for path in ("city", "region__county"):
                yield str(field_at(spec.model, path).verbose_name)

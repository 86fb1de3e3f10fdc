"""The kinds of records that come in files, each declared once beside its model."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.text import capfirst

from revival.records.models import Record
from revival.reporting.report import Report

LAST = ("region", "explanation")  # the fields of every record, which come behind its own


@dataclass(frozen=True, eq=False)
class ImportSpec:
    """One kind of record in files. Its columns, headings and help are those of the model.

    name: the kind in addresses and commands. key: the fields in which a row of a file and its record agree, the one
    that finds the fewest records first. cites: by foreign key, the fields of the related record that tell it apart
    where its name or code does not. report: its headings are recognised, so that its file can be imported, and its
    totals are those that change.
    """

    name: str
    model: type[Record]
    key: tuple[str, ...]
    cites: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    report: type[Report] | None = None

    @property
    def title(self) -> str:
        return str(capfirst(self.model._meta.verbose_name_plural))

    @property
    def once(self) -> bool:
        """Whether the database holds one record of a key at most."""
        fields = set(self.key)
        options = self.model._meta
        if len(self.key) == 1 and options.get_field(self.key[0]).unique:  # type: ignore[union-attr]
            return True
        return any(
            isinstance(each, models.UniqueConstraint) and set(each.fields) == fields and each.condition is None
            for each in options.constraints
        )

    def get_absolute_url(self) -> str:
        return reverse("import-kind", args=[self.name])


def entered_fields(model: Any) -> list[Any]:
    """The fields of a record that officials fill in, its own first; those copied from other records are left out."""
    copied = model.guard().copied
    found = [f for f in model._meta.concrete_fields if f.editable and not f.primary_key and f.name not in copied]
    return sorted(found, key=lambda field: LAST.index(field.name) if field.name in LAST else -1)

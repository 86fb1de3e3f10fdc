"""The record that a row of a file makes: what is stored, with the values of the file."""

from collections.abc import Iterator
from copy import copy
from typing import Any

from django.utils.translation import gettext as _

from revival.accounts.models import Region
from revival.importing.columns import CellKind, ImportColumn
from revival.importing.related import Citation, RelatedRecords
from revival.importing.words import CellError, RowError
from revival.records.beside import given_names, lived

PLACES = ("region", "region__city", "region__county")


class RecordFiller:
    """Puts the values of a row into a record in memory. paths: the columns of the file, by path."""

    def __init__(self, model: Any, fields: dict[str, Any], paths: dict[str, ImportColumn]) -> None:
        self.model, self.fields, self.paths = model, fields, paths
        self.given = {name for path in paths if (name := paths[path].name) in fields}
        self.labels: dict[str, str] = {}  # of one language: that of the import

    def label(self, name: str) -> str:
        """The heading of the first column of the file that fills a field."""
        if name not in self.labels:
            column = self.paths.get(name) or next((each for each in self.paths.values() if each.name == name), None)
            self.labels[name] = (column or ImportColumn(name, self.fields[name])).told
        return self.labels[name]

    def fill(self, planned: Any, find: "Finder") -> None:
        """Make the record of the row, and say which of its fields change."""
        stored = planned.stored
        row = self.model() if stored is None else copy(stored)
        for name in self.fields:
            if name in self.given:
                try:
                    self.put(row, name, find.value(planned, name, row))
                except CellError as error:
                    typed = next((planned.typed[path] for path in self.paths if self.paths[path].name == name), "")
                    if error.message not in {each.message for each in planned.errors}:
                        planned.errors.append(RowError(self.label(name), error.typed or typed, error.message))
        if stored is None:
            self.take_given(row)
            planned.errors += self.missing(planned, row)
        else:
            planned.names = [name for name, field in self.fields.items() if differs(field, row, stored)]
        planned.row = row

    def put(self, row: Any, name: str, value: Any) -> None:
        """Put a value into the record; a blank cell is the field's empty value.

        Raises CellError where a stored record needs a value; what a new one lacks is told once for all columns.
        """
        field = self.fields[name]
        if value is None and not field.null:
            value = [] if hasattr(field, "base_field") else "" if field.empty_strings_allowed else None
            if value is None and field.blank and field.has_default():
                value = field.get_default()
            if not (field.blank or value) and row.pk is not None:
                raise CellError(_("It is blank; the record needs it."))
        if value is not None or field.null:
            setattr(row, name, value)
        elif field.is_relation:
            setattr(row, field.attname, None)

    def take_given(self, row: Any) -> None:
        """Take from the enterprise or park of a new record what the file leaves blank, as forms do."""
        names = given_names(self.model)
        for field in lived(self.model):
            owner = getattr(row, field.name, None) if getattr(row, field.attname) is not None else None
            for name in names if owner is not None else ():
                attname = self.fields[name].attname
                if getattr(row, attname) in (None, ""):
                    setattr(row, name, getattr(owner, name))

    def missing(self, planned: Any, row: Any) -> Iterator[RowError]:
        """Errors of what a new record needs and the row has not."""
        wrong = {error.column for error in planned.errors}
        for name, field in self.fields.items():
            value = getattr(row, field.attname)
            if value not in (None, "") or field.blank or field.null or self.label(name) in wrong:
                continue
            said = _("It is blank; a new record needs it.")
            if name not in self.given:
                said = _("The file has no column “%(heading)s”; a new record needs it.") % {
                    "heading": self.label(name)
                }
            yield RowError(self.label(name), "", said)


class Finder:
    """Finds the values of a row's fields: of a foreign key the record, of the place the region."""

    def __init__(self, paths: dict[str, ImportColumn], fields: dict[str, Any], places: Any) -> None:
        self.paths, self.fields, self.places = paths, fields, places
        self.related: dict[Any, RelatedRecords] = {}

    def value(self, planned: Any, name: str, row: Any) -> Any:
        """The value of a field; row: the record with the values so far. Raises CellError."""
        field = self.fields[name]
        if field.related_model is Region:
            return self.region(planned)
        if field.is_relation:
            return self.record(planned, name, row)
        value = planned.values.get(name)
        if self.paths[name].kind == CellKind.MONTH and value is not None:
            return value[1]
        if value is None and name not in planned.values:  # refused: what is stored stays in memory
            return getattr(planned.stored, name, None)
        return value

    def region(self, planned: Any) -> Region | None:
        """The region; that of the stored record where the file shows what it has."""
        texts = [str(planned.values.get(path) or "") for path in PLACES]
        stored: Region | None = None if planned.stored is None else planned.stored.region
        if stored is not None and "region" not in self.paths and self.shown(stored, texts):
            return stored
        if not any(texts):
            return None
        found: Region = self.places.find(*texts)
        return found

    def shown(self, region: Region, texts: list[str]) -> bool:
        """Whether a list shows the region as these texts for city and county."""
        both = zip((region.city_id, region.county_id), texts[1:], PLACES[1:], strict=True)
        return all(
            path not in self.paths or code in {each.pk for each in self.places.called(text)} or not (code or text)
            for code, text, path in both
        )

    def record(self, planned: Any, name: str, row: Any) -> Any:
        """The related record; that of the stored record where the file shows what it has."""
        citation: Citation | None = planned.cited.get(name)
        if citation is None:
            return None
        related = self.related[self.fields[name].related_model]
        current = getattr(planned.stored, name, None) if planned.stored is not None else None
        if current is not None and related.fits(current, citation):
            return current
        beside = {each: getattr(row, field.attname) for each, field in self.fields.items() if field.is_relation}
        return related.one(citation, {each: key for each, key in beside.items() if key is not None})


def differs(field: Any, row: Any, stored: Any) -> bool:
    """Whether a field of two records has different values; the order of tags does not count."""
    new, old = getattr(row, field.attname), getattr(stored, field.attname)
    if hasattr(field, "base_field"):
        return set(new or ()) != set(old or ())
    return bool(new != old)


def month_error(planned: Any, row: Any, paths: dict[str, ImportColumn]) -> RowError | None:
    """The error of a month that is not of the programme year of its project."""
    for path, column in paths.items():
        value = planned.values.get(path)
        if column.kind == CellKind.MONTH and value is not None and value[0] is not None:
            above = next(
                (getattr(row, key, None) for key, names in row.guard().follows.items() if "year" in names), None
            )
            year = getattr(above, "year", None) or getattr(row, "year", None)
            if year and value[0] != year:
                said = _("The month is of %(typed)d, but the programme year of the project is %(year)d.")
                return RowError(column.told, planned.typed[path], said % {"typed": value[0], "year": year})
    return None

"""The checks of planned rows: rights, states, periods, values, and the questions that forms ask too."""

from collections.abc import Iterator, Sequence
from hashlib import md5
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Func
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from revival.accounts.models import Region
from revival.importing.models import ImportRow
from revival.importing.planning import PlannedRow, Planner, exact
from revival.importing.sql import locking_periods
from revival.importing.words import RowError
from revival.records.beside import region_of
from revival.records.changes import is_submitted
from revival.records.display import choice_text, is_readable
from revival.records.duplicates import Duplicate, likely_duplicates, likeness
from revival.records.plausible import unlikely_in
from revival.records.review import may
from revival.records.unlikely import reported_in


class RowChecker:
    """Checks planned rows of one file; the number of queries does not grow with the rows of a batch."""

    def __init__(self, planner: Planner) -> None:
        self.planner, self.model, self.user = planner, planner.model, planner.user
        self.regions = planner.places.regions
        self.may_add, self.may_change = (may(self.user, verb, self.model) for verb in ("add", "change"))
        own = [f for f in self.model._meta.concrete_fields if f.name in planner.fields and not f.is_relation]
        self.unchecked = {f.name for f in self.model._meta.concrete_fields} - {f.name for f in own}
        self.uniques = [
            each
            for each in self.model._meta.constraints
            if isinstance(each, models.UniqueConstraint) and set(each.fields) != set(planner.spec.key)
        ]

    def check(self, planned: Sequence[PlannedRow]) -> None:
        """Check the rows that would write something, and ask about those that are right."""
        touched = [each for each in planned if each.row is not None and (each.stored is None or each.names)]
        self.model.read_open_revisions([each.stored for each in touched if each.stored is not None])
        closed = self.closed_periods(touched)
        for each in touched:
            each.errors += self.refusals(each, closed)
            self.check_values(each)
        self.ask([each for each in touched if not each.errors])

    def refusals(self, planned: PlannedRow, closed: dict[Any, str]) -> Iterator[RowError]:
        """Why the official may not write the row at all."""
        stored = planned.stored
        if stored is None and not self.may_add:
            yield RowError("", "", _("Your role does not add records of this kind."))
        if stored is not None and not self.may_change:
            yield RowError("", "", _("Your role does not change records of this kind."))
        region = self.region(planned)
        if region is not None and not self.user.region.holds(region):
            said = _("%(region)s lies outside your region.") % {"region": region}
            yield RowError(self.label("region"), "", said)
        if stored is not None and is_submitted(stored):
            yield RowError(
                "", "", _("The record, or a change of it, is submitted. It has to be withdrawn or returned first.")
            )
        period = closed.get(self.period(planned)) or (stored.locked if stored is not None else None)
        if period:
            yield RowError(
                "", "", _("The reporting period %(period)s is not open for this region.") % {"period": period}
            )

    def label(self, name: str) -> str:
        """The heading of a field that the file may fill; empty for the whole row."""
        return self.planner.filler.label(name) if name in self.planner.fields else ""

    def region(self, planned: PlannedRow) -> Region | None:
        """The region of the record as it would be; that of the record that it follows."""
        code = region_of(planned.row)
        return self.regions.get(code) if code else None

    def period(self, planned: PlannedRow) -> tuple[str, int, int | None] | None:
        """The region, the year and the month in which the record would be reported."""
        if not self.model.guard().reported_in or planned.errors:
            return None
        reported, code = reported_in(planned.row), region_of(planned.row)
        return None if reported is None or code is None else (code, reported.year, reported.month)

    def closed_periods(self, touched: Sequence[PlannedRow]) -> dict[Any, str]:
        asked = {period for each in touched if (period := self.period(each)) is not None}
        return {**locking_periods(sorted(asked, key=str))}

    def check_values(self, planned: PlannedRow) -> None:
        """Check the values as the form of the record does. Cells that are refused already are not told twice."""
        wrong = {error.column for error in planned.errors}
        refused = {name for name in self.planner.fields if wrong and self.planner.filler.label(name) in wrong}
        try:
            planned.row.clean_fields(exclude=self.unchecked | refused)
        except ValidationError as error:
            planned.errors += self.errors_of(error, planned)
        if planned.errors:
            return
        try:
            planned.row.clean()
            for each in self.uniques:
                each.validate(self.model, planned.row)
        except ValidationError as error:
            planned.errors += self.errors_of(error, planned)

    def errors_of(self, error: ValidationError, planned: PlannedRow) -> Iterator[RowError]:
        """The errors of a check, each at its column."""
        for name, errors in error.update_error_dict({}).items():
            label = self.label(name)
            for each in errors:
                for message in each.messages:
                    yield RowError(label, planned.typed.get(name, ""), message)

    def ask(self, planned: Sequence[PlannedRow]) -> None:
        """Put the questions to the rows that are right but unlikely, or look like what is there already."""
        if not planned:
            return
        rows = [each.row for each in planned]
        self.model.read_beside(rows)
        same = likely_duplicates(rows, self.user)
        before = self.alike_before(planned)
        for each, duplicates in zip(planned, same, strict=True):
            if self.is_explained(each):
                continue
            told = {found.field for found in duplicates}
            duplicates += [Duplicate(name, self.model()) for name in before.get(each.line, ()) if name not in told]
            each.questions += [self.duplicate(found) for found in duplicates if self.is_concerned(each, found)]
            each.questions += [
                {"field": found.field, "label": self.field_label(found.field), "sentence": found.sentence}
                for found in unlikely_in(each.row)
            ]

    def alike_before(self, planned: Sequence[PlannedRow]) -> dict[int, list[str]]:
        """The fields in which rows are like those of earlier batches of the file, by line. It takes one query."""
        of = self.planner.of
        if of is None or not self.model.alike:
            return {}
        asked: dict[int, list[tuple[int, str]]] = {}
        for each in planned:
            keys = ((group, likeness(each.row, group)) for group in self.model.alike)
            digests = [(likeness_digest(of.pk, group, key), group[0]) for group, key in keys if key is not None]
            asked[each.line], each.likeness = digests, [digest for digest, _name in digests]
        wanted = {digest for digests in asked.values() for digest, _name in digests}
        rows = ImportRow.objects.filter(likeness__overlap=[*wanted]).order_by()
        digests_of = Func(F("likeness"), function="unnest", output_field=models.BigIntegerField())
        found = set(rows.values_list(digests_of, flat=True).distinct()) & wanted if wanted else set()
        return {line: [name for digest, name in digests if digest in found] for line, digests in asked.items()}

    @staticmethod
    def is_explained(planned: PlannedRow) -> bool:
        """Whether the file brings an explanation."""
        return bool(planned.row.explanation.strip()) and (planned.stored is None or "explanation" in planned.names)

    def is_concerned(self, planned: PlannedRow, found: Duplicate) -> bool:
        """Whether the row is new, or changes what its record is known by."""
        names = {"region" if name == "city" else name for group in self.model.alike for name in group}
        return planned.stored is None or not names.isdisjoint(planned.names)

    def duplicate(self, found: Duplicate) -> dict[str, Any]:
        """The question about a record that looks the same."""
        if found.row.pk is None:
            said = _("Another row of the file looks the same.")
        elif is_readable(found.row, self.user):
            said = _("A record that looks the same is there already: %(record)s.")
            said %= {"record": choice_text(found.row, self.user)}
        else:
            said = _("In your city a record that looks the same is there already; it lies outside your region.")
        return {
            "field": found.field,
            "label": self.field_label(found.field),
            "sentence": said,
            "duplicate": True,
            "record": found.row.pk if found.row.pk and is_readable(found.row, self.user) else None,
        }

    def field_label(self, name: str) -> str:
        return str(capfirst(self.model._meta.get_field(name).verbose_name))


def likeness_digest(of: int, group: Sequence[str], key: tuple[Any, ...]) -> int:
    """A number of 64 bits for what rows of one import agree in."""
    parts = [exact((name, value)) for name, value in zip(group, key, strict=True)]
    digest = md5(repr((of, parts)).encode(), usedforsecurity=False).digest()
    return int.from_bytes(digest[:8], "big", signed=True)

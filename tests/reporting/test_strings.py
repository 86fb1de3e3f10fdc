"""Formulas and naughty strings in every text field of every record, through every report's CSV and back."""

import csv
import io
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from itertools import islice, product
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.test import Client

from enterprises.models import Designation
from enterprises.models.designation import OF_NAMES
from finance.models import LoanProduct
from revival.accounts.models import Region
from revival.catalogue import REPORTS
from revival.records.models import Record, Reviewed, State
from revival.reporting.columns import GUARD, ShownColumn
from revival.reporting.report import Report
from tests import factories
from tests.extent import every, times
from tests.publishing.test_figures import figure
from tests.reporting.contract import body
from tests.reporting.test_files import NAUGHTY, live

pytestmark = [pytest.mark.django_db, pytest.mark.torture]

LEADS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "﹢", "﹣", "﹦", "﹫", "'=", "''-")
BEFORE = (
    "",
    " ",
    "\t",
    "\r",
    "\n",
    "\u00a0",
    "\u3000",
    "\ufeff",
    "\u200b",
    "\u202e",
    "\u2066",
    "\x01",
    "\x7f",
    '"',
    "'",
)
BEHIND = (
    "1+1",
    "cmd|' /C calc'!A0",
    'HYPERLINK("http://127.0.0.1:9","x")',
    "SUM(A1:A9)",
    'IMPORTXML("x","y")',
    "1,5",
    "徐州",
)
PAYLOADS = tuple(dict.fromkeys([*filter(None, NAUGHTY), *("".join(each) for each in product(BEFORE, LEADS, BEHIND))]))
# Codes have a shape that the database checks, and choices have their values.
TEXT = (models.CharField, models.TextField)


def text_fields(model: Any) -> Iterator[Any]:
    """The fields of a model that hold free text."""
    for field in model._meta.concrete_fields:
        if type(field) in TEXT and not field.choices and "code" not in field.name and field.name != "state":
            yield field


def columns(report: type[Report]) -> list[tuple[int, Any]]:
    """The columns of a report that show free text, each with its field."""
    found = []
    for index, column in enumerate(report.columns):
        shown = ShownColumn(column, report.model, None)  # type: ignore[arg-type]
        if shown.field is not None and any(f.name == shown.path.split("__")[-1] for f in text_fields(owner(shown))):
            found.append((index, shown))
    return found


def owner(shown: ShownColumn) -> Any:
    """The model that holds the text of a column."""
    *steps, _name = shown.path.split("__")
    model: Any = shown.model
    for step in steps:
        model = model._meta.get_field(step).related_model
    return model


def at(row: Any, path: str) -> tuple[Any, str]:
    """The record that holds the text of a path, and its field."""
    *steps, name = path.split("__")
    for step in steps:
        row = getattr(row, step)
    return row, name


def test_there_are_more_than_a_thousand_payloads() -> None:
    """At least one of them is a formula unless it is guarded."""
    assert len(PAYLOADS) > 1_000
    assert any(live(each) for each in PAYLOADS)


@every("report", REPORTS)
def test_no_text_of_a_file_is_live_and_none_is_lost(report: type[Report]) -> None:
    """Every column of free text gets every payload. None acts as a formula, and each comes back complete."""
    shown = columns(report)
    assert shown
    first = times(REPORTS.index(report) * 10, 0)  # other ones for each report
    few = tuple(islice(PAYLOADS, first, None, times(160, 1)))
    rows = [row_of(report.model, f"row {number}") for number in range(len(few))]
    client = factories.browser(factories.official("manager", factories.PROVINCE))
    for _index, column in shown:
        if any(at(row, column.path)[0] is None for row in rows):
            continue  # no such related record; its name is tried in a report that has one
        # Rows of one loan product, for example, share its name, and have the last one written.
        written = {put(row, column.path, payload): payload for row, payload in zip(rows, few, strict=True)}
        found = cells(client, report, column.name)
        longest = owner(column)._meta.get_field(column.path.split("__")[-1]).max_length or 200
        assert len(found) == len(rows)
        for cell, row in zip(found, rows, strict=True):
            assert not live(cell), repr(cell)
            kept = written[at(row, column.path)[0].pk][:longest]
            assert cell in (kept, GUARD + kept), repr(cell)


def row_of(model: Any, mark: str) -> Any:
    """A verified record. A designation is of the kind that has a name of its own."""
    if model is Designation:
        return factories.designation(factories.GULOU, OF_NAMES[0], name=mark, state=State.VERIFIED)
    return factories.marked(model, factories.GULOU, mark, state=State.VERIFIED)


def put(row: Any, path: str, text: str) -> Any:
    """Write the text by SQL, as an import or a restored dump might. Returns the key of the record that holds it."""
    holder, name = at(row, path)
    type(holder)._default_manager.filter(pk=holder.pk).update(**{name: text})
    return holder.pk


def cells(client: Client, report: type[Report], column: str) -> list[str]:
    """The cells of one column of the report's CSV, without heading and total."""
    response = client.get(f"/reports/{report.name}/?format=csv&columns={column}")
    assert response.status_code == 200
    read = list(csv.reader(io.StringIO(body(response).decode("utf-8-sig"), newline="")))
    return [row[0] for row in read[1:-1]]


def test_every_free_text_of_the_records_is_in_some_file_or_named_here() -> None:
    """A new text field is either shown in a report, and so tested above, or listed here as shown in none."""
    required = [c for report in REPORTS for _i, c in columns(report) if not getattr(c.field, "null", False)]
    covered = {(owner(c), c.path.split("__")[-1]) for c in required}
    elsewhere = {
        (model._meta.model_name, field.name)
        for model in apps.get_models()
        if issubclass(model, Record | Reviewed) and not model._meta.proxy
        for field in text_fields(model)
        if (model, field.name) not in covered
    }
    assert {name for _model, name in elsewhere} <= {"comment", "explanation"}, elsewhere


FILES = ("/register/?format=csv", "/policies/?format=csv")


def test_no_text_of_another_file_is_live() -> None:
    """The register, the matrix and a roll-up by rows of a table have typed names as well."""
    few = tuple(islice(PAYLOADS, 0, None, times(97, 7)))
    product = LoanProduct.objects.order_by("pk").first()
    assert product
    factories.loan(factories.GULOU, product=product, state=State.VERIFIED)
    published = figure()
    published.save()
    answered = factories.policy(factories.PROVINCE, level="province", state=State.VERIFIED)
    client = factories.browser(factories.official("manager", factories.PROVINCE))
    for payload in few:
        for row, names in (
            (product, ("name",)),
            (published, ("name_zh", "name_en", "place")),
            (answered, ("name",)),
        ):
            known = {f.name: payload[: f.max_length or 200] for f in text_fields(type(row)) if f.name in names}
            type(row)._default_manager.filter(pk=row.pk).update(**known)
        for path in (*FILES, "/reports/loans/?by=product&format=csv"):
            response = client.get(path)
            assert response.status_code == 200, path
            text = body(response).decode("utf-8-sig")
            for line in csv.reader(io.StringIO(text, newline="")):
                assert not [cell for cell in line if live(cell) and not number(cell)], (path, payload)


@every("language", ["zh-hans", "en"])
def test_no_name_of_a_region_is_live(language: str) -> None:
    """Administrators may rename regions. Their names in files are guarded and complete."""
    factories.project(factories.GULOU, state=State.VERIFIED)
    client = factories.browser(factories.official("manager", factories.PROVINCE), language)
    for payload in islice(PAYLOADS, 0, None, times(194, 7)):
        kept = payload[: min(f.max_length or 200 for f in text_fields(Region))]
        Region.objects.filter(pk__in=(factories.GULOU, factories.XUZHOU)).update(name_zh=kept, name_en=kept)
        for query in ("format=csv&columns=city,county", "format=csv&by=county"):
            text = body(client.get(f"/reports/renovation/?{query}")).decode("utf-8-sig")
            rows = list(csv.reader(io.StringIO(text, newline="")))
            found = rows[1][:2] if "columns" in query else rows[1][:1]
            assert not [cell for cell in found if live(cell)], (query, payload)
            assert set(found) <= {kept, GUARD + kept} or "by" in query, (query, payload)


def number(cell: str) -> bool:
    """Whether a cell is one of ours that says a number: below zero it begins with a sign, as it must."""
    try:
        Decimal(cell)
    except InvalidOperation:
        return False
    return True

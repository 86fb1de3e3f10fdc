"""What the files and pages of imports show of other regions: nothing."""

import io
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from revival.catalogue import IMPORTS
from revival.importing.columns import CellKind
from revival.importing.files import file_columns
from revival.records.models import Record
from tests.factories import browser
from tests.importing.bring import bring, csv_text
from tests.world import MARK, World, two_cities

pytestmark = pytest.mark.django_db
READERS = ("clerk", "county clerk")


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with django_db_blocker.unblock(), two_cities() as built:
        yield built


def shown(client: Client, address: str) -> str:
    """All that a page or a workbook says."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    if not answer.streaming:
        return str(answer.content.decode())
    data = bytes(answer.getvalue())
    if data[:2] != b"PK":
        return data.decode()
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return str([book.get_sheet_by_name(name).to_python() for name in book.sheet_names])


@pytest.mark.parametrize("reader", READERS)
def test_templates_and_files_for_editing(world: World, reader: str) -> None:
    """Every kind; a filter of the address widens nothing."""
    client = browser(world.readers[reader])
    for spec in IMPORTS:
        foreign = world.foreign[spec.model]
        queries = (
            "",
            f"?region__exact={foreign[0].region_id}",
            f"?id__in={','.join(str(row.pk) for row in foreign)}",
        )
        for address in (
            f"/import/{spec.name}/template.xlsx",
            *(f"/import/{spec.name}/records.xlsx{q}" for q in queries),
        ):
            if "?" in address and client.get(address).status_code in (400, 302):
                continue  # no filter of the list
            assert MARK not in shown(client, address), address


@pytest.mark.parametrize("reader", READERS)
def test_messages_about_the_records_of_others(world: World, reader: str) -> None:
    """Rows with the numbers of their records, and rows that refer to them: page and rejected rows tell nothing."""
    user = world.readers[reader]
    client = browser(user)
    for spec in IMPORTS:
        columns = file_columns(spec)
        rows: list[list[Any]] = [[row.pk, *["x"] * (len(columns) - 1)] for row in world.foreign[spec.model]]
        own = world.own[spec.model][0]
        for at, column in enumerate(columns):
            related = column.field.related_model
            if column.kind == CellKind.RECORD and related and issubclass(related, Record):
                for number in (f"#{row.pk}" for row in world.foreign[related]):
                    rows.append([own.pk if user.region.holds(own.region) else "", *[""] * (len(columns) - 1)])
                    rows[-1][at] = number
        of = bring(spec.name, user, csv_text([each.label for each in columns], *rows))
        assert of.state == "checked", of.message
        address = of.get_absolute_url()
        pages = [f"{address}?{urlencode({'show': pile})}" for pile in ("wrong", "changed")]
        for each in [*pages, f"{address}rejected/"]:
            assert MARK not in shown(client, each), (spec.name, each)
        assert of.wrong >= len(world.foreign[spec.model])

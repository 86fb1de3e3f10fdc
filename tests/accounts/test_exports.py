"""The log of exports: one entry for each file, with who, what, how many rows and the digest; and who may read it."""

import csv
import io
import json
from hashlib import sha256
from typing import Any

import pytest
from django.db import Error, connection, transaction
from django.http import QueryDict
from django.test import Client

from revival.accounts.models import Export
from revival.catalogue import REPORTS
from revival.reporting.files import export_blocks, file_blocks
from revival.reporting.query import report_query
from revival.reporting.report import Report
from tests import factories
from tests.extent import combinations, every
from tests.factories import GULOU, KUNSHAN, PROVINCE, XUZHOU, browser, official
from tests.reporting.books import sheets

pytestmark = pytest.mark.django_db


def taken(client: Client, path: str) -> tuple[bytes, Export]:
    """The bytes of a file and its entry, which is the only new one."""
    before = Export.objects.count()
    response: Any = client.get(path)
    assert response.status_code == 200
    data = b"".join(response.streaming_content) if response.streaming else response.content
    assert Export.objects.count() == before + 1
    return data, Export.objects.latest("pk")


@pytest.mark.torture
@every(
    ("report", "kind", "shape"),
    combinations(REPORTS, ["csv", "json", "xlsx"], ["", "&by=city", "&by=city&across=state"]),
)
def test_every_file_leaves_one_entry(report: type[Report], kind: str, shape: str) -> None:
    """The entry has the official, the question, the rows without totals, and the digest of these bytes."""
    for place in (GULOU, KUNSHAN):
        factories.marked(report.model, place, f"ROW-{place}", state="verified")
    user = official("manager", PROVINCE)
    data, entry = taken(browser(user), f"/reports/{report.name}/?format={kind}{shape}")
    assert (entry.official, entry.path, entry.query) == (user, f"/reports/{report.name}/", f"format={kind}{shape}")
    assert (entry.size, entry.sha256) == (len(data), sha256(data).hexdigest())
    assert entry.address == "127.0.0.1"
    assert entry.rows == len(rows_of(data, kind))


def rows_of(data: bytes, kind: str) -> list[Any]:
    """The rows of a file without heads and totals."""
    if kind == "json":
        return list(json.loads(data)["rows"])
    if kind == "xlsx":
        table, _about = sheets(data).values()
        return table[1:-1]
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))[1:-1]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("path", ["/register/", "/policies/", "/evaluation/cities/", "/evaluation/industries/"])
def test_other_files_leave_one_too(path: str, kind: str) -> None:
    """The register, the matrix and the rankings leave an entry for a file and none for a page."""
    client = browser(official("manager", PROVINCE))
    data, entry = taken(client, f"{path}?format={kind}")
    assert (entry.path, entry.sha256) == (path, sha256(data).hexdigest())
    assert entry.rows == len(rows_of(data, kind)) + (path != "/policies/")  # which alone ends with a total
    client.get(path)
    assert Export.objects.count() == 1


@pytest.mark.parametrize("kind", ["json", "xlsx"])
def test_a_file_that_is_not_read_to_its_end_leaves_none(kind: str) -> None:
    """A file that broke off does not count as taken."""
    factories.project(state="verified")
    user = official("manager", PROVINCE)
    query = report_query(REPORTS[0], QueryDict(f"format={kind}"), user)
    for whole in (False, True):
        file = export_blocks(file_blocks(query), Export(official=user, path="/", size=0))
        assert next(file) == b""
        assert next(file)
        if whole:
            assert list(file)
        file.close()  # type: ignore[attr-defined]
        assert Export.objects.exists() is whole


def test_entries_stay_as_they_were_written() -> None:
    """The serving role adds them; it can neither change nor remove one."""
    taken(browser(official("manager", PROVINCE)), "/policies/?format=csv")
    for statement in (
        "UPDATE accounts_export SET rows = 0",
        "DELETE FROM accounts_export",
        "TRUNCATE accounts_export",
    ):
        with (
            pytest.raises(Error, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_an_auditor_reads_those_of_their_region() -> None:
    """The province's auditor reads all, a city's its own. Nobody changes one, and a clerk has no such page."""
    for place in (XUZHOU, KUNSHAN):
        taken(browser(official("manager", place, f"taker-{place}")), "/policies/?format=csv")
    address = "/admin/accounts/export/"
    for place, seen in ((PROVINCE, {XUZHOU, KUNSHAN}), (XUZHOU, {XUZHOU})):
        client = browser(official("auditor", place))
        text = client.get(address).content.decode()
        assert {each for each in (XUZHOU, KUNSHAN) if f"Official taker-{each}" in text} == seen
        entry = Export.objects.get(official__username=f"taker-{KUNSHAN}")
        assert client.get(f"{address}{entry.pk}/change/").status_code == (200 if place == PROVINCE else 404)
        assert client.get(f"{address}add/").status_code == 403
        assert client.post(f"{address}{entry.pk}/delete/").status_code in (403, 404)
    assert browser(official("clerk", XUZHOU)).get(address).status_code == 403


def test_a_question_for_the_head_alone_leaves_nothing_open() -> None:
    """A HEAD request leaves no entry, and no snapshot that stays open behind the answer."""
    client = browser(official("manager", PROVINCE))
    assert client.head("/reports/renovation/?format=csv").status_code == 200
    assert not Export.objects.exists()

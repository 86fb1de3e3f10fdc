"""Every event of an import says who, which import and which row; nothing but the rows of files is copied in."""

import ast
import inspect
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.models import ProjectProgress, RenovationProject
from revival.importing import storing
from revival.importing.models import Import, ImportRow
from revival.records.models import Record
from tests import factories
from tests.factories import GULOU, XUZHOU, official
from tests.importing.bring import write
from tests.importing.test_rows import brought, project_row
from tests.test_architecture import ROOT, listed, name_of

MANY = 1_000  # rows of a file, which is a batch and more
NEW = 8_000  # the first number of codes
MONTHS = ("项目代码", "月份", "累计计划投资（万元）", "累计完成投资（万元）")
COPIES_INTO_RECORDS = {"revival/demo/load.py"}  # the demonstration, which has no official


@pytest.fixture
def clerk() -> Any:
    return official("clerk", XUZHOU)


def assert_said(of: Import, model: Any, expected: dict[str, int]) -> None:
    """One event for each row that writes, with the official, the import and the row; and no other event."""
    rows = {(row.line, row.outcome) for row in of.rows.exclude(outcome="unchanged")}
    events = model.events.rel.related_model.objects.filter(import_id=of.pk)
    labels = {"insert": "new", "update": "changed"}
    found = [(event.import_row, labels[event.pgh_label]) for event in events]
    assert set(found) == rows
    assert len(found) == len(rows)
    assert {event.pgh_context["user"] for event in events} == {of.official_id}
    assert {name: getattr(of, name) for name in expected} == expected
    kept = model.objects.filter(import_id=of.pk)
    assert set(kept.values_list("pk", "import_row")) == set(events.values_list("pgh_obj_id", "import_row"))


@pytest.mark.django_db
def test_every_event_of_a_long_import_says_who_which_file_and_which_row(clerk: Any) -> None:
    """A file of new records, one in which half change and half are new, and a file of months."""
    firm = factories.enterprise(GULOU)
    half = MANY // 2
    rows = [project_row(firm, NEW + number) for number in range(MANY)]
    first = write(brought(clerk, *rows[:half]))
    assert_said(first, RenovationProject, {"new": half, "changed": 0, "wrong": 0})
    changed = [[code, f"{name} again", *rest] for code, name, *rest in rows[:half]]
    both = write(brought(clerk, *changed, *rows[half:]))
    assert_said(both, RenovationProject, {"new": half, "changed": half, "wrong": 0})
    assert_said_months(clerk, [row[0] for row in rows])


def assert_said_months(clerk: Any, codes: list[str]) -> None:
    months = write(brought(clerk, *[[code, "2024-02", 200, 100] for code in codes], heads=MONTHS, kind="progress"))
    assert_said(months, ProjectProgress, {"new": MANY, "changed": 0, "wrong": 0})


@pytest.mark.django_db
def test_the_queries_of_a_batch_do_not_grow_with_its_rows(clerk: Any) -> None:
    """Neither those of new rows nor those of changed ones, to their checks and back to the database."""
    firm = factories.enterprise(GULOU)

    def asked(first: int, many: int, name: str) -> int:
        rows = [project_row(firm, first + number, name=f"{name} {number}") for number in range(many)]
        with CaptureQueriesContext(
            connection,
        ) as queries:
            of = brought(clerk, *rows)
            write(of)
        assert of.new + Import.objects.get(pk=of.pk).changed == many
        return len(queries)

    asked(NEW - 1, 1, "Synthetic first of all")  # what is read once only
    assert asked(NEW, 2, "Synthetic") == asked(NEW + 100, 60, "Synthetic other")
    assert asked(NEW, 2, "Synthetic, changed") == asked(NEW + 100, 60, "Synthetic other, changed")


def test_no_copy_goes_into_a_table_of_records() -> None:
    """COPY FROM STDIN carries no official. It is written in one function, which is called for rows of files alone."""
    texts = {name_of(path): path.read_text(encoding="utf-8") for path in listed() if path.suffix == ".py"}
    product = {name: text for name, text in texts.items() if not name.startswith(("tests/", "bench/"))}
    assert {name for name, text in product.items() if "FROM STDIN" in text} == {
        "revival/importing/sql.py",
        *COPIES_INTO_RECORDS,
    }
    calls = {
        (name, ast.unparse(node.args[0]))
        for name, text in product.items()
        if "copy_rows" in text
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "copy_rows"
    }
    assert calls == {("revival/importing/storing.py", "ImportRow._meta.db_table")}
    assert not issubclass(ImportRow, Record)
    assert Path(inspect.getfile(storing)) == ROOT / "revival/importing/storing.py"

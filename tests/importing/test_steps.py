"""A file is read in steps: it may be left, dropped and forgotten, and the right sheet of a workbook is found."""

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.utils import timezone

from revival.catalogue import import_spec
from revival.importing import steps
from revival.importing.models import Import
from revival.importing.steps import bring_file, cancel_import, read_again, read_step
from revival.reporting.xlsx import Sheet, SheetColumn, plain_sheet, xlsx_blocks
from tests import factories
from tests.factories import GULOU, XUZHOU, official
from tests.importing.bring import bring, csv_text
from tests.importing.test_rows import HEADS, project_row

pytestmark = pytest.mark.django_db
PROJECTS = import_spec("projects")


@pytest.fixture
def clerk() -> Any:
    return official("clerk", XUZHOU)


def many(rows: int) -> bytes:
    firm = factories.enterprise(GULOU)
    return csv_text(HEADS, *[project_row(firm, 8500 + number) for number in range(rows)])


def test_each_step_reads_further_rows_once(clerk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A step ends when its time is over, after a whole batch; the next goes on behind it."""
    monkeypatch.setattr(steps, "BATCH", 4)
    of, _made = bring_file(PROJECTS, clerk, "synthetic.csv", BytesIO(many(10)))
    seen = []
    while of.state == Import.State.READING:
        of = read_step(of, PROJECTS, 0)
        seen.append(of.rows.count())
    assert seen == [4, 8, 10, 10]
    assert [*of.rows.order_by("line").values_list("line", flat=True)] == [*range(2, 12)]
    assert (of.state, of.new) == (Import.State.CHECKED, 10)


def test_a_step_that_comes_too_late_stores_nothing(clerk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "BATCH", 4)
    of, _made = bring_file(PROJECTS, clerk, "synthetic.csv", BytesIO(many(6)))
    first = read_step(of, PROJECTS, 0)
    late = Import.objects.get(pk=of.pk)
    late.next = first.heading_row + 1  # as another tab has read it
    read_step(late, PROJECTS, 0)
    assert first.rows.count() == 4


def test_answers_survive_a_new_comparison_where_the_question_does(clerk: Any) -> None:
    """An answer is one to the questions that stood there: a row that asks something else asks anew."""
    firm = factories.enterprise(GULOU)
    rows = [project_row(firm, 8700 + at, total="80", name=f"Synthetic {at}") for at in range(2)]
    of = bring("projects", clerk, csv_text(HEADS, *rows))
    of.rows.update(answer="Approved by the province")
    factories.project(GULOU, enterprise=firm, name="Synthetic 1", year=2024)
    of = read_step(read_again(of), PROJECTS, 60)
    assert [*of.rows.order_by("line").values_list("answer", flat=True)] == ["Approved by the province", ""]
    assert of.kept == {}


def test_a_dropped_file_leaves_its_name_alone(clerk: Any) -> None:
    of = bring("projects", clerk, many(2))
    assert cancel_import(of).state == Import.State.CANCELLED
    assert (of.rows.count(), of.parts.count()) == (0, 0)
    assert bring("projects", clerk, many(2)).pk != of.pk


def test_a_forgotten_file_is_dropped_by_a_later_one(clerk: Any) -> None:
    old, fresh = bring("projects", clerk, many(1)), bring("projects", clerk, many(2))
    Import.objects.filter(pk=old.pk).update(at=timezone.now() - steps.FORGOTTEN - timedelta(hours=1))
    bring("projects", clerk, many(3))
    assert [Import.objects.get(pk=each.pk).state for each in (old, fresh)] == ["cancelled", "checked"]


def test_the_sheet_with_the_headings_is_found(clerk: Any) -> None:
    """A workbook often begins with a cover or with notes."""

    def sheets() -> Iterator[Sheet]:
        yield plain_sheet("Notes", [SheetColumn("Synthetic cover")], [["of the office"]])
        firm = factories.enterprise(GULOU)
        yield plain_sheet("Projects", [SheetColumn(head) for head in HEADS], [project_row(firm, 8600)])

    of = bring("projects", clerk, b"".join(xlsx_blocks(sheets())), "synthetic.xlsx")
    assert (of.state, of.sheet, of.new) == (Import.State.CHECKED, "Projects", 1)

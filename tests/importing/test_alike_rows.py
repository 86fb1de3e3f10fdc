"""Rows of one file that look the same are asked about, however far they are apart."""

from typing import Any

import pytest

from tests import factories
from tests.factories import GULOU, XUZHOU, official
from tests.importing.bring import outcomes, write
from tests.importing.test_rows import HEADS, brought, project_row

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk() -> Any:
    return official("clerk", XUZHOU)


@pytest.mark.parametrize("size", [1, 2, 1000])
def test_alike_rows_are_asked_about_in_every_batch(clerk: Any, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The later one of two; not one that is explained, nor the same names in another file."""
    monkeypatch.setattr("revival.importing.steps.BATCH", size)
    firm, other = factories.enterprise(GULOU), factories.enterprise(GULOU)
    rows = [
        [*project_row(firm, 4501, name="Synthetic loom (一期)"), ""],
        [*project_row(firm, 4502, name="Other"), ""],
        [*project_row(firm, 4503, name="Synthetic  LOOM（一期）"), ""],
        [*project_row(firm, 4504, name="Synthetic loom (一期)"), "A second line"],
        [*project_row(other, 4505, name="Synthetic loom (一期)"), ""],
    ]
    heads = (*HEADS, "异常数值说明")
    of = brought(clerk, *rows, heads=heads)
    assert [code for _line, code in outcomes(of)] == ["new"] * 5
    asked = {row.line: [each["sentence"] for each in row.questions or ()] for row in of.rows.all()}
    same = ["Another row of the file looks the same."]
    assert asked == {2: [], 3: [], 4: same, 5: [], 6: []}
    second = brought(clerk, *rows, [*project_row(other, 4506, name="Third"), ""], heads=heads)
    assert second.pk != of.pk
    assert {row.line: len(row.questions or ()) for row in second.rows.all()} == {2: 0, 3: 0, 4: 1, 5: 0, 6: 0, 7: 0}
    of.rows.filter(questions__isnull=False).update(answer="A second phase")
    assert write(of).new == 5


def test_a_row_that_changes_its_name_to_that_of_another_row(clerk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("revival.importing.steps.BATCH", 1)
    known = factories.project(GULOU)
    new = project_row(known.enterprise, 4510, name="One name")
    changed = project_row(known.enterprise, 0, code=known.code, name="One name")
    of = brought(clerk, new, changed)
    assert [len(row.questions or ()) for row in of.rows.order_by("line")] == [0, 1]

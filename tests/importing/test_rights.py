"""What an official may not do in a form they may not do with a file, and nothing is written."""

from typing import Any

import pytest
from django.utils import timezone, translation

from revival.catalogue import IMPORTS, import_spec
from revival.importing.models import Import
from revival.importing.writing import confirm_problem, may_import
from revival.records.models import State
from tests import factories
from tests.factories import GULOU, KUNSHAN, PEI, SUZHOU, XUZHOU, official
from tests.importing.bring import bring, csv_text, messages
from tests.importing.test_rows import HEADS, project_row
from tests.records.periods import CLOSED, period

pytestmark = pytest.mark.django_db
PROJECTS = import_spec("projects")


def told(user: Any, *rows: list[Any], heads: Any = HEADS, kind: str = "projects") -> dict[int, list[str]]:
    with translation.override("en"):
        return messages(bring(kind, user, csv_text(heads, *rows)))


def test_rows_of_another_region_are_refused() -> None:
    """By the region typed, by the number of a record, and by the record that a row belongs to."""
    clerk, firm = official("clerk", XUZHOU), factories.enterprise(GULOU)
    theirs = factories.project(KUNSHAN)
    (reason,) = told(clerk, project_row(firm, 8001, region="昆山市"))[2]
    assert reason == "地区: Kunshan, Suzhou lies outside your region."
    (reason,) = told(clerk, [theirs.pk, "Mine"], heads=("Record number", "项目名称"))[2]
    assert reason.startswith("Record number: No record with this number lies in your region.")
    heads = ("项目代码", "月份", "累计计划投资（万元）", "累计完成投资（万元）")
    (reason,) = told(clerk, [theirs.code, "2024-03", 3, 2], heads=heads, kind="progress")[2]
    assert "or it lies outside your region" in reason
    taken_part = ("活动", "企业")
    event = factories.activity("320000", state=State.VERIFIED)
    elsewhere = factories.enterprise(KUNSHAN)
    reasons = told(clerk, [event.name, elsewhere.credit_code], heads=taken_part, kind="participations")[2]
    assert reasons[0] == ": Kunshan, Suzhou lies outside your region."


def test_a_county_writes_nothing_of_its_city() -> None:
    clerk, firm = official("clerk", GULOU), factories.enterprise(GULOU)
    rows = [project_row(firm, 8010 + at, region=place) for at, place in enumerate((GULOU, PEI, XUZHOU, SUZHOU))]
    assert [*told(clerk, *rows)] == [3, 4, 5]


def test_who_only_reads_imports_nothing() -> None:
    for role in ("manager", "verifier", "auditor"):
        reader = official(role, XUZHOU)
        assert not any(may_import(reader, spec) for spec in IMPORTS), role
    assert all(may_import(official("clerk", XUZHOU), spec) for spec in IMPORTS)


def test_the_right_to_add_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """With one of the two verbs only the rows of the other are refused."""
    clerk, known = official("clerk", XUZHOU), factories.project(GULOU)
    rows = project_row(known.enterprise, 8020), project_row(known.enterprise, 0, code=known.code, name="Other")
    for verb, wrong in (("add", 3), ("change", 2)):
        monkeypatch.setattr("revival.importing.checking.may", lambda _user, asked, _model, verb=verb: asked == verb)
        assert [*told(clerk, *rows, heads=HEADS)] == [wrong]
        Import.objects.all().delete()


def test_a_closed_period_takes_no_rows() -> None:
    """Neither new ones nor changed ones, of the period itself or moved into it."""
    clerk, known = official("clerk", XUZHOU), factories.project(GULOU)
    later = factories.project(GULOU, year=2025)
    period(CLOSED)
    firm = known.enterprise
    rows = [
        project_row(firm, 8030),
        project_row(firm, 0, code=known.code, name="Other"),
        project_row(firm, 0, code=later.code, name=later.name),
        project_row(firm, 8031, year="2025"),
    ]
    assert told(clerk, *rows) == {
        line: [": The reporting period 2024 is not open for this region."] for line in (2, 3, 4)
    }


def test_a_submitted_record_stays_as_it_is() -> None:
    clerk = official("clerk", XUZHOU)
    known = factories.project(GULOU, state=State.SUBMITTED, submitted_by=clerk, submitted_at=timezone.now())
    (reason,) = told(clerk, [known.code, "Other"], heads=("项目代码", "项目名称"))[2]
    assert reason.endswith("It has to be withdrawn or returned first.")
    assert told(clerk, [known.code, known.name], heads=("项目代码", "项目名称")) == {}


def test_nobody_confirms_for_another() -> None:
    clerk, other = official("clerk", XUZHOU), official("clerk", XUZHOU)
    of = bring("projects", clerk, csv_text(HEADS, project_row(factories.enterprise(GULOU), 8040)))
    assert confirm_problem(of, PROJECTS, clerk, submit=False, keep_going=False) == ""
    assert confirm_problem(of, PROJECTS, other, submit=False, keep_going=False) != ""

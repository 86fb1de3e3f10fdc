"""A migration that narrows the days of records names the rows that do not fit, and what is to be done."""

from datetime import date
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.core.management.base import CommandError
from django.db.migrations import AddConstraint, RunPython
from django.db.models import Q

from revival.records.broken import LISTED, checked, refuse_broken
from revival.records.models import State
from tests import factories
from tests.extent import every
from tests.factories import GULOU, marked

pytestmark = pytest.mark.django_db
DAY = date(2024, 5, 1)
FILES = {"enterprises": "0003", "projects": "0003", "finance": "0002"}
OPERATIONS: list[Any] = [
    (app, operation)
    for app, number in FILES.items()
    for operation in import_module(f"{app}.migrations.{number}_ranges_of_days").Migration.operations
    if isinstance(operation, AddConstraint)
]


def check(app: str) -> None:
    """Run the check of the app's migration, which stands before all of its rules."""
    first = import_module(f"{app}.migrations.{FILES[app]}_ranges_of_days").Migration.operations[0]
    assert isinstance(first, RunPython)
    run: Any = first.code
    run(apps, None)


@pytest.mark.parametrize("app", FILES)
def test_fitting_rows_and_none_pass(app: str) -> None:
    check(app)
    for each, operation in OPERATIONS:
        if each == app:
            marked(apps.get_model(app, operation.model_name), GULOU, "合成")
    check(app)


def planted(model: Any, field: str) -> Any:
    """A row with a day in the field: one of its own, one that is put there, or that of a verified exit."""
    row = marked(model, GULOU, "合成")
    factories.outside_requests()
    if getattr(row, field) is None:
        model.objects.filter(pk=row.pk).update(**{field: DAY})
        row.refresh_from_db()
    if getattr(row, field) is None:
        verified = marked(model, GULOU, "合成", state=State.VERIFIED)
        factories.exit_of(verified, exited_on=DAY, state=State.VERIFIED)
        return factories.fresh(verified)
    return factories.fresh(row)


@every(("app", "operation"), OPERATIONS)
def test_a_planted_row_is_named(app: str, operation: Any) -> None:
    """With its table, its key, the field and the value, where the rule is narrower than what is stored."""
    model = apps.get_model(app, operation.model_name)
    field = operation.constraint.violation_error_code
    rows = [planted(model, field) for _number in range(2)]
    rule = operation.constraint.clone()
    rule.condition = Q(**{f"{field}__range": (date(2059, 1, 1), date(2060, 12, 31))})
    with pytest.raises(CommandError) as refused:
        checked(app, [AddConstraint(operation.model_name, rule)])[0].code(apps, None)
    said = str(refused.value)
    for row in rows:
        assert (
            f"{model._meta.db_table}, id {row.pk}: {field} is {getattr(row, field)}; accepted is 2059-01-01 to "
            "2060-12-31"
        ) in said
    assert "run migrate again" in said


def test_of_very_many_rows_the_first_are_named() -> None:
    with pytest.raises(CommandError) as refused:
        refuse_broken([f"line {number}" for number in range(LISTED + 7)])
    assert f"line {LISTED - 1}\n  and 7 more" in str(refused.value)
    assert f"line {LISTED}\n" not in str(refused.value)

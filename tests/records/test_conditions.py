"""A rule that is decided in memory is decided as the database decides it, for every model and NULL alike."""

from datetime import date
from decimal import Decimal
from itertools import cycle, islice
from typing import Any

import pytest
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models

from projects.models import RetiredEquipment
from revival.records.conditions import UndecidableCondition, condition_fields, is_met
from revival.records.explained import Explained
from tests import factories
from tests.extent import every, times
from tests.factories import GULOU, XUZHOU, browser, official
from tests.forms import fields, url

pytestmark = pytest.mark.django_db
CHECKED = [
    (model, each)
    for model in apps.get_models()
    if issubclass(model, Explained) and not model._meta.proxy
    for each in model._meta.constraints
    if type(each) is models.CheckConstraint
]
# Only the database knows its patterns, its calendar and its arithmetic.
OF_THE_DATABASE = {"regex", "year", "CombinedExpression"}


def samples(field: Any) -> list[Any]:
    """Values of a column: none, some that rules accept and some that they refuse."""
    if field.is_relation:
        return [None, *([XUZHOU, GULOU] if field.related_model._meta.pk.name == "code" else [1, 2])]
    if isinstance(field, ArrayField):
        known = field.base_field.flatchoices[0][0]
        return [None, [], ["magic"], [known], ["magic", known]]
    if isinstance(field, models.DateField):
        return [None, date(2024, 5, 1), date(202, 1, 1)]
    if isinstance(field, models.DecimalField):
        return [None, Decimal(0), Decimal("-0.01"), Decimal("1.50"), Decimal(10) ** 14]
    if isinstance(field, models.IntegerField):
        return [None, 0, -1, 2024, 9999, 12]
    return [None, "magic", "", *[value for value, _label in field.flatchoices]]


def rows_of(model: Any, names: list[str], number: int) -> list[Any]:
    """Rows of a model with samples of values in the named fields, each walking through its own in its own order."""
    found = [model() for _number in range(number)]
    for at, name in enumerate(dict.fromkeys(names)):
        field = model._meta.get_field(name)
        values = samples(field)
        walk = islice(cycle(values), at, None) if at % 2 else (v for v in cycle(values) for _turn in range(at + 1))
        for row, value in zip(found, walk, strict=False):
            setattr(row, field.attname, value)
    return found


def test_the_rules_are_there() -> None:
    assert len(CHECKED) > 100


@every(("model", "constraint"), CHECKED)
def test_memory_and_database_agree(model: Any, constraint: Any) -> None:
    try:
        names = condition_fields(constraint.condition, model())
        found = [(row, is_met(constraint.condition, row, ())) for row in rows_of(model, names, times(8, 60))]
    except UndecidableCondition:
        assert any(each in repr(constraint.condition) for each in OF_THE_DATABASE), constraint
        return
    for row, met in found:
        try:
            constraint.validate(model, row)
        except ValidationError:
            assert not met, {name: getattr(row, name) for name in names}
        else:
            assert met, {name: getattr(row, name) for name in names}
    assert is_met(constraint.condition, found[0][0], set(names))


def test_both_answers_occur() -> None:
    """The samples break most rules and meet most, so that agreeing says something."""
    both = 0
    for model, constraint in CHECKED:
        try:
            names = condition_fields(constraint.condition, model())
            both += len({is_met(constraint.condition, row, ()) for row in rows_of(model, names, 8)}) == 2
        except UndecidableCondition:
            continue
    assert both > len(CHECKED) * 2 // 3


@pytest.mark.parametrize("wrong", [Decimal("NaN"), "no number", models.Value(3)])
def test_a_value_that_is_none_of_its_column_is_left_to_the_database(wrong: Any) -> None:
    rule = models.Q(quantity__gte=1)
    with pytest.raises((UndecidableCondition, ValidationError)):
        is_met(rule, RetiredEquipment(quantity=wrong), ())


@pytest.mark.parametrize("rule", [models.Q(name__regex="^a"), models.Q(pk=1), models.Q(models.Value(True))])
def test_what_is_no_plain_comparison_is_left_to_the_database(rule: Any) -> None:
    with pytest.raises(UndecidableCondition):
        is_met(rule, RetiredEquipment(name="b"), ())


class TestSaves:
    def statements(self, django_assert_max_num_queries: Any, **typed: Any) -> list[str]:
        """The statements of a save by the form of a record."""
        page = browser(official("clerk", XUZHOU))
        row = factories.retired(GULOU)
        data = fields(page.get(url(row))) | typed
        page.get(url(row))  # a process reads the kinds of records once
        with django_assert_max_num_queries(200) as found:
            assert page.post(url(row), data).status_code == 302
        return [each["sql"] for each in found.captured_queries]

    def test_a_save_asks_the_database_nothing_that_the_row_tells(self, django_assert_max_num_queries: Any) -> None:
        found = self.statements(django_assert_max_num_queries, name="Better")
        assert not [sql for sql in found if "_check" in sql]
        assert not [sql for sql in found if "SELECT 1" in sql and "enterprise" in sql]
        assert len(found) == 15

    def test_so_does_a_submission(self, django_assert_max_num_queries: Any) -> None:
        found = self.statements(django_assert_max_num_queries, review="submitted")
        assert len(found) == 19

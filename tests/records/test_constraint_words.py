"""What the database refuses is told in words, at the field it is about, and never by the name of a constraint."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import translation

from enterprises.models import Enterprise
from projects.models import RenovationProject
from revival.records.explained import constraint_error
from revival.records.refusals import refusal_error
from tests.factories import enterprise, project

OWN = ("revival", "enterprises", "projects", "finance")
MODELS = [model for model in apps.get_models() if model.__module__.startswith(OWN)]
CONSTRAINTS = [(model, constraint) for model in MODELS for constraint in model._meta.constraints]


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Messages are read in English unless a test chooses."""
    with translation.override("en"):
        yield


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_no_constraint_shows_its_name(language: str) -> None:
    """Of all models, in both languages; a message at a field names a field that there is."""
    wrong = []
    with translation.override(language):
        for model, constraint in CONSTRAINTS:
            refused = constraint_error(model, constraint)
            text = " ".join(refused.messages)
            fields = set(getattr(refused, "error_dict", {})) - {f.name for f in model._meta.get_fields()}
            if constraint.name in text or "Constraint" in text or "约束" in text or fields or not text:
                wrong.append((model.__name__, constraint.name, text, fields))
    assert len(CONSTRAINTS) > 100
    assert wrong == []


def refused(act: Any, model: Any) -> ValidationError:
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        act()
    return refusal_error(caught.value, [model])


@pytest.mark.django_db
def test_a_duplicate_that_the_database_refuses_is_told_at_its_field() -> None:
    """Two officials who enter one code at the same moment: the second is told which field, and in words."""
    known, of_project = enterprise(), project()
    for act, model, field in (
        (lambda: enterprise(credit_code=known.credit_code), Enterprise, "credit_code"),
        (lambda: project(code=of_project.code), RenovationProject, "code"),
    ):
        found = refused(act, model)
        assert list(found.message_dict) == [field]
        assert "already exists" in found.messages[0]
        assert "_" not in found.messages[0]


@pytest.mark.django_db
def test_a_rule_of_no_model_shows_no_name_either() -> None:
    """A constraint that no model of the page declares."""
    found = refused(lambda: enterprise(industry="magic"), RenovationProject)
    assert "enterprise_industry" not in " ".join(found.messages)
    assert "Nothing was saved" in " ".join(found.messages)


@pytest.mark.django_db
def test_a_form_is_told_the_same_as_the_database_says() -> None:
    """The check before the save words a broken rule as the refusal of the save does."""
    row = enterprise()
    row.industry = "magic"
    with pytest.raises(ValidationError) as caught:
        row.validate_constraints()
    assert caught.value.message_dict == refused(row.save, Enterprise).message_dict


def test_every_kind_of_constraint_is_worded() -> None:
    """One with words of its own, a unique one without, a check of a field, and a check of several fields."""
    own = models.CheckConstraint(condition=models.Q(pk=1), name="a_name", violation_error_message="Own words.")
    several = models.UniqueConstraint(fields=("name", "region"), name="a_name")
    field = models.CheckConstraint(condition=models.Q(pk=1), name="a_name", violation_error_code="name")
    row = models.CheckConstraint(condition=models.Q(pk=1), name="a_name")
    texts = [" ".join(constraint_error(Enterprise, each).messages) for each in (own, several, field, row)]
    assert texts[0] == "Own words."
    assert len(set(texts)) == 4
    assert not any("a_name" in text for text in texts)

"""An enterprise of another city that was chosen by its code: forms that begin with values of a record keep it."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from enterprises.models import Enterprise, EnterpriseExit
from projects.models import RenovationProject
from revival.records.admin.choices import begun_with
from revival.records.models import State
from tests import factories
from tests.extent import every
from tests.factories import GULOU, KUNSHAN, SUZHOU, XUZHOU, browser, enterprise, fresh, marked, official
from tests.forms import errors, fields, save, url
from tests.records.models import url as address
from tests.records.test_choices import BY_CODE
from tests.records.test_repeated import COPIED, kept

pytestmark = pytest.mark.django_db
KEPT = [(model, name) for model, name in BY_CODE if name in kept(model)]


@pytest.fixture
def page(db: None) -> Client:
    return browser(official("clerk", XUZHOU))


@pytest.fixture
def foreign(db: None) -> Enterprise:
    return enterprise(KUNSHAN, name="ZQB-foreign", state=State.VERIFIED)


def stored(model: Any, **values: Any) -> Any:
    """A record of the kind that takes the enterprise of a field as it is."""
    if model is EnterpriseExit:
        here, there = (enterprise(GULOU, state=State.VERIFIED) for _each in range(2))
        return factories.exit_of(here, merged_into=there, **values)
    if model._meta.model_name == "designation":
        return factories.designation(GULOU, "green-factory", **values)
    return marked(model, GULOU, "合成样例", **values)


def has_it(answer: Any, name: str, foreign: Enterprise) -> bool:
    """Whether a form has the enterprise as its choice, by its code and in words."""
    words = f"ZQB-foreign · {foreign.credit_code}"
    return fields(answer).get(name) == foreign.credit_code and words in answer.content.decode()


@every(("model", "name"), KEPT)
def test_the_next_form_of_a_pile_keeps_it(model: Any, name: str, page: Client, foreign: Enterprise) -> None:
    row = stored(model)
    answer = save(page, row, **{name: foreign.credit_code}, _addanother="1")
    assert answer.status_code == 302, errors(answer)
    assert has_it(page.get(answer["Location"]), name, foreign)


@every("model", COPIED)
def test_the_copy_for_the_next_year_keeps_it(model: Any, page: Client, foreign: Enterprise) -> None:
    row = stored(model, enterprise=foreign, state=State.VERIFIED)
    assert has_it(page.get(address(model, "add"), {"copy": row.pk}), "enterprise", foreign)


@every(("model", "name"), BY_CODE)
def test_a_returned_or_withdrawn_change_keeps_it(model: Any, name: str, page: Client, foreign: Enterprise) -> None:
    """It is saved once more without being chosen again."""
    row = stored(model, state=State.VERIFIED)
    answer = save(page, row, **{name: foreign.credit_code}, explanation="Synthetic")
    assert answer.status_code == 302, errors(answer)
    revision = fresh(row).open_revision
    for state, said in ((State.RETURNED, "Why?"), (State.DRAFT, "")):
        factories.outside_requests()
        type(revision).objects.filter(pk=revision.pk).update(state=state, comment=said)
        assert has_it(page.get(url(row)), name, foreign)
        assert save(page, row, explanation=f"Synthetic {state}").status_code == 302
        revision = fresh(row).open_revision
        assert revision.state == State.SUBMITTED
        assert revision.changes[name] == foreign.pk


def test_a_project_of_another_city_stays_out(page: Client, foreign: Enterprise) -> None:
    """It has a code, but none that leads to it."""
    of = factories.project(SUZHOU, enterprise=foreign, name="ZQB-project")
    row = factories.loan(GULOU, enterprise=foreign, project=of)
    answer = page.get(address(type(row), "add"), {"like": row.pk})
    assert has_it(answer, "enterprise", foreign)
    assert "ZQB-project" not in answer.content.decode()


def test_only_a_choice_costs_a_query(foreign: Enterprise) -> None:
    user, own = official("clerk", XUZHOU), enterprise(GULOU)
    assert user.region
    for key, queries in ((None, 0), (own.pk, 1), (foreign.pk, 2)):
        with CaptureQueriesContext(connection) as taken:
            begun_with(RenovationProject, {"enterprise": key, "name": "合成样例", "region": GULOU}, user)
        assert len(taken) == queries

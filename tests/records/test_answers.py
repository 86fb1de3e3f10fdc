"""An explanation answers the questions that were asked before it was typed; a new question is asked anew."""

from typing import Any

import pytest
from django.test import Client

from projects.models import ProjectProgress
from revival.records.beside import Question
from revival.records.models import State
from tests import factories
from tests.collection.monthly import form as monthly
from tests.extent import every
from tests.factories import GULOU, XUZHOU, browser, fresh, marked, official
from tests.forms import errors, fields, save, url
from tests.records.test_duplicates import ALIKE, LOOKS, REASON, add, again, made
from tests.records.test_unlikely import KINDS

pytestmark = pytest.mark.django_db
FIRST, SECOND = Question("region", "Synthetic first oddity."), Question("region", "Synthetic second oddity.")


@pytest.fixture
def page(db: None) -> Client:
    return browser(official("clerk", XUZHOU))


@pytest.fixture
def odd(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A function that makes the records of a model odd in the ways of a list that the test fills."""

    def oddities(model: Any) -> list[Question]:
        found: list[Question] = []
        monkeypatch.setattr(model, "implausible", lambda row: found)
        return found

    return oddities


def said(answer: Any) -> str:
    assert answer.status_code == 200
    return str(errors(answer))


@every("model", KINDS)
def test_a_question_that_comes_later_is_asked_though_there_is_a_text(model: Any, page: Client, odd: Any) -> None:
    """It is marked as new, the others are not asked again, and the text is kept. Seen once, the text answers it."""
    row, found = marked(model, GULOU, "ROW"), odd(model)
    found.append(FIRST)
    shown = save(page, row, review="submitted")
    assert FIRST.sentence in said(shown)
    found.append(SECOND)
    typed = fields(shown) | {"explanation": REASON, "review": "submitted"}
    shown = page.post(url(row), typed)
    assert f"New: {SECOND.sentence} The explanation was typed before this was asked." in said(shown)
    assert FIRST.sentence not in said(shown)
    assert "New questions: see that the explanation answers them as well" in errors(shown)["explanation"][0]
    assert fields(shown)["explanation"].strip() == REASON
    assert fresh(row).state == State.DRAFT
    assert page.post(url(row), fields(shown) | {"review": "submitted"}).status_code == 302
    assert (fresh(row).state, fresh(row).explanation) == (State.SUBMITTED, REASON)


@every("model", ALIKE)
def test_the_answer_about_another_record_answers_no_value(model: Any, page: Client, odd: Any) -> None:
    """The question about it is asked when the draft is saved, those about values when it is submitted."""
    row = made(model)
    typed = again(page, row)
    shown = page.post(add(model), typed)
    assert LOOKS["en"] in said(shown)
    odd(model).append(FIRST)
    shown = page.post(add(model), fields(shown) | {"explanation": REASON, "review": "submitted"})
    assert f"New: {FIRST.sentence}" in said(shown)
    assert LOOKS["en"] not in said(shown)
    assert page.post(add(model), fields(shown) | {"review": "submitted"}).status_code == 302


@every("model", ALIKE[:2])
def test_the_answer_about_values_answers_no_other_record(model: Any, page: Client, odd: Any) -> None:
    row = made(model)
    typed = again(page, row) | {"review": "submitted"}
    kept = {f.attname: getattr(row, f.attname) for f in model._meta.concrete_fields}
    type(row).objects.filter(pk=row.pk).delete()
    found = odd(model)
    found.append(FIRST)
    shown = page.post(add(model), typed)
    assert FIRST.sentence in said(shown)
    found.clear()
    factories.outside_requests()
    model(**kept).save(force_insert=True)
    found.append(FIRST)
    shown = page.post(add(model), fields(shown) | {"explanation": REASON, "review": "submitted"})
    assert LOOKS["en"] in said(shown)
    assert FIRST.sentence not in said(shown)
    assert "New questions" in errors(shown)["explanation"][0]
    assert page.post(add(model), fields(shown) | {"review": "submitted"}).status_code == 302


def test_another_value_is_another_question(page: Client) -> None:
    row = factories.retired()
    shown = save(page, row, quantity="5000", review="submitted")
    typed = fields(shown) | {"quantity": "6000", "explanation": REASON, "review": "submitted"}
    shown = page.post(url(row), typed)
    assert errors(shown)["quantity"][0].startswith("New: One entry with 6,000 sets is unusually large.")
    assert page.post(url(row), fields(shown) | {"review": "submitted"}).status_code == 302


def test_of_rows_of_a_page(page: Client, odd: Any) -> None:
    of, found = factories.project(state=State.VERIFIED), odd(ProjectProgress)
    row = factories.progress(of)
    found.append(FIRST)
    shown = save(page, of, **{"progress-0-review": "submitted"})
    assert FIRST.sentence in said(shown)
    found.append(SECOND)
    typed = {"progress-0-explanation": REASON, "progress-0-review": "submitted"}
    shown = page.post(url(of), fields(shown) | typed)
    assert f"New: {SECOND.sentence}" in said(shown)
    assert FIRST.sentence not in said(shown)
    assert page.post(url(of), fields(shown) | typed).status_code == 302
    assert fresh(row).state == State.SUBMITTED


def test_of_the_monthly_form(odd: Any) -> None:
    monthly.period()
    row, client, found = monthly.listed(), monthly.clerk(), odd(ProjectProgress)
    question, other = (each._replace(field="completed") for each in (FIRST, SECOND))
    found.append(question)
    shown = monthly.save(client, monthly.typed(row, "1", "1"), how="submit")
    assert question.sentence in monthly.errors(shown, row, "completed")
    found.append(other)
    key = f"p{row.pk}-explanation"
    shown = client.post(shown.wsgi_request.get_full_path(), fields(shown) | {key: REASON, "save": "submit"})
    assert f"New: {other.sentence}" in monthly.errors(shown, row, "completed")
    assert question.sentence not in monthly.errors(shown, row, "completed")
    assert fields(shown)[key].strip() == REASON
    assert not ProjectProgress.objects.exists()
    again = client.post(shown.wsgi_request.get_full_path(), fields(shown) | {"save": "submit"})
    assert again.status_code == 302
    assert ProjectProgress.objects.get().state == State.SUBMITTED

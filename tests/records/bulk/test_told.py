"""What submitting many records says: to whom they went, as submitting one does."""

from typing import Any

import pytest

from projects.models import RetiredEquipment
from revival.records.models import State
from revival.records.review import submitted_sentence
from tests import factories
from tests.extent import every
from tests.factories import GULOU, KUNSHAN, PEI, PROVINCE, SUZHOU, XUZHOU, browser, marked, official
from tests.forms import fields, save
from tests.records.bulk.batch import run, states
from tests.records.models import every_record

pytestmark = pytest.mark.django_db


@every_record
def test_a_list_names_the_verifiers_as_a_form_does(model: Any) -> None:
    """Their nearest region; and where there is nobody yet, whose records they are."""
    page = browser(official("clerk", GULOU))
    row = marked(model, GULOU, "ROW")
    said = text(run(page, model, "submit", [row]))
    verified = bool(model.guard().follows)  # what it follows was verified, so there is somebody
    assert ("Nobody is appointed yet to verify records of Gulou District, Xuzhou." in said) is not verified
    for place, name in ((PROVINCE, "Jiangsu"), (XUZHOU, "Xuzhou"), (GULOU, "Gulou District, Xuzhou")):
        official("verifier", place)
        factories.outside_requests()
        model.objects.filter(pk=row.pk).update(state=State.DRAFT)
        assert f"Submitted to the verifiers of {name}" in text(run(page, model, "submit", [row]))
        assert states([row]) == [State.SUBMITTED]


def test_the_form_says_the_same() -> None:
    official("verifier", XUZHOU)
    page, rows = browser(official("clerk", GULOU)), [factories.retired() for _number in range(2)]
    one = page.get(save(page, rows[0], review="submitted", _continue="1")["Location"])
    assert "Submitted to the verifiers of Xuzhou: " in text(one)
    assert "Submitted to the verifiers of Xuzhou." in text(run(page, RetiredEquipment, "submit", rows[1:]))


def test_records_of_several_regions_name_each_once() -> None:
    for place in (XUZHOU, PROVINCE):
        official("verifier", place)
    rows = [factories.retired(place) for place in (GULOU, PEI, KUNSHAN, SUZHOU)]
    said = submitted_sentence(RetiredEquipment, [row.pk for row in rows], official("clerk", PROVINCE))
    assert said == "Submitted to the verifiers of Xuzhou, Jiangsu."
    assert submitted_sentence(RetiredEquipment, [], official("clerk", PROVINCE)) == ""


@every("step", ["verify", "return", "withdraw"])
def test_other_steps_name_nobody(step: str) -> None:
    official("verifier", XUZHOU)
    who = official("clerk" if step == "withdraw" else "verifier", XUZHOU)
    row = factories.retired(state=State.SUBMITTED)
    assert "to the verifiers of" not in text(run(browser(who), RetiredEquipment, step, [row], comment="Why?"))


def test_the_inbox_names_them_too() -> None:
    official("verifier", XUZHOU)
    clerk = official("clerk", GULOU)
    page, row = browser(clerk), factories.retired(created_by=clerk)
    chosen = {"step": "submitted", "row": f"projects.retiredequipment:{row.pk}:{row.version}"}
    preview = page.post("/inbox/?pile=drafts", chosen)
    done = page.post("/inbox/?pile=drafts", fields(preview) | {"confirmed": "1"}, follow=True)
    assert "1 record was submitted. Submitted to the verifiers of Xuzhou." in text(done)


def text(answer: Any) -> str:
    return str(answer.content.decode())

"""The buttons of a record's page: what each does to the record and to its rows, and what is said about it."""

import re
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from projects.models import RenovationProject
from revival.accounts.models import Official
from tests.extent import every
from tests.factories import GULOU, PROVINCE, XUZHOU, browser, marked, official, progress, project, revision
from tests.forms import errors, fields, save, url
from tests.world import MODELS

pytestmark = pytest.mark.django_db


def buttons(page: Client, row: Any) -> list[str]:
    """Names and values of the buttons of a page, in their order."""
    text = page.get(url(row)).content.decode()
    bar = text[text.index('class="submit-row bar"') :]
    return [f"{name}={value}" for name, value in re.findall(r'<button type="submit" name="(\w+)" value="(\w+)"', bar)]


def said(answer: Any) -> str:
    """The messages of an answer."""
    return " ".join(str(message) for message in get_messages(answer.wsgi_request))


class TestButtons:
    @every("model", MODELS)
    def test_they_are_the_steps_that_may_be_taken(self, model: Any, page: Client, verifier: Official) -> None:
        """The first one saves, which is what Enter in a field presses. The step is no field of the page."""
        if model._meta.model_name == "revision":
            return
        row = marked(model, XUZHOU, "OWN-1", state="draft")
        assert buttons(page, row)[:2] == ["_save=1", "review=submitted"]
        assert "review" not in fields(page.get(url(row)))
        assert [name for name in buttons(browser(verifier), row) if "verified" in name] == []
        assert save(page, row, review="submitted").status_code == 302
        assert "review=draft" in buttons(page, row)
        assert {"review=verified", "review=returned"} <= set(buttons(browser(verifier), row))

    def test_of_a_change_too(self, page: Client, verifier: Official) -> None:
        """A change of a verified record has no data to save on its own page."""
        row = revision(state="submitted")
        assert buttons(browser(verifier), row) == ["review=verified", "review=returned"]

    @pytest.mark.parametrize("language", ["en", "zh-hans"])
    def test_a_draft_is_saved_whatever_buttons_there_are(self, clerk: Official, language: str) -> None:
        """`_save` alone keeps a draft, and the message says so."""
        page, row = browser(clerk, language), project()
        answer = save(page, row, name="Better", _save="1")
        row.refresh_from_db()
        assert (row.name, row.state) == ("Better", "draft")
        assert {"en": "Draft saved", "zh-hans": "草稿已保存"}[language] in said(answer)

    def test_the_own_submission_is_explained_at_the_buttons(self) -> None:
        """Who submitted a record sees beside the buttons why they cannot verify it."""
        both = official("clerk", XUZHOU)
        both.groups.add(official("verifier", XUZHOU).groups.get())
        page, row = browser(both), project()
        save(page, row, review="submitted")
        assert "review=draft" in buttons(page, row)
        assert "You cannot verify what you submitted yourself" in page.get(url(row)).content.decode()
        answer = save(page, row, review="verified")
        assert 'id="step_error"' in answer.content.decode()


class TestRows:
    def three_months(self, **values: Any) -> RenovationProject:
        row = project(**values)
        for month in (1, 2, 3):
            progress(row, month=month, planned=1_000_000 * month, completed=1_000_000 * month)
        return row

    def test_submit_hands_in_the_filled_rows(self, page: Client, verifier: Official) -> None:
        """Stored drafts, a new row and returned rows go with the record; a blank row does not."""
        row = self.three_months()
        more = {"progress-3-month": "4", "progress-3-planned": "400", "progress-3-completed": "400"}
        answer = save(page, row, review="submitted", **more)
        assert answer.status_code == 302
        row.refresh_from_db()
        assert row.state == "submitted"
        assert [month.state for month in row.progress.all()] == ["submitted"] * 4
        assert "Submitted to the verifiers of Xuzhou" in said(answer)
        assert "with 4 months" in said(answer)

    def test_a_refused_row_refuses_the_page(self, page: Client) -> None:
        """Nothing is submitted, and what was typed stays."""
        row = self.three_months()
        answer = save(page, row, review="submitted", name="Typed anew", **{"progress-1-completed": "50"})
        assert "Correct it, or explain why it is right." in errors(answer)["1-completed"][0]
        assert "Typed anew" in answer.content.decode()
        row.refresh_from_db()
        assert {row.state, *(month.state for month in row.progress.all())} == {"draft"}

    @pytest.mark.parametrize("box", [True, False])
    def test_verify_takes_the_rows_where_the_box_says_so(self, page: Client, verifier: Official, box: bool) -> None:
        """The box is on the page, and is checked. A post without it verifies the record alone."""
        row = self.three_months()
        save(page, row, review="submitted")
        other = browser(verifier)
        typed = fields(other.get(url(row)))
        assert typed["rows_too"] == ["1"]
        if not box:
            del typed["rows_too"]
        answer = other.post(url(row), typed | {"review": "verified"})
        row.refresh_from_db()
        assert row.state == "verified"
        assert {month.state for month in row.progress.all()} == {"verified" if box else "submitted"}
        assert ("with 3 months" in said(answer)) is box

    def test_rows_of_a_verified_record_are_handed_in_and_verified_alone(
        self, page: Client, verifier: Official
    ) -> None:
        """The record stays as it is; the message counts its rows."""
        row = self.three_months(state="verified")
        answer = save(page, row, review="submitted")
        assert "3 months of" in said(answer)
        answer = save(browser(verifier), row, review="verified")
        assert "Verified: 3 months of" in said(answer)
        row.refresh_from_db()
        assert row.state == "verified"
        assert {month.state for month in row.progress.all()} == {"verified"}

    def test_the_choice_at_a_row_goes_before_the_page(self, page: Client, verifier: Official) -> None:
        """A verifier returns one month and verifies the rest."""
        row = self.three_months()
        save(page, row, review="submitted")
        choice = {"progress-1-review": "returned", "review_comment": "Too high"}
        assert save(browser(verifier), row, review="verified", **choice).status_code == 302
        assert [month.state for month in row.progress.order_by("month")] == ["verified", "returned", "verified"]


class TestMessages:
    def test_they_name_whom_it_went_to(self, page: Client, clerk: Official) -> None:
        """The nearest verifiers; without any the message says that, too."""
        answer = save(page, project(), review="submitted")
        assert "Nobody is appointed yet to verify records of" in said(answer)
        official("verifier", PROVINCE)
        assert "Submitted to the verifiers of Jiangsu" in said(save(page, project(), review="submitted"))
        official("verifier", GULOU)
        near = save(page, project(), review="submitted")
        assert "Submitted to the verifiers of Gulou" in said(near)

    def test_each_step_is_named(self, page: Client, clerk: Official, verifier: Official) -> None:
        """Returned to whom, verified, withdrawn."""
        row, other = project(), browser(verifier)
        save(page, row, review="submitted")
        assert "Withdrawn, and a draft again" in said(save(page, row, review="draft"))
        save(page, row, review="submitted")
        answer = save(other, row, review="returned", review_comment="Wrong county")
        assert f"Returned to {clerk}" in said(answer)
        save(page, row, review="submitted")
        assert "Verified: " in said(save(other, row, review="verified"))

    def test_a_returned_record_says_so_on_top(self, page: Client, verifier: Official) -> None:
        """Who returned it and the comment, also after the clerk has saved it again."""
        row, other = project(), browser(verifier)
        save(page, row, review="submitted")
        save(other, row, review="returned", review_comment="Wrong county")
        save(page, row, name="Corrected")
        shown = page.get(url(row)).context["returned"]
        assert (shown["who"], shown["comment"]) == (verifier, "Wrong county")
        text = page.get(url(row)).content.decode()
        assert text.index("Wrong county") < text.index('name="name"')

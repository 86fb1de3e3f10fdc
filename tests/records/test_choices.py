"""Choices of related records: what they show, and the full code that leads to an enterprise of any city."""

import csv
from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from enterprises.models import Enterprise, EnterpriseExit
from finance.models import Loan
from projects.models import Activity, Participation, Policy, RenovationProject
from revival.records.models import Record, Reviewed, State
from tests import factories
from tests.extent import every
from tests.factories import (
    GULOU,
    KUNSHAN,
    PEI,
    PROVINCE,
    SUZHOU,
    XUZHOU,
    browser,
    enterprise,
    fresh,
    marked,
    official,
)
from tests.forms import errors, fields, save, url
from tests.records.test_duplicates import add, again

pytestmark = pytest.mark.django_db
REGISTERED: list[Any] = [m for m in admin.site._registry if issubclass(m, Record) and not m._meta.proxy]
CHOICES = [
    (model, field.name)
    for model in REGISTERED
    for field in model._meta.concrete_fields
    if field.many_to_one and field.editable and issubclass(field.related_model, Reviewed)
]
# Where an enterprise of any city can be chosen: not where the record would lie in that city.
CODED = [(model, name) for model, name in CHOICES if model._meta.get_field(name).related_model is Enterprise]
FOLLOWING = [(EnterpriseExit, "enterprise"), (Participation, "enterprise")]
BY_CODE = [each for each in CODED if each not in FOLLOWING]


def choices(page: Client, model: Any, name: str, term: str) -> list[dict[str, str]]:
    """The choices that the field of a form offers for the words."""
    query = {"app_label": model._meta.app_label, "model_name": model._meta.model_name, "field_name": name}
    found: list[dict[str, str]] = page.get(f"/admin/autocomplete/?{urlencode(query | {'term': term})}").json()[
        "results"
    ]
    return found


@pytest.fixture
def page(db: None) -> Client:
    return browser(official("clerk", XUZHOU))


@pytest.fixture
def foreign(db: None) -> Enterprise:
    return enterprise(KUNSHAN, name="ZQB-foreign", state=State.VERIFIED)


class TestText:
    @every(("model", "name"), CHOICES)
    def test_a_choice_tells_apart_what_has_one_name(self, model: Any, name: str) -> None:
        """Region, state and, where there is one, code, in the list of choices and in the form that has the choice."""
        related = model._meta.get_field(name).related_model
        place = PROVINCE if related is Policy else GULOU
        row = marked(related, place, "合成样例", state=State.VERIFIED)
        for language, words in (("en", ("Gulou District, Xuzhou", "Verified")), ("zh-hans", ("徐州市", "已审核"))):
            page = browser(official("clerk", XUZHOU), language)
            (found,) = (each for each in choices(page, model, name, "合成样例") if each["id"] == str(row.pk))
            region, state = words
            assert state in found["text"]
            assert place == PROVINCE or region in found["text"]
            assert "合成样例" in found["text"]
            for code in ("credit_code", "code"):
                assert getattr(row, code, "") in found["text"]

    def test_an_enterprise_that_has_ended_is_marked(self, page: Client) -> None:
        row = enterprise(GULOU, name="合成样例", state=State.VERIFIED)
        factories.exit_of(row, state=State.VERIFIED, exited_on="2024-06-30")
        (found,) = choices(page, Loan, "enterprise", "合成样例")
        assert "ended on" in found["text"]
        chinese = browser(official("clerk", XUZHOU), "zh-hans")
        assert "退出" in choices(chinese, Loan, "enterprise", "合成样例")[0]["text"]

    def test_the_form_shows_the_choice_in_the_same_words(self, page: Client) -> None:
        one, other = (enterprise(place, name="合成样例") for place in (GULOU, PEI))
        texts = {each["id"]: each["text"] for each in choices(page, Loan, "enterprise", "合成样例")}
        assert len({*texts.values()}) == 2
        for owner in (one, other):
            row = factories.loan(GULOU, enterprise=owner)
            assert texts[str(owner.pk)] in page.get(url(row)).content.decode()

    @every(("model", "name"), CHOICES)
    def test_twenty_choices_cost_as_many_queries_as_one(self, model: Any, name: str, page: Client) -> None:
        related = model._meta.get_field(name).related_model
        taken = []
        for _number in range(2):
            marked(related, XUZHOU, "合成样例", state=State.VERIFIED)
            choices(page, model, name, "合成样例")
            with CaptureQueriesContext(connection) as queries:
                choices(page, model, name, "合成样例")
            taken.append(len(queries))
        assert taken[0] == taken[1]


class TestFullCode:
    @every(("model", "name"), BY_CODE)
    def test_it_finds_an_enterprise_of_any_city_by_name_and_code(
        self, model: Any, name: str, page: Client, foreign: Enterprise
    ) -> None:
        """The choice has the code as its key. Typed in any spelling it is found; less than the whole is nothing."""
        code = foreign.credit_code
        for typed in (
            code,
            f" {code.lower()} ",
            f"{code[:8]} {code[8:]}",
            "".join(chr(ord(c) + 0xFEE0) for c in code),
        ):
            assert choices(page, model, name, typed) == [{"id": code, "text": f"ZQB-foreign · {code}"}]
        for typed in (code[:17], code[1:], f"{code}1", "ZQB-foreign", str(foreign.pk)):
            assert choices(page, model, name, typed) == []

    @every(("model", "name"), FOLLOWING)
    def test_a_record_that_would_lie_elsewhere_takes_none(
        self, model: Any, name: str, page: Client, foreign: Enterprise
    ) -> None:
        """An enterprise is ended, and its attendance entered, where it lies."""
        assert choices(page, model, name, foreign.credit_code) == []
        typed = {"activity": factories.activity(PROVINCE, state=State.VERIFIED).pk, name: foreign.credit_code}
        answer = page.post(add(model), typed | {"kind": "closed", "exited_on": "2024-01-01"})
        assert name in errors(answer)
        assert not model.objects.exists()

    @every(("model", "name"), BY_CODE)
    def test_it_is_saved_by_its_code_and_not_by_its_key(
        self, model: Any, name: str, page: Client, foreign: Enterprise
    ) -> None:
        own = enterprise(GULOU)
        row = factories.exit_of(own, merged_into=enterprise(GULOU)) if model is EnterpriseExit else None
        row = row or marked(model, GULOU, "合成样例")
        if model._meta.model_name == "designation":
            row = factories.designation(GULOU, "green-factory")
        answer = save(page, row, **{name: foreign.pk})
        assert name in errors(answer)
        assert "ZQB" not in answer.content.decode()
        assert getattr(fresh(row), f"{name}_id") != foreign.pk
        assert save(page, row, **{name: foreign.credit_code.lower()}).status_code == 302
        assert getattr(fresh(row), f"{name}_id") == foreign.pk
        assert f"ZQB-foreign · {foreign.credit_code}" in page.get(url(row)).content.decode()
        assert save(page, row).status_code == 302

    def test_a_refused_form_keeps_the_code(self, page: Client, foreign: Enterprise) -> None:
        row = factories.loan(GULOU)
        answer = save(page, row, enterprise=foreign.credit_code, credit="")
        assert list(errors(answer)) == ["credit"]
        assert fields(answer)["enterprise"] == foreign.credit_code
        assert f"ZQB-foreign · {foreign.credit_code}" in answer.content.decode()

    def test_who_may_open_the_enterprise_does_not_change(self, page: Client, foreign: Enterprise) -> None:
        row = factories.project(GULOU, enterprise=foreign)
        for address in (url(foreign), url(foreign, "history"), f"/enterprises/{foreign.pk}/"):
            assert page.get(address).status_code == 404
        shown = page.get(f"/projects/{row.pk}/").content.decode()
        assert f"ZQB-foreign · {foreign.credit_code}" in shown
        assert f"/enterprises/{foreign.pk}/" not in shown

    def test_projects_of_the_enterprise_stay_scoped(self, page: Client, foreign: Enterprise) -> None:
        """Its project of another city is neither found nor taken, and a loan of it is checked as before."""
        elsewhere = factories.project(SUZHOU, enterprise=foreign, name="ZQB-project")
        own = factories.project(GULOU, enterprise=foreign)
        assert choices(page, Loan, "project", elsewhere.code) == []
        assert [each["id"] for each in choices(page, Loan, "project", own.code)] == [str(own.pk)]
        row = factories.loan(GULOU)
        typed = {"enterprise": foreign.credit_code}
        assert list(errors(save(page, row, **typed, project=elsewhere.pk))) == ["project"]
        assert list(errors(save(page, row, project=own.pk))) == ["project"]
        assert save(page, row, **typed, project=own.pk).status_code == 302

    def test_lists_and_files_name_it_to_those_who_see_the_record(self, foreign: Enterprise) -> None:
        """Other related records of another city stay a number."""
        project = factories.project(SUZHOU, enterprise=foreign, name="ZQB-project")
        factories.loan(GULOU, enterprise=foreign, project=project, state=State.VERIFIED)
        manager = browser(official("manager", XUZHOU))
        answer: Any = manager.get("/reports/loans/?format=csv")
        line, *_rest = csv.DictReader(b"".join(answer.streaming_content).decode("utf-8-sig").splitlines())
        assert line["Enterprise"] == "ZQB-foreign"
        assert line["Project"] == f"#{project.pk}"
        shown = manager.get("/reports/loans/").content.decode()
        assert "ZQB-foreign" in shown
        assert "ZQB-project" not in shown
        assert f"/enterprises/{foreign.pk}/" not in shown

    def test_an_official_of_another_city_learns_nothing_of_the_record(self, foreign: Enterprise) -> None:
        """The enterprise's own city does not see what another reports of it."""
        factories.project(GULOU, enterprise=foreign, name="OWN-1", state=State.VERIFIED)
        assert "OWN-1" not in browser(official("manager", SUZHOU)).get(f"/enterprises/{foreign.pk}/").content.decode()

    def test_a_new_project_of_it_is_reported(self, page: Client, foreign: Enterprise) -> None:
        typed = again(page, factories.project(GULOU)) | {"enterprise": foreign.credit_code}
        assert page.post(add(RenovationProject), typed).status_code == 302
        assert RenovationProject.objects.filter(enterprise=foreign, city=XUZHOU).count() == 1
        assert not Activity.objects.exists()

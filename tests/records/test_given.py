"""What an enterprise or park gives its record: region and industry where blank, a question where they differ."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from enterprises.models import Enterprise, EnterpriseExit
from projects.models import LandRenewal, RenovationProject, RetiredEquipment
from revival.records.beside import Beside, Question, given_names, lived
from revival.records.models import State
from revival.records.unlikely import other_than_given
from tests import factories
from tests.extent import every
from tests.factories import GULOU, KUNSHAN, PEI, SUZHOU, XUZHOU, browser, marked, official, region
from tests.forms import errors, fields, save, url
from tests.records.models import url as address
from tests.records.test_unlikely import KINDS

pytestmark = pytest.mark.django_db
GIVEN: list[Any] = [model for model in KINDS if given_names(model)]
every_given = every("model", GIVEN)


@pytest.fixture
def page() -> Client:
    return browser(official("clerk", XUZHOU))


def owned(model: Any) -> tuple[Any, Any]:
    """A record in Gulou and the chemical enterprise that it belongs to."""
    owner = factories.enterprise(GULOU, industry="chemical")
    return marked(model, GULOU, "ROW", enterprise=owner, industry="chemical"), owner


def asked(row: Any) -> list[Question]:
    row.beside = Beside([row])
    return list(other_than_given(row))


def choices(page: Client, model: Any, field: str, term: str = "") -> Any:
    query = {"app_label": model._meta.app_label, "model_name": model._meta.model_name, "field_name": field}
    answer = page.get(reverse("admin:autocomplete"), {**query, "term": term})
    return json.loads(answer.content)["results"]


def test_every_record_with_an_enterprise_is_asked_here() -> None:
    """Those that copy the region from what they follow take nothing. A site has the industry of what is on it now."""
    copying = {model for model in KINDS if model.guard().follows}
    assert set(GIVEN) == {model for model in KINDS if lived(model)} - copying
    assert {model for model in GIVEN if given_names(model) != ("region", "industry")} == {LandRenewal}


class TestBlank:
    @every_given
    def test_a_new_record_takes_what_is_blank_from_the_enterprise(self, model: Any, page: Client) -> None:
        row, owner = owned(model)
        blank = dict.fromkeys(given_names(model), "")
        typed = fields(page.get(url(row))) | blank
        factories.outside_requests()
        model.objects.all().delete()
        answer = page.post(address(model, "add"), typed)
        assert answer.status_code == 302, errors(answer)
        made = model.objects.get()
        assert [getattr(made, name) for name in blank] == [getattr(owner, name) for name in blank]

    @every_given
    def test_a_stored_one_too_and_what_is_typed_stays(self, model: Any, page: Client) -> None:
        row, _owner = owned(model)
        factories.outside_requests()
        model.objects.update(region=PEI, industry="food")
        assert save(page, row, region="").status_code == 302
        row = model.objects.get()
        assert (row.region_id, row.industry) == (GULOU, "food")
        assert save(page, row, region=PEI, **dict.fromkeys(given_names(model)[1:], "")).status_code == 302
        assert model.objects.get().region_id == PEI

    @every_given
    def test_an_enterprise_of_another_city_gives_nothing(self, model: Any, page: Client) -> None:
        """It is no choice, so the fields are missing as they would be without any."""
        row, _owner = owned(model)
        hidden = factories.enterprise(KUNSHAN)
        answer = save(page, row, enterprise=str(hidden.pk), region="", industry="")
        assert {"enterprise", "region", "industry"} <= {*errors(answer)}
        assert "Kunshan" not in answer.content.decode()

    def test_without_an_enterprise_both_are_required(self, page: Client) -> None:
        answer = save(page, factories.project(), enterprise="", region="", industry="")
        assert {"enterprise", "region", "industry"} <= {*errors(answer)}

    def test_a_verified_record_that_gets_its_own_value_back_is_not_changed(self, page: Client) -> None:
        row = factories.project(state=State.VERIFIED)
        assert save(page, row, region="", industry="").status_code == 302
        assert row.open_revision is None
        assert RenovationProject.objects.get().version == row.version


class TestContradiction:
    @every_given
    def test_another_county_or_industry_is_asked_about_at_its_field(self, model: Any) -> None:
        row, _owner = owned(model)
        assert asked(row) == []
        row.region, row.industry = region(PEI), "food"
        found = {each.field: each.sentence for each in asked(row)}
        assert set(found) == {*given_names(model)}
        assert found["region"] == "The enterprise does not lie in Pei County, Xuzhou."
        assert (
            found.get("industry", "").startswith("The industry of the enterprise is not “Food”.") or len(found) == 1
        )

    @every_given
    def test_a_region_around_or_inside_that_of_the_enterprise_is_none(self, model: Any) -> None:
        row, owner = owned(model)
        for mine, theirs in ((XUZHOU, GULOU), (GULOU, XUZHOU)):
            factories.outside_requests()
            Enterprise.objects.filter(pk=owner.pk).update(region=theirs)
            row.region = region(mine)
            assert asked(row) == []

    @every("model", [model for model in GIVEN if "industry" in given_names(model)])
    def test_the_sentence_names_what_only_readers_of_the_enterprise_see(self, model: Any) -> None:
        row, owner = owned(model)
        row.industry = "food"
        assert asked(row)[0].sentence == "The industry of the enterprise is “Chemical”, not “Food”."
        factories.outside_requests()
        Enterprise.objects.filter(pk=owner.pk).update(region=SUZHOU)
        assert [each.sentence for each in asked(row)] == ["The enterprise does not lie in Gulou District, Xuzhou."]

    def test_the_explanation_answers_it(self, page: Client) -> None:
        row = factories.project(PEI, enterprise=factories.enterprise(GULOU, industry="food"))
        found = errors(save(page, row, review="submitted"))
        assert set(found) == {"region", "industry", "explanation"}
        said = {"review": "submitted", "explanation": "The plant lies in Pei."}
        assert save(page, row, **said).status_code == 302
        assert RenovationProject.objects.get().state == State.SUBMITTED

    def test_queries_do_not_grow_with_the_rows(self) -> None:
        counts = []
        for size in (1, 6):
            rows = [factories.retired(PEI, enterprise=factories.enterprise(GULOU)) for _each in range(size)]
            rows = list(RetiredEquipment.objects.named().filter(pk__in=[row.pk for row in rows]))
            type(rows[0]).read_beside(rows)
            with CaptureQueriesContext(connection) as queries:
                assert all(list(other_than_given(row)) for row in rows)
            counts.append(len(queries))
        assert counts == [2, 2]


class TestPicker:
    @every_given
    def test_a_choice_brings_what_it_fills_in(self, model: Any, page: Client) -> None:
        _row, owner = owned(model)
        found = next(each for each in choices(page, model, "enterprise") if each["id"] == str(owner.pk))
        whole = {
            "region": {"id": GULOU, "text": "Gulou District, Xuzhou"},
            "industry": {"id": "chemical", "text": "Chemical"},
        }
        assert found["given"] == {name: whole[name] for name in given_names(model)}

    def test_a_choice_that_fills_in_nothing_brings_nothing(self, page: Client) -> None:
        """The region of an exit is copied; the region of any record is no enterprise."""
        factories.enterprise()
        assert {"given"} & {*choices(page, EnterpriseExit, "enterprise")[0]} == set()
        assert {"given"} & {*choices(page, RenovationProject, "region")[0]} == set()

    def test_choices_take_no_query_a_row(self, page: Client) -> None:
        counts = []
        for _each in range(2):
            for _row in range(5):
                factories.enterprise()
            with CaptureQueriesContext(connection) as queries:
                choices(page, RenovationProject, "enterprise")
            counts.append(len(queries))
        assert counts[0] == counts[1]

"""Add forms that begin with values of a stored record: what they keep, for whom, and that links fill in no more."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib import admin
from django.db import connection, models
from django.test import Client
from django.test.utils import CaptureQueriesContext

from projects.models import Policy, ProjectProgress, RenovationProject, RetiredEquipment
from revival.records.days import LAST_YEAR
from revival.records.models import State
from tests import factories
from tests.extent import every
from tests.factories import GULOU, PEI, PROVINCE, SUZHOU, XUZHOU, browser, marked, official
from tests.forms import errors, fields, save, url
from tests.records.models import every_record
from tests.records.models import url as address

pytestmark = pytest.mark.django_db
TOKENS = {"csrfmiddlewaretoken", "form_token"}
MAIN = re.compile("<main.*</main>", re.S)  # around it are tokens, and links back to the page
COPIED = [m for m, each in admin.site._registry.items() if getattr(each, "next_year", ())]


@pytest.fixture
def page() -> Client:
    return browser(official("clerk", XUZHOU))


def opened(page: Client, path: str) -> dict[str, Any]:
    """The fields of an add form, without the tokens."""
    return {name: value for name, value in fields(page.get(path)).items() if name not in TOKENS}


def kept(model: Any) -> list[str]:
    found: Any = admin.site._registry[model]
    return found.repeated_fields()  # type: ignore[no-any-return]


def main_of(answer: Any) -> str:
    found = MAIN.search(answer.content.decode())
    assert found
    return found[0]


class TestNext:
    @every_record
    def test_the_next_form_keeps_what_a_pile_shares_and_nothing_else(self, model: Any, page: Client) -> None:
        row = marked(model, GULOU, "ROW")
        answer = save(page, row, explanation="X", _addanother="1")
        assert answer.status_code == 302, errors(answer)
        place = urlsplit(answer["Location"])
        assert (place.path, parse_qs(place.query)) == (address(model, "add"), {"like": [str(row.pk)]})
        filled, was = opened(page, answer["Location"]), fields(page.get(url(row)))
        expected = {name: was[name] for name in kept(model) if name in was}
        assert filled == opened(page, place.path) | expected

    @every_record
    def test_names_codes_amounts_and_quantities_are_never_kept(self, model: Any) -> None:
        for field in map(model._meta.get_field, kept(model)):
            one_of_few = field.is_relation or field.choices or isinstance(field, models.DateField)
            assert one_of_few or "year" in field.name, field

    def test_what_the_issue_names_is_kept(self) -> None:
        """Enterprise, region, category, unit and day of the equipment that is taken out."""
        shared = {"enterprise", "region", "category", "unit", "retired_on", "industry"}
        assert shared == {*kept(RetiredEquipment)}
        assert {"year", "month"} & {*kept(ProjectProgress)} == {"month"}

    def test_a_new_record_is_the_one_before_too(self, page: Client) -> None:
        row = factories.retired()
        typed = fields(page.get(url(row))) | {"name": "Second", "quantity": "3", "_addanother": "1"}
        answer = page.post(f"{address(RetiredEquipment, 'add')}?_changelist_filters=state%3Ddraft", typed)
        made = RetiredEquipment.objects.get(name="Second")
        query = parse_qs(urlsplit(answer["Location"]).query)
        assert query == {"like": [str(made.pk)], "_changelist_filters": ["state=draft"]}

    def test_other_buttons_lead_where_they_did(self, page: Client) -> None:
        row = factories.retired()
        for button in ("_save", "_continue"):
            assert "like" not in save(page, row, name=button, **{button: "1"})["Location"]


class TestLink:
    @every_record
    def test_a_record_of_another_city_and_a_missing_one_are_not_told_apart(self, model: Any, page: Client) -> None:
        row = marked(model, SUZHOU, "HIDDEN")
        wrong = [str(row.pk), "0", "-1", "x", "", "9" * 40, f"{row.pk} ", "1e2"]
        answers = [page.get(address(model, "add"), {"like": value}) for value in wrong]
        assert {answer.status_code for answer in answers} == {404}
        assert len({main_of(answer) for answer in answers}) == 1

    def test_a_policy_that_one_only_reads_is_none(self, page: Client) -> None:
        row = factories.policy(PROVINCE, state=State.VERIFIED)
        assert page.get(url(row)).status_code == 200
        assert page.get(address(Policy, "add"), {"like": row.pk}).status_code == 404

    def test_a_link_fills_in_nothing_of_its_own(self, page: Client) -> None:
        row, other = factories.project(), factories.enterprise(PEI)
        add = address(RenovationProject, "add")
        forged = {"name": "Forged", "enterprise": other.pk, "total_investment": "1", "review_comment": "Forged"}
        for named in ({}, {"like": row.pk}, {"copy": row.pk}):
            assert opened(page, f"{add}?{_query(named | forged)}") == opened(page, f"{add}?{_query(named)}")

    @every("parameter", ["like", "copy"])
    def test_opening_a_link_writes_nothing(self, parameter: str, page: Client) -> None:
        row = factories.project()
        with CaptureQueriesContext(connection) as queries:
            assert page.get(address(RenovationProject, "add"), {parameter: row.pk}).status_code == 200
        assert {each["sql"].split()[0] for each in queries} <= {"SELECT", "SAVEPOINT", "RELEASE"}
        assert RenovationProject.objects.count() == 1

    def test_who_may_not_enter_records_is_refused(self) -> None:
        row = factories.project()
        verifier = browser(official("verifier", XUZHOU))
        assert verifier.get(address(RenovationProject, "add"), {"copy": row.pk}).status_code == 403


class TestCopy:
    def test_the_copy_for_the_next_year_is_that_of_the_project_without_code_and_progress(self, page: Client) -> None:
        days: Any = {"start_date": "2024-02-01", "finish_date": "2026-02-01"}
        more: Any = {
            "programmes": ["taihu-basin"],
            "watch": ["low-end-capacity"],
            "stage": "started",
        }
        row = factories.project(**days, **more, key_support_year=2024, explanation="Old", state=State.VERIFIED)
        factories.progress(row)
        shown = page.get(url(row)).content.decode()
        assert f'<a href="{address(RenovationProject, "add")}?copy={row.pk}">Copy for the year 2025</a>' in shown
        answer = page.get(address(RenovationProject, "add"), {"copy": row.pk})
        assert f"A copy of “{row}” for the year 2025. Nothing is saved until you save it." in answer.content.decode()
        expected: Any = {"enterprise": str(row.enterprise_id), "region": GULOU, "name": row.name, "year": "2025"}
        expected |= {"industry": "textile", "action": "equipment-renewal", "stage": "started", **days}
        expected |= {"programmes": ["taihu-basin"], "watch": ["low-end-capacity"], "total_investment": "5000"}
        blank = opened(page, address(RenovationProject, "add"))
        assert opened(page, f"{address(RenovationProject, 'add')}?copy={row.pk}") == blank | expected
        typed = fields(answer) | {"code": factories.project_code(999), "planned_investment": "10"}
        assert page.post(f"{address(RenovationProject, 'add')}?copy={row.pk}", typed).status_code == 302
        made = RenovationProject.objects.get(year=2025)
        assert (made.state, made.version, made.progress.count()) == (State.DRAFT, 1, 0)

    @every("model", COPIED)
    def test_no_copy_goes_beyond_the_last_year_or_the_region(self, model: Any, page: Client) -> None:
        last, shown = marked(model, GULOU, "LAST", year=LAST_YEAR), marked(model, GULOU, "SHOWN")
        assert "?copy=" not in page.get(url(last)).content.decode()
        assert "?copy=" in page.get(url(shown)).content.decode()
        assert page.get(address(model, "add"), {"copy": last.pk}).status_code == 404
        assert page.get(address(model, "add"), {"copy": marked(model, SUZHOU, "OUT").pk}).status_code == 404
        assert "?copy=" not in browser(official("verifier", XUZHOU)).get(url(shown)).content.decode()

    def test_a_kind_without_copies_has_none(self, page: Client) -> None:
        row = factories.retired()
        blank = opened(page, address(RetiredEquipment, "add"))
        assert opened(page, f"{address(RetiredEquipment, 'add')}?copy={row.pk}") == blank


def _query(values: dict[str, Any]) -> str:
    return "&".join(f"{name}={value}" for name, value in values.items())

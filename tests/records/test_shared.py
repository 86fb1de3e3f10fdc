"""Shared records: officials read and answer what lies above their region, and never change it."""

from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from projects.models import Activity, Participation, Policy
from projects.reports import ActivitiesReport, PoliciesReport
from revival.accounts.models import Official
from revival.records.models import Revision, State
from revival.reporting.query import report_query
from tests import factories
from tests.extent import combinations, every
from tests.factories import GULOU, KUNSHAN, PEI, PROVINCE, SUZHOU, XUZHOU, browser, enterprise, official
from tests.forms import deletion, fields, save, seen, url
from tests.reporting.asking import answer

pytestmark = pytest.mark.django_db
MAKERS: dict[Any, Any] = {Activity: factories.activity, Policy: factories.policy}
EVERY_SHARED = every("model", MAKERS)
ROLES = ("clerk", "verifier", "manager")
# Of each model every state, by officials of each role.
STATES = [(model, *each) for model in MAKERS for each in combinations(ROLES, list(State))]


@pytest.fixture
def clerk(db: None) -> Official:
    return official("clerk", XUZHOU)


@pytest.fixture
def page(clerk: Official) -> Client:
    return browser(clerk)


def listed(page: Client, model: Any) -> set[Any]:
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    return set(page.get(address).context["cl"].result_list)


def values(row: Any) -> dict[str, Any]:
    """All columns of the row as the database has them, and the number of its events."""
    found: dict[str, Any] = type(row).objects.values().get(pk=row.pk)
    return found | {"events": row.events.count()}


class TestReading:
    @EVERY_SHARED
    def test_lists_hold_what_lies_above_and_nothing_beside(self, model: Any, page: Client) -> None:
        """A city sees the province and its counties, and a county also its city. Drafts from above are not listed."""
        places = (PROVINCE, XUZHOU, GULOU, PEI, SUZHOU, KUNSHAN)
        made = {code: MAKERS[model](code, state=State.VERIFIED) for code in places}
        MAKERS[model](PROVINCE)
        assert listed(page, model) == {made[code] for code in (PROVINCE, XUZHOU, GULOU, PEI)}
        county = browser(official("clerk", PEI))
        assert listed(county, model) == {made[code] for code in (PROVINCE, XUZHOU, PEI)}
        for code in (SUZHOU, KUNSHAN):
            assert page.get(url(made[code])).status_code == 404
            assert page.get(url(made[code], "history")).status_code == 404

    @EVERY_SHARED
    def test_readable_is_more_than_visible(self, model: Any, clerk: Official) -> None:
        """Only the own region's rows are counted. Only active officials read anything."""
        above, own = MAKERS[model](PROVINCE, state=State.VERIFIED), MAKERS[model](GULOU)
        for code, state in ((SUZHOU, State.VERIFIED), *((PROVINCE, s) for s in State if s != State.VERIFIED)):
            MAKERS[model](code, state=state)
        assert set(model.objects.readable_by(clerk)) == {above, own}
        assert set(model.objects.visible_to(clerk)) == {own}
        assert not model.objects.readable_by(None).exists()
        assert not model.objects.readable_by(official("clerk", XUZHOU, is_active=False)).exists()

    @pytest.mark.torture
    @every(("model", "role", "state"), STATES)
    def test_the_page_of_a_record_above_has_nothing_to_fill_in(self, model: Any, role: str, state: State) -> None:
        """No role has a field, a step of review or a deletion there. An unverified record is a 404."""
        row, page = MAKERS[model](PROVINCE, name="Of the province", state=state), browser(official(role, XUZHOU))
        shown = page.get(url(row))
        if state != State.VERIFIED:
            assert shown.status_code == page.get(url(row, "history")).status_code == 404
            return
        assert "Of the province" in shown.content.decode()
        own = {"name", "kind", "level", "held_on", "region", "issuer", "year", "answers", "actions"}
        assert not own & set(fields(shown))
        steps = getattr(shown.context["adminform"].form.fields.get("review"), "choices", [])
        assert not [step for step, _label in steps if step]
        assert url(row, "delete") not in shown.content.decode()
        assert page.get(url(row, "history")).status_code == 200

    @EVERY_SHARED
    def test_its_history_begins_with_its_verification(self, model: Any, page: Client, clerk: Official) -> None:
        """Earlier values and comments are for the province alone, and so are its waiting changes."""
        row = MAKERS[model](PROVINCE, name="As first typed", state=State.SUBMITTED)
        rows = model.objects.filter(pk=row.pk)
        rows.update(comment="internal remark")
        rows.update(name="As verified", comment="", state=State.VERIFIED, verified_by=official("verifier", PROVINCE))
        text = page.get(url(row, "history")).content.decode()
        assert "As verified" in text
        assert "As first typed" not in text
        assert "internal remark" not in text
        waiting = MAKERS[model](PROVINCE, name="Waits in the province", state=State.SUBMITTED)
        verifier = browser(official("verifier", XUZHOU))
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        assert waiting not in set(verifier.get(address, {"work": "waiting"}).context["cl"].result_list)


class TestChanging:
    @pytest.mark.torture
    @every(("model", "role", "state"), STATES)
    def test_a_forged_post_changes_nothing(self, model: Any, role: str, state: State) -> None:
        """Neither data nor state change, and nothing is deleted, alone or in a batch."""
        row = MAKERS[model](PROVINCE, state=state)
        page, before = browser(official(role, XUZHOU)), values(row)
        forged = {"name": "Taken", "region": XUZHOU, "version": row.version, "kind": "campaign", "level": "city"}
        rows = {f"participations-{name}": value for name, value in (("TOTAL_FORMS", 0), ("INITIAL_FORMS", 0))}
        for step in ("", "submitted", "verified", "returned", "draft"):
            page.post(url(row), forged | rows | {"review": step, "review_comment": "x"})
            assert values(row) == before, step
        page.post(url(row, "delete"), deletion(row))
        chosen = {"action": "delete_selected", "seen": seen(row), "post": "yes"}
        page.post(url(row)[: -len(f"{row.pk}/change/")], chosen)
        assert values(row) == before

    def test_a_change_of_a_verified_record_above_cannot_be_submitted(self, page: Client) -> None:
        row = factories.policy(PROVINCE, state=State.VERIFIED)
        save(page, row, name="Taken", year="2020")
        assert not Revision.objects.exists()


class TestParticipations:
    def test_a_city_enters_its_enterprises_at_the_provinces_activity(self, page: Client, clerk: Official) -> None:
        """They are entered on the page of the activity, which itself stays unchanged."""
        held, own = factories.activity(PROVINCE, state=State.VERIFIED), enterprise(GULOU)
        before = values(held)
        assert save(page, held, **{"participations-0-enterprise": own.pk}).status_code == 302
        row = Participation.objects.get()
        assert (row.activity, row.enterprise, row.region_id, row.created_by) == (held, own, GULOU, clerk)
        assert values(held) == before

    def test_enterprises_elsewhere_are_no_choice(self, page: Client) -> None:
        held = factories.activity(PROVINCE, state=State.VERIFIED)
        answer = save(page, held, **{"participations-0-enterprise": enterprise(SUZHOU).pk})
        assert answer.status_code == 200
        assert not Participation.objects.exists()

    def test_each_sees_the_participations_of_their_own_region(self, page: Client) -> None:
        """This holds on the page and in its history, where those of others are not even numbers."""
        held = factories.activity(PROVINCE, state=State.VERIFIED)
        own = factories.participation(held, enterprise=enterprise(GULOU, name="Mill of Xuzhou"))
        foreign = factories.participation(held, enterprise=enterprise(SUZHOU, name="Mill of Suzhou"))
        for where in ("change", "history"):
            text = page.get(url(held, where)).content.decode()
            assert "Mill of Xuzhou" in text
            assert "Mill of Suzhou" not in text
            assert f"#{foreign.pk}" not in text
        assert listed(page, Participation) == {own}
        assert "Mill of Suzhou" in browser(official("clerk", PROVINCE)).get(url(held, "history")).content.decode()


class TestChoices:
    def found(self, page: Client, model: Any, field: str) -> set[str]:
        query = {"app_label": "projects", "model_name": model._meta.model_name, "field_name": field, "term": ""}
        return {item["id"] for item in page.get(reverse("admin:autocomplete"), query).json()["results"]}

    def test_activities_of_the_province_and_own_ones_are_offered(self, page: Client) -> None:
        rows = [factories.activity(code, state=State.VERIFIED) for code in (PROVINCE, XUZHOU, PEI, SUZHOU)]
        factories.activity(PROVINCE)
        assert self.found(page, Participation, "activity") == {str(row.pk) for row in rows[:3]}

    def test_policies_of_nation_and_province_are_offered(self, page: Client) -> None:
        rows = [factories.policy(PROVINCE, level=level, state=State.VERIFIED) for level in ("nation", "province")]
        factories.policy(PROVINCE)
        for code in (XUZHOU, PEI, SUZHOU):
            factories.policy(code)
        assert self.found(page, Policy, "answers") == {str(row.pk) for row in rows}


class TestReports:
    def test_only_rows_of_the_own_region_count(self) -> None:
        """A policy of the province counts for the province, and an attendance for the enterprise's city."""
        higher = factories.policy(PROVINCE, state=State.VERIFIED)
        for code in (XUZHOU, GULOU, SUZHOU):
            factories.policy(code, answers=higher, state=State.VERIFIED)
        held = factories.activity(PROVINCE, state=State.VERIFIED)
        for code in (GULOU, PEI, SUZHOU):
            factories.participation(held, code, state=State.VERIFIED)
        for code, policies, attendances in ((PROVINCE, 4, 3), (XUZHOU, 2, 2), (SUZHOU, 1, 1), (KUNSHAN, 0, 0)):
            reader = official("manager", code)
            assert answer(PoliciesReport, "year=2024", reader)["total"] == {"policies": policies}
            total = answer(ActivitiesReport, "year=2024", reader)["total"]
            assert (total["attendances"], total["events"]) == (attendances, min(attendances, 1))

    def test_what_was_answered_is_named_in_the_region_below(self) -> None:
        """The rows of the dimension are policies that the reader may read."""
        higher = factories.policy(PROVINCE, name="Plan of the province", state=State.VERIFIED)
        factories.policy(XUZHOU, answers=higher, state=State.VERIFIED)
        reader = official("manager", XUZHOU)
        rows = answer(PoliciesReport, "by=answers", reader)["rows"]
        assert [(row["answers"], row["policies"]) for row in rows if row["policies"]] == [
            ({"code": higher.pk, "label": "Plan of the province"}, 1)
        ]
        assert report_query(PoliciesReport, QueryDict(f"answers={higher.pk}"), reader).rows().count() == 1

"""What the pages of every record model hold to; a new one is tested by being installed."""

from itertools import product
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import reverse

from revival.records.models import Record, Reviewed, State
from tests.extent import combinations, every, times
from tests.factories import GULOU, KUNSHAN, SUZHOU, XUZHOU, browser, marked, official
from tests.records.models import ASKED, MODELS, events, every_model, every_record, url

pytestmark = [pytest.mark.django_db, pytest.mark.torture]
MARK = "ZQB-"
ODD = (
    *("state__exact=%00", "state__exact=bogus", "state=draft", "code__regex=(", "q=%00", "city=320500", "city=%00"),
    *("city=abc", "year=abc", "work=x", "o=%00", "o=99.-1", "p=abc", "p=-1", "p=99999999999999999999"),
    *("id__in=1,2", "submitted_by__password=x", "_to_field=version", "e=1", "all=%00"),
    *("region__code__startswith=32", "created_by=abc", "state__isnull=x"),
)
REFUSED = ("state__exact=bogus", "state__exact=%00", "city=320500", "code__regex=(", "region__code=1")


@pytest.fixture
def clerk(db: None) -> Client:
    return browser(official("clerk", XUZHOU))


class TestScope:
    @every_model
    def test_lists_hold_no_foreign_row(self, model: Any, clerk: Client) -> None:
        """The list, its search and its filters hold the rows of the city and no others."""
        own, foreign = marked(model, GULOU, "OWN-1"), marked(model, SUZHOU, f"{MARK}1")
        for query in ({}, {"q": MARK[:-1]}, {"state__exact": foreign.state}, {"work": "mine"}, {"all": ""}):
            page = clerk.get(url(model, "changelist"), query)
            assert page.status_code == 200, query
            assert MARK not in page.content.decode()
        assert url(model, "change", own.pk) in clerk.get(url(model, "changelist")).content.decode()

    @every(("model", "odd"), combinations(ASKED, [999_999_999, 10**30, "abc", "_00", "-1"]))
    def test_foreign_and_missing_rows_are_404_alike(self, model: Any, odd: Any, clerk: Client) -> None:
        """A row elsewhere, a missing one, and what cannot be a number answer with the same page."""
        foreign = marked(model, KUNSHAN, f"{MARK}2")
        for page, key, method in product(("change", "delete", "history"), (foreign.pk, odd), (clerk.get, clerk.post)):
            answer = method(url(model, page, key))
            assert answer.status_code == 404, (page, key, method)
            assert MARK not in answer.content.decode()

    @every_model
    def test_a_foreign_row_is_out_of_reach_of_a_save_and_of_an_action(self, model: Any, clerk: Client) -> None:
        """Neither a posted form nor `delete selected`, mixed with own rows, touches anything."""
        own, foreign = marked(model, GULOU, "OWN-3"), marked(model, SUZHOU, f"{MARK}3")
        assert clerk.post(url(model, "change", foreign.pk), {"version": 1, "name": "taken"}).status_code == 404
        data = {"action": "delete_selected", "_selected_action": [own.pk, foreign.pk], "post": "yes"}
        assert clerk.post(url(model, "changelist"), data).status_code == 404
        data["_selected_action"] = ["abc"]
        assert clerk.post(url(model, "changelist"), data).status_code == 400
        assert model.objects.filter(pk__in=[own.pk, foreign.pk]).count() == 2

    @every_model
    def test_autocomplete_and_form_offer_no_foreign_row(self, model: Any, clerk: Client) -> None:
        """Every choice of the form is one of the city's, in the search and in the check of a post."""
        for field in model._meta.concrete_fields:
            related = field.related_model
            if not (field.is_relation and field.editable and issubclass(related, Reviewed)):
                continue
            if f"'{field.name}'" not in str(admin.site.get_model_admin(model).fieldsets):
                continue  # The kinds of designations have the fields that they need.
            mine = f"OWN-4 {field.name}"
            own, foreign = marked(related, GULOU, mine), marked(related, SUZHOU, f"{MARK}4")
            query = {
                "app_label": model._meta.app_label,
                "model_name": model._meta.model_name,
                "field_name": field.name,
            }
            for term in ("", MARK, "\x00"):
                found = clerk.get(reverse("admin:autocomplete"), {**query, "term": term})
                assert str(foreign.pk) not in {item["id"] for item in found.json()["results"]}, term
            found = clerk.get(reverse("admin:autocomplete"), {**query, "term": mine})
            offered = related.objects.filter(pk=own.pk).complex_filter(field.get_limit_choices_to())
            assert {item["id"] for item in found.json()["results"]} == {str(row.pk) for row in offered}
            for key in (foreign.pk, "abc", 10**30):
                answer = clerk.post(url(model, "add"), {field.name: key})
                assert field.name in answer.context["adminform"].form.errors, key
                assert MARK not in answer.content.decode()
            assert clerk.post(url(model, "add"), {field.name: "\x00"}).status_code == 400

    @every_record
    def test_forms_offer_regions_of_the_scope_only(self, model: Any, clerk: Client) -> None:
        """A city's clerk finds the city's regions, and a posted foreign one is refused at the field."""
        if "region" not in str(admin.site.get_model_admin(model).fieldsets):
            return  # It follows another record.
        query = {"app_label": model._meta.app_label, "model_name": model._meta.model_name, "field_name": "region"}
        found = clerk.get(reverse("admin:autocomplete"), {**query, "term": ""}).json()["results"]
        assert {item["id"][:4] for item in found} == {"3203"}
        answer = clerk.post(url(model, "add"), {"region": KUNSHAN})
        assert "region" in answer.context["adminform"].form.errors

    @every_model
    def test_delete_pages_name_no_foreign_row(self, model: Any, clerk: Client) -> None:
        """Records elsewhere that prevent a deletion are counted, not named."""
        own = marked(model, GULOU, "OWN-5", state=State.DRAFT)
        for relation in model._meta.related_objects:
            related: Any = relation.related_model
            if issubclass(related, Record) and relation.on_delete.__name__ == "PROTECT":
                marked(related, SUZHOU, f"{MARK}5", **{relation.field.name: own})
        page = clerk.get(url(model, "delete", own.pk))
        assert page.status_code == 200
        assert MARK not in page.content.decode()

    @every_model
    def test_the_shortcut_by_content_type_leads_nowhere(self, model: Any, clerk: Client) -> None:
        """`admin/r/` would reveal whether a row exists."""
        for code in (GULOU, SUZHOU):
            assert clerk.get(f"/admin/r/1/{marked(model, code, MARK).pk}/").status_code == 404

    @every(("model", "query"), combinations(ASKED, ODD))
    def test_odd_queries_are_refused_and_never_a_fault(self, model: Any, query: str, clerk: Client) -> None:
        """A list answers a bad query with 4xx or with a list that no filter has widened."""
        assert clerk.get(f"{url(model, 'changelist')}?{query}", follow=True).status_code in (200, 400)

    @every(("model", "query"), combinations(ASKED, REFUSED))
    def test_queries_outside_the_scope_or_the_filters_are_refused(
        self, model: Any, query: str, clerk: Client
    ) -> None:
        """A value that no filter offers, a city elsewhere and a lookup that is none have no list."""
        assert clerk.get(f"{url(model, 'changelist')}?{query}").status_code == 400

    @every_model
    def test_deleted_rows_keep_a_history_within_the_scope(self, model: Any, clerk: Client) -> None:
        """The list of deleted records leads to the history of own ones. That of foreign ones is a 404."""
        own, foreign = marked(model, GULOU, "OWN-6"), marked(model, SUZHOU, f"{MARK}6")
        for row in (own, foreign):
            model.objects.filter(pk=row.pk).delete()
        page = clerk.get(url(model, "deleted")).content.decode()
        assert url(model, "history", own.pk) in page
        assert url(model, "history", foreign.pk) not in page
        assert MARK not in page
        assert clerk.get(url(model, "history", own.pk)).status_code == 200
        assert clerk.get(url(model, "history", foreign.pk)).status_code == 404

    @every_model
    def test_an_inactive_or_plain_user_sees_nothing(self, model: Any, clerk: Client) -> None:
        """Scope is for officials who are active."""
        marked(model, GULOU, "OWN-7")
        assert not model.objects.visible_to(None).exists()
        assert not model.objects.visible_to(official("clerk", XUZHOU, is_active=False)).exists()


class TestPages:
    @every(("model", "language", "role"), combinations(ASKED, ["en", "zh-hans"], ["clerk", "verifier", "manager"]))
    def test_pages_render(self, model: Any, language: str, role: str) -> None:
        """List, form, history and deleted records render for every role, in every state and both languages."""
        client = browser(official(role, XUZHOU), language)
        states = times(list(State)[MODELS.index(model) % 2 :: 2], list(State))
        rows = [marked(model, GULOU, f"ROW-{state}", state=state) for state in states]
        for page in ("changelist", "deleted"):
            assert client.get(url(model, page)).status_code == 200
        for row in rows:
            assert client.get(url(model, "change", row.pk)).status_code == 200, row.state
            assert client.get(url(model, "history", row.pk)).status_code == 200

    @every_model
    def test_lists_and_histories_cost_the_same_for_more_rows(
        self, model: Any, django_assert_max_num_queries: Any
    ) -> None:
        """Twelve rows and twelve changes take no more queries than one."""
        client = browser(official("clerk", XUZHOU))
        rows = [marked(model, GULOU, f"ROW-{number}") for number in range(12)]
        for number in range(12):
            model.objects.filter(pk=rows[0].pk).update(comment=str(number))
        ContentType.objects.get_for_models(*MODELS)  # a process reads them once
        with django_assert_max_num_queries(14):
            client.get(url(model, "changelist"))
        with django_assert_max_num_queries(18):
            assert "11" in client.get(url(model, "history", rows[0].pk)).content.decode()

    @every_model
    def test_reading_changes_nothing(self, model: Any, clerk: Client) -> None:
        """Opening a row's pages writes no event."""
        row = marked(model, GULOU, "OWN-8")
        before = events(row).count()
        for page in ("change", "delete", "history"):
            clerk.get(url(model, page, row.pk))
        row_now = model.objects.get(pk=row.pk)
        assert (events(row).count(), row_now.version) == (before, row.version)

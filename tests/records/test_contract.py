"""Rules that hold for every record model. A new one is tested once it is installed."""

from typing import Any

import pghistory
import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.db import Error, IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from revival.records.models import Record, Reviewed, StaleRecord, State
from tests.factories import GULOU, KUNSHAN, SUZHOU, XUZHOU, browser, marked, official, outside_requests

MODELS = [model for model in apps.get_models() if issubclass(model, Reviewed)]
RECORDS = [model for model in MODELS if issubclass(model, Record)]
MARK = "ZQB-"
# Rights that nobody has on the site.
FORBIDDEN = (
    "INSERT INTO {event} SELECT * FROM {event} LIMIT 1",
    "UPDATE {event} SET pgh_label = 'x'",
    "DELETE FROM {event}",
    "TRUNCATE {event}",
    "TRUNCATE {table} CASCADE",
    "ALTER TABLE {table} DISABLE TRIGGER ALL",
    "ALTER TABLE {table} DISABLE TRIGGER USER",
    "DROP TABLE {event}",
    "SET session_replication_role = replica",
    "CREATE OR REPLACE FUNCTION _pgtrigger_should_ignore(trigger_name NAME) RETURNS BOOLEAN "
    "LANGUAGE sql AS 'SELECT TRUE'",
)

pytestmark = pytest.mark.django_db
every_model = pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
every_record = pytest.mark.parametrize("model", RECORDS, ids=lambda model: model._meta.label)


def url(model: Any, page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def events(row: Any) -> Any:
    return type(row).events.rel.related_model.objects.filter(pgh_obj_id=row.pk)


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

    @every_model
    @pytest.mark.parametrize("page", ["change", "delete", "history"])
    def test_foreign_and_missing_rows_are_404_alike(self, model: Any, page: str, clerk: Client) -> None:
        """A row elsewhere, a missing one, and what cannot be a number answer with the same page."""
        foreign = marked(model, KUNSHAN, f"{MARK}2")
        for key in (foreign.pk, 999_999_999, 10**30, "abc", "_00", "-1"):
            for method in (clerk.get, clerk.post):
                answer = method(url(model, page, key))
                assert answer.status_code == 404, (key, method)
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

    @every_model
    def test_odd_queries_are_refused_and_never_a_fault(self, model: Any, clerk: Client) -> None:
        """A list answers a bad query with 4xx or with no more rows than without it."""
        odd = (
            "state__exact=%00 state__exact=bogus state=draft code__regex=( q=%00 city=320500 city=%00 city=abc "
            "year=abc work=x o=%00 o=99.-1 p=abc p=-1 p=99999999999999999999 id__in=1,2 submitted_by__password=x "
            "_to_field=version e=1 all=%00 region__code__startswith=32 created_by=abc state__isnull=x"
        )
        for query in odd.split():
            assert clerk.get(f"{url(model, 'changelist')}?{query}", follow=True).status_code in (200, 400), query
        for query in ("state__exact=bogus", "state__exact=%00", "city=320500", "code__regex=(", "region__code=1"):
            assert clerk.get(f"{url(model, 'changelist')}?{query}").status_code == 400, query

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
    @every_model
    @pytest.mark.parametrize("language", ["en", "zh-hans"])
    @pytest.mark.parametrize("role", ["clerk", "verifier", "manager"])
    def test_pages_render(self, model: Any, language: str, role: str) -> None:
        """List, form, history and deleted records render for every role, in every state and both languages."""
        client = browser(official(role, XUZHOU), language)
        rows = [marked(model, GULOU, f"ROW-{state}", state=state) for state in State]
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


class TestEvents:
    @every_model
    def test_every_path_leaves_one_event_a_row(self, model: Any) -> None:
        """Save, bulk_create, QuerySet.update, raw SQL and delete each leave one event of each row."""
        row = marked(model, GULOU, "ROW-1")
        assert [e.pgh_label for e in events(row)] == ["insert"]
        row.comment = "saved"
        row.save()
        model.objects.filter(pk=row.pk).update(comment="updated")
        with connection.cursor() as cursor:
            cursor.execute(f"UPDATE {model._meta.db_table} SET comment = 'raw' WHERE id = %s", [row.pk])
        assert [e.comment for e in events(row).order_by("pgh_id")][1:] == ["saved", "updated", "raw"]
        model.objects.filter(pk=row.pk).delete()
        last = events(row).order_by("-pgh_id")[0]
        assert (events(row).count(), last.pgh_label, last.comment) == (5, "delete", "raw")

    @every_model
    def test_bulk_create_leaves_one_event_a_row(self, model: Any) -> None:
        """Rows that were copied in bulk have an insert event each."""
        row = marked(model, GULOU, "ROW-2")
        values = {f.attname: getattr(row, f.attname) for f in model._meta.concrete_fields if not f.primary_key}
        model.objects.filter(pk=row.pk).delete()
        (made,) = model.objects.bulk_create([model(**values)])
        assert [e.pgh_label for e in events(made)] == ["insert"]

    @every_model
    def test_the_serving_role_cannot_touch_history(self, model: Any) -> None:
        """It can change neither events nor the triggers that write them."""
        row = marked(model, GULOU, "ROW-3")
        names = {"event": events(row).model._meta.db_table, "table": model._meta.db_table}
        for statement in FORBIDDEN:
            refused = pytest.raises(Error, match=r"permission denied|must be owner")
            with refused, transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement.format(**names))

    @every_model
    def test_bulk_changes_are_not_compared_each_with_each(self, model: Any) -> None:
        """A session keeps the plan of its first change. One made for a single row must be fast for thousands."""
        kept = model._meta.concrete_model
        names = {t.get_pgid(kept) for t in kept._meta.triggers if getattr(t, "event_model", None)}
        assert names
        with connection.cursor() as cursor:
            cursor.execute("SELECT proconfig FROM pg_proc WHERE proname = ANY(%s)", [list(names)])
            settings = [config for (config,) in cursor.fetchall()]
        assert len(settings) == len(names)
        assert all("enable_nestloop=off" in config for config in settings)

    @every_model
    def test_no_setting_silences_the_triggers(self, model: Any) -> None:
        """`SET pgtrigger.ignore` has no effect."""
        row = marked(model, GULOU, "ROW-4")
        before = events(row).count()
        with connection.cursor() as cursor:
            kept = model._meta.concrete_model
            names = ",".join(f"{kept._meta.db_table}:{each.get_pgid(kept)}" for each in kept._meta.triggers)
            cursor.execute("SELECT set_config('pgtrigger.ignore', %s, TRUE)", ["{" + names + "}"])
        model.objects.filter(pk=row.pk).update(comment="silent")
        assert events(row).count() == before + 1


class TestGuard:
    @every_model
    def test_the_database_counts_versions_and_sets_the_city(self, model: Any) -> None:
        """The version goes up by one and the city is the region's, even where a statement sets others."""
        row = marked(model, GULOU, "ROW-5")
        assert (row.version, row.city_id) == (1, XUZHOU)
        model.objects.filter(pk=row.pk).update(version=77, city=SUZHOU, comment="x")
        row.refresh_from_db()
        assert (row.version, row.city_id) == (2, XUZHOU)

    @every_model
    @pytest.mark.parametrize("version", [0, -1, 2, 10**6, None])
    def test_a_save_over_another_version_is_refused(self, model: Any, version: Any) -> None:
        """The version is compared in the UPDATE."""
        row = marked(model, GULOU, "ROW-6")
        row.version, row.comment = version, "stale"
        with pytest.raises(StaleRecord), transaction.atomic():
            row.save()
        assert model.objects.get(pk=row.pk).comment == ""

    @every_model
    def test_illegal_steps_are_refused_by_the_database(self, model: Any) -> None:
        """A draft is not verified, a verified row is not a draft again, and nobody verifies their own submission."""
        one, two = official("clerk", XUZHOU), official("verifier", XUZHOU)
        draft = marked(model, GULOU, "ROW-7", state=State.DRAFT)
        verified = marked(model, GULOU, "ROW-8", state=State.VERIFIED)
        handed_in = marked(model, GULOU, "ROW-9", state=State.SUBMITTED, submitted_by=one)
        for row, values in (
            (draft, {"state": "verified", "submitted_by": one, "verified_by": two}),
            (draft, {"state": "submitted"}),
            (verified, {"state": "draft"}),
            (handed_in, {"state": "verified", "verified_by": one}),
            (handed_in, {"state": "bogus"}),
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                model.objects.filter(pk=row.pk).update(**values)
        assert model.objects.filter(pk=handed_in.pk).update(state="verified", verified_by=two) == 1

    @every_model
    def test_the_key_never_changes(self, model: Any) -> None:
        """With another key the row would lose its history."""
        row = marked(model, GULOU, "ROW-10")
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.filter(pk=row.pk).update(id=row.pk + 1_000_000)

    @every_model
    def test_the_database_keeps_an_official_within_his_region(self, model: Any) -> None:
        """Insert, change and deletion elsewhere are refused for any code that asks for them."""
        clerk = official("clerk", XUZHOU)
        own, foreign = marked(model, GULOU, "ROW-11"), marked(model, SUZHOU, "ROW-12")
        rows = model.objects.filter(pk=foreign.pk)
        with pghistory.context(user=clerk.pk):
            for change in (lambda: rows.update(comment="x"), rows.delete):
                with pytest.raises(IntegrityError, match="outside the scope"), transaction.atomic():
                    change()
            assert model.objects.filter(pk=own.pk).update(comment="mine") == 1
        outside_requests()
        own.refresh_from_db()
        assert (own.changed_by, own.comment) == (clerk, "mine")

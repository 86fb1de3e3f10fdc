"""What the database holds every record model to; a new one is tested by being installed."""

from typing import Any

import pghistory
import pytest
from django.db import Error, IntegrityError, connection, transaction

from revival.records.models import StaleRecord, State
from tests.extent import combinations, every
from tests.factories import GULOU, SUZHOU, XUZHOU, marked, official, outside_requests
from tests.records.models import ASKED, events, every_model

pytestmark = [pytest.mark.django_db, pytest.mark.torture]
# What nobody may do with the rights of the site.
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
        """Neither events nor the triggers that write them."""
        row = marked(model, GULOU, "ROW-3")
        names = {"event": events(row).model._meta.db_table, "table": model._meta.db_table}
        for statement in FORBIDDEN:
            refused = pytest.raises(Error, match=r"permission denied|must be owner")
            with refused, transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement.format(**names))

    @every_model
    def test_bulk_changes_are_not_compared_each_with_each(self, model: Any) -> None:
        """A session keeps the plan of its first change: made for one row, it must do for thousands."""
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
        """Whatever a statement says, the version goes up by one and the city is the region's."""
        row = marked(model, GULOU, "ROW-5")
        assert (row.version, row.city_id) == (1, XUZHOU)
        model.objects.filter(pk=row.pk).update(version=77, city=SUZHOU, comment="x")
        row.refresh_from_db()
        assert (row.version, row.city_id) == (2, XUZHOU)

    @every(("model", "version"), combinations(ASKED, [0, -1, 2, 10**6, None]))
    def test_a_save_over_another_version_is_refused(self, model: Any, version: Any) -> None:
        """The version is compared in the UPDATE."""
        row = marked(model, GULOU, "ROW-6")
        row.version, row.comment = version, "stale"
        with pytest.raises(StaleRecord), transaction.atomic():
            row.save()
        assert model.objects.get(pk=row.pk).comment == ""

    @every_model
    def test_illegal_steps_are_refused_by_the_database(self, model: Any) -> None:
        """A draft is not verified, a verified row is not a draft again, and nobody verifies their own."""
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
        """Another key would part the row from its history."""
        row = marked(model, GULOU, "ROW-10")
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.filter(pk=row.pk).update(id=row.pk + 1_000_000)

    @every_model
    def test_the_database_keeps_an_official_within_their_region(self, model: Any) -> None:
        """Insert, change and deletion elsewhere are refused whatever code asks for them."""
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

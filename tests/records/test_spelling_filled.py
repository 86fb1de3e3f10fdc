"""Rows from before there was a column of spellings get theirs, whatever their state, and are the same version."""

from importlib import import_module
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.models import F

from enterprises.models import Designation
from enterprises.models.designation import OF_NAMES
from revival.accounts.models import Region
from revival.accounts.spelling import SpellingField, fill_spellings, spelling_of
from revival.records.models import Record, State
from tests import factories
from tests.collection.monthly.form import close, period
from tests.extent import every
from tests.factories import GULOU, XUZHOU, marked

pytestmark = pytest.mark.django_db
SPELLED: list[Any] = [
    model
    for model in apps.get_models()
    if issubclass(model, Record)
    and not model._meta.proxy
    and any(isinstance(field, SpellingField) for field in model._meta.concrete_fields)
]
NAME = "合成恒昌"


def events(row: Any) -> int:
    return int(row.events.count())


def named(model: Any, name: str = NAME, **values: Any) -> Any:
    """A row with a name of its own."""
    if model is Designation:
        return factories.designation(GULOU, kind=next(iter(OF_NAMES)), name=name, **values)
    return marked(model, GULOU, name, **values)


def without_spelling(model: Any) -> Any:
    """A verified row whose spelling is gone, of a period that is closed where its kind is reported."""
    row = named(model, state=State.VERIFIED)
    close(period(month=0, year=2024))
    factories.outside_requests()
    model.objects.filter(pk=row.pk).update(spelling="")
    row.refresh_from_db()
    return row


@every("model", SPELLED)
def test_a_spelling_is_no_data(model: Any) -> None:
    """Filled in and taken away, in a closed period, it is no new version, no change of anybody and no event."""
    row = without_spelling(model)
    before = (row.version, row.changed_at, row.changed_by_id, events(row))
    assert row.spelling == ""
    assert not model.guard().reported_in or model.objects.get(pk=row.pk).locked
    assert fill_spellings(model) >= 1
    row.refresh_from_db()
    assert row.spelling == spelling_of(row.name) != ""
    assert (row.version, row.changed_at, row.changed_by_id, events(row)) == before
    assert fill_spellings(model) == 0


@every("model", SPELLED)
def test_a_name_is_data(model: Any) -> None:
    """Renamed, a row has another version and another spelling."""
    row = named(model)
    row.name = "合成长江"
    row.save()
    version, spelling = model.objects.values_list("version", "spelling").get(pk=row.pk)
    assert (version, spelling) == (2, spelling_of("合成长江"))


@pytest.mark.parametrize("app", ["enterprises", "projects"])
def test_the_migration_fills_all_models_of_its_app(app: str) -> None:
    number = {"enterprises": "0006", "projects": "0005"}[app]
    models = [model for model in SPELLED if model._meta.app_label == app]
    rows = [named(model) for model in models]
    factories.outside_requests()
    for model in models:
        model.objects.update(spelling="")
    close(period(month=0, year=2024))
    import_module(f"{app}.migrations.{number}_fill_spellings").fill(apps, None)
    for row in rows:
        assert type(row).objects.get(pk=row.pk).spelling == spelling_of(row.name)


def test_every_model_is_in_an_app_with_the_migration() -> None:
    assert {model._meta.app_label for model in SPELLED} == {"enterprises", "projects"}


def test_reference_fills_in_regions() -> None:
    Region.objects.update(spelling="")
    told = StringIO()
    call_command("reference", stdout=told)
    assert not Region.objects.filter(spelling="").exists()
    assert Region.objects.get(pk=XUZHOU).spelling == "xuzhoushi xzs"
    assert f"Spellings of {Region.objects.count()} regions" in told.getvalue()
    told = StringIO()
    call_command("reference", stdout=told)
    assert "Spellings" not in told.getvalue()


def test_more_rows_than_are_filled_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """All of them, also where some names have no sign that is spelled."""
    monkeypatch.setattr("revival.accounts.spelling.FILLED_AT_ONCE", 2)
    model = SPELLED[0]
    rows = [named(model, name) for name in ("（合", "合", "合成二", "合成三", "合成四")]
    factories.outside_requests()
    model.objects.filter(pk=rows[1].pk).update(name="（·）")
    model.objects.update(spelling="")
    filled = fill_spellings(model)
    assert model.objects.filter(spelling="").count() == 1
    assert filled == model.objects.exclude(spelling="").count() == model.objects.filter(name=F("name")).count() - 1

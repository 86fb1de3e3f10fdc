"""Drafts can be changed. Versions that are or were in use stay as they are, and every change leaves an event."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from revival.evaluation.models import IndexSystem, Indicator, IndicatorGroup, SystemStatus
from revival.evaluation.statistics import StatisticValue
from revival.records.admin.history import event_model
from tests.evaluation.systems import statistic, system
from tests.evaluation.versions import ADMIN, SETS, entry, in_use, run
from tests.forms import errors, fields, url

pytestmark = pytest.mark.django_db


def changes(made: IndexSystem) -> list[Callable[[], Any]]:
    """Every way to change a version, its groups and its indicators."""
    group = IndicatorGroup.objects.filter(system=made)[0]
    row = Indicator.objects.filter(system=made)[0]
    other = system("cities", use=False)
    copied = {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields if f.name not in ("id", "code")}
    tables = ("evaluation_indexsystem", "evaluation_indicatorgroup", "evaluation_indicator")
    keys = (made.pk, group.pk, row.pk)
    updates = [
        lambda table=table, key=key: run(f"UPDATE {table} SET name_en = 'Other' WHERE id = %s", key)
        for table, key in zip(tables, keys, strict=True)
    ]
    deletions = [
        lambda table=table, key=key: run(f"DELETE FROM {table} WHERE id = %s", key)
        for table, key in zip(tables, keys, strict=True)
    ]
    return [
        *updates,
        *deletions,
        lambda: IndexSystem.objects.filter(pk=made.pk).update(version=9),
        lambda: IndexSystem.objects.filter(pk=made.pk).update(note_en="Other"),
        lambda: IndicatorGroup.objects.filter(pk=group.pk).update(position=9),
        lambda: IndicatorGroup.objects.filter(pk=group.pk).update(system=other),
        lambda: IndicatorGroup.objects.create(system=made, code="more", name_zh="多", name_en="More"),
        lambda: Indicator.objects.filter(pk=row.pk).update(weight=1),
        lambda: Indicator.objects.filter(pk=row.pk).update(system=other),
        lambda: Indicator.objects.create(**copied, code="more"),
        lambda: made.delete(),
    ]


class TestKept:
    @pytest.mark.parametrize("succeeded", [False, True])
    def test_a_version_that_is_or_was_in_use_stays(self, succeeded: bool) -> None:
        made = in_use()
        if succeeded:
            system("cities", SETS)
        rows = list(Indicator.objects.filter(system=made).values_list())
        for change in changes(made):
            with pytest.raises(IntegrityError), transaction.atomic():
                change()
        assert list(Indicator.objects.filter(system=made).values_list()) == rows
        assert IndicatorGroup.objects.filter(system=made).count() == 5

    def test_rows_of_a_draft_do_not_move_into_a_version_in_use(self, draft: IndexSystem) -> None:
        for model in (IndicatorGroup, Indicator):
            with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
                model.objects.filter(system=draft).update(system=in_use())

    def test_the_forms_write_drafts_alone(self, publisher: Client) -> None:
        made = in_use()
        group, row = made.groups.all()[0], made.indicators.all()[0]
        for each in (made, group, row):
            assert publisher.get(url(each)).status_code == 200
            for page in ("change", "delete"):
                answer = publisher.post(url(each, page), {"name_en": "Other", "post": "yes"})
                assert answer.status_code == 403, (each, page)
        assert in_use().indicators.all()[0].name_en == row.name_en

    def test_nothing_is_added_by_form_to_a_version_in_use(self, publisher: Client, draft: IndexSystem) -> None:
        """Neither the page as shown nor a forged post adds anything."""
        made = in_use()
        text = publisher.get(f"{ADMIN}indicator/add/").content.decode()
        assert f'<option value="{draft.pk}">' in text
        assert f'<option value="{made.pk}">' not in text
        typed = {**fields(publisher.get(f"{ADMIN}indicator/add/")), **entry(made, made.groups.all()[0])}
        answer = publisher.post(f"{ADMIN}indicator/add/", typed)
        assert answer.status_code == 200
        assert {"system", "group"} <= set(errors(answer))
        typed = {**fields(publisher.get(f"{ADMIN}indicatorgroup/add/")), "system": made.pk, "code": "more"}
        assert "system" in errors(publisher.post(f"{ADMIN}indicatorgroup/add/", typed))
        assert made.indicators.count() == 12

    def test_a_draft_is_written_and_deleted(self, publisher: Client, draft: IndexSystem) -> None:
        typed = {**fields(publisher.get(f"{ADMIN}indicator/add/")), **entry(draft, draft.groups.all()[0])}
        answer = publisher.post(f"{ADMIN}indicator/add/", typed)
        assert answer.status_code == 302, errors(answer)
        row = draft.indicators.get(code="more")
        assert publisher.post(url(row, "delete"), {"post": "yes"}).status_code == 302
        assert not draft.indicators.filter(code="more").exists()
        text = publisher.get(f"{ADMIN}indexsystem/").content.decode()
        assert "Trial system" in text

    def test_a_draft_is_deleted_with_all_that_it_has(self, publisher: Client, draft: IndexSystem) -> None:
        """A group that has indicators is not deleted alone."""
        group = draft.groups.all()[0]
        publisher.post(url(group, "delete"), {"post": "yes"})
        assert draft.groups.count() == 1
        assert publisher.post(url(draft, "delete"), {"post": "yes"}).status_code == 302
        assert not IndexSystem.objects.filter(pk=draft.pk).exists()
        assert not IndicatorGroup.objects.filter(pk=group.pk).exists()

    def test_what_indicators_were_checked_against_stays(self, publisher: Client, draft: IndexSystem) -> None:
        """These are the subject and the number of a version, and the version of a group."""
        other, group = system("industries", SETS, use=False), draft.groups.all()[0]
        for row, values in ((draft, {"subject": "industries", "version": "7"}), (group, {"system": other.pk})):
            typed = {**fields(publisher.get(url(row))), **values, "name_en": "Changed"}
            answer = publisher.post(url(row), typed)
            assert answer.status_code == 302, errors(answer)
            row.refresh_from_db()
            assert row.name_en == "Changed"
        assert (draft.subject, draft.version, group.system_id) == ("cities", 2, draft.pk)

    def test_a_version_that_is_there_is_not_added(self, publisher: Client, draft: IndexSystem) -> None:
        page = f"{ADMIN}indexsystem/add/"
        typed = {**fields(publisher.get(page)), "subject": "cities", "name_zh": "三", "name_en": "Three"}
        answer = publisher.post(page, typed | {"version": "2"})
        assert answer.status_code == 200
        assert errors(answer)
        assert publisher.post(page, typed | {"version": "3"}).status_code == 302
        assert IndexSystem.objects.get(subject="cities", version=3).name_en == "Three"


class TestEvents:
    def test_every_change_leaves_one(self) -> None:
        made = system("cities", SETS, use=False)
        value = StatisticValue.objects.get(statistic=statistic(c320300="5"))
        group, row = made.groups.all()[0], made.indicators.all()[0]
        IndexSystem.objects.filter(pk=made.pk).update(name_en="Other")
        IndicatorGroup.objects.filter(pk=group.pk).update(name_en="Other")
        Indicator.objects.filter(pk=row.pk).update(weight=50)
        StatisticValue.objects.filter(pk=value.pk).update(value=6)
        for each in (made, group, row, value):
            left = event_model(type(each)).objects.filter(pgh_obj_id=each.pk).order_by("pgh_id")
            assert list(left.values_list("pgh_label", flat=True)) == ["insert", "update"], each
        weights = event_model(Indicator).objects.filter(pgh_obj_id=row.pk).order_by("pgh_id").values_list("weight")
        assert [int(weight) for (weight,) in weights] == [100, 50]
        StatisticValue.objects.filter(pk=value.pk).delete()
        assert event_model(StatisticValue).objects.filter(pgh_obj_id=value.pk, pgh_label="delete").count() == 1

    def test_putting_to_use_leaves_one_of_either_version(self, draft: IndexSystem) -> None:
        former = in_use()
        draft.put_to_use()
        for row, status in ((draft, SystemStatus.IN_USE), (former, SystemStatus.SUCCEEDED)):
            last = event_model(IndexSystem).objects.filter(pgh_obj_id=row.pk).order_by("pgh_id").last()
            assert (last.pgh_label, last.status) == ("update", status)

    def test_the_history_says_who(self, publisher: Client, draft: IndexSystem) -> None:
        row = draft.indicators.all()[0]
        answer = publisher.post(url(row), {**fields(publisher.get(url(row))), "weight": "70"})
        assert answer.status_code == 302, errors(answer)
        text = publisher.get(url(row, "history")).content.decode()
        assert "70" in text
        assert "publisher" in text

"""Exits: the only thing that ends an enterprise."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client

from enterprises.models import Enterprise, EnterpriseExit
from revival.records.models import State
from tests.factories import (
    GULOU,
    PEI,
    SUZHOU,
    XUZHOU,
    browser,
    enterprise,
    exit_of,
    official,
    outside_requests,
)
from tests.forms import errors, fields, save, url

pytestmark = pytest.mark.django_db
ADD = "/admin/enterprises/enterpriseexit/add/"
DAY = date(2024, 6, 30)


@pytest.fixture
def page(db: None) -> Client:
    return browser(official("clerk", XUZHOU))


def last_day(row: EnterpriseExit) -> date | None:
    return Enterprise.objects.get(pk=row.enterprise_id).active_until


class TestLastDay:
    @pytest.mark.parametrize("state", State)
    def test_a_verified_exit_alone_ends_the_enterprise(self, state: State) -> None:
        """It does so in the same statement, with an event of the enterprise."""
        row = exit_of(enterprise(state=State.VERIFIED), state=state)
        ended = state == State.VERIFIED
        assert last_day(row) == (DAY if ended else None)
        owner: Any = row.enterprise
        events = owner.events.order_by("pgh_id")
        assert [(e.pgh_label, e.active_until) for e in events][1:] == ([("update", DAY)] if ended else [])

    def test_it_is_verified_on_its_page(self, page: Client) -> None:
        """The enterprise's own form stays current."""
        row = exit_of(enterprise(state=State.VERIFIED))
        version = row.enterprise.version
        save(page, row, review="submitted")
        assert last_day(row) is None
        assert save(browser(official("verifier", XUZHOU)), row, review="verified").status_code == 302
        assert last_day(row) == DAY
        assert Enterprise.objects.get(pk=row.enterprise_id).version == version

    def test_it_follows_every_change(self) -> None:
        """A day is corrected, an exit moved to another enterprise, and one deleted."""
        one, other = enterprise(state=State.VERIFIED), enterprise(state=State.VERIFIED)
        row = exit_of(one, state=State.VERIFIED)
        rows = EnterpriseExit.objects.filter(pk=row.pk)
        rows.update(exited_on="2024-07-01")
        assert last_day(row) == date(2024, 7, 1)
        rows.update(enterprise=other)
        assert [e.active_until for e in Enterprise.objects.order_by("pk")] == [None, date(2024, 7, 1)]
        rows.delete()
        assert not Enterprise.objects.filter(active_until__isnull=False).exists()

    def test_a_returned_exit_ends_nothing(self) -> None:
        row = exit_of(enterprise(state=State.VERIFIED), state=State.SUBMITTED)
        EnterpriseExit.objects.filter(pk=row.pk).update(state=State.RETURNED)
        assert last_day(row) is None

    def test_nothing_else_sets_the_last_day(self, page: Client) -> None:
        """No form, update or SQL sets it, for an enterprise with an exit or without."""
        rows = [exit_of(enterprise(state=State.VERIFIED), state=State.VERIFIED).enterprise, enterprise()]
        for row in rows:
            assert "active_until" not in fields(page.get(url(row)))
            save(page, row, active_until="2020-01-01")
            outside_requests()
            Enterprise.objects.filter(pk=row.pk).update(active_until="2020-01-01")
            with connection.cursor() as cursor:
                sql = "UPDATE enterprises_enterprise SET active_until = '2020-01-01' WHERE id = %s"
                cursor.execute(sql, [row.pk])
        assert [Enterprise.objects.get(pk=row.pk).active_until for row in rows] == [DAY, None]

    def test_it_is_verified_after_the_enterprise(self) -> None:
        row = exit_of(enterprise(), state=State.SUBMITTED)
        verifier = official("verifier", XUZHOU)
        with pytest.raises(IntegrityError, match="belongs to is not verified"), transaction.atomic():
            EnterpriseExit.objects.filter(pk=row.pk).update(state=State.VERIFIED, verified_by=verifier)

    def test_it_lies_where_the_enterprise_does(self) -> None:
        """It has the enterprise's region, city and industry, at first and when the enterprise moves."""
        row = exit_of(enterprise(GULOU, industry="textile"))
        assert (row.region_id, row.city_id, row.industry) == (GULOU, XUZHOU, "textile")
        Enterprise.objects.filter(pk=row.enterprise_id).update(region=SUZHOU, industry="chemical")
        row.refresh_from_db()
        assert (row.region_id, row.city_id, row.industry) == (SUZHOU, SUZHOU, "chemical")


def entry(page: Client, row: Enterprise, **typed: Any) -> dict[str, Any]:
    given = {"enterprise": row.pk, "kind": "closed", "exited_on": "2024-06-30"}
    return fields(page.get(ADD)) | given | typed


class TestRules:
    def test_a_merger_is_entered_with_the_one_that_carries_on(self, page: Client) -> None:
        owner, other = enterprise(), enterprise(PEI)
        answer = page.post(ADD, entry(page, owner, kind="merged", merged_into=other.pk))
        assert answer.status_code == 302
        row = EnterpriseExit.objects.get()
        assert (row.enterprise, row.merged_into, row.region_id) == (owner, other, GULOU)

    def test_a_wrong_merger_is_refused_at_the_field(self, page: Client) -> None:
        """A merger without another enterprise, with itself, or of a closed one is refused."""
        owner, other = enterprise(), enterprise()
        for typed in (
            {"kind": "merged"},
            {"kind": "merged", "merged_into": owner.pk},
            {"kind": "closed", "merged_into": other.pk},
        ):
            assert set(errors(page.post(ADD, entry(page, owner, **typed)))) == {"merged_into"}, typed
        assert not EnterpriseExit.objects.exists()

    @pytest.mark.parametrize("values", [{"kind": "merged"}, {"kind": "bogus"}, {"exited_on": "2009-12-31"}])
    def test_the_database_refuses_it_too(self, values: dict[str, Any]) -> None:
        """So is a verified exit on a day before the enterprise began."""
        row = exit_of(enterprise(state=State.VERIFIED), state=State.VERIFIED)
        with pytest.raises(IntegrityError), transaction.atomic():
            EnterpriseExit.objects.filter(pk=row.pk).update(**values)

    def test_the_database_refuses_a_merger_with_itself(self) -> None:
        row = exit_of()
        with pytest.raises(IntegrityError, match="exit_merged_into"), transaction.atomic():
            EnterpriseExit.objects.filter(pk=row.pk).update(kind="merged", merged_into=row.enterprise_id)

    def test_an_enterprise_ends_once(self, page: Client) -> None:
        row = exit_of()
        answer = page.post(ADD, entry(page, row.enterprise))
        assert errors(answer) == {
            "enterprise": ["The exit of this enterprise has already been entered. Change that record instead."]
        }
        with pytest.raises(IntegrityError, match="exit_once"), transaction.atomic():
            exit_of(row.enterprise)

    def test_it_ends_after_it_began(self, page: Client) -> None:
        """The same day is allowed."""
        owner = enterprise(active_from="2020-05-05")
        answer = page.post(ADD, entry(page, owner, exited_on="2020-05-04"))
        assert errors(answer) == {"exited_on": ["An enterprise cannot end before it was founded. Check both dates."]}
        assert page.post(ADD, entry(page, owner, exited_on="2020-05-05")).status_code == 302

    def test_an_enterprise_is_not_founded_after_its_end(self) -> None:
        row = exit_of(enterprise(state=State.VERIFIED), state=State.VERIFIED)
        owner = Enterprise.objects.get(pk=row.enterprise_id)
        owner.active_from = date(2024, 7, 1)
        with pytest.raises(ValidationError):
            owner.full_clean()
        with pytest.raises(IntegrityError, match="enterprise_until_after_from"), transaction.atomic():
            owner.save()

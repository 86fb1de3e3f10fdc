"""Designations and parks: one table, an entry for each kind, and who may be designated as what."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from enterprises.models import KINDS, Designation, DesignationKind
from enterprises.models.designation import OF_PARKS
from enterprises.models.kinds import GreenFactory, GreenPark
from revival.records.models import Revision, State
from tests.factories import (
    GULOU,
    PEI,
    XUZHOU,
    browser,
    designation,
    enterprise,
    expansion,
    official,
    outside_requests,
    park,
)
from tests.forms import errors, fields, save, url

pytestmark = pytest.mark.django_db
EVERY_KIND = pytest.mark.parametrize("model", KINDS, ids=lambda model: model.__name__)


def add(model: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_add")


def typed(page: Any, model: Any, **values: Any) -> dict[str, Any]:
    given = {"region": GULOU, "industry": "chemical", "tier": "national", "year": 2024}
    return fields(page.get(add(model))) | given | values


class TestKinds:
    def test_each_kind_is_an_entry_of_its_own(self) -> None:
        """The index shows all eight, and no further entry for the table that they share."""
        text = browser(official("clerk", XUZHOU)).get("/admin/").content.decode()
        assert [model for model in KINDS if f'href="{add(model)[:-4]}"' not in text] == []
        assert 'href="/admin/enterprises/designation/"' not in text
        assert {model.kind_of_all for model in KINDS} == set(DesignationKind)

    @EVERY_KIND
    def test_a_row_entered_is_of_the_kind(self, model: Any) -> None:
        """The form asks for the subject that the kind needs and for no other."""
        page = browser(official("clerk", XUZHOU))
        kind = model.kind_of_all
        names = set(fields(page.get(add(model)))) & {"enterprise", "park", "name", "kind"}
        subject: dict[str, Any] = {"enterprise": enterprise(GULOU).pk}
        if kind in OF_PARKS:
            subject = {"park": park(GULOU).pk}
        elif kind in ("cluster", "demonstration-case"):
            subject = {"name": "Suxichang cluster"}
        assert set(subject) <= names <= {*subject, "enterprise"}
        refused = page.post(add(model), typed(page, model))
        assert set(errors(refused)) == set(subject)
        assert page.post(add(model), typed(page, model, **subject)).status_code == 302
        row = model.objects.get()
        assert (row.kind, row.state) == (kind, State.DRAFT)
        assert Designation.objects.get(pk=row.pk).kind == kind

    def test_the_list_of_a_kind_holds_no_other(self) -> None:
        one, other = designation(), designation(kind="green-park")
        page = browser(official("clerk", XUZHOU))
        text = page.get("/admin/enterprises/greenfactory/").content.decode()
        assert url(one) in text
        assert f"/{other.pk}/" not in text
        assert page.get(url(GreenFactory(pk=other.pk))).status_code == 404
        assert GreenPark.objects.get().pk == other.pk

    def test_a_verified_row_is_changed_by_revision(self) -> None:
        """Only one change waits, made on the page of the kind or on that of all designations."""
        row = designation(state=State.VERIFIED)
        outside_requests()
        page = browser(official("clerk", XUZHOU))
        assert save(page, row, revoked_on="2025-03-01").status_code == 302
        revision = Revision.objects.get()
        assert (revision.content_type.model, revision.changes) == ("designation", {"revoked_on": "2025-03-01"})
        assert b"2025" in page.get(url(row)).content
        verifier = browser(official("verifier", XUZHOU))
        assert save(verifier, revision, review="verified").status_code == 302
        row.refresh_from_db()
        assert str(row.revoked_on) == "2025-03-01"


class TestRules:
    @pytest.mark.parametrize(
        "values",
        [
            {"kind": "green-park"},
            {"kind": "cluster"},
            {"kind": "bogus"},
            {"tier": "county"},
            {"name": "A name"},
            {"year": 1999},
            {"revoked_on": "2023-12-31"},
            {"enterprise": None},
        ],
    )
    def test_the_database_refuses_what_does_not_fit(self, values: dict[str, Any]) -> None:
        row = designation()
        with pytest.raises(IntegrityError), transaction.atomic():
            Designation.objects.filter(pk=row.pk).update(**values)

    def test_one_stands_once_a_kind_and_tier(self) -> None:
        """A second one needs another tier, or that the first is revoked."""
        row = designation(enterprise=enterprise())
        with pytest.raises(IntegrityError, match="designation_once_enterprise"), transaction.atomic():
            designation(enterprise=row.enterprise)
        designation(enterprise=row.enterprise, tier="provincial")
        GreenFactory.objects.filter(pk=row.pk).update(revoked_on="2025-01-31")
        assert designation(enterprise=row.enterprise, year=2026).pk

    def test_a_second_one_is_refused_at_the_field(self) -> None:
        row = designation(GULOU)
        page = browser(official("clerk", XUZHOU))
        answer = page.post(add(GreenFactory), typed(page, GreenFactory, enterprise=row.enterprise_id))
        assert (
            "This designation already exists and is in force. Change that record instead." in answer.content.decode()
        )
        assert GreenFactory.objects.count() == 1


class TestParks:
    def test_an_expansion_lies_where_its_park_does(self) -> None:
        row = expansion(GULOU)
        type(row.park).objects.filter(pk=row.park_id).update(region=PEI, industry="textile")
        row.refresh_from_db()
        assert (row.region_id, row.industry) == (PEI, "textile")

    @pytest.mark.parametrize("area", ["0", "-1", "10000000"])
    def test_an_area_is_a_number_above_0(self, area: str) -> None:
        row = expansion()
        with pytest.raises(IntegrityError, match="expansion_area"), transaction.atomic():
            type(row).objects.filter(pk=row.pk).update(area=area)

    def test_a_park_has_kinds_and_a_name_of_its_own(self) -> None:
        """Kinds are those of the list, names are unique, and no park ends before it was recognised."""
        row = park(name="Pizhou")
        for values in ({"kinds": ["bogus"]}, {"active_until": "2014-01-01"}):
            with pytest.raises(IntegrityError), transaction.atomic():
                type(row).objects.filter(pk=row.pk).update(**values)
        with pytest.raises(IntegrityError, match="park_name"), transaction.atomic():
            park(name="Pizhou")
        row.active_until = row.active_from.replace(year=2014)
        with pytest.raises(ValidationError) as refused:
            row.full_clean()
        assert set(refused.value.message_dict) == {"active_until"}

    def test_a_clerk_enters_a_park_with_an_expansion(self) -> None:
        page = browser(official("clerk", XUZHOU))
        data = fields(page.get("/admin/enterprises/park/add/")) | {
            "name": "Xinyi chemical park",
            "kinds": ["characteristic", "chemical"],
            "region": GULOU,
            "industry": "chemical",
            "active_from": "2010-05-01",
            "expansions-0-approved_on": "2024-05-01",
            "expansions-0-area": "1200.5",
        }
        assert page.post("/admin/enterprises/park/add/", data).status_code == 302
        row = park().__class__.objects.get(name="Xinyi chemical park")
        assert row.kinds == ["characteristic", "chemical"]
        assert [str(each.area) for each in row.expansions.all()] == ["1200.50"]

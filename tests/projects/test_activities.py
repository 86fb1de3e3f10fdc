"""Activities, and the enterprises that took part."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from enterprises.models import Enterprise
from projects.admin import activity as admin_activity
from projects.models import Activity, Participation
from revival.accounts.models import Official
from revival.records.models import State
from tests.factories import (
    GULOU,
    PEI,
    PROVINCE,
    SUZHOU,
    XUZHOU,
    activity,
    browser,
    enterprise,
    official,
    participation,
)
from tests.forms import errors, fields, save, url

pytestmark = pytest.mark.django_db
ADD = "/admin/projects/activity/add/"
ATTEND = "/admin/projects/participation/add/"


class TestPage:
    def test_a_clerk_enters_an_activity_with_who_took_part(self, page: Client, clerk: Official) -> None:
        data = fields(page.get(ADD)) | {
            "name": "Docking of looms",
            "region": XUZHOU,
            "kind": "bank-enterprise",
            "held_on": "2024-05-01",
            "participations-0-enterprise": enterprise(PEI).pk,
        }
        assert page.post(ADD, data).status_code == 302
        row = Activity.objects.get()
        (one,) = row.participations.all()
        assert (one.kind, one.held_on, one.region_id, one.state) == (row.kind, row.held_on, PEI, State.DRAFT)
        assert one.created_by == clerk

    @pytest.mark.parametrize(("field", "value"), [("kind", "x"), ("held_on", ""), ("name", ""), ("region", SUZHOU)])
    def test_wrong_input_is_refused_at_the_field(self, page: Client, field: str, value: str) -> None:
        given = {"name": "Docking", "region": XUZHOU, "kind": "campaign", "held_on": "2024-05-01"}
        answer = page.post(ADD, fields(page.get(ADD)) | given | {field: value})
        assert set(errors(answer)) == {field}
        assert not Activity.objects.exists()

    def test_what_was_typed_is_saved_though_there_are_many_by_now(
        self, page: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The page shows no rows of a large event, except those that were typed while it was small."""
        monkeypatch.setattr(admin_activity, "MOST", 1)
        row = participation(activity(XUZHOU)).activity
        typed = fields(page.get(url(row))) | {"participations-1-enterprise": enterprise(PEI).pk}
        participation(row)
        assert "participations-TOTAL_FORMS" not in page.get(url(row)).content.decode()
        assert page.post(url(row), typed).status_code == 302
        assert row.participations.count() == 3

    def test_an_enterprise_takes_part_once(self, page: Client) -> None:
        """This holds on the page of the activity and on the participation's own."""
        row = participation(activity(XUZHOU))
        typed = {"activity": row.activity_id, "enterprise": row.enterprise_id}
        answer = page.post(ATTEND, fields(page.get(ATTEND)) | typed)
        message = "This enterprise has already been entered for this activity. Change that entry instead."
        assert errors(answer) == {"enterprise": [message]}
        answer = save(page, row.activity, **{"participations-1-enterprise": row.enterprise_id})
        assert answer.status_code == 200
        assert Participation.objects.count() == 1
        with pytest.raises(IntegrityError, match="participation_once"), transaction.atomic():
            participation(row.activity, enterprise=row.enterprise)


class TestParticipation:
    def test_it_has_place_and_industry_of_the_enterprise_and_kind_and_day_of_the_activity(self) -> None:
        row = participation(activity(PROVINCE), enterprise=enterprise(GULOU, industry="food"))
        assert (row.region_id, row.city_id, row.industry) == (GULOU, XUZHOU, "food")
        assert (row.kind, row.held_on) == ("supply-demand", date(2024, 5, 1))

    def test_it_follows_the_activity(self) -> None:
        """Kind and day follow without a new version of the row, even where an update sets others."""
        row = participation()
        version = row.version
        Activity.objects.filter(pk=row.activity_id).update(kind="campaign", held_on="2025-03-04")
        row.refresh_from_db()
        assert (row.kind, row.held_on, row.version) == ("campaign", date(2025, 3, 4), version)
        Participation.objects.filter(pk=row.pk).update(kind="cold-chain", held_on="2020-01-01", region=SUZHOU)
        row.refresh_from_db()
        assert (row.kind, row.held_on, row.region_id) == ("campaign", date(2025, 3, 4), GULOU)

    def test_it_lies_where_the_enterprise_lies(self) -> None:
        """It follows when the enterprise moves, without a new version of the row."""
        row = participation()
        Enterprise.objects.filter(pk=row.enterprise_id).update(region=SUZHOU, industry="food")
        version = row.version
        row.refresh_from_db()
        assert (row.region_id, row.city_id, row.industry, row.version) == (SUZHOU, SUZHOU, "food", version)

    def test_an_activity_of_another_city_is_none_of_its(self) -> None:
        """An activity for enterprises of several cities is the province's."""
        page, add = browser(official("clerk", PROVINCE)), "/admin/projects/participation/add/"
        for code, status in ((SUZHOU, 200), (XUZHOU, 302), (PROVINCE, 302)):
            held = activity(code, state=State.VERIFIED)
            typed = {"activity": held.pk, "enterprise": enterprise(GULOU).pk}
            assert page.post(add, fields(page.get(add)) | typed).status_code == status, code

    def test_of_a_large_activity_the_page_leads_to_the_list(self) -> None:
        """The page stays fast to open and small enough to post. The list is that of the activity."""
        held, page = activity(PROVINCE), browser(official("clerk", PROVINCE))
        rows = [participation(held, enterprise=enterprise(GULOU)) for _ in range(51)]
        participation(enterprise=enterprise(GULOU, name="At another event"))
        shown = page.get(url(held))
        assert not [name for name in fields(shown) if name.startswith("participations")]
        assert "51 attendances, in a list of their own" in shown.content.decode()
        assert save(page, held, name="Renamed").status_code == 302
        address = f"/admin/projects/participation/?activity={held.pk}"
        assert address in shown.content.decode()
        assert page.get(address).context["cl"].result_count == len(rows)
        for wrong in ("x", "0", "%00", "9" * 30):
            assert page.get(f"/admin/projects/participation/?activity={wrong}").status_code == 400

    @pytest.mark.parametrize(
        ("of_activity", "of_enterprise", "allowed"),
        [("verified", "verified", True), ("verified", "draft", False), ("submitted", "verified", False)],
    )
    def test_it_is_verified_after_both(
        self, verifier: Official, of_activity: str, of_enterprise: str, allowed: bool
    ) -> None:
        held, owner = activity(PROVINCE, state=of_activity), enterprise(state=of_enterprise)
        row = participation(held, enterprise=owner, state=State.SUBMITTED)
        rows = Participation.objects.filter(pk=row.pk)
        if allowed:
            assert rows.update(state=State.VERIFIED, verified_by=verifier) == 1
            return
        with pytest.raises(IntegrityError, match="belongs to is not verified"), transaction.atomic():
            rows.update(state=State.VERIFIED, verified_by=verifier)

    def test_the_database_refuses_another_kind(self) -> None:
        row = activity()
        with pytest.raises(IntegrityError, match="activity_kind"), transaction.atomic():
            Activity.objects.filter(pk=row.pk).update(kind="x")

"""What the database derives for projects and their progress, and the spellings of project codes."""

from datetime import date
from typing import Any

import pghistory
import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from projects.codes import canonical_project_code, is_old_form, project_check_digit_fits
from projects.models import ProjectProgress, RenovationProject
from revival.accounts.models import Official
from revival.records import review
from revival.records.models import State
from revival.records.refusals import refusal_error
from tests.factories import GULOU, KUNSHAN, PEI, SUZHOU, XUZHOU, official, progress, project, project_code

db = pytest.mark.django_db


def completed(row: Any) -> Any:
    row.refresh_from_db()
    return row.completed_investment


@db
class TestCompleted:
    def test_it_is_the_last_verified_month(self) -> None:
        """The order in which months come does not matter. Drafts do not count."""
        row = project(state=State.VERIFIED)
        progress(row, month=5, completed=500, state=State.VERIFIED)
        progress(row, month=3, completed=300, state=State.VERIFIED)
        progress(row, month=6, completed=600)
        assert completed(row) == 500

    def test_it_follows_change_and_deletion(self) -> None:
        """It becomes 0 when the last verified month goes."""
        row = project(state=State.VERIFIED)
        months = [progress(row, month=m, completed=100 * m, state=State.VERIFIED) for m in (1, 2)]
        ProjectProgress.objects.filter(pk=months[1].pk).update(completed=250)
        assert completed(row) == 250
        months[1].delete()
        assert completed(row) == 100
        ProjectProgress.objects.filter(project=row).delete()
        assert completed(row) == 0

    def test_each_verified_month_knows_the_next(self) -> None:
        """It stays right when months are added, deleted or unverified. The event names no official."""
        row = project(state=State.VERIFIED)
        for month in (1, 6, 3):
            progress(row, month=month, state=State.VERIFIED)
        progress(row, month=4)

        def following() -> dict[int, int | None]:
            return dict(ProjectProgress.objects.filter(project=row).values_list("month", "next_month"))

        assert following() == {1: 3, 3: 6, 4: None, 6: None}
        ProjectProgress.objects.filter(project=row, month=3).delete()
        assert following() == {1: 6, 4: None, 6: None}
        ProjectProgress.objects.filter(project=row, month=6).update(month=9)
        assert following() == {1: 9, 4: None, 9: None}
        ProjectProgress.objects.filter(project=row).update(next_month=12)
        assert following() == {1: 9, 4: None, 9: None}
        assert set(ProjectProgress.objects.filter(project=row, month=1).values_list("version", flat=True)) == {2}

    def test_it_follows_a_row_that_moves(self) -> None:
        """Both projects are right afterwards."""
        one, two = project(state=State.VERIFIED), project(state=State.VERIFIED)
        month = progress(one, completed=100, state=State.VERIFIED)
        ProjectProgress.objects.filter(pk=month.pk).update(project=two)
        assert (completed(one), completed(two)) == (0, 100)

    def test_it_is_right_after_bulk(self) -> None:
        """One statement changes rows of many projects."""
        rows = [project(state=State.VERIFIED) for _ in range(3)]
        people = {"submitted_by": official("clerk", XUZHOU), "verified_by": official("verifier", XUZHOU)}
        ProjectProgress.objects.bulk_create(
            ProjectProgress(project=row, month=m, planned=1, completed=10 * n + m, state=State.VERIFIED, **people)
            for n, row in enumerate(rows)
            for m in (1, 2)
        )
        assert [completed(row) for row in rows] == [2, 12, 22]

    def test_it_makes_no_new_version(self) -> None:
        """A verified month makes no open form of the project stale. The event is written."""
        row = project(state=State.VERIFIED)
        progress(row, completed=100, state=State.VERIFIED)
        row.refresh_from_db()
        assert (row.version, row.completed_investment) == (1, 100)
        events: Any = RenovationProject.events.rel.related_model  # type: ignore[attr-defined]
        assert [e.completed_investment for e in events.objects.filter(pgh_obj_id=row.pk).order_by("pgh_id")] == [
            0,
            100,
        ]

    def test_a_typed_change_beside_it_makes_one(self) -> None:
        """A statement that changes both counts as a change."""
        row = project()
        RenovationProject.objects.filter(pk=row.pk).update(completed_investment=1, name="New")
        row.refresh_from_db()
        assert row.version == 2

    def test_nobody_writes_it(self) -> None:
        """An update by hand leaves it at the last verified month and still changes the rest."""
        row = project(state=State.VERIFIED)
        progress(row, completed=100, state=State.VERIFIED)
        RenovationProject.objects.filter(pk=row.pk).update(completed_investment=1)
        assert completed(row) == 100
        RenovationProject.objects.filter(pk=row.pk).update(completed_investment=2, name="New")
        assert completed(row) == 100

    def test_no_month_counts_before_its_project(self) -> None:
        """A month is not verified, by update or insert, while its project is unverified."""
        row = project()
        month = progress(row, state=State.SUBMITTED)
        with pytest.raises(IntegrityError, match="not verified"), transaction.atomic():
            ProjectProgress.objects.filter(pk=month.pk).update(
                state=State.VERIFIED, verified_by=official("verifier", XUZHOU)
            )
        with pytest.raises(IntegrityError, match="not verified"), transaction.atomic():
            progress(row, month=2, state=State.VERIFIED)

    @pytest.mark.parametrize("amount", ["55000000.01", "-1", "NaN", "Infinity", "100000000000000"])
    def test_absurd_amounts_are_refused(self, amount: str) -> None:
        """More than a tenth above the total, negative, not a number, or beyond the province."""
        month = progress(project())
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE projects_projectprogress SET completed = %s WHERE id = %s", [amount, month.pk])

    def test_a_tenth_above_the_total_is_the_limit(self) -> None:
        """Exactly 110 % is still let in."""
        assert (
            completed(progress(project(state=State.VERIFIED), completed=55_000_000, state=State.VERIFIED).project)
            == 55_000_000
        )


@db
class TestFollowing:
    def test_progress_lies_where_its_project_lies(self) -> None:
        """Region, city, industry, action and year are the project's, even where a statement sets others."""
        row = project(GULOU)
        month = progress(row)
        ProjectProgress.objects.filter(pk=month.pk).update(region=KUNSHAN, year=2030, industry="food")
        month.refresh_from_db()
        assert (month.region_id, month.year, month.industry) == (GULOU, 2024, "textile")
        RenovationProject.objects.filter(pk=row.pk).update(region=KUNSHAN, year=2025, action="layout-optimization")
        month.refresh_from_db()
        assert (month.region_id, month.city_id, month.year, month.action) == (
            KUNSHAN,
            SUZHOU,
            2025,
            "layout-optimization",
        )

    def test_following_makes_no_new_version(self) -> None:
        """A month's open form stays current when its project moves."""
        row = project(GULOU)
        month = progress(row)
        RenovationProject.objects.filter(pk=row.pk).update(region=PEI)
        month.refresh_from_db()
        assert (month.region_id, month.version) == (PEI, 1)


@db
class TestRefusals:
    def test_a_constraint_is_explained_at_its_field(self) -> None:
        """The message is the model's own."""
        row = project(state=State.VERIFIED)
        progress(row, completed=40_000_000, state=State.VERIFIED)
        with pytest.raises(IntegrityError) as caught, transaction.atomic():
            RenovationProject.objects.filter(pk=row.pk).update(total_investment=1)
        assert list(refusal_error(caught.value, [RenovationProject]).message_dict) == ["total_investment"]

    @pytest.mark.parametrize("language", ["en", "zh-hans"])
    def test_every_constraint_can_say_what_it_refuses(self, language: str) -> None:
        """Django puts the name into the message, which a percent sign in a sentence would break."""
        with override(language):
            said = [c.get_violation_error_message() for m in apps.get_models() for c in m._meta.constraints]
        assert len(said) > 50
        assert not [words for words in said if "%" in str(words) or "{" in str(words)]

    def test_a_foreign_region_is_explained_at_the_region(self) -> None:
        """The trigger names no field."""
        row, clerk = project(), official("clerk", XUZHOU)
        with pytest.raises(IntegrityError) as caught, transaction.atomic(), pghistory.context(user=clerk.pk):
            RenovationProject.objects.filter(pk=row.pk).update(region=KUNSHAN)
        assert list(refusal_error(caught.value, [RenovationProject]).message_dict) == ["region"]

    def test_finish_before_start_is_asked_about(self) -> None:
        """Unlikely values are asked about and not refused."""
        row = project(start_date=date(2024, 2, 1), finish_date=date(2024, 1, 31))
        with override("en"):
            assert [each.field for each in row.implausible()] == ["finish_date"]

    def test_a_region_that_a_zone_lies_in(self) -> None:
        """A functional zone has the city of its county."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT code FROM accounts_region WHERE level = 'zone'")
            (zone,) = cursor.fetchone()
        assert project(zone).city_id == "320600"


@db
class TestSteps:
    def test_who_may_do_what(self) -> None:
        """Clerks submit and withdraw, verifiers verify and return what others submitted, managers do neither."""
        clerk, verifier, manager = (official(role, XUZHOU) for role in ("clerk", "verifier", "manager"))

        def steps(state: State, user: Official) -> list[State]:
            return review.next_states(project(state=state), user)

        assert steps(State.DRAFT, clerk) == steps(State.RETURNED, clerk) == [State.SUBMITTED]
        assert steps(State.SUBMITTED, clerk) == [State.DRAFT]
        assert steps(State.SUBMITTED, verifier) == [State.VERIFIED, State.RETURNED]
        assert steps(State.DRAFT, verifier) == steps(State.SUBMITTED, manager) == steps(State.VERIFIED, clerk) == []


class TestCodes:
    @given(st.integers(1, 99_999), st.sampled_from(["2401-320509-89-02", "2020-320114-35-03"]), st.data())
    def test_every_spelling_has_one_canonical(self, number: int, front: str, data: st.DataObject) -> None:
        """Full-width digits, any dashes, blanks and invisible characters anywhere change nothing."""
        code = project_code(number, front)
        spelled = ""
        for digit in code.replace("-", ""):
            spelled += data.draw(st.sampled_from([digit, chr(ord(digit) + 0xFEE0)]))
            spelled += data.draw(
                st.sampled_from(["", "", " ", "-", "－", "—", "\u3000", "\u200b", "\ufeff", "\u2212"])
            )
        assert canonical_project_code(spelled) == canonical_project_code(canonical_project_code(spelled)) == code

    def test_new_codes_carry_a_check_digit_and_old_ones_none(self) -> None:
        """2015 to 2020 are years, not months of the new form."""
        code = "2401-320509-89-02-000025"
        assert project_check_digit_fits(code)
        assert not project_check_digit_fits(code[:-1] + "6")
        assert is_old_form("2020-320114-35-03-012345")
        assert project_check_digit_fits("2020-320114-35-03-012345")

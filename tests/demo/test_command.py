"""`manage.py demo`: determinism, refusals and the demonstration users."""

import re
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Q

from enterprises.codes import credit_check_digit_fits
from enterprises.models import Enterprise, EnterpriseExit, Listing, Park
from finance.models import Allocation
from projects.models import (
    ChemicalUnit,
    EquipmentListing,
    LandRenewal,
    Participation,
    Policy,
    ProjectProgress,
    RenovationProject,
)
from revival.accounts.models import Official, Region
from revival.demo import load
from revival.demo.codes import MOST_ENTERPRISES, credit_code, organisation_digit
from revival.demo.lists import Draw
from revival.demo.people import PEOPLE
from revival.demo.places import office, places
from revival.demo.shape import DEFAULT, batches, parts

PASSWORD = "synthetic-and-long"


@pytest.fixture(autouse=True)
def given_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEMO_PASSWORD", PASSWORD)


def demo(*arguments: str) -> str:
    output = StringIO()
    call_command("demo", *arguments, stdout=output)
    return output.getvalue()


def drawn(seed: int, projects: int = 100) -> list[Any]:
    """All rows of a size without loading them."""
    users = {person.username: number for number, person in enumerate(PEOPLE)}
    grounds = places(users)
    draw = Draw(seed, grounds, office(users), all_months=True)
    found: list[Any] = []
    for batch in batches(projects, len(grounds)):
        population = draw.enterprises(batch, lambda _model, count: range(count))
        found += [population[:-1], *(made := draw.projects(batch, population.ground.firms, range(projects)))]
        found.append(draw.subjects(population, made.borrowers))
    return found


@pytest.mark.django_db
def test_same_seed_same_data() -> None:
    """The seed and the size alone determine the rows."""
    assert drawn(1) == drawn(1)
    assert drawn(1) != drawn(2)


@pytest.mark.parametrize("projects", [100, DEFAULT, 4_001, 50_000])
def test_batches_add_up(projects: int) -> None:
    """The batches of every size add up to its projects, and the list of 2024 has its share of the money."""
    cut = list(batches(projects, 96))
    assert sum(batch.waiting + sum(each.projects for each in batch.lists) for batch in cut) == projects
    assert all(batch.waiting > 0 for batch in cut)
    money = sum(batch.lists[1].investment for batch in cut)
    assert money == 20_983_300 * projects // DEFAULT


def test_parts_keep_the_total() -> None:
    """Rounding neither adds nor loses anything."""
    assert parts(10, [1, 1, 1]) == [4, 3, 3]
    assert sum(parts(20_983_300, [index**1.7 for index in range(1, 1364)], 300)) == 20_983_300
    assert min(parts(1_000, [1, 1_000_000], 300)) == 300


@pytest.mark.django_db
def test_small_load_and_refusal_of_a_second() -> None:
    """A hundred projects load. A second load is refused, and --if-empty changes nothing."""
    output = demo("--projects", "100")
    assert "122 enterprises, 100 projects" in output
    assert RenovationProject.objects.count() == 100
    hashes = set(Official.objects.values_list("password", flat=True))
    with pytest.raises(CommandError, match="second load"):
        demo("--projects", "100")
    assert "already" in demo("--if-empty")
    assert RenovationProject.objects.count() == 100
    assert set(Official.objects.values_list("password", flat=True)) == hashes


@pytest.mark.django_db
def test_smallest_size_has_something_for_every_report_of_xuzhou_and_kunshan() -> None:
    """Verified records of 2024 of each kind, in the city and in the county whose users try the system."""
    demo("--projects", "100")
    xuzhou, kunshan = Region.objects.get(pk="320300"), Region.objects.get(pk="320583")
    for model, found in {
        EnterpriseExit: Q(kind="closed", exited_on__year=2024),
        Listing: Q(year=2024),
        Park: Q(active_from__year=2024),
        LandRenewal: Q(renewed_on__year=2024),
        Participation: Q(held_on__year=2024),
        ChemicalUnit: Q(planned_year=2024),
        EquipmentListing: Q(year=2024),
        Allocation: Q(allocated_on__year=2024),
        Policy: Q(year=2024),
    }.items():
        for region in (xuzhou, kunshan):
            records: Any = model._default_manager
            assert records.filter(found, state="verified").within(region).exists(), (model, region.pk)


def test_credit_codes_go_on_in_letters() -> None:
    """A county has more than 99,999 codes, all in the right form and all different."""
    codes = [credit_code("320581", number) for number in (1, 99_999, 100_000, MOST_ENTERPRISES)]
    assert [code[8:16] for code in codes] == ["MA000001", "MA099999", "MA0A0000", "MA0Y9999"]
    assert all(map(credit_check_digit_fits, codes))
    assert not any(organisation_digit(code[8:16]) == code[16] for code in codes)


@pytest.mark.django_db
def test_interrupted_load_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """An error in the middle rolls back rows and users."""

    def broken(*_arguments: Any) -> None:
        raise RuntimeError("in the middle")

    put = load.put
    monkeypatch.setattr(
        load, "put", lambda cursor, model, *rest: (broken if model is ProjectProgress else put)(cursor, model, *rest)
    )
    with pytest.raises(RuntimeError, match="in the middle"):
        demo("--projects", "100")
    assert not Enterprise.objects.exists()
    assert not Official.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("size", ["99", "2000001", "-1"])
def test_size_out_of_bounds(size: str) -> None:
    """A size that cannot be loaded is refused with the bounds."""
    with pytest.raises(CommandError, match="between 100 and 2000000"):
        demo(f"--projects={size}")


@pytest.mark.django_db
def test_before_roles_are_there() -> None:
    """Without the roles the command says what to run first."""
    Group.objects.all().delete()
    with pytest.raises(CommandError, match=r"manage\.py roles"):
        demo("--projects", "100")


@pytest.mark.django_db
def test_above_a_size_most_projects_have_their_last_month_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """The months are thinned out at scale, and the kept totals still agree without an update."""
    monkeypatch.setattr(load, "ALL_MONTHS_UP_TO", 100)
    demo("--projects", "200")
    months = ProjectProgress.objects.filter(state="verified", year=2024)
    assert months.filter(month=12).count() == RenovationProject.objects.filter(year=2024, state="verified").count()
    assert 0 < months.filter(month=11).count() < months.filter(month=12).count() / 3
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM projects_renovationprojectevent WHERE pgh_label <> 'insert'")
        assert cursor.fetchone() == (0,)


@pytest.mark.django_db
def test_users_and_roles() -> None:
    """Ten users with one password, their role and region; those who work in the admin are staff."""
    assert PASSWORD not in demo("--projects", "100")
    for person in PEOPLE:
        official = Official.objects.get(username=person.username)
        assert official.check_password(PASSWORD)
        assert official.region_id == person.region
        assert [group.name for group in official.groups.all()] == [person.role]
        assert official.is_staff == (person.username != "province")
        assert official.is_superuser == (person.username == "admin")
        assert official.name.endswith("（演示）")


@pytest.mark.django_db
def test_existing_user_is_left_alone() -> None:
    """A user of the same name keeps their password and roles."""
    Official.objects.create(username="auditor", region_id="320100", password="!", name="A")
    assert "auditor" not in demo("--projects", "100")
    official = Official.objects.get(username="auditor")
    assert (official.password, official.region_id, official.groups.count()) == ("!", "320100", 0)


@pytest.mark.django_db
def test_generated_password_is_printed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without DEMO_PASSWORD a password is made and shown; --password makes another one."""
    monkeypatch.delenv("DEMO_PASSWORD")
    found = [
        re.search(r"^Password of the demonstration users: (\S{14})$", output, re.M)
        for output in (demo("--projects", "100"), demo("--password"))
    ]
    first, second = (match[1] for match in found if match)
    official = Official.objects.get(username="xuzhou")
    assert first != second
    assert not official.check_password(first)
    assert official.check_password(second)


@pytest.mark.django_db
def test_new_password_ends_sessions() -> None:
    """The hash that sessions are tied to changes with the password."""
    demo("--projects", "100")
    before = Official.objects.get(username="xuzhou").get_session_auth_hash()
    demo("--password")
    assert Official.objects.get(username="xuzhou").get_session_auth_hash() != before


@pytest.mark.django_db
def test_password_without_users() -> None:
    """There is nobody to give a password to before the first load."""
    with pytest.raises(CommandError, match="no demonstration users"):
        demo("--password")


@pytest.mark.django_db
def test_table_of_users() -> None:
    """Names, roles and regions in columns, and no password."""
    demo("--projects", "100")
    lines = demo("--users").splitlines()
    assert len(lines) == 11
    assert lines[0].split() == ["USER", "ROLE", "REGION"]
    assert "xuzhou verifier Xuzhou" in [" ".join(line.split()) for line in lines]
    assert PASSWORD not in "".join(lines)

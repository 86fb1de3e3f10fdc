"""The data of the default size: plausible in every slice, and right in every row."""

import datetime
import json
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings

from enterprises.codes import credit_check_digit_fits as credit_digit_fits
from enterprises.models import Enterprise, EnterpriseExit, Industry
from finance.models import Allocation, Loan
from projects.codes import project_check_digit_fits as project_digit_fits
from projects.models import (
    Action,
    EquipmentListing,
    RenovationProject,
    Stage,
    WatchedField,
)
from revival.accounts.models import Region
from revival.demo.codes import organisation_digit
from revival.records.limits import USUAL_LIMIT
from revival.records.plausible import unlikely_in
from tests.demo.data import FOLLOWING, KINDS, LISTED, WORK, column, rows
from tests.extent import times

pytestmark = pytest.mark.usefixtures("loaded")


def test_published_figures_of_2024() -> None:
    """The verified list of 2024 has exactly the article's count and sum."""
    assert rows(f"SELECT count(*), sum(total_investment) {LISTED}") == [(1363, Decimal("209833000000.00"))]


def test_key_support_and_taihu_basin() -> None:
    """There are ninety key-support projects and eleven of the Taihu basin, under further filters as well."""
    assert rows(f"SELECT count(*) {LISTED} AND key_support_year = 2024") == [(90,)]
    assert rows("SELECT count(*) FROM projects_renovationproject WHERE key_support_year = 2024") == [(90,)]
    assert rows(
        "SELECT count(*), count(*) FILTER (WHERE industry = 'textile' AND state = 'verified' AND year = 2024 "
        "AND city_id IN ('320200', '320400', '320500', '321100')) "
        "FROM projects_renovationproject WHERE 'taihu-basin' = ANY(programmes)"
    ) == [(11, 11)]


@pytest.mark.parametrize(("year", "count"), [(2023, 1180), (2025, 700)])
def test_years_beside_it(year: int, count: int) -> None:
    """The lists of 2023 and 2025 have their sizes."""
    statement = "SELECT count(*) FROM projects_renovationproject WHERE state = 'verified' AND year = %s"
    assert rows(statement, year) == [(count,)]


def test_every_slice_is_present() -> None:
    """No city, county, industry, action, stage or month of 2024 is empty."""
    places = set(Region.objects.filter(level__in=("county", "zone")).values_list("pk", flat=True))
    assert len(places) == 96
    assert column(f"SELECT region_id {LISTED}") == places
    assert len(column(f"SELECT city_id {LISTED}")) == 13
    assert column(f"SELECT industry {LISTED}") == set(Industry.values)
    assert column(f"SELECT action {LISTED}") == set(Action.values)
    assert column(f"SELECT stage {LISTED}") == set(Stage.values)
    assert column(f"SELECT extract(month FROM start_date)::int {LISTED}") == set(range(1, 13))
    assert column(f"SELECT unnest(watch) {LISTED}") == set(WatchedField.values)


def test_large_cities_lead() -> None:
    """Suzhou, Wuxi and Nantong have the most projects; none has more than a quarter."""
    counts = rows(f"SELECT city_id, count(*) {LISTED} GROUP BY 1 ORDER BY 2 DESC")
    assert {city for city, _count in counts[:3]} == {"320500", "320200", "320600"}
    assert counts[0][1] < 1363 / 4


def test_codes_are_right_in_form_and_issued_to_nobody() -> None:
    """All codes pass the check digits that officials know. An inner one of credit codes is always wrong."""
    credit_codes = list(Enterprise.objects.values_list("credit_code", flat=True))
    project_codes = list(RenovationProject.objects.values_list("code", flat=True))
    assert len(set(credit_codes)) == 4035
    assert len(set(project_codes)) == 3300
    assert all(map(credit_digit_fits, credit_codes))
    assert all(map(project_digit_fits, project_codes))
    assert not any(organisation_digit(code[8:16]) == code[16] for code in credit_codes)


def test_inner_digit_is_that_of_the_standard() -> None:
    """GB 11714's own example: D2143569 has the check digit X."""
    assert organisation_digit("D2143569") == "X"


@pytest.mark.torture
def test_every_row_passes_the_forms_own_checks() -> None:
    """A sample of each kind passes Django's validation as well."""
    for model in KINDS:
        found = model._default_manager.order_by("pk")
        samples = found[:: max(1, found.count() // times(5, 20))]
        assert len(samples) >= 5, model
        for row in samples:
            row.full_clean()


def test_unlikely_rows_are_explained() -> None:
    """Of each kind a sample, and all projects above the limit of amounts: a form would take them as they are."""
    large = RenovationProject.objects.filter(total_investment__gt=USUAL_LIMIT)
    assert [bool(row.explanation) for row in large] == [True]
    for model in KINDS:
        found = model._default_manager.named().select_related(*model.guard().follows).order_by("pk")
        samples = list(found[:: max(1, found.count() // times(60, 1000))])
        model.read_beside(samples)
        assert [(row, unlikely_in(row)) for row in samples if not row.explanation and unlikely_in(row)] == []


def test_everything_is_marked_synthetic() -> None:
    """Each row has its source and each name the mark, except the facts that the article names."""
    facts = json.loads(Path(settings.FIXTURE_DIRS[0], "facts.json").read_text(encoding="utf-8"))
    named = {each["name"] for part in facts.values() for each in part if "name" in each}
    found, stated = set(), 0
    for model in KINDS:
        table = model._meta.db_table
        assert column(f"SELECT source FROM {table}") <= {"synthetic", "command"}
        ((count,),) = rows(f"SELECT count(*) FROM {table} WHERE source = 'command' AND state = 'verified'")
        stated += count
        if "name" in {field.name for field in model._meta.fields}:
            found |= column(f"SELECT name FROM {table} WHERE source = 'command'")
            unmarked = f"SELECT count(*) FROM {table} WHERE name <> '' AND source = 'synthetic'"
            assert rows(f"{unmarked} AND name NOT LIKE '%%合成样例%%'") == [(0,)]
    assert found == named
    assert stated == sum(map(len, facts.values()))


def test_projects_fit_their_enterprises() -> None:
    """A project lies where its enterprise lies, in its industry, and the enterprise is verified and older."""
    assert rows(
        "SELECT count(*) FROM projects_renovationproject p JOIN enterprises_enterprise e ON e.id = enterprise_id "
        "WHERE p.region_id <> e.region_id OR p.industry <> e.industry OR e.state <> 'verified' "
        "OR e.active_from > p.start_date OR p.planned_investment > p.total_investment"
    ) == [(0,)]


def test_progress_is_whole_and_never_falls() -> None:
    """Every listed project has verified, cumulative months from January on. The plan is met in December."""
    assert rows(
        "SELECT year, first, last, count, count(*) FROM (SELECT project_id, year, min(month) AS first, "
        "max(month) AS last, count(*) FROM projects_projectprogress WHERE state = 'verified' GROUP BY 1, 2) g "
        "GROUP BY 1, 2, 3, 4 ORDER BY 1"
    ) == [(2023, 1, 12, 12, 1180), (2024, 1, 12, 12, 1363), (2025, 1, 6, 6, 700)]
    assert rows(
        "SELECT count(*) FROM (SELECT planned - lag(planned) OVER w AS more, completed - lag(completed) OVER w "
        "AS done FROM projects_projectprogress WINDOW w AS (PARTITION BY project_id ORDER BY month)) steps "
        "WHERE more < 0 OR done < 0"
    ) == [(0,)]
    assert rows(
        "SELECT count(*) FROM projects_projectprogress g JOIN projects_renovationproject p ON p.id = project_id "
        "WHERE month = 12 AND planned <> p.planned_investment"
    ) == [(0,)]


def test_completion_is_plausible() -> None:
    """The province comes close to its plan of 2024, some projects lie far behind, and July waits for review."""
    ((rate,),) = rows(f"SELECT sum(completed_investment) / sum(planned_investment) {LISTED}")
    assert Decimal("0.95") < rate < Decimal("0.99")
    ((behind,),) = rows(f"SELECT count(*) {LISTED} AND completed_investment < 0.8 * planned_investment")
    assert 10 < behind < 100
    assert rows("SELECT DISTINCT year, month FROM projects_projectprogress WHERE state <> 'verified'") == [(2025, 7)]


def test_nothing_was_changed_after_it_came_in() -> None:
    """There is one event per row, all inserts under the command's name. The kept totals agree with the months."""
    for table in (model._meta.db_table for model in KINDS):
        ((count,),) = rows(f"SELECT count(*) FROM {table}")
        found = rows(f"SELECT pgh_label, pgh_context ->> 'command', count(*) FROM {table}event GROUP BY 1, 2")
        assert found == [("insert", "demo", count)]
    assert rows(
        "SELECT count(*) FROM projects_renovationproject WHERE reported_month <> COALESCE((SELECT max(month) FROM "
        "projects_projectprogress g WHERE g.project_id = projects_renovationproject.id AND g.state = 'verified'), 0)"
    ) == [(0,)]
    assert rows(
        "SELECT count(*) FROM finance_loan WHERE lent <> COALESCE((SELECT sum(amount) FROM finance_drawing d "
        "WHERE d.loan_id = finance_loan.id AND d.state = 'verified'), 0)"
    ) == [(0,)]
    last = "SELECT DISTINCT ON (project_id) project_id, completed FROM projects_projectprogress "
    kept = "SELECT id, completed_investment FROM projects_renovationproject WHERE state = 'verified'"
    assert dict(rows(last + "WHERE state = 'verified' ORDER BY project_id, month DESC")) == dict(rows(kept))


def test_ended_enterprises_have_nothing_later() -> None:
    """Each has its verified exit of that day. No other record names it, and the enterprise it merged into goes on."""
    ended = "SELECT id FROM enterprises_enterprise WHERE active_until IS NOT NULL"
    assert rows(
        "SELECT count(*), count(x.id), count(*) FILTER (WHERE active_until <> exited_on OR x.state <> 'verified') "
        "FROM enterprises_enterprise e LEFT JOIN enterprises_enterpriseexit x ON x.enterprise_id = e.id "
        "WHERE active_until IS NOT NULL OR x.id IS NOT NULL"
    ) == [(254, 254, 0)]
    assert rows(f"SELECT count(*) FROM enterprises_enterpriseexit WHERE merged_into_id IN ({ended})") == [(0,)]
    for model in set(KINDS) - {EnterpriseExit}:
        if any(field.name == "enterprise" for field in model._meta.fields):
            assert rows(f"SELECT count(*) FROM {model._meta.db_table} WHERE enterprise_id IN ({ended})") == [(0,)]


def test_everything_fits_its_enterprise() -> None:
    """A record of an enterprise has its place and industry. A project that the record is for is its own."""
    for model in (*WORK, *FOLLOWING):
        table = model._meta.db_table
        assert rows(
            f"SELECT count(*) FROM {table} r JOIN enterprises_enterprise e ON e.id = enterprise_id "
            "WHERE r.region_id <> e.region_id OR r.industry <> e.industry OR e.state <> 'verified'"
        ) == [(0,)]
    for model in (Loan, Allocation, EquipmentListing):
        assert rows(
            f"SELECT count(*) FROM {model._meta.db_table} r JOIN projects_renovationproject p ON p.id = project_id "
            "WHERE p.enterprise_id <> r.enterprise_id OR p.state <> 'verified'"
        ) == [(0,)]


def test_review_is_by_two_people_in_the_past() -> None:
    """Nobody verified what they submitted, and Xuzhou's and Kunshan's own users did their part."""
    assert rows(
        "SELECT count(*) FROM projects_renovationproject WHERE submitted_by_id = verified_by_id "
        "OR verified_at <= submitted_at OR verified_at > %s",
        datetime.datetime(2025, 7, 1, tzinfo=datetime.UTC),
    ) == [(0,)]
    assert column(
        "SELECT DISTINCT o.username FROM projects_renovationproject p JOIN accounts_official o "
        "ON o.id IN (p.submitted_by_id, p.verified_by_id)"
    ) == {"province-clerk", "province-verifier", "xuzhou-clerk", "xuzhou", "nanjing", "kunshan-clerk"}


ABSENT = {("320583", "submitted")}


@pytest.mark.parametrize(
    ("region", "state"),
    [
        *(("320300", state) for state in ("draft", "submitted", "returned")),
        *(("320583", state) for state in ("draft", "submitted", "returned")),
        ("320100", "submitted"),
    ],
)
def test_demonstration_users_find_work(region: str, state: str) -> None:
    """In the users' own regions some projects wait in each state. Returned ones have a comment."""
    place = Region.objects.get(pk=region)
    waiting = RenovationProject.objects.filter(state=state).within(place)
    assert waiting.count() >= 2
    assert all(bool(project.comment) == (state == "returned") for project in waiting)
    for model in WORK if (region, state) not in ABSENT else ():
        assert model.objects.filter(state=state).within(place).exists(), model

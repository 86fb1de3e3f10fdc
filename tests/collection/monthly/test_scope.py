"""The monthly form: whose projects it lists, who may open it, and what it refuses."""

import pytest
from django.test import Client

from projects.models import ProjectProgress
from tests import factories
from tests.collection.monthly.form import PAGE, clerk, listed, month, period, save, text, typed
from tests.factories import GULOU, KUNSHAN, PEI, PROVINCE, SUZHOU, XUZHOU, browser, official

pytestmark = pytest.mark.django_db


def test_an_enterprise_elsewhere_is_not_named() -> None:
    """Its project lies in this region and is reported here."""
    listed(enterprise=factories.enterprise(KUNSHAN, name="Mill of Kunshan"))
    listed(enterprise=factories.enterprise(PEI, name="Mill of Pei"))
    page = text(clerk().get(PAGE))
    assert "Mill of Pei" in page
    assert "Mill of Kunshan" not in page


def test_only_verified_projects_of_the_year_and_the_region_are_listed() -> None:
    own = listed(name="Own row")
    listed(PEI, name="Row of Pei")
    listed(KUNSHAN, name="Row of Kunshan")
    listed(year=2023, name="Row of 2023")
    factories.project(GULOU, name="Draft row")
    found = {region: text(clerk(region).get(PAGE)) for region in (GULOU, XUZHOU, PROVINCE)}
    found["chosen"] = text(clerk(PROVINCE).get(f"{PAGE}?region={SUZHOU}"))
    names = ("Own row", "Row of Pei", "Row of Kunshan", "Row of 2023", "Draft row")
    shown = {region: [name for name in names if name in page] for region, page in found.items()}
    assert shown == {
        GULOU: ["Own row"],
        XUZHOU: ["Own row", "Row of Pei"],
        PROVINCE: ["Own row", "Row of Pei", "Row of Kunshan"],
        "chosen": ["Row of Kunshan"],
    }
    assert f'href="?region={PEI}"' in found[XUZHOU]
    assert f'href="/enterprises/{own.enterprise_id}/"' in found[XUZHOU]


FOREIGN = (f"region={SUZHOU}", f"region={PROVINCE}", "region=", "region=%00", "region=subei", "region=999")


@pytest.mark.parametrize("query", [*FOREIGN, "page=0", "page=x", "page=-1", "by=city", "page=1&page=2"])
def test_other_questions_are_refused(query: str) -> None:
    """A region outside the official's, also in a post, a page that is no number, and unknown parameters."""
    row, client = listed(), clerk()
    assert client.get(f"{PAGE}?{query}").status_code == 400
    assert save(client, typed(row, "1", "1"), path=f"{PAGE}?{query}").status_code == 400
    assert not ProjectProgress.objects.exists()


def test_projects_of_another_city_are_never_touched() -> None:
    """With forged keys a draft saves the own rows and a submission saves nothing. Foreign rows are never saved."""
    own, foreign, client = listed(), listed(KUNSHAN, name="ZQB"), clerk()
    row = factories.progress(foreign, month=6)
    rows = (
        typed(own, "2", "1"),
        typed(foreign, "777", "777", 1),
        {"p0-planned": "1", "p999999999999-completed": "1"},
    )
    for how in ("submit", "draft"):
        page = save(client, *rows, how=how)
        assert page.status_code == 200
        assert "3 projects are not on the list of this region any more" in text(page)
        assert "ZQB" not in text(page)
        assert (month(own) is None) == (how == "submit")
    row.refresh_from_db()
    assert (row.planned, row.version) == (1_000_000, 1)


@pytest.mark.parametrize("key", ["2024-07", "2024", "2024-00", "2024-6", "2024-13", "june", "２０２４-06"])
def test_there_is_no_such_month(key: str) -> None:
    period(0)
    assert clerk().get(f"/monthly/{key}/").status_code == 404


def test_others_have_no_business_here(client: Client) -> None:
    assert client.get(PAGE).status_code == 302
    for role in ("verifier", "manager", "auditor", "publisher"):
        other = browser(official(role, XUZHOU))
        assert other.get(PAGE).status_code == 403
        assert save(other).status_code == 403
    assert clerk().put(PAGE).status_code == 405


def test_a_post_without_its_token_is_refused() -> None:
    row = listed()
    client = Client(enforce_csrf_checks=True)
    client.force_login(official("clerk", XUZHOU), backend="django.contrib.auth.backends.ModelBackend")
    assert save(client, typed(row, "1", "1")).status_code == 403
    assert not ProjectProgress.objects.exists()

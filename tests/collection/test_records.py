"""The lists behind the board's numbers: what they show, their pages, and who sees what."""

import re

import pytest
from django.apps import apps
from django.test import Client

from enterprises.models import Enterprise
from projects.models import RenovationProject
from revival.collection.board.counting import has_months
from revival.collection.board.records import PAGE
from revival.records.models import Record
from tests import factories
from tests.collection.rows import lines, may_of_two_cities, owed, period
from tests.extent import every
from tests.factories import GULOU, KUNSHAN, PROVINCE, XUZHOU, browser, marked, official

pytestmark = pytest.mark.django_db
KINDS = [m for m in apps.get_models() if issubclass(m, Record) and not m._meta.proxy and m.guard().reported_in]


def text(client: Client, query: str) -> str:
    response = client.get(f"/board/records/?{query}")
    assert response.status_code == 200
    return response.content.decode()


def test_a_row_names_the_project_its_amounts_and_who_handed_it_in() -> None:
    """It links to the page of the project and, for officials who may enter the admin, to the form of the month."""
    clerk = official("clerk", PROVINCE, name="Clerk Chen")
    row = owed(GULOU, "submitted", completed=2_500_000, submitted_by=clerk)
    assert row
    period()
    page = text(browser(official("verifier", XUZHOU)), "state=submitted")
    (cells,) = lines(page).values()
    values = [value for value, _link in cells]
    assert values[:4] == [row.project.code, "Open", "Submitted", row.project.name]
    assert values[5:9] == ["Gulou District, Xuzhou", "100.00", "250.00", "Clerk Chen"]
    assert cells[0][1] == f"/projects/{row.project_id}/"
    assert cells[1][1] == f"/admin/projects/projectprogress/{row.pk}/change/"


def test_a_project_without_its_month_leads_to_its_own_form() -> None:
    """That form takes the month. Officials who may not enter the admin do not have the column."""
    owed(GULOU)
    period()
    project = RenovationProject.objects.get()
    clerk = official("clerk", XUZHOU)
    ((_code, entry, *_values),) = lines(text(browser(clerk), "state=not-started")).values()
    assert entry[1] == f"/admin/projects/renovationproject/{project.pk}/change/"
    clerk.is_staff = False
    clerk.save()
    assert "/admin/" not in text(browser(clerk), "state=not-started").split("<main")[1]


def test_an_enterprise_elsewhere_is_named_and_not_linked() -> None:
    """The enterprise of a project of the region may lie in another city, where its own page stays."""
    foreign = factories.enterprise(KUNSHAN, name="ZQB-foreign")
    factories.project(GULOU, state="verified", enterprise=foreign)
    period()
    page = text(browser(official("manager", XUZHOU)), "")
    assert "ZQB-foreign" in page
    assert f"/enterprises/{foreign.pk}/" not in page


def test_lists_hold_no_foreign_row() -> None:
    """This holds for every state."""
    may_of_two_cities()
    period()
    own = set(
        RenovationProject.objects.filter(city=XUZHOU, state="verified", year=2024).values_list("code", flat=True)
    )
    assert set(lines(text(browser(official("manager", XUZHOU)), ""))) == own
    assert len(own) == 6


def test_pages_are_reached_by_key() -> None:
    """Every row once, forwards and back again."""
    hands = {"enterprise": factories.enterprise(GULOU), "submitted_by": official("clerk", PROVINCE)}
    hands["verified_by"] = official("verifier", PROVINCE)
    for _ in range(2 * PAGE + 1):
        factories.project(GULOU, state="verified", **hands)
    period()
    client, found, path = browser(official("manager", XUZHOU)), [], "/board/records/?state=not-started"
    while path:
        page = client.get(path).content.decode()
        assert f"{2 * PAGE + 1} records" in page
        found.append(list(lines(page)))
        link = re.search(r'rel="next" href="([^"]*)', page)
        path = link.group(1).replace("&amp;", "&") if link else ""
    assert [len(codes) for codes in found] == [PAGE, PAGE, 1]
    assert len({code for codes in found for code in codes}) == 2 * PAGE + 1
    link = re.search(r'rel="prev" href="([^"]*)', page)
    assert link
    page = client.get(link.group(1).replace("&amp;", "&")).content.decode()
    assert list(lines(page)) == found[1]


@every("kind", KINDS)
def test_every_kind_has_its_list(kind: type[Record]) -> None:
    """The list shows the name, the day or the amounts of the kind. A month has only records of its days."""
    row = marked(kind, GULOU, "ZQB-own", state="verified")
    marked(kind, KUNSHAN, "ZQB-foreign", state="verified")
    year, *month = (getattr(row, name) for name in kind.guard().reported_in)
    key = str(year)[:4]
    period(0, year=int(key))
    client = browser(official("verifier", XUZHOU))
    query = f"period={key}&subject={kind._meta.model_name}&state=verified"
    page = client.get(f"/board/records/?{query}")
    assert page.context["count"] == len(lines(page.content.decode())) == 1
    assert "foreign" not in page.content.decode()
    if not has_months(kind):
        return
    number = month[0] if month else int(str(year)[5:7])
    for other, count in ((number, 1), (number % 12 + 1, 0)):
        made = period(other, year=int(key))
        board = client.get(f"/board/records/?period={made.key}&subject={kind._meta.model_name}&state=verified")
        assert board.context["count"] == count


def test_master_data_belong_to_no_period() -> None:
    """An enterprise is never due."""
    assert Enterprise not in KINDS
    assert len({kind._meta.model_name for kind in KINDS}) == len(KINDS)

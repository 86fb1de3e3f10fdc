"""The policy matrix: answered or not, by city, in the reader's scope."""

import csv
import io
import json
import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from projects.models import Policy
from tests import factories
from tests.factories import GULOU, KUNSHAN, PEI, PROVINCE, SUZHOU, XUZHOU, browser, official

pytestmark = pytest.mark.django_db


def manager(region: str = PROVINCE, language: str = "en") -> Client:
    return browser(official("manager", region), language)


def sheet(region: str) -> list[list[str]]:
    response = manager(region).get("/policies/?format=csv")
    assert response.status_code == 200
    assert "policy-matrix" in response.headers["Content-Disposition"]
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig")), strict=True))


@pytest.fixture
def plan() -> Policy:
    """A plan of the province, answered twice by Xuzhou, once by Pei County and by Kunshan. Drafts do not count."""
    higher = factories.policy(PROVINCE, level="province", name="The plan", state="verified")
    factories.policy(PROVINCE, level="nation", name="The opinions", year=2023, state="verified")
    factories.policy(PROVINCE, level="province", name="A draft of the province")
    for region, level in ((XUZHOU, "city"), (XUZHOU, "city"), (PEI, "county"), (KUNSHAN, "county")):
        factories.policy(region, level=level, answers=higher, state="verified")
    factories.policy(SUZHOU, level="city", answers=higher)
    return higher


def test_the_province_sees_all_cities(plan: Policy) -> None:
    """A city has answered with a policy of its own. Policies of its counties do not count for it."""
    rows = sheet(PROVINCE)
    assert len(rows) == 4
    assert len(rows[0]) == 3 + 13 + 1
    found = {row[0]: dict(zip(rows[0], row, strict=True)) for row in rows[1:]}
    assert list(found) == ["The opinions", "The plan", "Answers"]
    assert [found["The plan"][name] for name in ("Xuzhou", "Suzhou", "Wuxi", "Answers")] == ["✓ 2", "–", "–", "2"]
    assert found["The opinions"]["Answers"] == "0"
    assert [found["Answers"][name] for name in ("Xuzhou", "Wuxi", "Answers")] == ["2", "0", "2"]


@pytest.mark.parametrize(
    ("region", "place", "mark"),
    [(XUZHOU, "Xuzhou", "✓ 2"), (PEI, "Pei County", "✓ 1"), (GULOU, "Gulou District", "–"), (SUZHOU, "Suzhou", "–")],
)
def test_others_see_the_policies_and_their_own_answers(plan: Policy, region: str, place: str, mark: str) -> None:
    rows = sheet(region)
    assert rows[0] == ["Policy", "Level", "Year", place, "Answers"]
    assert {row[0]: row[3] for row in rows[1:3]} == {"The opinions": "–", "The plan": mark}


@pytest.mark.parametrize("region", [PROVINCE, XUZHOU, KUNSHAN])
def test_every_number_leads_to_its_policies(plan: Policy, region: str) -> None:
    """This holds for cells and totals."""
    client = manager(region)
    text = client.get("/policies/").content.decode()
    cells = re.findall(r'<a href="(/reports/policies/[^"]*answers[^"]*)">([^<]*)', text)
    assert len(cells) == 3 * (14 if region == PROVINCE else 2)
    for url, mark in cells:
        page = client.get(f"{unescape(url)}&format=json")
        rows = json.loads(b"".join(page.streaming_content))["rows"]  # type: ignore[attr-defined]
        assert len(rows) == int(mark.removeprefix("✓ ").replace("–", "0")), url


def test_nothing_else_is_taken(plan: Policy, client: Client) -> None:
    assert client.get("/policies/").status_code == 302
    for query in ("city=320300", "format=json", "format=%00"):
        assert manager().get(f"/policies/?{query}").status_code == 400
    user = official("manager", PROVINCE)
    user.groups.clear()
    assert browser(user).get("/policies/").status_code == 403


def test_queries_do_not_grow(plan: Policy) -> None:
    client, counts = manager(), []
    for _ in range(2):
        with CaptureQueriesContext(connection) as found:
            client.get("/policies/")
        counts.append(len(found))
        for _ in range(5):
            more = factories.policy(PROVINCE, level="province", state="verified")
            factories.policy(XUZHOU, level="city", answers=more, state="verified")
    assert counts[0] == counts[1] <= 9


def test_totals_of_more_policies_than_a_link_can_name_have_none(
    plan: Policy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answers to each policy still have a link. An address of thousands of keys would be refused."""
    table = re.compile(r'<tr[^>]*class="total".*?</tr>', re.DOTALL)
    (linked,) = table.findall(manager().get("/policies/").content.decode())
    monkeypatch.setattr("revival.pages.matrix.NAMED", 1)
    page = manager().get("/policies/").content.decode()
    (bare,) = table.findall(page)
    assert "answers=" in linked
    assert "answers=" not in bare
    assert f"answers={plan.pk}" in page

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
from tests.factories import KUNSHAN, PEI, PROVINCE, SUZHOU, XUZHOU, browser, official

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
    """A plan of the province, answered twice in Xuzhou and by a county of Suzhou; drafts do not count."""
    higher = factories.policy(PROVINCE, level="province", name="The plan", state="verified")
    factories.policy(PROVINCE, level="nation", name="The opinions", year=2023, state="verified")
    factories.policy(PROVINCE, level="province", name="A draft of the province")
    for region, level in ((XUZHOU, "city"), (PEI, "county"), (KUNSHAN, "county")):
        factories.policy(region, level=level, answers=higher, state="verified")
    factories.policy(SUZHOU, level="city", answers=higher)
    return higher


def test_the_province_sees_all_cities(plan: Policy) -> None:
    rows = sheet(PROVINCE)
    assert len(rows) == 4
    assert len(rows[0]) == 4 + 13 + 1
    found = {row[0]: dict(zip(rows[0], row, strict=True)) for row in rows[1:]}
    assert list(found) == ["The opinions", "The plan", "Policies answered"]
    assert (found["The plan"]["Xuzhou"], found["The plan"]["Suzhou"], found["The plan"]["Wuxi"]) == (
        "✓ 2",
        "✓ 1",
        "–",
    )
    assert found["The plan"]["Cities that answered"] == "2"
    assert found["The opinions"]["Cities that answered"] == "0"
    assert (found["Policies answered"]["Xuzhou"], found["Policies answered"]["Wuxi"]) == ("1", "0")


@pytest.mark.parametrize(
    ("region", "city", "mark"), [(XUZHOU, "Xuzhou", "✓ 2"), (PEI, "Xuzhou", "✓ 1"), (SUZHOU, "Suzhou", "✓ 1")]
)
def test_others_see_the_policies_and_their_own_answers(plan: Policy, region: str, city: str, mark: str) -> None:
    rows = sheet(region)
    assert rows[0] == ["Policy", "Level", "Issuer", "Year", city, "Cities that answered"]
    assert {row[0]: row[4] for row in rows[1:3]} == {"The opinions": "–", "The plan": mark}


@pytest.mark.parametrize("region", [PROVINCE, XUZHOU, KUNSHAN])
def test_each_cell_leads_to_its_policies(plan: Policy, region: str) -> None:
    client = manager(region)
    text = client.get("/policies/").content.decode()
    cells = [
        (unescape(url), mark)
        for url, mark in re.findall(r'<a href="(/reports/policies/\?answers[^"]*)">([^<]*)', text)
    ]
    assert len(cells) == 2 * (14 if region == PROVINCE else 2)
    for url, mark in cells:
        if mark.isdecimal():
            continue
        page = client.get(f"{url}&format=json")
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

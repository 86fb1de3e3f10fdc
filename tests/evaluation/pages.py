"""The pages of the index systems as readers open them, and records of each kind for them."""

import csv
import io
import json
import re
from html import unescape
from typing import Any

from django.test import Client

from tests import factories
from tests.evaluation.systems import months
from tests.factories import PROVINCE, browser, official

CITIES, INDUSTRIES = "/evaluation/cities/", "/evaluation/industries/"
SUBJECTS = [CITIES, INDUSTRIES]


def manager(region: str = PROVINCE, language: str = "en") -> Client:
    return browser(official("manager", region), language)


def page(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, url
    return response.content.decode()


def found(client: Client, page_: str = CITIES, query: str = "year=2024") -> dict[str, Any]:
    """The rows of the JSON by key."""
    answer = json.loads(page(client, f"{page_}?{query}&format=json"))
    return {row["key"]: row for row in answer["rows"]}


def sheet(client: Client, page_: str = CITIES, query: str = "year=2024") -> list[list[str]]:
    response = client.get(f"{page_}?{query}&format=csv")
    assert response.status_code == 200
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig")), strict=True))


def rows(text: str) -> list[list[str]]:
    """The cells of the tables in the HTML, row by row."""
    found = re.findall(r"<tr[^>]*>(.*?)</tr>", text, re.DOTALL)
    return [[strip(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)] for row in found]


def strip(text: str) -> str:
    return unescape(re.sub(r"<[^>]+>", "", text)).strip()


def links_of(text: str) -> list[str]:
    """The links that ask the same page something else."""
    return [unescape(link) for link in re.findall(r'href="(\?[^"]*)"', text)]


def record_of_each_kind(region: str, number: int = 1, **values: Any) -> None:
    """Make what the shipped systems count for one region, so many times."""
    for _ in range(number):
        given = {"state": "verified"} | values
        factories.enterprise(region, **given)
        months(region, 10, 9, **values)
        factories.retired(region, **given)
        factories.retired(region, category="backward", **given)
        factories.exit_of(factories.enterprise(region, **given), state="verified")
        for kind in ("green-factory", "green-park", "green-supply-chain"):
            factories.designation(region, kind, **given)
        factories.listing(factories.product(region, **given), state="verified")
        taxes = {"tax_before": 1_000_000, "year_before": 2022, "tax_after": 1_500_000, "year_after": 2024}
        factories.land(region, **given | taxes)
        factories.drawing(factories.loan(region, **given), state="verified")
        factories.chemical_unit(region, state="verified")
        factories.chemical_unit(region, completed_on="2024-08-01", state="verified")

"""The states of all 54 published figures against the demonstration data; no two are computed from the same rows."""

import json
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client

from revival.accounts.models import Official
from tests.factories import browser

pytestmark = pytest.mark.usefixtures("loaded")

AGREES, WITHIN, STATEMENT = "agrees", "within-qualifier", "statement-only"
# Code: published value, qualifier, state.
FIGURES: dict[str, tuple[str, str, str]] = {
    "F01": ("1363", "exact", AGREES),
    "F02": ("209.833", "exact", AGREES),
    "F03": ("3396", "exact", AGREES),
    "F04": ("73", "exact", AGREES),
    "F05": ("337", "exact", AGREES),
    "F06": ("34", "exact", AGREES),
    "F07": ("27", "exact", AGREES),
    "F08": ("51", "exact", AGREES),
    "F09": ("0.5", "about", STATEMENT),
    "F10": ("0.8", "exact", STATEMENT),
    "F11": ("90", "exact", AGREES),
    "F12": ("83", "exact", AGREES),
    "F13": ("2.346", "exact", AGREES),
    "F14": ("0.15", "exact", AGREES),
    "F15": ("2.178", "exact", AGREES),
    "F16": ("54", "exact", AGREES),
    "F17": ("601", "exact", AGREES),
    "F18": ("60.8", "exact", AGREES),
    "F19": ("47", "exact", AGREES),
    "F20": ("1300", "over", WITHIN),
    "F21": ("87", "exact", AGREES),
    "F22": ("500", "over", WITHIN),
    "F23": ("3000", "over", WITHIN),
    "F24": ("2000", "over", WITHIN),
    "F25": ("1420", "exact", AGREES),
    "F26": ("101", "exact", AGREES),
    "F27": ("9000", "nearly", WITHIN),
    "F28": ("40", "exact", AGREES),
    "F29": ("95", "exact", AGREES),
    "F30": ("18", "exact", AGREES),
    "F31": ("14", "exact", AGREES),
    "F32": ("1483", "exact", AGREES),
    "F33": ("278", "exact", AGREES),
    "F34": ("12", "exact", AGREES),
    "F35": ("36", "exact", AGREES),
    "F36": ("0.13", "exact", AGREES),
    "F37": ("3", "exact", AGREES),
    "F38": ("700", "over", WITHIN),
    "F39": ("45000", "exact", AGREES),
    "F40": ("2", "about", WITHIN),
    "F41": ("0.6", "nearly", STATEMENT),
    "F42": ("40", "over", STATEMENT),
    "F43": ("100", "class", STATEMENT),
    "F44": ("0.4", "exact", STATEMENT),
    "F45": ("136", "exact", AGREES),
    "F46": ("64", "exact", AGREES),
    "F47": ("11", "exact", AGREES),
    "F48": ("20", "exact", AGREES),
    "F49": ("281", "exact", AGREES),
    "F50": ("0.972", "exact", AGREES),
    "F51": ("2", "rank", STATEMENT),
    "F52": ("1.226", "exact", STATEMENT),
    "F53": ("0.557", "exact", STATEMENT),
    "F54": ("2", "rank", STATEMENT),
}
# Figures that look alike: the rows that prove one must not prove the other.
ALIKE = (
    ("F08", "F30"), ("F05", "F33"), ("F05", "F32"), ("F33", "F32"), ("F33", "F35"), ("F03", "F19"), ("F12", "F25"),
    ("F15", "F18"), ("F13", "F14"), ("F21", "F48"), ("F23", "F24"), ("F26", "F21"), ("F22", "F38"), ("F38", "F39"),
    ("F45", "F46"), ("F01", "F11"), ("F01", "F47"), ("F28", "F29"), ("F29", "F31"), ("F06", "F37"), ("F04", "F46"),
)  # fmt: skip


def rows() -> dict[str, dict[str, Any]]:
    output = StringIO()
    call_command("register", "--format", "json", stdout=output)
    return {row["id"]: row for row in json.loads(output.getvalue())["rows"]}


@pytest.fixture(scope="module")
def register(loaded: None) -> dict[str, dict[str, Any]]:
    """The register of the data as they were loaded."""
    return rows()


def behind(client: Client, link: str) -> set[tuple[str, int]]:
    """Report and key of each record that a computed value leads to."""
    page = client.get(f"{link}&format=json")
    found = json.loads(b"".join(page.streaming_content))  # type: ignore[attr-defined]
    return {(link.split("/")[2], row["id"]) for row in found["rows"]}


def test_the_state_of_every_figure(register: dict[str, dict[str, Any]]) -> None:
    """Published value, qualifier and state of all 54, from the command that anyone can run."""
    found = register
    assert {
        code: (Decimal(str(row["published"])), row["qualifier"], row["state"]) for code, row in found.items()
    } == {code: (Decimal(value), qualifier, state) for code, (value, qualifier, state) in FIGURES.items()}
    for row in found.values():
        assert (row["computed"] is None) == (row["state"] == STATEMENT)
        assert bool(row["link"]) == (row["state"] != STATEMENT)


def test_a_record_taken_away_is_missed() -> None:
    """Each exact figure differs once its records are gone, so that no state is due to chance."""
    with connection.cursor() as cursor:
        cursor.execute("SAVEPOINT before")
        cursor.execute("UPDATE records_reportingperiod SET closes = '2061-12-31'")
        cursor.execute("DELETE FROM projects_retiredequipment WHERE category = 'backward'")
        cursor.execute("DELETE FROM enterprises_listing WHERE kind = 'key-innovative'")
    found = rows()
    assert (found["F19"]["state"], found["F05"]["state"]) == ("no-records", "no-records")
    assert (found["F03"]["state"], found["F33"]["state"]) == (AGREES, AGREES)
    with connection.cursor() as cursor:
        cursor.execute("ROLLBACK TO SAVEPOINT before")


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_figures_that_look_alike_rest_on_other_rows(
    register: dict[str, dict[str, Any]], one: str, other: str
) -> None:
    """Neither the records nor the values of the two are the same."""
    client = browser(Official.objects.get(username="province"))
    first, second = (behind(client, register[code]["link"]) for code in (one, other))
    assert first
    assert second
    assert first != second
    assert register[one]["computed"] != register[other]["computed"]

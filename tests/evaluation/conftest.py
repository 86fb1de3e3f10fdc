"""Records for index systems to count."""

import pytest
from django.test import Client

from revival.evaluation.models import IndexSystem
from tests import factories
from tests.evaluation.pages import record_of_each_kind
from tests.evaluation.systems import BOUNDS, JIANGYIN, indicator, months, system
from tests.evaluation.versions import SETS
from tests.factories import GULOU, KUNSHAN, PEI, PROVINCE, browser, official


@pytest.fixture
def three_cities() -> None:
    """Completion 3/4 in Xuzhou, 9/10 in Suzhou, 4/10 in Wuxi; enterprises 4, 2 and 5.

    Sets retired voluntarily 10, 20, 0, and 0, 500, 20 backward ones. The other cities have reported nothing.
    """
    for code, planned, completed in ((GULOU, 2, 1), (PEI, 2, 2), (KUNSHAN, 10, 9), (JIANGYIN, 10, 4)):
        months(code, planned, completed)
    enterprises = {GULOU: 2, PEI: 2, KUNSHAN: 2, JIANGYIN: 5}
    for code, number in enterprises.items():
        for _ in range(number):
            factories.enterprise(code, state="verified")
    factories.retired(PEI, state="verified")
    for _ in range(2):
        factories.retired(KUNSHAN, state="verified")
    factories.retired(KUNSHAN, category="backward", quantity=500, state="verified")
    factories.retired(KUNSHAN, quantity=7000)
    factories.retired(JIANGYIN, category="backward", quantity=20, state="verified")


@pytest.fixture
def records() -> None:
    """Each kind of record for textiles of Xuzhou, and twice as many for machinery of Suzhou."""
    factories.enterprise(GULOU, state="verified")
    record_of_each_kind(GULOU, industry="textile")
    record_of_each_kind(KUNSHAN, 2, industry="machinery")


@pytest.fixture
def two() -> IndexSystem:
    """Version 2 for cities: Xuzhou has all of its plan completed, Suzhou half and twice the sets retired."""
    months(GULOU, 10, 10)
    months(KUNSHAN, 10, 5)
    months(GULOU, 10, 5, year=2023)
    months(KUNSHAN, 10, 8, year=2023)
    factories.retired(GULOU, state="verified")
    factories.retired(KUNSHAN, quantity=20, state="verified")
    for region in (GULOU, KUNSHAN):
        factories.retired(region, retired_on="2023-05-01", state="verified")
    return system(
        "cities",
        indicator("completion", "renovation.completed", "renovation.planned", weight="60", **BOUNDS),
        indicator("sets", "retired-equipment.sets", weight="40", group="two", method="target", target="20"),
    )


@pytest.fixture
def publisher() -> Client:
    return browser(official("publisher", PROVINCE))


@pytest.fixture
def draft() -> IndexSystem:
    return system("cities", SETS, use=False)

"""June 2024 is open in every test of the monthly form."""

import pytest

from revival.records.periods import ReportingPeriod
from tests.collection.monthly.form import period


@pytest.fixture(autouse=True)
def june() -> ReportingPeriod:
    return period()

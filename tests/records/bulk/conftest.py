"""A clerk and a verifier of Xuzhou."""

import pytest

from revival.accounts.models import Official
from tests.factories import (
    XUZHOU,
    official,
)


@pytest.fixture
def clerk(db: None) -> Official:
    return official("clerk", XUZHOU)


@pytest.fixture
def verifier(db: None) -> Official:
    return official("verifier", XUZHOU)

"""Officials of Xuzhou, and the pages as its clerk sees them."""

import pytest
from django.test import Client

from revival.accounts.models import Official
from tests.factories import XUZHOU, browser, official


@pytest.fixture
def clerk(db: None) -> Official:
    return official("clerk", XUZHOU)


@pytest.fixture
def verifier(db: None) -> Official:
    return official("verifier", XUZHOU)


@pytest.fixture
def page(clerk: Official) -> Client:
    return browser(clerk)

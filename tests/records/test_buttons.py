"""The first button of a record's page says whether it keeps a draft or submits a change of what is verified."""

import pytest

from revival.records.models import State
from tests import factories
from tests.factories import GULOU, XUZHOU, browser, official
from tests.records.models import url

pytestmark = pytest.mark.django_db


def test_the_button_says_that_a_change_is_submitted() -> None:
    page = browser(official("clerk", XUZHOU))
    labels = {State.DRAFT: "Save draft", State.RETURNED: "Save draft", State.VERIFIED: "Save, and submit the change"}
    for state, label in labels.items():
        row = factories.park(GULOU, state=state)
        text = page.get(url(type(row), "change", row.pk)).content.decode()
        assert f">{label}</button>" in text, state

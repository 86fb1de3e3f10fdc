"""A record that is deleted once more, as by a second click: the answer says that it is deleted, to who may know."""

from typing import Any

import pytest

from revival.records.models import Record
from tests.factories import GULOU, SUZHOU, XUZHOU, browser, marked, official
from tests.forms import deletion, url
from tests.records.models import every_record
from tests.records.models import url as address

pytestmark = pytest.mark.django_db
SAID = {"en": "This was deleted already.", "zh-hans": "已经删除"}


@every_record
def test_the_second_deletion_says_so(model: type[Record], db: None) -> None:
    row = marked(model, GULOU, "ROW")
    place, posted = url(row, "delete"), deletion(row)
    pages = {language: browser(official("clerk", XUZHOU), language) for language in SAID}
    assert pages["en"].post(place, posted).status_code == 302
    for language, said in SAID.items():
        for ask in ("post", "get"):
            answer = getattr(pages[language], ask)(place, posted, follow=True)
            assert answer.redirect_chain == [(address(model, "changelist"), 302)]
            assert said in answer.content.decode()


@every_record
def test_others_learn_nothing_and_a_key_that_never_was_is_missing(model: Any) -> None:
    row = marked(model, GULOU, "ROW")
    place, posted = url(row, "delete"), deletion(row)
    assert browser(official("clerk", XUZHOU)).post(place, posted).status_code == 302
    for page, path in (
        (browser(official("clerk", SUZHOU)), place),
        (browser(official("clerk", XUZHOU)), address(model, "delete", "999999999")),
        (browser(official("clerk", XUZHOU)), address(model, "delete", "x")),
    ):
        assert page.post(path, posted).status_code == 404

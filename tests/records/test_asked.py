"""What verifiers read beside an explanation: every question that it answers, also about records that are there."""

from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from enterprises.models import Enterprise
from finance.models import Drawing
from projects.models import RenovationProject
from revival.records.admin.asked import asked_and_answered
from revival.records.models import State
from tests import factories
from tests.extent import combinations, every
from tests.factories import GULOU, KUNSHAN, PEI, XUZHOU, browser, official
from tests.forms import save, url
from tests.records.test_duplicates import ALIKE, LANGUAGES, LOOKS, REASON, add, again, made
from tests.records.test_given import GIVEN, owned

pytestmark = pytest.mark.django_db


def shown(answer: Any) -> str:
    """The questions that a page shows beside explanations; "" where it shows none."""
    _before, _mark, after = answer.content.decode().partition('class="module revision asked"')
    return unescape(after.partition("<form")[0])


def submitted(model: Any, *rows: Any, explanation: str = REASON) -> None:
    """Submit stored rows with an explanation, as no form does."""
    factories.outside_requests()
    by: dict[str, Any] = {"submitted_by": official("clerk", PEI), "submitted_at": timezone.now()}
    model.objects.filter(pk__in=[row.pk for row in rows]).update(state=State.SUBMITTED, explanation=explanation, **by)


def twins(model: Any) -> tuple[Any, Any]:
    """A record, and the same one once more as a clerk enters it; the second waits with an explanation."""
    row, page = made(model), browser(official("clerk", XUZHOU))
    typed = again(page, row)
    asked = page.post(add(model), typed | {"explanation": REASON})
    form = asked.context["adminform"].form
    assert page.post(add(model), typed | {"explanation": REASON, "asked": form.data["asked"]}).status_code == 302
    other = model.objects.get(explanation=REASON)
    submitted(model, other)
    return row, other


class TestAlike:
    @every(("model", "language"), combinations(ALIKE, LANGUAGES))
    def test_the_verifier_reads_the_question_with_a_link(self, model: Any, language: str) -> None:
        row, other = twins(model)
        found = shown(browser(official("verifier", XUZHOU), language).get(url(other)))
        assert found.count(LOOKS[language]) >= 1
        assert f'<a href="{url(row)}" target="_blank" rel="noopener">' in found
        assert REASON in found
        assert url(other) not in found

    def test_of_a_hidden_record_stands_no_detail(self) -> None:
        row = factories.enterprise(PEI, name="徐州（合成）纺织有限公司")
        other = factories.enterprise(GULOU, name="徐州(合成)纺织有限责任公司")
        submitted(Enterprise, other)
        answer = browser(official("verifier", GULOU)).get(url(other))
        assert "it lies outside your region" in shown(answer)
        for hidden in (row.credit_code, row.name, url(row)):
            assert hidden not in answer.content.decode()

    def test_what_lies_in_another_city_is_no_question(self) -> None:
        row, other = twins(RenovationProject)
        factories.outside_requests()
        RenovationProject.objects.filter(pk=row.pk).update(region=KUNSHAN)
        found = shown(browser(official("verifier", XUZHOU)).get(url(other)))
        assert REASON in found
        assert LOOKS["en"] not in found

    def test_rows_of_a_page_and_each_question_once(self) -> None:
        of = factories.loan(GULOU, state=State.VERIFIED)
        rows = [factories.drawing(of) for _number in range(3)]
        submitted(Drawing, *rows)
        found = shown(browser(official("verifier", XUZHOU)).get(url(of)))
        assert found.count(f"</strong> {REASON}") == 3
        assert found.count(LOOKS["en"]) == 6

    def test_a_change_that_makes_it_alike_and_one_that_does_not(self) -> None:
        page, verifier = browser(official("clerk", XUZHOU)), browser(official("verifier", XUZHOU))
        factories.enterprise(GULOU, name="合成样例")
        for values, asked in (({"name": "合成样例"}, True), ({"industry": "food"}, False)):
            row = factories.enterprise(GULOU, name="别的合成" if asked else "合成 样例", state=State.VERIFIED)
            answer = save(page, row, **values, explanation=REASON)
            if asked:
                again_asked = answer.context["adminform"].form.data
                answer = page.post(url(row), again_asked)
            assert answer.status_code == 302
            row = Enterprise.objects.get(pk=row.pk)
            found = shown(verifier.get(url(row.open_revision)))
            assert REASON in found
            assert (LOOKS["en"] in found) is asked


@every("model", GIVEN)
def test_another_region_or_industry_than_the_enterprise_has_is_shown(model: Any) -> None:
    row, owner = owned(model)
    submitted(model, row)
    factories.outside_requests()
    Enterprise.objects.filter(pk=owner.pk).update(region=PEI, industry="food")
    found = shown(browser(official("verifier", XUZHOU)).get(url(row)))
    assert "The enterprise does not lie in Gulou District, Xuzhou." in found
    assert ("The industry of the enterprise is" in found) is ("industry" in model.given)


def test_queries_do_not_grow_with_the_rows() -> None:
    """And rows without an explanation take none."""
    user, of = official("verifier", XUZHOU), factories.loan(GULOU)
    keys = [factories.drawing(of, state=State.SUBMITTED).pk for _number in range(6)]
    counts = []
    for some, explanation in ((keys, ""), (keys[:1], REASON), (keys[:2], REASON), (keys, REASON)):
        rows = list(Drawing.objects.named().filter(pk__in=some))
        for row in rows:
            row.explanation = explanation
        with CaptureQueriesContext(connection) as taken:
            assert len(asked_and_answered(rows, user)) == (len(rows) if explanation else 0)
        counts.append(len(taken))
    assert counts[0] == 0
    assert counts[1] - counts[2] == 3  # the region and the rights of the official, read once for a request
    assert counts[2] == counts[3]

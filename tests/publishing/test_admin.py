"""The publishers' pages: who may write, what is said on save, history."""

import pytest
from django.test import Client

from revival.publishing.models import PublishedFigure
from tests import factories
from tests.factories import KUNSHAN, PEI, PROVINCE, XUZHOU, browser, official
from tests.forms import fields

pytestmark = pytest.mark.django_db
LIST = "/admin/publishing/publishedfigure/"


@pytest.fixture
def publisher() -> Client:
    return browser(official("publisher", PROVINCE))


def entry(client: Client, **values: str) -> dict[str, str]:
    """A new figure of Kunshan as typed."""
    given = {"code": "K01", "name_zh": "昆山项目", "name_en": "Projects of Kunshan", "system": "renovation-projects"}
    given |= {"value": "1", "digits": "0", "unit": "project", "scope": "county", "region": KUNSHAN, "year": "2024"}
    given |= {"source": "article-2025", "place": "L 1", "measure": "renovation.projects", "filters": "year=2024"}
    return {**fields(client.get(f"{LIST}add/")), **given, **values}


def test_a_publisher_adds_a_figure_and_is_told_what_the_records_say(publisher: Client) -> None:
    factories.project(KUNSHAN, state="verified")
    answer = publisher.post(f"{LIST}add/", entry(publisher), follow=True)
    assert "Computed from records: 1 projects. Agrees." in answer.content.decode()
    assert PublishedFigure.objects.get(pk="K01").region_id == KUNSHAN


def test_what_cannot_be_computed_is_told_at_its_field(publisher: Client) -> None:
    """What was typed stays, and nothing is saved."""
    answer = publisher.post(f"{LIST}add/", entry(publisher, filters="year=soon"))
    assert "filters" in answer.context["adminform"].form.errors
    assert "year=soon" in answer.content.decode()
    answer = publisher.post(f"{LIST}add/", entry(publisher, measure="renovation.nothing"))
    assert "measure" in answer.context["adminform"].form.errors
    assert not PublishedFigure.objects.filter(pk="K01").exists()


def test_measures_are_offered_by_report(publisher: Client) -> None:
    text = publisher.get(f"{LIST}add/").content.decode()
    assert '<optgroup label="Land renewals">' in text
    assert '<option value="land.multiple">' in text


def test_the_code_stays_and_the_history_says_who_changed_what(publisher: Client) -> None:
    page = f"{LIST}F01/change/"
    publisher.post(page, {**fields(publisher.get(page)), "code": "F99", "value": "1364"})
    assert int(PublishedFigure.objects.get(pk="F01").value) == 1364
    assert not PublishedFigure.objects.filter(pk="F99").exists()
    text = publisher.get(f"{LIST}F01/history/").content.decode()
    assert "1363" in text
    assert "1364" in text
    assert "publisher" in text
    publisher.post(f"{LIST}F01/delete/", {"post": "yes"})
    assert "F01" in publisher.get(f"{LIST}deleted/").content.decode()
    assert publisher.get(f"{LIST}F01/history/").status_code == 200
    assert publisher.get(f"{LIST}F77/history/").status_code == 404


def test_a_save_over_another_s_is_refused(publisher: Client) -> None:
    """Two publishers open one figure. The second is told, and nothing is lost."""
    page = f"{LIST}F01/change/"
    first, second = (fields(publisher.get(page)) for _publisher in range(2))
    publisher.post(page, {**first, "value": "1364"})
    answer = publisher.post(page, {**second, "value": "1365"})
    assert "someone else changed the figure after you opened it" in answer.content.decode()
    assert int(PublishedFigure.objects.get(pk="F01").value) == 1364


@pytest.mark.parametrize("key", ["%00", "a%00b", "F77", "-1", "9" * 40])
def test_what_is_not_there_is_a_404(publisher: Client, key: str) -> None:
    for page in ("change", "delete", "history"):
        assert publisher.get(f"{LIST}{key}/{page}/").status_code == 404


@pytest.mark.parametrize("role", ["clerk", "verifier", "manager", "auditor", "administrator"])
def test_others_read_and_change_nothing(role: str) -> None:
    client = browser(official(role, XUZHOU))
    assert client.get(LIST).status_code == 200
    assert client.get(f"{LIST}F01/change/").status_code == 200
    for page in ("add/", "F01/change/", "F01/delete/"):
        assert client.post(f"{LIST}{page}", {"value": "1", "post": "yes"}).status_code == 403
    assert int(PublishedFigure.objects.get(pk="F01").value) == 1363


@pytest.mark.parametrize("query", ["system__exact=bogus", "system__exact=%00", "region__exact=320000", "code=F01"])
def test_a_bad_filter_is_refused(publisher: Client, query: str) -> None:
    assert publisher.get(f"{LIST}?{query}").status_code == 400


def test_lists_cost_the_same_for_more_rows(publisher: Client, django_assert_max_num_queries: object) -> None:
    """All 54 take a fixed number of queries."""
    factories.project(PEI, state="verified")
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        assert "F50" in publisher.get(LIST).content.decode()

"""The inbox's page: records of all kinds take one step together, within the scope, the versions and the roles."""

import re
from collections.abc import Sequence
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from projects.models import RenovationProject
from revival.accounts.models import Official
from revival.records.models import Reviewed, Revision, State
from tests import factories
from tests.factories import GULOU, KUNSHAN, PROVINCE, SUZHOU, XUZHOU, browser, marked, official

pytestmark = pytest.mark.django_db
KINDS: list[Any] = [model for model in apps.get_models() if issubclass(model, Reviewed) and not model._meta.proxy]
PAGE = "/inbox/?pile=verify"


def clerk_of(region: str = XUZHOU) -> Official:
    return official("clerk", region)


def rows_of_every_kind(clerk: Official, state: str = State.SUBMITTED, region: str = GULOU) -> list[Any]:
    """One row of each kind that waits, with the rows that it belongs to."""
    by: dict[str, Any] = {"created_by": clerk} | ({"submitted_by": clerk} if state != State.DRAFT else {})
    return [marked(model, region, f"Synthetic {model.__name__}", state=state, **by) for model in KINDS]


def keys_of(rows: Sequence[Any]) -> list[str]:
    return [f"{row._meta.label_lower}:{row.pk}:{row.version}" for row in rows]


def shown(client: Client, url: str = PAGE) -> list[str]:
    """The rows of the page as it posts them."""
    return re.findall(r'name="shown" value="([^"]+)"', client.get(url).content.decode())


def confirm(client: Client, page: Any, url: str = PAGE, **more: str) -> Any:
    """Press the button of a preview."""
    text = page.content.decode()
    posted = {
        name: re.findall(rf'name="{name}" value="([^"]+)"', text)
        for name in ("row", "step", "confirmed", "form_token")
    }
    return client.post(url, posted | more, follow=True)


def states(rows: Sequence[Any]) -> set[str]:
    return {type(row)._base_manager.get(pk=row.pk).state for row in rows}


def test_records_of_all_kinds_are_verified_with_two_presses() -> None:
    """Of the inbox and of its preview, which shows the values and the totals and changes nothing."""
    rows_of_every_kind(clerk_of())
    client = browser(official("verifier", XUZHOU))
    waiting = shown(client)
    assert {key.partition(":")[0] for key in waiting} == {kind._meta.label_lower for kind in KINDS}
    preview = client.post(PAGE, {"all": "1", "shown": waiting, "step": "verified"})
    text = preview.content.decode()
    assert "Synthetic Enterprise" in text
    assert "Effect on the totals" in text
    assert preview.context["done"] >= len(KINDS) - 1  # another may have to be verified before one
    assert shown(client) == waiting
    page = confirm(client, preview)
    assert f"{preview.context['done']} records were verified." in page.content.decode()
    assert len(shown(client)) == preview.context["refused"]


def test_drafts_of_all_kinds_are_submitted_with_two_presses() -> None:
    """Those that the official entered; of drafts of others they see none here."""
    clerk, other = clerk_of(), official("clerk", XUZHOU)
    kinds = [kind for kind in KINDS if kind is not Revision]
    rows = [marked(k, GULOU, f"Synthetic {k.__name__}", state="draft", created_by=clerk) for k in kinds]
    for kind in kinds:
        marked(kind, GULOU, f"Other {kind.__name__}", state="draft", created_by=other)
    client, url = browser(clerk), "/inbox/?pile=drafts"
    mine = shown(client, url)
    assert {*keys_of(rows)} <= {*mine}
    preview = client.post(url, {"all": "1", "shown": mine, "step": "submitted"})
    confirm(client, preview, url)
    refused = {each.row.pk for kind in preview.context["kinds"] for each in kind.rows if each.refused}
    assert states([row for row in rows if row.pk not in refused]) == {State.SUBMITTED}
    assert not any("Other" in str(each.row) for kind in preview.context["kinds"] for each in kind.rows)


def test_months_are_verified_together_with_their_project() -> None:
    """The project goes first, as a month of a record that is not verified would count alone."""
    clerk = clerk_of()
    project = factories.project(GULOU, state="submitted", submitted_by=clerk)
    month = factories.progress(project, month=3, state="submitted", submitted_by=clerk)
    client = browser(official("verifier", XUZHOU))
    confirm(client, client.post(PAGE, {"row": keys_of([month, project]), "step": "verified"}))
    assert states([project, month]) == {State.VERIFIED}


def test_a_return_says_what_is_to_be_corrected() -> None:
    """Without a comment nothing happens; it is asked for in the preview."""
    (row,) = [factories.enterprise(GULOU, state="submitted", submitted_by=clerk_of())]
    client = browser(official("verifier", XUZHOU))
    preview = client.post(PAGE, {"row": keys_of([row]), "step": "returned"})
    assert 'name="comment"' in preview.content.decode()
    assert "Say what is to be corrected." in confirm(client, preview).content.decode()
    assert states([row]) == {State.SUBMITTED}
    confirm(client, preview, comment="Synthetic comment")
    row.refresh_from_db()
    assert (row.state, row.comment) == (State.RETURNED, "Synthetic comment")


def test_a_confirmation_that_is_posted_twice_is_carried_out_once() -> None:
    """The second says what the first did, where it would else be refused as changed meanwhile."""
    row = factories.enterprise(GULOU, state="submitted", submitted_by=clerk_of())
    client = browser(official("verifier", XUZHOU))
    preview = client.post(PAGE, {"row": keys_of([row]), "step": "verified"})
    assert "1 record was verified." in confirm(client, preview).content.decode()
    again = confirm(client, preview).content.decode()
    assert "This was done already. 1 record was verified." in again
    assert "was not changed" not in again


@pytest.mark.parametrize("comment", ["\x00", "\u200b", " ", "x" * 2001])
def test_odd_comments_are_refused_in_words(comment: str) -> None:
    row = factories.enterprise(GULOU, state="submitted", submitted_by=clerk_of())
    client = browser(official("verifier", XUZHOU))
    posted = {"row": keys_of([row]), "step": "returned", "confirmed": "1", "comment": comment}
    answer = client.post(PAGE, posted)
    assert answer.status_code == 200
    assert "errorlist" in answer.content.decode()
    assert states([row]) == {State.SUBMITTED}


def test_what_was_changed_since_the_page_is_refused() -> None:
    """The others take the step, and the official is told which did not and why."""
    clerk = clerk_of()
    rows = [factories.enterprise(GULOU, state="submitted", submitted_by=clerk) for _ in range(2)]
    client = browser(official("verifier", XUZHOU))
    preview = client.post(PAGE, {"row": keys_of(rows), "step": "verified"})
    rows[0].name = "Synthetic change"
    rows[0].save()
    text = confirm(client, preview).content.decode()
    assert "1 record was verified." in text
    assert "It was changed since the preview." in text
    assert states(rows[:1]) == {State.SUBMITTED}


def test_rows_outside_the_scope_or_the_role_are_out_of_reach() -> None:
    """Of another city, of one's own submission, and without the role: nothing changes and nothing is told."""
    foreign = factories.enterprise(KUNSHAN, name="Foreign", state="submitted", submitted_by=clerk_of(SUZHOU))
    client = browser(official("verifier", XUZHOU))
    assert shown(client) == []
    answer = client.post(PAGE, {"row": keys_of([foreign]), "step": "verified", "confirmed": "1"}, follow=True)
    assert "Foreign" not in answer.content.decode()
    both = official("clerk", XUZHOU)
    both.groups.add(*official("verifier", XUZHOU).groups.all())
    own = factories.enterprise(GULOU, state="submitted", submitted_by=both)
    text = browser(both).post(PAGE, {"row": keys_of([own]), "step": "verified", "confirmed": "1"}, follow=True)
    assert "You submitted it yourself" in text.content.decode()
    clerk = browser(clerk_of())
    assert clerk.post(PAGE, {"row": keys_of([own]), "step": "verified", "confirmed": "1"}).status_code == 403
    assert browser(official("manager", PROVINCE)).get("/inbox/").status_code == 403
    assert states([foreign, own]) == {State.SUBMITTED}


@pytest.mark.parametrize(
    "posted",
    [
        {"row": "x", "step": "verified"},
        {"row": "auth.user:1:1", "step": "verified"},
        {"row": "enterprises.enterprise:1:1", "step": "draft"},
        {"row": "enterprises.enterprise:1:1", "step": "gone"},
        {"row": "enterprises.enterprise:1:1"},
        {"row": [f"enterprises.enterprise:{key}:1" for key in range(201)], "step": "verified"},
    ],
)
def test_what_no_page_posts_is_refused(posted: dict[str, Any]) -> None:
    assert browser(official("verifier", XUZHOU)).post(PAGE, posted).status_code == 400


def test_a_post_without_rows_says_so() -> None:
    answer = browser(official("verifier", XUZHOU)).post(PAGE, {"step": "verified"}, follow=True)
    assert "choose at least one record" in answer.content.decode()


def test_queries_do_not_grow_with_the_rows() -> None:
    """Of the page, and of the preview of a step."""
    client, counts = browser(official("verifier", XUZHOU)), []
    clerk = clerk_of()
    for _turn in range(2):
        for _row in range(3):
            factories.enterprise(GULOU, state="submitted", submitted_by=clerk)
            factories.project(GULOU, state="submitted", submitted_by=clerk)
        client.get(PAGE)
        with CaptureQueriesContext(connection) as page:
            waiting = shown(client)
        with CaptureQueriesContext(connection) as preview:
            client.post(PAGE, {"all": "1", "shown": waiting, "step": "verified"})
        counts.append((len(page), len(preview)))
    assert counts[0] == counts[1]
    assert RenovationProject.objects.filter(state="submitted").count() == 6

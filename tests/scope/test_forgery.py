"""Forged posts of one city's officials change nothing of another's.

Every forged post here must change nothing at all, so the whole database is compared: rows of both cities.
"""

from collections.abc import Iterable
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from revival.accounts.models import Export, Official
from revival.records.models import State
from revival.records.periods import ExtensionRequest, PeriodException, ReportingPeriod
from tests.extent import every, times
from tests.factories import SUZHOU, XUZHOU, outside_requests
from tests.forms import fields, url
from tests.scope.forged import RECORDS, Post, base, batches, forged, of_foreign_rows
from tests.world import MARK, World, fingerprint

pytestmark = pytest.mark.torture
OTHERS = [Official, Export, PeriodException, ExtensionRequest]
every_record = every("model", RECORDS)


@pytest.fixture(scope="module")
def before(world: World, pages: dict[str, Client]) -> dict[str, str]:
    """The database once everybody has signed in. Every test of posts leaves it unchanged."""
    assert len(pages) > len(world.readers)
    return fingerprint()


def unchanged(client: Client, posts: list[Post], before: dict[str, str]) -> None:
    """Post all of them. If the database has changed afterwards, find the first post that changed it."""
    with transaction.atomic():
        for post in posts:
            answer = client.post(post.url, post.data)
            assert answer.status_code < 500, post
            assert MARK not in answer.content.decode(), post
        after = fingerprint()
        transaction.set_rollback(True)
    if after == before:
        return
    for post in posts:  # one by one, to name it
        with transaction.atomic():
            client.post(post.url, post.data)
            now = fingerprint()
            transaction.set_rollback(True)
        assert {name: digest for name, digest in now.items() if digest != before[name]} == {}, post


def share(posts: Iterable[Post], model: Any, of: int) -> list[Post]:
    """One of so many posts; other ones of the next model, whose posts are made alike."""
    return list(posts)[RECORDS.index(model) % of :: of]


@every_record
def test_forged_posts_change_nothing(
    model: Any, world: World, pages: dict[str, Client], before: dict[str, str]
) -> None:
    """A clerk's, who may change most of what is A's: a batch with one foreign row is refused whole."""
    posts = share(forged(model, world, pages["clerk"]), model, times(16, 1))
    unchanged(pages["clerk"], posts, before)


@every_record
def test_others_forge_in_vain_as_well(
    model: Any, world: World, pages: dict[str, Client], before: dict[str, str]
) -> None:
    """A verifier and a superuser of A, with some models each, take no step and delete nothing in B."""
    reader = "verifier" if RECORDS.index(model) % 2 else "superuser"
    typed = fields(pages["clerk"].get(url(world.own[model][0])))
    posts = list(of_foreign_rows(model, world.foreign[model][: times(2, 9)], typed))
    posts += batches(model, [row.pk for row in world.own[model]], [row.pk for row in world.foreign[model]])
    unchanged(pages[reader], share(posts, model, times(8, 1)), before)


@pytest.mark.parametrize("model", OTHERS, ids=lambda model: model.__name__)
def test_officials_files_and_exceptions_of_another_city(
    model: Any, world: World, pages: dict[str, Client], before: dict[str, str]
) -> None:
    """An administrator and a superuser of A do not change B's, and change no exception at all."""
    posts = []
    for row in world.foreign[model]:
        data = {"username": "taken", "name": "taken", "region": XUZHOU, "reason": "taken", "until": "2060-12-31"}
        data |= {"decision": "grant", "last_day": "2060-12-31", "words": "taken"}
        posts += [Post(url(row), data | {"_save": "1"}), Post(url(row, "delete"), {"post": "yes"})]
        posts.append(Post(base(model), {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}))
    if model is Official:
        posts += [
            Post(
                f"{base(model)}{row.pk}/password/", {"password1": "Grand-Canal-1194", "password2": "Grand-Canal-1194"}
            )
            for row in world.foreign[model]
        ]
    for reader in ("administrator", "superuser", "publisher"):
        unchanged(pages[reader], posts, before)


def test_a_city_opens_no_period(world: World, pages: dict[str, Client], before: dict[str, str]) -> None:
    """Only the province writes periods and exceptions, with any rights of a city's official."""
    period = ReportingPeriod.objects.get(year=2019)
    dates = {"year": 2018, "month": 0, "opens": "2018-01-01", "due": "2018-12-31", "closes": "2060-12-31"}
    leave = {"period": period.pk, "region": XUZHOU, "reason": "please", "until": "2060-12-31"}
    own = world.own[PeriodException][0]
    delete = {"action": "delete_selected", "post": "yes"}
    posts = [
        Post(f"{base(ReportingPeriod)}add/", dates),
        Post(url(period), dates | {"year": 2019}),
        Post(url(period, "delete"), {"post": "yes"}),
        Post(base(ReportingPeriod), delete | {"_selected_action": [period.pk]}),
        Post(f"{base(PeriodException)}add/", leave),
        Post(url(own), leave),
        Post(url(own, "delete"), {"post": "yes"}),
        Post(base(PeriodException), delete | {"_selected_action": [own.pk]}),
    ]
    asked, ask = world.own[ExtensionRequest][0], {"reason": "please", "until": "2060-12-31"}
    posts.append(Post(url(asked), {"decision": "grant", "last_day": "2060-12-31", "words": "x", "_save": "1"}))
    posts += [Post(f"/extension/2017/?region={place}", ask) for place in (SUZHOU, XUZHOU)]  # one of theirs waits
    for reader in ("superuser", "publisher", "administrator", "clerk"):
        unchanged(pages[reader], posts, before)


@every_record
def test_what_no_form_offers_is_not_taken(model: Any, world: World, pages: dict[str, Client]) -> None:
    """State, people, versions and kept columns are ignored in a form that is valid otherwise."""
    draft, client = world.own[model][0], pages["clerk"]
    if model._meta.label == "records.Revision":
        return  # no form of its own
    with transaction.atomic():
        typed = fields(client.get(url(draft)))
        person = world.foreign[Official][0].pk
        client.post(
            url(draft),
            typed
            | {"state": State.VERIFIED, "submitted_by": person, "verified_by": person, "created_by": person}
            | {"changed_by": person, "city": SUZHOU, "id": world.foreign[model][0].pk, "source": "command"}
            | {"completed_investment": 1, "lent": 1, "active_until": "2020-01-01", "comment": "forged"}
            | {"explanation": "typed"},
        )
        now = model.objects.get(pk=draft.pk)
        assert now.explanation == "typed"
        assert (now.state, now.submitted_by, now.verified_by, now.comment) == (
            draft.state,
            None,
            None,
            draft.comment,
        )
        assert (now.created_by, now.city_id, now.source) == (draft.created_by, XUZHOU, draft.source)
        for name in model.guard().derived:
            assert getattr(now, name) == getattr(draft, name)
        transaction.set_rollback(True)
    outside_requests()


def test_enough_is_forged(world: World, pages: dict[str, Client]) -> None:
    """The clerk's posts alone are at least 500."""
    assert sum(1 for model in RECORDS for _post in forged(model, world, pages["clerk"])) >= 500

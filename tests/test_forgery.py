"""S2 and X4: forged posts of one city's officials change nothing of another's, and no change goes without its form.

Every forged post here must change nothing at all, so the whole database is compared: rows of both cities.
"""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import urlencode

import pytest
from django.contrib import admin
from django.db import transaction
from django.test import Client
from django.urls import reverse
from pytest_django.plugin import DjangoDbBlocker

from enterprises.models.kinds import GreenFactory
from projects.models import RenovationProject
from revival.accounts.models import Export, Official, Region
from revival.evaluation.models import IndexSystem
from revival.records.admin.bulk import STEP_ACTIONS
from revival.records.models import Reviewed, State
from revival.records.periods import PeriodException, ReportingPeriod
from tests.factories import GULOU, KUNSHAN, SUZHOU, XUZHOU, browser, outside_requests
from tests.forms import deletion, fields, seen, url
from tests.torture.people import times
from tests.world import MARK, World, fingerprint, two_cities

pytestmark = pytest.mark.torture

# Of the proxies, whose pages are made alike, one.
RECORDS = [m for m in admin.site._registry if issubclass(m, Reviewed) and (not m._meta.proxy or m is GreenFactory)]
NEXT = {State.DRAFT: "submitted", State.SUBMITTED: "verified", State.VERIFIED: "", State.RETURNED: "submitted"}
OTHERS = [Official, Export, PeriodException]
ELSEWHERE = "https://evil.example"
PUBLISHER = "publisher of the province"
WORD = "Grand-Canal-1194"
every_record = pytest.mark.parametrize("model", RECORDS, ids=lambda model: model._meta.label)


class Post(NamedTuple):
    """An address and what is posted to it."""

    url: str
    data: dict[str, Any]


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    with django_db_blocker.unblock(), two_cities() as made:
        yield made


@pytest.fixture(scope="module")
def pages(world: World) -> dict[str, Client]:
    publisher = world.own[PeriodException][0].opened_by
    return {name: browser(reader) for name, reader in [*world.readers.items(), (PUBLISHER, publisher)]}


def base(model: Any) -> str:
    return f"/admin/{model._meta.app_label}/{model._meta.model_name}/"


def forged(model: Any, world: World, client: Client) -> Iterator[Post]:
    """Every forged post that concerns the model."""
    own, foreign = world.own[model], world.foreign[model]
    draft = own[0]
    typed = fields(client.get(url(draft)))
    yield from of_foreign_rows(model, foreign, typed)
    yield from batches(model, [row.pk for row in own], [row.pk for row in foreign])
    yield from steps(model, own, foreign)
    yield from versions(draft, typed)
    yield from foreign_values(draft, typed, world)
    for inline in admin.site._registry[model].inlines:
        yield from inlines(model, inline.model, typed, world)


def of_foreign_rows(model: Any, foreign: list[Any], typed: dict[str, Any]) -> Iterator[Post]:
    """The form of an own row posted to a foreign one, and its deletion and history."""
    for row in foreign:
        good = typed | {"version": row.version, "review_comment": "forged"}
        for step in times([NEXT[row.state]], ["", *State.values]):
            yield Post(url(row), good | {"review": step})
        yield Post(url(row, "delete"), {"post": "yes", "version": row.version})
    yield Post(url(foreign[0], "history"), {"post": "yes"})
    yield Post(f"{base(model)}{foreign[0].pk}/", typed)


def batches(model: Any, own: list[int], foreign: list[int]) -> Iterator[Post]:
    """Actions on foreign rows, alone and among own ones, on all of the list, and rows as a list would edit them."""
    delete = {"action": "delete_selected", "post": "yes"}
    for chosen in ([foreign[0]], [own[0], foreign[0]], [own[0], *foreign]):
        yield Post(base(model), delete | {"_selected_action": chosen})
        yield Post(base(model), delete | {"seen": " ".join(f"{key}:1" for key in chosen)})
        yield Post(base(model), delete | {"_selected_action": chosen, "select_across": "1"})
    yield Post(f"{base(model)}?all=", delete | {"_selected_action": [own[0], foreign[0]]})
    # All that is listed, verified rows among them, which nobody deletes.
    yield Post(base(model), delete | {"_selected_action": [own[0], own[1]], "select_across": "1"})
    rows = {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "form-0-id": foreign[0], "_save": "Save"}
    yield Post(base(model), rows | {"form-0-name": "taken", "form-0-state": State.VERIFIED, "form-0-comment": "x"})


def steps(model: Any, own: list[Any], foreign: list[Any]) -> Iterator[Post]:
    """Every step of review on foreign rows, alone and among own ones, on all of the list, previewed and confirmed."""
    for name, _state, _verb in STEP_ACTIONS:
        for chosen in (foreign, [own[0], *foreign]):
            data = {"action": name, "select_across": "1", "_selected_action": [row.pk for row in chosen]}
            yield Post(base(model), data)
            seen = " ".join(f"{row.pk}:{row.version}" for row in chosen)
            yield Post(base(model), data | {"seen": seen, "comment": "forged"})


def versions(draft: Any, typed: dict[str, Any]) -> Iterator[Post]:
    """A change of an own row over a version that it does not have."""
    for version in ("", "0", "-1", str(2**31 - 1), str(10**30), "x"):
        yield Post(url(draft), typed | {"version": version, "review": State.SUBMITTED})
    yield Post(url(draft), {n: v for n, v in typed.items() if n != "version"} | {"review": State.SUBMITTED})


def foreign_values(draft: Any, typed: dict[str, Any], world: World) -> Iterator[Post]:
    """Regions and records of B in the form of an own row, changed or new."""
    model = type(draft)
    for field in model._meta.concrete_fields:
        if not (field.many_to_one and field.name in typed):
            continue
        others = [SUZHOU, KUNSHAN] if field.related_model is Region else []
        others += [row.pk for row in world.foreign.get(field.related_model, ())][: times(2, 9)]
        for key in others:
            yield Post(url(draft), typed | {field.name: key})
            yield Post(f"{base(model)}add/", typed | {field.name: key})


def inlines(model: Any, below: Any, typed: dict[str, Any], world: World) -> Iterator[Post]:
    """Rows of B, and rows of another record of A, on the page of a record of A."""
    key = next(f for f in below._meta.concrete_fields if f.related_model is model)
    prefix = below._meta.get_field(key.name).remote_field.get_accessor_name()
    draft = world.own[model][0]
    for row in (*world.foreign[below][: times(2, 9)], world.own[below][1]):
        counts = {f"{prefix}-TOTAL_FORMS": "1", f"{prefix}-INITIAL_FORMS": "1"}
        values = {f"{prefix}-0-{n}": v for n, v in plain(row).items()}
        values |= {f"{prefix}-0-id": row.pk, f"{prefix}-0-version": row.version, f"{prefix}-0-{key.name}": draft.pk}
        yield Post(url(draft), typed | counts | values)
        yield Post(url(draft), typed | counts | values | {f"{prefix}-0-DELETE": "on"})
        for step in (State.SUBMITTED, State.VERIFIED):
            yield Post(url(draft), typed | counts | values | {f"{prefix}-0-review": step})
    for other in world.foreign[model]:  # a new row for a record of B
        yield Post(url(other), typed | {f"{prefix}-TOTAL_FORMS": "1", f"{prefix}-0-{key.name}": other.pk})


def plain(row: Any) -> dict[str, str]:
    """The row's own values as they could be typed."""
    fields = [f for f in row._meta.concrete_fields if f.editable and not f.primary_key]
    return {f.name: str(getattr(row, f.attname) or "") for f in fields}


@pytest.fixture(scope="module")
def before(world: World, pages: dict[str, Client]) -> dict[str, str]:
    """The database as it is when everybody has signed in; every test of posts leaves it so."""
    assert len(pages) > len(world.readers)
    return fingerprint()


def unchanged(client: Client, posts: list[Post], before: dict[str, str]) -> None:
    """Post all of them; where the database is another afterwards, find the first that changed it."""
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


@every_record
def test_forged_posts_change_nothing(
    model: Any, world: World, pages: dict[str, Client], before: dict[str, str]
) -> None:
    """A clerk's, who may change most of what is A's: a batch with one foreign row is refused whole."""
    posts = list(forged(model, world, pages["clerk"]))
    unchanged(pages["clerk"], posts, before)


@every_record
def test_others_forge_in_vain_as_well(
    model: Any, world: World, pages: dict[str, Client], before: dict[str, str]
) -> None:
    """Neither one who verifies nor a superuser of A, of some models each, takes a step, or deletes, in B."""
    reader = "verifier" if RECORDS.index(model) % 2 else "superuser"
    typed = fields(pages["clerk"].get(url(world.own[model][0])))
    posts = list(of_foreign_rows(model, world.foreign[model][: times(2, 9)], typed))
    posts += batches(model, [row.pk for row in world.own[model]], [row.pk for row in world.foreign[model]])
    unchanged(pages[reader], posts, before)


@pytest.mark.parametrize("model", OTHERS, ids=lambda model: model.__name__)
def test_officials_files_and_exceptions_of_another_city(
    model: Any, world: World, pages: dict[str, Client], before: dict[str, str]
) -> None:
    """An administrator and a superuser of A change neither them nor, of exceptions, any."""
    posts = []
    for row in world.foreign[model]:
        data = {"username": "taken", "name": "taken", "region": XUZHOU, "reason": "taken", "until": "2060-12-31"}
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
    """Whatever rights an official of a city has, periods and exceptions are the province's to write."""
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
    for reader in ("superuser", "publisher", "administrator", "clerk"):
        unchanged(pages[reader], posts, before)


@every_record
def test_what_no_form_offers_is_not_taken(model: Any, world: World, pages: dict[str, Client]) -> None:
    """State, people, versions and kept columns are ignored, whoever posts them with a good form."""
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


@pytest.fixture(scope="module")
def posts(world: World, pages: dict[str, Client]) -> dict[str, tuple[str, Post]]:
    """By name: who may do it, and the post that does."""
    found: dict[str, tuple[str, Post]] = {}
    for model in times(RECORDS[:: len(RECORDS) // 5], RECORDS):
        draft, label = world.own[model][0], model._meta.label
        if label != "records.Revision":
            typed = fields(pages["clerk"].get(url(draft)))
            found[f"change {label}"] = "clerk", Post(url(draft), typed | {"explanation": "by a forged post"})
        found[f"delete {label}"] = "clerk", Post(url(draft, "delete"), deletion(draft))
        chosen = {"action": "delete_selected", "seen": seen(draft), "post": "yes"}
        found[f"delete some {label}"] = "clerk", Post(base(model), chosen)
    project = world.own[RenovationProject][0]
    found["step from a list"] = "clerk", Post(base(RenovationProject), {"action": "submit", "seen": seen(project)})
    found |= of_periods(world)
    new = {"username": "forged", "name": "x", "region": GULOU}
    new |= {"password1": WORD, "password2": WORD, "usable_password": "true"}
    found["official"] = "superuser", Post(f"{base(Official)}add/", new)
    found["password"] = "verifier", Post(reverse("password_change"), {"old_password": "x", "new_password1": "y"})
    return found


def of_periods(world: World) -> dict[str, tuple[str, Post]]:
    """The form of a month, and those of a period and an exception, which the province's publisher opens."""
    dates = {"opens": "2024-01-01", "due": "2060-01-01", "closes": "2060-12-31"}
    ReportingPeriod.objects.get_or_create(year=2024, month=6, defaults=dates)
    closed = ReportingPeriod.objects.get(year=2019)
    verified = f"p{world.own[RenovationProject][1].pk}"
    amounts = {"save": "draft", f"{verified}-planned": "2", f"{verified}-completed": "1", f"{verified}-version": ""}
    leave = {"period": closed.pk, "region": XUZHOU, "reason": "forged", "until": "2060-12-31"}
    return {
        "month": ("clerk", Post("/monthly/2024-06/", amounts)),
        "period": (PUBLISHER, Post(f"{base(ReportingPeriod)}add/", {"year": 2018, "month": 0, **dates})),
        "exception": (PUBLISHER, Post(f"{base(PeriodException)}add/", leave)),
    }


class TestForms:
    """X4: of each kind of form, with what it takes to be saved."""

    def test_each_would_be_saved_if_it_were_sent_as_it_should(
        self, posts: dict[str, tuple[str, Post]], pages: dict[str, Client]
    ) -> None:
        """Which the tests below rest on."""
        for name, (who, post) in posts.items():
            if name == "password":
                continue  # a wrong old one, so that nobody is signed out
            with transaction.atomic():
                before = fingerprint()
                answer = pages[who].post(post.url, post.data)
                assert fingerprint() != before, (name, answer.status_code)
                transaction.set_rollback(True)
            outside_requests()

    def test_nothing_is_changed_by_a_link(self, posts: dict[str, tuple[str, Post]], pages: dict[str, Client]) -> None:
        """The same values in the query of a GET."""
        before = fingerprint()
        for name, (who, post) in posts.items():
            answer = pages[who].get(f"{post.url}?{urlencode(post.data, doseq=True)}")
            assert answer.status_code < 500, name
        for system in IndexSystem.objects.all():
            for page in ("use", "next"):
                pages["superuser"].get(f"{base(IndexSystem)}{system.pk}/{page}/")
        after = fingerprint()
        assert {n for n, digest in after.items() if digest != before[n]} <= {"accounts_official"}

    @pytest.mark.parametrize("origin", ["none", "foreign", "no token"])
    def test_nothing_is_changed_from_another_site(
        self, posts: dict[str, tuple[str, Post]], world: World, origin: str
    ) -> None:
        """Without the form's token, with one made up, or from another site with the right one: 403."""
        strict = {}
        for who in {who for who, _post in posts.values()}:
            client = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
            reader = world.readers.get(who) or world.own[PeriodException][0].opened_by
            client.force_login(reader, backend="django.contrib.auth.backends.ModelBackend")
            strict[who] = client, token(client)
        before = fingerprint()
        for name, (who, post) in posts.items():
            client, known = strict[who]
            given = {
                "none": {},
                "foreign": {"csrfmiddlewaretoken": known},
                "no token": {"csrfmiddlewaretoken": "x" * 64},
            }
            headers = {"origin": ELSEWHERE} if origin == "foreign" else {}
            answer = client.post(post.url, post.data | given[origin], headers=headers)
            assert answer.status_code == 403, name
        assert fingerprint() == before
        logout = next(iter(strict.values()))[0]
        assert logout.post(reverse("logout")).status_code == 403
        assert logout.get(reverse("password_change")).status_code == 200


def token(client: Client) -> str:
    """The token of a form that the client was shown."""
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', client.get("/accounts/password/").content.decode())
    assert found
    return found[1]


def test_enough_is_forged(world: World, pages: dict[str, Client]) -> None:
    """S2 asks for 500 forged posts; these are the clerk's alone."""
    assert sum(1 for model in RECORDS for _post in forged(model, world, pages["clerk"])) >= 500

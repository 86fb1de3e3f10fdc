"""No change is made without its form: neither by a link nor from another site."""

import re
from urllib.parse import urlencode

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from projects.models import RenovationProject
from revival.accounts.models import Official
from revival.evaluation.models import IndexSystem
from revival.records.periods import ExtensionRequest, PeriodException, ReportingPeriod
from tests.extent import times
from tests.factories import GULOU, XUZHOU, outside_requests
from tests.forms import deletion, fields, seen, url
from tests.scope.forged import PUBLISHER, RECORDS, Post, base
from tests.world import World, fingerprint

pytestmark = pytest.mark.torture
ELSEWHERE = "https://evil.example"
WORD = "Grand-Canal-1194"


@pytest.fixture(scope="module")
def posts(world: World, pages: dict[str, Client]) -> dict[str, tuple[str, Post]]:
    """The posts by name, with who may send each."""
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
    answer = {"decision": "grant", "last_day": "2060-12-31", "words": ""}
    return {
        "month": ("clerk", Post("/monthly/2024-06/", amounts)),
        "period": (PUBLISHER, Post(f"{base(ReportingPeriod)}add/", {"year": 2018, "month": 0, **dates})),
        "exception": (PUBLISHER, Post(f"{base(PeriodException)}add/", leave)),
        "request": ("clerk", Post(f"/extension/2017/?region={GULOU}", {"reason": "forged", "until": "2060-12-31"})),
        "answer": (PUBLISHER, Post(url(world.own[ExtensionRequest][0]), answer)),
    }


class TestForms:
    """Forms of each kind, with all that saving them requires."""

    def test_each_would_be_saved_if_it_were_sent_as_it_should(
        self, posts: dict[str, tuple[str, Post]], pages: dict[str, Client]
    ) -> None:
        """The tests below depend on that."""
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
        """The same values are sent in the query of a GET."""
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
        """The answer is 403 without the form's token, with a forged one, or from another site with the right one."""
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

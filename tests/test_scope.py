"""S1, S3, S9 and X5: officials of one city open every page there is, and find nothing of another city.

Every URL pattern is visited, with keys of both cities where it takes one; then what the pages lead to. A new page is
given its line in PAGES: the addresses to begin with.
"""

import re
from collections import Counter, deque
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import get_resolver, reverse
from pytest_django.plugin import DjangoDbBlocker

from enterprises.models import Enterprise
from projects.models import Activity, Policy, RenovationProject
from revival.accounts.models import Export, Official, Region
from revival.catalogue import REPORTS
from revival.evaluation.models import Indicator, IndicatorGroup
from revival.evaluation.statistics import Statistic
from revival.publishing.models import PublishedFigure, SourceDocument
from revival.records.models import Reviewed
from revival.records.periods import PeriodException, ReportingPeriod
from tests.factories import GULOU, KUNSHAN, PROVINCE, SUZHOU, XUZHOU, browser, official, outside_requests
from tests.test_torture import times
from tests.world import MARK, READERS, World, fingerprint, systems, two_cities

# Visits of pages of one pattern with the same parameters, of all readers together; the addresses to begin with apart.
MOST = times(2, 40)
MISSING = 999_999_999
SEARCH = MARK.rstrip("-")  # found in all that is marked, and not itself taken for a mark
# Patterns that others before them hide, and the file of the stock admin that knows no scope is one of them.
HIDDEN = {"admin/r/<path:content_type_id>/<path:object_id>/"}
SCOPED = [m for m in admin.site._registry if issubclass(m, Reviewed)] + [Official, Export, PeriodException]


class Visit(NamedTuple):
    """One answer. text: its body, read to the end, and its headers."""

    reader: str
    url: str
    status: int
    route: str
    text: str
    headers: dict[str, str]

    @property
    def shape(self) -> tuple[str, frozenset[str]]:
        return shape(self.route, self.url)


def shape(route: str, url: str) -> tuple[str, frozenset[str]]:
    """The pattern of an address and the names of its parameters."""
    return route, frozenset(parse_qs(urlsplit(url).query, keep_blank_values=True))


def routes(resolver: Any = None, before: str = "") -> Iterator[str]:
    """Every pattern of the site, as a match of it names it."""
    for each in (resolver or get_resolver()).url_patterns:
        route = before + str(each.pattern)
        if hasattr(each, "url_patterns"):
            yield from routes(each, route)
        else:
            yield route


Keys = list[Any]
# The addresses to begin with, by pattern: of own and foreign keys. {key} stands for each key of PAGES_OF.
PAGES: dict[str, list[str]] = {
    "": ["/", "/?year=2024&measure=loans.credit"],
    "reports/<slug:name>/": [
        f"/reports/{report.name}/{query}"
        for report in REPORTS
        for query in (
            "",
            "?format=csv",
            "?by=city&year=2024",
            f"?q={SEARCH}&state=draft&state=submitted&state=verified&state=returned",
            "?format=json&state=draft&state=submitted&state=verified&state=returned",
        )
    ]
    + [f"/reports/renovation/?{q}" for q in (f"region={SUZHOU}", f"county={KUNSHAN}", "by=county&across=year")]
    + ["/reports/gone/"],
    "enterprises/<int:pk>/": ["/enterprises/{Enterprise}/"],
    "projects/<int:pk>/": ["/projects/{RenovationProject}/"],
    "policies/": ["/policies/", "/policies/?format=csv"],
    "register/": ["/register/", "/register/?format=csv"],
    "evaluation/<slug:subject>/": [
        f"/evaluation/{subject}/{query}"
        for subject in ("cities", "industries")
        for query in ("", "?format=json", "?format=csv", "?year=2024")
    ],
    "evaluation/<slug:subject>/<slug:key>/": [
        f"/evaluation/{path}/" for path in ("industries/textile", f"cities/{XUZHOU}", f"cities/{SUZHOU}")
    ],
    "search/": ["/search/", f"/search/?q={SEARCH}"],
    "accounts/login/": ["/accounts/login/"],
    "accounts/logout/": ["/accounts/logout/"],
    "accounts/password/": ["/accounts/password/"],
    "accounts/password/done/": ["/accounts/password/done/"],
    "accounts/language/<slug:code>/": ["/accounts/language/en/?next=/search/", "/accounts/language/xx/"],
    "healthz": ["/healthz"],
    "admin/": ["/admin/"],
    "admin/r/<path:rest>": ["/admin/r/1/{Enterprise}/"],
    "admin/autocomplete/": [],  # below, for every field
    "admin/jsi18n/": ["/admin/jsi18n/"],
    "admin/login/": ["/admin/login/"],
    "admin/logout/": ["/admin/logout/"],
    "admin/password_change/": ["/admin/password_change/"],
    "admin/password_change/done/": ["/admin/password_change/done/"],
    "admin/accounts/official/<id>/password/": ["/admin/accounts/official/{Official}/password/"],
    "admin/evaluation/indexsystem/<path:object_id>/use/": ["/admin/evaluation/indexsystem/{IndexSystem}/use/"],
    "admin/evaluation/indexsystem/<path:object_id>/next/": ["/admin/evaluation/indexsystem/{IndexSystem}/next/"],
    "admin/(?P<url>.*)$": ["/admin/nowhere/"],
}
# What everybody reads has no foreign key.
PUBLIC: dict[str, Callable[[], Any]] = {
    "IndexSystem": systems,
    "IndicatorGroup": IndicatorGroup.objects.all,
    "Indicator": Indicator.objects.all,
    "Statistic": lambda: Statistic.objects.exclude(subject="cities"),
    "ReportingPeriod": ReportingPeriod.objects.all,
    "SourceDocument": SourceDocument.objects.all,
    "PublishedFigure": PublishedFigure.objects.all,
}


def keys(model: Any, world: World) -> tuple[Keys, Keys]:
    """A few own keys and a few foreign ones; of foreign records one deleted as well."""
    if model is Region:
        return [GULOU], [KUNSHAN, PROVINCE]
    if model in world.own:
        return [row.pk for row in world.own[model]], [
            *[row.pk for row in world.foreign[model][-2:]],
            *world.deleted.get(model, ()),
        ]
    rows = PUBLIC.get(model.__name__, model._default_manager.all)()
    return [row.pk for row in list(rows)[:1]], []


def beginnings(world: World) -> tuple[list[str], list[tuple[str, str]]]:
    """The addresses to begin with, and pairs of a foreign and a missing one, which must be answered alike."""
    by_name: dict[str, Any] = {model.__name__: model for model in admin.site._registry}
    own, pairs = [], []
    templates = [each for found in PAGES.values() for each in found]
    for model, pages in admin.site._registry.items():
        base = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        templates += [base, f"{base}?q={SEARCH}", f"{base}?all=&o=-1", f"{base}add/"]
        templates += [f"{base}add/?{urlencode(linked(model, world))}"] if linked(model, world) else []
        templates += [f"{base}deleted/"] if hasattr(pages, "deleted_view") else []
        own.append(f"/admin/{model._meta.app_label}/")
        for page in ("change/", "delete/", "history/", ""):
            templates.append(f"{base}{{{model.__name__}}}/{page}")
    for template in templates:
        named = re.search(r"\{(\w+)\}", template)
        if named is None:
            own.append(template)
            continue
        mine, others = keys(by_name[named[1]], world)
        own += [template.replace(named[0], str(key)) for key in mine]
        foreign = [template.replace(named[0], str(key)) for key in others]
        pairs += [(each, template.replace(named[0], str(MISSING))) for each in foreign]
    return own + searches(), pairs


def linked(model: Any, world: World) -> dict[str, Any]:
    """Foreign keys of B by field, as a link could fill a form with them."""
    fields = [f for f in model._meta.concrete_fields if f.many_to_one and f.editable]
    found = {f.name: keys(f.related_model, world)[1] for f in fields if f.related_model in (*world.own, Region)}
    return {name: others[0] for name, others in found.items() if others}


def searches() -> list[str]:
    """The search behind every choice of every form."""
    found = []
    for model, pages in admin.site._registry.items():
        inlines = [inline.model for inline in pages.inlines]
        for each in (model, *inlines):
            for field in each._meta.concrete_fields:
                if field.many_to_one and field.editable:
                    names = {"app_label": each._meta.app_label, "model_name": each._meta.model_name}
                    query = urlencode({**names, "field_name": field.name, "term": SEARCH})
                    found.append(f"{reverse('admin:autocomplete')}?{query}")
    return found


class Links(HTMLParser):
    """Where a page leads: links, sources, and its forms that ask, filled in as they are."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.form: tuple[str, list[tuple[str, str]]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.found += [given[name] for name in ("href", "src") if name in given]
        if tag == "form":
            asks = given.get("method", "get").lower() == "get"
            self.form = (given.get("action", ""), []) if asks else None
        elif tag in ("input", "select") and self.form and given.get("name"):
            self.form[1].append((given["name"], given.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self.form:
            self.found.append(f"{self.form[0]}?{urlencode(self.form[1])}" if self.form[1] else self.form[0])
            self.form = None


def links(visit: Visit) -> list[str]:
    """Addresses of this site that the page leads to, files apart."""
    if visit.headers.get("Location"):
        found = [visit.headers["Location"]]
    elif visit.headers["Content-Type"].startswith("text/html"):
        parser = Links()
        parser.feed(visit.text)
        found = parser.found
    else:
        return []
    here = [urlsplit(urljoin(f"http://testserver{visit.url}", each)) for each in found]
    ours = [each for each in here if each.netloc == "testserver" and not each.path.startswith("/static/")]
    return list(dict.fromkeys(each._replace(scheme="", netloc="", fragment="").geturl() for each in ours))


def visited(client: Client, reader: str, url: str) -> Visit:
    answer: Any = client.get(url)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    match = getattr(answer, "resolver_match", None)
    client.cookies.pop("django_language", None)
    headers = dict(answer.headers)
    return Visit(reader, url, answer.status_code, match.route if match else "", body.decode(), headers)


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    with django_db_blocker.unblock(), two_cities() as made:
        yield made


class Walked(NamedTuple):
    """All visits; `foreign`: the answers to a foreign address and to a missing one, side by side."""

    visits: list[Visit]
    foreign: list[tuple[Visit, Visit]]


@pytest.fixture(scope="module")
def walked(world: World) -> Walked:
    """Every reader opens all addresses to begin with; then what they lead to, a few of each kind."""
    found = Walked([], [])
    own, pairs = beginnings(world)
    seen: Counter[tuple[str, frozenset[str]]] = Counter()
    known: set[str] = set(own)
    leads: deque[tuple[str, str]] = deque()
    clients = {name: browser(reader) for name, reader in world.readers.items()}
    for reader, client in clients.items():
        for url in own:
            found.visits.append(visited(client, reader, url))
            leads += [(reader, each) for each in links(found.visits[-1])]
        missing: dict[str, Visit] = {}
        for foreign, absent in pairs:
            if absent not in missing:
                missing[absent] = visited(client, reader, absent)
            found.foreign.append((visited(client, reader, foreign), missing[absent]))
    while leads:
        reader, url = leads.popleft()
        route = resolved(url)
        if url in known or seen[shape(route, url)] >= MOST:
            continue
        known.add(url)
        seen[shape(route, url)] += 1
        found.visits.append(visited(clients[reader], reader, url))
        leads += [(reader, each) for each in links(found.visits[-1])]
    return found


def resolved(url: str) -> str:
    """The pattern of an address; empty where there is none."""
    try:
        return str(get_resolver().resolve(urlsplit(url).path).route)
    except LookupError:
        return ""
    except Exception:  # Resolver404 is an Http404
        return ""


def everything(walked: Walked) -> list[Visit]:
    return [*walked.visits, *(each for pair in walked.foreign for each in pair)]


def named(visits: list[Visit]) -> list[str]:
    return sorted({f"{visit.status} {visit.url} ({visit.reader})" for visit in visits})


def test_every_pattern_is_visited(walked: Walked) -> None:
    """A new page is visited as well: give it a line in PAGES."""
    own = {visit.route for visit in walked.visits}
    assert set(routes()) - HIDDEN - own == set()
    foreign = {visit.route for visit, _missing in walked.foreign}
    keyed = {route for route in routes() if "object_id" in route or "<int:pk>" in route or "<id>" in route}
    scoped = {f"admin/{m._meta.app_label}/{m._meta.model_name}/" for m in [*SCOPED, Region]}
    of_records = {r for r in keyed if not r.startswith("admin/") or any(r.startswith(each) for each in scoped)}
    assert of_records - HIDDEN - foreign == set()


def test_nothing_of_another_city_is_found(walked: Walked) -> None:
    """No mark in a body, a file, a header or a redirect."""
    found = [v for v in everything(walked) if MARK in v.text or any(MARK in h for h in v.headers.values())]
    assert named(found) == []


def test_a_foreign_key_is_answered_like_a_missing_one(walked: Walked) -> None:
    """The same status and the same page, but for the address."""
    different = [
        foreign
        for foreign, missing in walked.foreign
        if (foreign.status, bare(foreign)) != (missing.status, bare(missing)) or foreign.status == 200
    ]
    assert named(different) == []
    assert len(walked.foreign) > 100 * len(READERS)


def bare(visit: Visit) -> str:
    """The page and where it leads, without the key that was asked for and without the form's token."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", visit.text + visit.headers.get("Location", ""))
    key = re.search(r"/(\w+)/(?:change/|delete/|history/|password/)?$", urlsplit(visit.url).path)
    return text.replace(key[1], "KEY") if key else text


def test_no_page_fails(walked: Walked) -> None:
    assert named([visit for visit in everything(walked) if visit.status > 499]) == []


def test_pages_that_exist_are_really_shown(walked: Walked) -> None:
    """The walk would find nothing on pages that are all refused: each is shown to one of the readers."""
    shown = {visit.route for visit in walked.visits if visit.status in (200, 302)}
    never = {"accounts/logout/", "admin/logout/", "admin/r/<path:rest>", "admin/(?P<url>.*)$"}
    # Of a city nobody takes a version into use, adds a period, an exception or a file, or deletes what stays.
    assert {
        r for r in set(routes()) - HIDDEN - never - shown if not re.search("/(use|next|add|delete)/$", r)
    } == set()


def test_every_answer_bears_its_headers(walked: Walked) -> None:
    """X5: none may be framed, sniffed or cached, or run a script or a style that is not a file of ours."""
    for visit in everything(walked):
        policy = visit.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy, visit.url
        assert "unsafe" not in policy, visit.url
        assert visit.headers["X-Content-Type-Options"] == "nosniff", visit.url
        assert visit.headers["X-Frame-Options"] == "DENY", visit.url
        assert visit.headers["Cache-Control"] == "private, no-store", visit.url
        assert visit.headers["Referrer-Policy"] == "same-origin", visit.url


def test_the_marks_are_there_to_be_found(world: World) -> None:
    """By the province, on the list and on the page of every record of B; so the walk can fail."""
    client = browser(official("", PROVINCE))
    for model, rows in world.foreign.items():
        base = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        assert MARK in visited(client, "", base).text, model
        for row in rows[-1:]:
            assert MARK in visited(client, "", f"{base}{row.pk}/change/").text, row
    for model, page in ((Enterprise, "enterprises"), (RenovationProject, "projects")):
        assert MARK in visited(client, "", f"/{page}/{world.foreign[model][0].pk}/").text
    for report in REPORTS:
        assert MARK in visited(client, "", f"/reports/{report.name}/?format=csv").text, report.name


def test_reading_changes_nothing(world: World, walked: Walked) -> None:
    """Whoever opens every page there is has written nothing but the log of the files he took."""
    assert walked.visits
    before = fingerprint("accounts_export")
    client = browser(world.readers["superuser"])
    for url in beginnings(world)[0]:
        visited(client, "superuser", url)
    assert {n for n, digest in fingerprint("accounts_export").items() if digest != before[n]} - {
        "accounts_official"  # when he signed in last
    } == set()


class TestRights:
    """S9: what an official may do is read anew for every request."""

    PAGES = (
        "/admin/projects/renovationproject/",
        "/admin/projects/renovationproject/{}/change/",
        "/reports/renovation/",
        "/reports/renovation/?format=csv&state=draft",
        "/projects/{}/",
    )

    @pytest.fixture
    def clerk(self, world: World) -> Iterator[tuple[Official, Client]]:
        user = official("clerk", XUZHOU)
        yield user, browser(user)
        outside_requests()
        user.delete()

    def answers(self, client: Client, key: int) -> list[Visit]:
        return [visited(client, "", page.format(key)) for page in self.PAGES]

    def test_a_role_that_is_taken_is_gone_at_once(self, world: World, clerk: tuple[Official, Client]) -> None:
        """The very next request has neither list, form, report nor file."""
        (user, client), row = clerk, world.own[RenovationProject][0]
        assert [visit.status for visit in self.answers(client, row.pk)] == [200] * 5
        user.groups.clear()
        assert [visit.status for visit in self.answers(client, row.pk)] == [403] * 5

    def test_who_moves_sees_the_other_city_at_once(self, world: World, clerk: tuple[Official, Client]) -> None:
        """And his former one no more, neither to read nor to write."""
        (user, client), own, foreign = clerk, world.own[RenovationProject][0], world.foreign[RenovationProject][0]
        assert [visit.status for visit in self.answers(client, foreign.pk)] == [200, 404, 200, 200, 404]
        Official.objects.filter(pk=user.pk).update(region=SUZHOU)
        moved = self.answers(client, foreign.pk)
        assert [visit.status for visit in moved] == [200] * 5
        assert all(MARK in visit.text for visit in (moved[0], moved[1], moved[3], moved[4]))
        assert not any(own.name in visit.text for visit in moved)
        assert client.post(f"/admin/projects/renovationproject/{own.pk}/change/", {"version": 1}).status_code == 404

    def test_who_is_made_inactive_is_out_at_once(self, world: World, clerk: tuple[Official, Client]) -> None:
        (user, client), row = clerk, world.own[RenovationProject][0]
        Official.objects.filter(pk=user.pk).update(is_active=False)
        assert {visit.status for visit in self.answers(client, row.pk)} == {302}


def test_questions_about_foreign_keys_are_refused_like_unknown_ones(world: World) -> None:
    """A parameter with a key of B tells no more than one with a key that nobody has."""
    client = browser(world.readers["manager"])
    policy, activity = world.foreign[Policy][-1].pk, world.foreign[Activity][-1].pk
    for page, name, key in (
        ("/reports/policies/", "answers", policy),
        ("/admin/projects/participation/", "activity", activity),
        ("/reports/renovation/", "region", KUNSHAN),
    ):
        answers = [visited(client, "", f"{page}?{name}={each}") for each in (key, MISSING)]
        assert [answer.status for answer in answers] == [400, 400], page
        assert not any(MARK in answer.text for answer in answers)

"""Officials of one city open every page, and find nothing of another city.

Every URL pattern is visited, with keys of both cities where it takes one, then the pages linked. A new page is
given its line in PAGES: the addresses to begin with.
"""

import re
from collections import Counter, deque
from collections.abc import Callable
from itertools import product
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

import pytest
from django.contrib import admin
from django.urls import reverse

from enterprises.models import Enterprise
from projects.models import RenovationProject
from revival.accounts.models import Export, Official, Region
from revival.catalogue import IMPORTS, REPORTS
from revival.evaluation.models import Indicator, IndicatorGroup
from revival.evaluation.statistics import Statistic
from revival.publishing.models import PublishedFigure, SourceDocument
from revival.records.models import Reviewed, State
from revival.records.periods import ExtensionRequest, PeriodException, ReportingPeriod
from tests.extent import FULL, times
from tests.factories import GULOU, KUNSHAN, PROVINCE, SUZHOU, XUZHOU, browser, official
from tests.scope.walk import Visit, links, named, resolved, routes, shape, visited
from tests.world import MARK, MODELS, World, fingerprint, limits, systems

pytestmark = pytest.mark.torture
# Links followed: visits of one pattern with the same names of parameters, and of one pattern in all.
SAME, OF_PATTERN = times(1, 20), times(1, 400)
# In CI one of so many addresses is opened by a second reader as well.
SECOND = 6
MISSING = 999_999_999
SEARCH = MARK.rstrip("-")  # found in all that is marked, and not a mark itself
# Patterns that others before them hide, among them a file of the stock admin that ignores the scope.
HIDDEN = {"admin/r/<path:content_type_id>/<path:object_id>/"}
PROXIES = {model._meta.model_name for model in admin.site._registry if model._meta.proxy}
SCOPED = [m for m in admin.site._registry if issubclass(m, Reviewed)] + [
    *(Official, Export, PeriodException, ExtensionRequest)
]
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
            "?format=xlsx",
            "?by=city&year=2024",
            f"?q={SEARCH}&state=draft&state=submitted&state=verified&state=returned",
            "?format=json&state=draft&state=submitted&state=verified&state=returned",
        )
    ]
    + [f"/reports/renovation/?{q}" for q in (f"region={SUZHOU}", f"county={KUNSHAN}", "by=county&across=year")]
    + ["/reports/gone/"],
    "enterprises/<int:pk>/": ["/enterprises/{Enterprise}/"],
    "projects/<int:pk>/": ["/projects/{RenovationProject}/"],
    "policies/": ["/policies/", "/policies/?format=csv", "/policies/?format=xlsx"],
    "register/": ["/register/", "/register/?format=csv", "/register/?format=xlsx"],
    "evaluation/<slug:subject>/": [
        f"/evaluation/{subject}/{query}"
        for subject in ("cities", "industries")
        for query in ("", "?format=json", "?format=csv", "?format=xlsx", "?year=2024")
    ],
    "evaluation/<slug:subject>/<slug:key>/": [
        f"/evaluation/{path}/" for path in ("industries/textile", f"cities/{XUZHOU}", f"cities/{SUZHOU}")
    ],
    "board/": [
        f"/board/{query}"
        for query in (
            "",
            "?period=2024",
            "?period=2024&format=csv",
            "?period=2024&format=xlsx",
            f"?unit={XUZHOU}",
            f"?unit={SUZHOU}",
            "?period=x",
        )
    ],
    "board/records/": [
        f"/board/records/?period=2024{query}"
        for query in ("", "&state=verified", "&state=draft", f"&unit={SUZHOU}", "&subject=loan", "&subject=activity")
    ],
    "monthly/<str:period>/": [f"/monthly/2024-05/{query}" for query in ("", f"?region={GULOU}", f"?region={SUZHOU}")]
    + ["/monthly/2024/", "/monthly/2024-13/"],
    "import/": ["/import/"],
    "import/<int:pk>/": ["/import/{Import}/"],
    "import/<int:pk>/rejected/": ["/import/{Import}/rejected/"],
    "import/<int:pk>/rows.xlsx": ["/import/{Import}/rows.xlsx?show=wrong"],
    "import/<slug:name>/": ["/import/projects/", "/import/gone/"],
    "import/<slug:name>/records.xlsx": [f"/import/{spec.name}/records.xlsx" for spec in IMPORTS],
    "import/<slug:name>/template.xlsx": ["/import/loans/template.xlsx"],
    "inbox/": ["/inbox/", "/inbox/?pile=drafts", "/inbox/?pile=returned", "/inbox/?pile=submitted", "/inbox/?pile=x"],
    "extension/<str:period>/": [
        f"/extension/{query}"
        for query in ("2017/", f"2017/?region={GULOU}", f"2017/?region={SUZHOU}", "2019/", "2024-13/")
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
# Records that everybody reads have no foreign key.
PUBLIC: dict[str, Callable[[], Any]] = {
    "IndexSystem": systems,
    "AmountLimit": limits,
    "IndicatorGroup": IndicatorGroup.objects.all,
    "Indicator": Indicator.objects.all,
    "Statistic": lambda: Statistic.objects.exclude(subject="cities"),
    "ReportingPeriod": ReportingPeriod.objects.all,
    "SourceDocument": SourceDocument.objects.all,
    "PublishedFigure": PublishedFigure.objects.all,
}


def keys(model: Any, world: World) -> tuple[Keys, Keys]:
    """Own keys and foreign ones. Foreign keys of records are a verified and a deleted one."""
    if model is Region:
        return [GULOU], [KUNSHAN, PROVINCE]
    if model in world.own:
        last = world.foreign[model][-1] if model not in MODELS else by_state(world.foreign[model], State.VERIFIED)
        return [row.pk for row in world.own[model]], [last.pk, *world.deleted.get(model, ())]
    rows = PUBLIC.get(model.__name__, model._default_manager.all)()
    return [row.pk for row in list(rows)[:1]], []


def by_state(rows: list[Any], state: str) -> Any:
    return next(row for row in rows if row.state == state)


def beginnings(world: World) -> tuple[list[str], list[tuple[str, str]]]:
    """The first addresses, and pairs of a foreign and a missing one, which must have the same answer."""
    by_name: dict[str, Any] = {model.__name__: model for model in (*admin.site._registry, *world.own)}
    own, pairs = sorted({f"/admin/{model._meta.app_label}/" for model in admin.site._registry}), []
    templates: list[str] = [each for found in PAGES.values() for each in found]
    for model, pages in admin.site._registry.items():
        base = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        alike = model._meta.proxy and not FULL  # a proxy's pages are those of its model
        templates += [base, f"{base}add/"] + ([] if alike else [f"{base}?q={SEARCH}&all="])
        templates += [f"{base}add/?{urlencode(linked(model, world))}"] if linked(model, world) and not alike else []
        templates += [f"{base}deleted/"] if hasattr(pages, "deleted_view") else []
        templates += [f"{base}{{{model.__name__}}}/{page}" for page in ("change/", "delete/", "history/", "")]
    for template in templates:
        named = re.search(r"\{(\w+)\}", template)
        if named is None:
            own.append(template)
            continue
        model = by_name[named[1]]
        mine, others = keys(model, world)
        alike = model._meta.proxy and not FULL
        # A draft; of forms a verified record as well. Of a page of a proxy one foreign key, of others the other one.
        some = mine if template.endswith("/change/") and not alike else mine[:1]
        others = others[len(own) % len(others) :][:1] if alike and others else others
        own += [template.replace(named[0], str(key)) for key in some]
        foreign = [template.replace(named[0], str(key)) for key in others]
        pairs += [(each, template.replace(named[0], str(MISSING))) for each in foreign]
    return own + searches(), pairs


def linked(model: Any, world: World) -> dict[str, Any]:
    """Foreign keys of B by field, with which a link could fill a form."""
    fields = [f for f in model._meta.concrete_fields if f.many_to_one and f.editable]
    found = {f.name: keys(f.related_model, world)[1] for f in fields if f.related_model in (*world.own, Region)}
    return {name: others[0] for name, others in found.items() if others}


def searches() -> list[str]:
    """The search behind every choice of every form."""
    found = []
    for model, pages in admin.site._registry.items():
        if model._meta.proxy and not FULL:
            continue
        inlines = [inline.model for inline in pages.inlines]
        for each in (model, *inlines):
            for field in each._meta.concrete_fields:
                if field.many_to_one and field.editable:
                    names = {"app_label": each._meta.app_label, "model_name": each._meta.model_name}
                    query = urlencode({**names, "field_name": field.name, "term": SEARCH})
                    found.append(f"{reverse('admin:autocomplete')}?{query}")
    return found


class Walked(NamedTuple):
    """All visits; foreign: the answers to a foreign address and to a missing one; written: tables that changed."""

    visits: list[Visit]
    foreign: list[tuple[Visit, Visit]]
    written: set[str]


@pytest.fixture(scope="module")
def walked(world: World) -> Walked:
    """All visits. The superuser opens every first address, others in turn every sixth, and then a few of the links.

    In full numbers every reader opens all of them, and follows the links that they are shown.
    """
    before, found = fingerprint(), Walked([], [], set())
    own, pairs = beginnings(world)
    seen: Counter[Any] = Counter()
    known: set[Any] = {(who, url) for who in {times("", name) for name in world.readers} for url in own}
    leads: deque[tuple[str, str]] = deque()
    clients = {name: browser(reader) for name, reader in world.readers.items()}
    first, *others = clients

    def visit(reader: str, url: str) -> Visit:
        found.visits.append(visited(clients[reader], reader, url))
        leads.extend((reader, each) for each in links(found.visits[-1]))
        return found.visits[-1]

    for number, url in enumerate(own):
        for reader in turns(number, url, [first, *others]):
            visit(reader, url)
    missing: dict[tuple[str, str], Visit] = {}
    for number, (foreign, absent) in enumerate(pairs):
        for reader in turns(number, foreign, [first, *others]):
            if (reader, absent) not in missing:
                missing[reader, absent] = visited(clients[reader], reader, absent)
            found.foreign.append((visited(clients[reader], reader, foreign), missing[reader, absent]))
    while leads:
        reader, url = leads.popleft()
        who, route = times("", reader), resolved(url)
        alike = (who, *shape(route, url))
        if (who, url) not in known and seen[alike] < SAME and seen[who, route] < OF_PATTERN:
            known.add((who, url))
            seen.update([alike, (who, route)])
            visit(reader, url)
    after = fingerprint()
    found.written.update(name for name, digest in after.items() if digest != before[name])
    return found


def turns(number: int, url: str, readers: list[str]) -> list[str]:
    """The readers of an address: the first, and for every sixth address another in turn, except proxies' pages."""
    first, *others = readers
    proxy = url.split("/")[3:4] and url.split("/")[3] in PROXIES
    one = [] if proxy or number % SECOND else [others[number // SECOND % len(others)]]
    return times([first, *one], readers)


def everything(walked: Walked) -> list[Visit]:
    return [*walked.visits, *(each for pair in walked.foreign for each in pair)]


def test_every_pattern_is_visited(walked: Walked) -> None:
    """A new page is visited as well. Give it a line in PAGES."""
    own = {visit.route for visit in walked.visits}
    assert set(routes()) - HIDDEN - own == set()
    foreign = {visit.route for visit, _missing in walked.foreign}
    keyed = {route for route in routes() if "object_id" in route or "<int:pk>" in route or "<id>" in route}
    scoped = {f"admin/{m._meta.app_label}/{m._meta.model_name}/" for m in [*SCOPED, Region]}
    of_records = {r for r in keyed if not r.startswith("admin/") or any(r.startswith(each) for each in scoped)}
    assert of_records - HIDDEN - foreign == set()


def test_nothing_of_another_city_is_found(walked: Walked) -> None:
    """No body, file, header or redirect has a mark."""
    found = [v for v in everything(walked) if MARK in v.text or any(MARK in h for h in v.headers.values())]
    assert named(found) == []


def test_a_foreign_key_is_answered_like_a_missing_one(walked: Walked) -> None:
    """Status and page are the same, except for the address."""
    for foreign, missing in walked.foreign:
        assert foreign.status == missing.status == 404 or foreign.status in (302, 403), named([foreign])
        assert foreign.status == missing.status, named([foreign])
        assert bare(foreign).splitlines() == bare(missing).splitlines(), named([foreign])
    assert len(walked.foreign) > 200


def bare(visit: Visit) -> str:
    """The page and its links, without the address that was asked for, the minute and the form's token."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", visit.text + visit.headers.get("Location", ""))
    text = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d", "NOW", text)
    for address in (quote(visit.url, safe=""), quote(visit.url), visit.url):
        text = text.replace(address, "ADDRESS")
    return text


def test_no_page_fails(walked: Walked) -> None:
    assert named([visit for visit in everything(walked) if visit.status > 499]) == []


def test_pages_that_exist_are_really_shown(walked: Walked) -> None:
    """Each page is shown to at least one reader, as the walk would find nothing on refused pages."""
    shown = {visit.route for visit in walked.visits if visit.status in (200, 302)}
    never = {"accounts/logout/", "admin/logout/", "admin/r/<path:rest>", "admin/(?P<url>.*)$"}
    # No city's official puts a version to use, adds a period, an exception or a file, or deletes what stays.
    assert {
        r for r in set(routes()) - HIDDEN - never - shown if not re.search("/(use|next|add|delete)/$", r)
    } == set()


def test_every_answer_bears_its_headers(walked: Walked) -> None:
    """No answer may be framed, sniffed or cached, or run a script or a style that is not a file of ours."""
    for visit in everything(walked):
        policy = visit.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy, visit.url
        assert "unsafe" not in policy, visit.url
        assert visit.headers["X-Content-Type-Options"] == "nosniff", visit.url
        assert visit.headers["X-Frame-Options"] == "DENY", visit.url
        assert visit.headers["Cache-Control"] == "private, no-store", visit.url
        assert visit.headers["Referrer-Policy"] == "same-origin", visit.url


def test_the_marks_are_there_to_be_found(world: World) -> None:
    """The province finds them on the list and page of every record of B, so that the walk can fail."""
    client = browser(official("", PROVINCE))
    for model, rows in world.foreign.items():
        if not admin.site.is_registered(model):
            assert all(MARK in visited(client, "", row.get_absolute_url()).text for row in rows)
            continue
        base = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        assert any(MARK in visited(client, "", base + query).text for query in ("", f"?q={SEARCH}")), model
        for row in rows[-1:]:
            assert MARK in visited(client, "", f"{base}{row.pk}/change/").text, row
    for model, page in ((Enterprise, "enterprises"), (RenovationProject, "projects")):
        assert MARK in visited(client, "", f"/{page}/{world.foreign[model][0].pk}/").text
    for report, form in product(REPORTS, ("csv", "xlsx")):
        assert MARK in visited(client, "", f"/reports/{report.name}/?format={form}").text, report.name


def test_reading_changes_nothing(walked: Walked) -> None:
    """Opening every page writes only the log of the files taken, and the time of signing in."""
    assert walked.written <= {"accounts_export", "accounts_official"}

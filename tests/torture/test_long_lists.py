"""Long files and lists, of 100,000 records in full numbers: memory and the cost of a search are bounded."""

import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse
from pytest_django.plugin import DjangoDbBlocker

from bench import world
from revival.catalogue import REPORTS
from revival.database.embedded import DatabaseUrls
from tests.conftest import Desk
from tests.extent import FULL, times
from tests.factories import PROVINCE, browser, official
from tests.site import Served, served
from tests.torture.conftest import pointed
from tests.torture.people import RENOVATION, Person, at_once, meanwhile

pytestmark = pytest.mark.torture

MOST_MEMORY = 200 * 1024  # KiB that files may add
MOST_SECONDS = 5  # that a search may take
LONGEST = 100  # letters that a report looks for
# Texts that a database might take for a pattern, or that might stop a server.
MARKS = ("%" * 200, "%" * LONGEST, "a" * 10_000)
HOSTILE = times(MARKS, (*MARKS, "%_" * 50, "\\" * LONGEST, "(a+)+$" * 16, "苏" * 10_000))
EXPRESSIONS = times(["(a+)+$"], ["(a+)+$", "(", "(.*)*" * 200])


@pytest.fixture(scope="module")
def long_lists(busy: DatabaseUrls) -> Iterator[DatabaseUrls]:
    """A database whose largest file has 100,000 rows in full numbers."""
    if not FULL:
        yield busy
        return
    world.base()
    try:
        with world.world(100_000) as (urls, _rows, _seconds):
            yield urls
    finally:
        world.drop(world.BASE_NAME)


@pytest.fixture(scope="module")
def site(long_lists: DatabaseUrls) -> Iterator[Served]:
    with served(long_lists, WEB_CONCURRENCY="2") as address:  # eight connections, fewer than are asked for at once
        yield address


@pytest.fixture(scope="module")
def page(long_lists: DatabaseUrls, desk: Desk, django_db_blocker: DjangoDbBlocker) -> Iterator[Client]:
    """A superuser's client in this process, since a server refuses an address that is too long by itself."""
    with pointed(long_lists, desk, django_db_blocker):
        yield browser(official("", PROVINCE))


def held(site: Served, line: str) -> int:
    """KiB of memory that the serving processes hold (VmRSS), or held at most (VmHWM)."""
    status = [Path(f"/proc/{pid}/status").read_text(encoding="ascii") for pid in site.processes()]
    return sum(int(each.split()[1]) for text in status for each in text.splitlines() if each.startswith(line))


def forget_peaks(site: Served) -> None:
    """Reset the peak of memory to what is held now."""
    for pid in site.processes():
        Path(f"/proc/{pid}/clear_refs").write_text("5", encoding="ascii")


def test_eleven_long_files_at_once_cost_no_memory_and_no_page(site: Served) -> None:
    """Each file is complete or refused with a page that says so, and pages are answered meanwhile."""
    reader = Person(site, "province")
    whole = reader.get(f"{RENOVATION}?format=csv")
    forget_peaks(site)
    before, seen = held(site, "VmRSS"), Counter[int]()
    with meanwhile([lambda: seen.update([reader.ask(f"{RENOVATION}?year=2024&by=city")[0]])]):
        files = at_once([lambda: reader.ask(f"{RENOVATION}?format=csv")] * 11)
    assert 0 < before <= held(site, "VmHWM") < before + MOST_MEMORY
    assert {status for status, _text, _headers in files} | set(seen) <= {200, 503}
    assert seen[200]
    complete = [text for status, text, _headers in files if status == 200]
    assert len(complete) >= 8
    assert set(complete) == {whole}


def answered(page: Client, address: str, **params: str) -> Any:
    """The answer to a question, which in full numbers comes soon.

    A file is closed unread. Left to the garbage collector, its transaction might end in the middle of another query
    on the same connection, and that waits for itself for ever.
    """
    begun = time.monotonic()
    answer: Any = page.get(f"{address}?{urlencode(params)}")
    if answer.streaming:
        answer.close()
    if FULL:
        assert time.monotonic() - begun < MOST_SECONDS, (address, str(params)[:40])
    return answer


def lists() -> Iterator[tuple[str, Any]]:
    """The list of each model that the admin searches, and its pages."""
    for model, pages in admin.site._registry.items():
        if pages.search_fields:
            yield reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"), pages


def choices() -> Iterator[dict[str, str]]:
    """For each model whose rows forms offer by search, the query of one such field."""
    seen = set()
    for model in admin.site._registry:
        for field in model._meta.concrete_fields:
            related: Any = field.related_model
            pages = admin.site._registry.get(related) if field.editable else None
            if pages is not None and pages.search_fields and related not in seen:
                seen.add(related)
                names = {"app_label": model._meta.app_label, "model_name": str(model._meta.model_name)}
                yield names | {"field_name": field.name}


@pytest.mark.parametrize("words", HOSTILE, ids=lambda words: f"{words[:6]} x {len(words)}")
def test_hostile_words_find_nothing_and_cost_little(page: Client, words: str) -> None:
    """Pattern characters are searched literally. Reports refuse words of more than a hundred characters."""
    expected = 200 if len(words) <= LONGEST else 400
    for report in REPORTS:
        if report.search:
            assert answered(page, report.url(), q=words).status_code == expected, report.name
    assert answered(page, RENOVATION, q=words, by="county", format="json").status_code == expected
    assert answered(page, reverse("search"), q=words).status_code == expected
    for address, _pages in lists():
        answer = answered(page, address, q=words)
        assert answer.status_code == 200, address
        assert answer.context["cl"].result_count == 0, address
    for question in choices():
        answer = answered(page, reverse("admin:autocomplete"), **question, term=words)
        assert (answer.status_code, answer.json()["results"]) == (200, []), question


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_no_list_takes_a_regular_expression(page: Client, expression: str) -> None:
    """Every list, report and search refuses a lookup that it does not offer, on any column."""
    for address, pages in lists():
        for field in ("code", *(name.lstrip("^=@") for name in pages.search_fields)):
            answer = answered(page, address, **{f"{field}__regex": expression})
            assert answer.status_code == 400, (address, field)
    for address in (*(report.url() for report in REPORTS), reverse("search")):
        assert answered(page, address, code__regex=expression).status_code == 400, address


def test_the_server_refuses_an_address_that_is_too_long(site: Served) -> None:
    """10,000 letters do not reach the product. 200 pattern characters do, and the product refuses them."""
    reader = Person(site, "province")
    for path in ("/search/", RENOVATION, "/admin/projects/renovationproject/"):
        assert reader.ask(f"{path}?q={'a' * 10_000}")[0] == 414
    assert reader.ask(f"/search/?{urlencode({'q': '%' * 200})}")[0] == 400

"""A browser in front of the product as it is served, with the demonstration data at their default size."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from revival.database.embedded import DatabaseUrls
from tests.conftest import Desk, filled
from tests.site import PASSWORD, served

CHROMIUM = "/usr/bin/chromium"
# Without these chromium calls home at every start, which a closed network turns into errors.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LOCALES = {"zh-hans": "zh-CN", "en": "en-US"}

Open = Callable[..., Page]


@pytest.fixture(scope="package")
def site_urls(desk: Desk, django_db_setup: None) -> Iterator[DatabaseUrls]:
    """The database of the served product. It lasts for all browser tests: what one commits the next one finds."""
    name = f"{desk.name}_site"
    yield filled(desk, name)
    desk.drop(name)


@pytest.fixture(scope="package")
def site(site_urls: DatabaseUrls) -> Iterator[str]:
    """The address of the served product."""
    with served(site_urls) as address:
        yield address


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """A browser that ends with its tests: while its event loop runs, Django refuses to query in this thread."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def signed_in(site: str, chromium: Browser) -> Callable[[str], Any]:
    """The cookies of a user, who signs in once."""
    known: dict[str, Any] = {}

    def cookies(username: str) -> Any:
        if username and username not in known:
            context = chromium.new_context(base_url=site)
            page = context.new_page()
            page.goto("/accounts/login/?next=/accounts/password/")
            page.fill("[name=username]", username)
            page.fill("[name=password]", PASSWORD)
            page.press("[name=password]", "Enter")
            page.wait_for_selector(".account form")
            known[username] = context.storage_state()
            context.close()
        return known.get(username)

    return cookies


@pytest.fixture(scope="package")
def context_of(site: str, chromium: Browser, signed_in: Callable[[str], Any]) -> Callable[..., BrowserContext]:
    """A user's browser context: one per user and options, so that it reads styles and scripts once.

    The user's cookies are put back for every test. What pages keep in the browser stays; ours keep it in a tab.
    """
    known: dict[str, BrowserContext] = {}

    def context(username: str, **options: Any) -> BrowserContext:
        key, cookies = repr((username, options)), signed_in(username)
        if key not in known:
            known[key] = chromium.new_context(base_url=site, **options)
        assert not known[key].pages, "a second page would sign the first one out"
        known[key].clear_cookies()
        known[key].add_cookies(cookies["cookies"] if cookies else [])
        return known[key]

    return context


@pytest.fixture
def open_as(context_of: Callable[..., BrowserContext]) -> Iterator[Open]:
    """Open a page as a user. At the end no script error and no policy violation may have been seen."""
    wrong: list[str] = []
    with ExitStack() as stack:

        def open_page(
            username: str = "", language: str = "en", path: str = "/", width: int = 1280, **options: Any
        ) -> Page:
            size: Any = {"width": width, "height": 900}
            page = context_of(username, locale=LOCALES[language], viewport=size, **options).new_page()
            stack.callback(page.close)
            page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
            page.on("pageerror", lambda error: wrong.append(str(error)))
            page.goto(path)
            return page

        yield open_page
    assert not [text for text in wrong if "status of 4" not in text]

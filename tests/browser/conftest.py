"""A browser in front of the product as it is served, with the demonstration data at their default size."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, sync_playwright

from revival.database.embedded import DatabaseUrls
from tests.conftest import Desk, filled
from tests.site import served, sign_in

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


class Tabs:
    """Tabs of the browser, kept for the next test, as a new one costs as much as the pages of a whole test.

    A context stands for a locale and options such as scripts. Users, widths and colours are set in the tab that is
    taken. What pages keep in the browser stays; ours keep it in a tab, where it is deleted when the tab comes back.
    """

    def __init__(self, site: str, chromium: Browser) -> None:
        self.site, self.chromium = site, chromium
        self.idle: dict[str, list[Page]] = {}
        self.sessions: dict[str, str] = {}

    def take(self, username: str, width: int, scheme: Any, **options: Any) -> tuple[str, Page]:
        """A tab in which the user is signed in, and what it is given back as."""
        kind = repr(sorted(options.items()))
        idle = self.idle.setdefault(kind, [])
        page = idle.pop() if idle else self.chromium.new_context(base_url=self.site, **options).new_page()
        page.context.clear_cookies()
        if username:
            page.context.add_cookies([{"name": "sessionid", "value": self.session(username), "url": self.site}])
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(media="null", color_scheme=scheme)
        return kind, page

    def session(self, username: str) -> str:
        """The session of a user, who signs in once."""
        if username not in self.sessions:
            self.sessions[username] = sign_in(self.site, username).partition("=")[2]
        return self.sessions[username]

    def give(self, kind: str, page: Page) -> None:
        page.unroute_all()
        page.goto("/healthz")
        page.evaluate("sessionStorage.clear()")
        self.idle[kind].append(page)


@pytest.fixture(scope="package")
def tabs(site: str, chromium: Browser) -> Tabs:
    return Tabs(site, chromium)


@pytest.fixture
def open_as(tabs: Tabs) -> Iterator[Open]:
    """Open a page as a user. At the end no script error and no policy violation may have been seen.

    Where a page asks whether to leave it, the answer is yes.
    """
    wrong: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error":
            wrong.append(message.text)

    def crash(error: Error) -> None:
        wrong.append(str(error))

    def put_back(kind: str, page: Page) -> None:
        tabs.give(kind, page)
        page.remove_listener("console", note)
        page.remove_listener("pageerror", crash)

    with ExitStack() as stack:

        def open_page(
            username: str = "",
            language: str = "en",
            path: str = "/",
            width: int = 1280,
            color_scheme: str = "light",
            **options: Any,
        ) -> Page:
            kind, page = tabs.take(username, width, color_scheme, locale=LOCALES[language], **options)
            stack.callback(put_back, kind, page)
            page.on("console", note)
            page.on("pageerror", crash)
            page.goto(path)
            return page

        yield open_page
    assert not [text for text in wrong if "status of 4" not in text]

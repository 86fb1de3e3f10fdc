"""A walk over the site: the answers that a reader gets, and the links of each page."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

from django.test import Client
from django.urls import get_resolver

from revival.reporting.xlsx import XLSX
from tests.reporting.books import all_texts


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
    """Every pattern of the site, written as in a match."""
    for each in (resolver or get_resolver()).url_patterns:
        route = before + str(each.pattern).removeprefix("^")
        if hasattr(each, "url_patterns"):
            yield from routes(each, route)
        else:
            yield route


LINK = re.compile(r'\b(?:href|src)="([^"]*)"')
FORM = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.DOTALL)
FIELD = re.compile(r"<(?:input|select)\b([^>]*)>")
ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')


def led_to(page: str) -> Iterator[str]:
    """The targets of a page: links, sources and GET forms as filled in. A parser takes ten times as long."""
    yield from map(unescape, LINK.findall(page))
    for tag, inside in FORM.findall(page):
        given = dict(ATTRIBUTE.findall(tag))
        if given.get("method", "get").lower() == "get":
            fields = [dict(ATTRIBUTE.findall(field)) for field in FIELD.findall(inside)]
            asked = [(field["name"], unescape(field.get("value", ""))) for field in fields if "name" in field]
            yield f"{unescape(given.get('action', ''))}?{urlencode(asked)}"


def links(visit: Visit) -> list[str]:
    """Addresses of this site that the page leads to, except files."""
    if visit.headers.get("Location"):
        found = [visit.headers["Location"]]
    elif visit.headers["Content-Type"].startswith("text/html"):
        found = list(led_to(visit.text))
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
    text = all_texts(body) if headers.get("Content-Type") == XLSX else body.decode()
    return Visit(reader, url, answer.status_code, match.route if match else "", text, headers)


def resolved(url: str) -> str:
    """The pattern of an address; empty where there is none."""
    try:
        return str(get_resolver().resolve(urlsplit(url).path).route)
    except LookupError:
        return ""
    except Exception:  # Resolver404 is an Http404
        return ""


def named(visits: list[Visit]) -> list[str]:
    return sorted({f"{visit.status} {visit.url} ({visit.reader})" for visit in visits})

"""Pages that every reader meets: signing in and out, language, headers, errors; and forbidden template code."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import global_settings
from django.contrib import admin
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.test import Client
from django.urls import path, reverse
from django.utils import translation
from django.utils.translation import gettext

from revival import settings as product
from revival import urls
from revival.accounts.models import Official, Region

ROOT = Path(__file__).resolve().parent.parent
PASSWORD = "calm-river-84"
ELSEWHERE = (
    "https://evil.example/",
    "//evil.example/",
    "////evil.example/",
    "/\\evil.example/",
    "\\\\evil.example/",
    "http:///evil.example/",
    "https:evil.example",
    "\t//evil.example/",
    "http://testserver@evil.example/",
    "javascript:alert(1)",
)
NEW_WORD = "quiet-harbour-77"


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a secret of the code")


def refused(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


def suspicious(request: HttpRequest) -> HttpResponse:
    raise SuspiciousOperation("a secret of the code")


urlpatterns = [
    *urls.urlpatterns,
    path("test/500/", broken),
    path("test/403/", refused),
    path("test/400/", suspicious),
]
pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]
ERRORS = (
    ("/test/400/", 400, "Bad request"),
    ("/test/403/", 403, "No access"),
    ("/test/404/", 404, "Page not found"),
    ("/test/500/", 500, "Something went wrong"),
)


@pytest.fixture(autouse=True)
def manager() -> Official:
    """A manager of the whole province, who reads."""
    province = Region.objects.get(code="320000")
    user = Official.objects.create_user("manager", password=PASSWORD, name="Wang Jianguo", region=province)
    user.groups.add(Group.objects.get(name="manager"))
    return user


@pytest.fixture
def visitor() -> Client:
    """Somebody with an English browser. Answers of 500 are returned and not raised."""
    return Client(raise_request_exception=False, headers={"accept-language": "en"})


def sign_in(client: Client, username: str = "manager", password: str = PASSWORD, **more: str) -> Any:
    return client.post(reverse("login"), {"username": username, "password": password, **more})


def test_manager_signs_in_and_out(visitor: Client) -> None:
    """A manager signs in, sees name, region and the sign-out, and after that is anonymous again."""
    assert sign_in(visitor).headers["location"] == reverse("home")
    page = visitor.get(reverse("password_change")).content.decode()
    assert "Wang Jianguo · Jiangsu" in page
    assert visitor.post(reverse("logout")).headers["location"] == reverse("login")
    assert visitor.get(reverse("password_change")).status_code == 302


def test_sign_out_needs_a_post(visitor: Client, manager: Official) -> None:
    """A link or an image on another page cannot sign anybody out."""
    visitor.force_login(manager)
    assert visitor.get(reverse("logout")).status_code == 405
    assert visitor.get(reverse("password_change")).status_code == 200


def test_data_entry_is_offered_to_staff_only(visitor: Client, manager: Official) -> None:
    """The admin is only in the menu of officials who may open it."""
    visitor.force_login(manager)
    address = f'href="{reverse("admin:index")}"'
    assert address not in visitor.get(reverse("password_change")).content.decode()
    Official.objects.filter(pk=manager.pk).update(is_staff=True)
    assert address in visitor.get(reverse("password_change")).content.decode()


def test_wrong_sign_in_says_the_same_for_every_name(visitor: Client, manager: Official) -> None:
    """An unknown name, a wrong password and a disabled account cannot be told apart."""
    Official.objects.create_user("former", password=PASSWORD, region=manager.region, is_active=False)
    attempts = (("manager", "wrong"), ("nobody", "wrong"), ("former", "wrong"), ("former", PASSWORD))
    answers = [sign_in(visitor, *attempt) for attempt in attempts]
    found = [re.findall(r'<p class="error" role="alert">(.*?)</p>', a.content.decode()) for a in answers]
    assert [answer.status_code for answer in answers] == [200] * 4
    assert len(found[0]) == 1
    assert found == [found[0]] * 4


@pytest.mark.parametrize("name", ["login", "admin:login"])
def test_five_wrong_passwords_lock_the_name(visitor: Client, name: str) -> None:
    """The fifth wrong password and the right one after it are refused with 429 and the time to wait."""
    form = {"username": "manager", "password": "wrong"}
    answers = [visitor.post(reverse(name), form) for _ in range(5)]
    answers.append(visitor.post(reverse(name), form | {"password": PASSWORD}))
    assert [answer.status_code for answer in answers] == [200] * 4 + [429] * 2
    assert "30 minutes" in answers[-1].content.decode()
    assert visitor.get(reverse("password_change")).status_code == 302


def test_sign_in_goes_on_to_own_pages(visitor: Client) -> None:
    """`next` brings readers to the page that they asked for."""
    target = reverse("password_change") + "?a=1&b=2"
    assert sign_in(visitor, next=target).headers["location"] == target


@pytest.mark.parametrize("target", ELSEWHERE)
def test_next_leads_nowhere_else(visitor: Client, target: str) -> None:
    """Neither signing in nor the language link redirects to another host or runs a script."""
    assert sign_in(visitor, next=target).headers["location"] == reverse("home")
    answer = visitor.get(reverse("language", args=["en"]), {"next": target})
    assert answer.headers["location"] == reverse("home")


def test_password_change(visitor: Client) -> None:
    """The new password is valid at once, this session goes on, and others end."""
    other = Client()
    sign_in(visitor)
    sign_in(other)
    form = {"old_password": "wrong", "new_password1": NEW_WORD, "new_password2": NEW_WORD}
    refusal = visitor.post(reverse("password_change"), form)
    assert 'aria-invalid="true"' in refusal.content.decode()
    answer = visitor.post(reverse("password_change"), form | {"old_password": PASSWORD})
    assert answer.headers["location"] == reverse("password_change_done")
    assert visitor.get(reverse("password_change_done")).status_code == 200
    assert other.get(reverse("password_change")).status_code == 302
    assert sign_in(Client(), password=NEW_WORD).status_code == 302


@pytest.mark.parametrize(
    ("browser", "language"),
    [
        ("", "zh-hans"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-hans"),
        ("zh-TW", "zh-hans"),
        ("en-US,en;q=0.9", "en"),
        ("fr-FR,fr;q=0.9", "zh-hans"),
        ("fr-FR,en;q=0.5", "en"),
        ("*", "zh-hans"),
    ],
)
def test_language_by_browser(browser: str, language: str) -> None:
    """Chinese and English browsers get their language, all others Chinese."""
    page = Client(headers={"accept-language": browser}).get(reverse("login"))
    assert f'<html lang="{language}">' in page.content.decode()


def test_language_by_link(visitor: Client) -> None:
    """The link on the page changes the language, stays on the page, and is remembered."""
    address = reverse("login") + "?next=/accounts/password/"
    link = re.search(r'<a href="(/accounts/language/[^"]+)" lang="zh-hans"', visitor.get(address).content.decode())
    assert link
    answer = visitor.get(link[1].replace("&amp;", "&"))
    assert answer.headers["location"] == address
    assert answer.cookies["django_language"]["httponly"]
    assert '<html lang="zh-hans">' in visitor.get(address).content.decode()


@pytest.mark.parametrize("code", ["fr", "zh-hant", "EN", "zh"])
def test_unknown_language_is_not_found(visitor: Client, code: str) -> None:
    """Only the two languages of the site have an address."""
    answer = visitor.get(reverse("language", args=[code]))
    assert answer.status_code == 404
    assert "django_language" not in answer.cookies


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize(("address", "status", "heading"), ERRORS)
@pytest.mark.parametrize("signed_in", [False, True])
def test_error_pages(
    manager: Official, address: str, status: int, heading: str, language: str, signed_in: bool
) -> None:
    """Errors are in the reader's language, link to the home page and reveal no code."""
    client = Client(raise_request_exception=False, headers={"accept-language": language})
    if signed_in:
        client.force_login(manager)
    answer = client.get(address)
    page = answer.content.decode()
    with translation.override(language):
        assert f"<h1>{gettext(heading)}</h1>" in page
    assert answer.status_code == status
    assert f'<html lang="{language}">' in page
    assert f'href="{reverse("home")}"' in page
    assert "secret" not in page
    assert "Traceback" not in page


def test_expired_form(manager: Official) -> None:
    """A form without its token is refused on a page that says what to do."""
    client = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
    answer = client.post(reverse("login"), {"username": "manager", "password": PASSWORD})
    assert answer.status_code == 403
    assert "<h1>The form has expired</h1>" in answer.content.decode()


def kinds_of_page(client: Client, manager: Official) -> list[Any]:
    """An answer of each kind of page: before signing in, to a manager, and to a superuser in the admin."""
    strict = Client(enforce_csrf_checks=True)
    answers = [client.get("/"), client.get(reverse("login")), client.get("/healthz"), strict.post(reverse("login"))]
    answers += [client.get(reverse("language", args=["en"])), client.get(reverse("admin:login"))]
    answers += [sign_in(client, "nobody") for _ in range(5)]
    client.force_login(manager)
    reports = [reverse("report", args=["renovation"]) + query for query in ("", "?by=city", "?format=csv", "?no=1")]
    pages = [reverse(name) for name in ("home", "password_change", "password_change_done")]
    answers += [client.get(page) for page in (*pages, *reports, *(address for address, _, _ in ERRORS))]
    Official.objects.filter(pk=manager.pk).update(is_staff=True, is_superuser=True)
    lists = [f"admin:{m._meta.app_label}_{m._meta.model_name}_changelist" for m in admin.site._registry]
    names = ("admin:index", "admin:jsi18n", "admin:password_change", *lists)
    answers += [client.get(reverse(name)) for name in names]
    assert {answer.status_code for answer in answers} == {200, 302, 400, 403, 404, 429, 500}
    return answers


def test_headers_of_every_kind_of_page(visitor: Client, manager: Official) -> None:
    """No page may be framed, sniffed, cached, or run a script that is not a file of ours."""
    for answer in kinds_of_page(visitor, manager):
        policy = answer.headers["content-security-policy"]
        assert "script-src 'self';" in f"{policy};", answer.request
        assert "style-src 'self';" in f"{policy};", answer.request
        assert "unsafe" not in policy, answer.request
        assert answer.headers["x-content-type-options"] == "nosniff", answer.request
        assert answer.headers["x-frame-options"] == "DENY", answer.request
        assert answer.headers["referrer-policy"] == "same-origin", answer.request
        assert answer.headers["cache-control"] == "private, no-store", answer.request


OVER_TLS = """
import django
from django.conf import settings
django.setup()
from django.test import Client
plain = Client().get("/accounts/login/", headers={"host": "localhost"})
page = Client().get("/accounts/login/", secure=True, headers={"host": "localhost"})
print(plain.status_code, plain["Location"], page.status_code, page["Strict-Transport-Security"])
print(*[bool(cookie["secure"]) for cookie in page.cookies.values()], settings.SESSION_COOKIE_SECURE)
"""


def test_the_product_hashes_passwords_as_django_does() -> None:
    """Only the tests' settings hash at once. The product takes as long as Django thinks is safe."""
    first = getattr(product, "PASSWORD_HASHERS", global_settings.PASSWORD_HASHERS)[0]
    assert first.endswith(("PBKDF2PasswordHasher", "Argon2PasswordHasher"))


def test_over_tls_cookies_are_secure_and_browsers_stay_there() -> None:
    """With SECURE=1 a plain request is redirected to TLS, cookies need it, and HSTS lasts for a year."""
    given = {**os.environ, "SECURE": "1", "DJANGO_SETTINGS_MODULE": "revival.settings"}
    command = [sys.executable, "-c", OVER_TLS]
    found = subprocess.run(command, cwd=ROOT, env=given, capture_output=True, text=True, check=True).stdout.split()
    assert found[:3] == ["301", "https://localhost/accounts/login/", "200"]
    assert " ".join(found[3:6]) == "max-age=31536000; includeSubDomains; preload"
    assert len(found[6:]) > 1
    assert set(found[6:]) == {"True"}


def test_skip_link_leads_to_the_content(visitor: Client) -> None:
    """The first link of a page jumps over the navigation to an element that can take the focus."""
    page = visitor.get(reverse("login")).content.decode()
    assert re.search(r"<a [^>]*>", page).group() == '<a class="skip" href="#page-main">'  # type: ignore[union-attr]
    assert '<main id="page-main" tabindex="-1">' in page


@pytest.mark.parametrize("template", ["base.html", "admin/base_site.html"])
@pytest.mark.parametrize("synthetic", [False, True])
def test_synthetic_data_is_marked(template: str, synthetic: bool) -> None:
    """Managers' pages and the admin say so when the records are invented, and only then."""
    page = render_to_string(template, {"synthetic": synthetic})
    assert ('role="note"' in page) is synthetic


FORBIDDEN = {
    "inline script": re.compile(r"<script(?![^>]*\ssrc=)", re.I),
    "inline style": re.compile(r"<style|\sstyle\s*=", re.I),
    "event attribute": re.compile(r"<[^>]*\son[a-z]+\s*=", re.I),
    "script address": re.compile(r"javascript:", re.I),
    "other host": re.compile(r"(src|href)=[\"']?(https?:)?//", re.I),
    "unescaped text": re.compile(r"\|\s*safe\b|autoescape\s+off|\|\s*safeseq\b"),
}


def test_templates_hold_nothing_inline() -> None:
    """Every template keeps to the content security policy and leaves escaping on."""
    templates = [path for path in ROOT.glob("*/**/templates/**/*.html") if ".venv" not in path.parts]
    assert ROOT / "revival/templates/base.html" in templates
    found = [
        (path.relative_to(ROOT), what)
        for path in templates
        for what, pattern in FORBIDDEN.items()
        if pattern.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_code_marks_nothing_as_safe() -> None:
    """HTML made in Python goes through format_html, which escapes."""
    code = [path for top in ("revival", "enterprises", "projects") for path in (ROOT / top).rglob("*.py")]
    word = re.compile(r"mark_safe|SafeString|__html__|\|safe\b")
    assert [path.relative_to(ROOT) for path in code if word.search(path.read_text(encoding="utf-8"))] == []

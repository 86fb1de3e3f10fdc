"""The administrators' pages: officials of the own region, and regions for everyone's forms."""

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.test import Client

from revival.accounts.models import Official, Region
from tests.factories import GULOU, KUNSHAN, PEI, PROVINCE, SUZHOU, XUZHOU, browser, official
from tests.forms import errors, fields

pytestmark = pytest.mark.django_db
LIST, ADD = "/admin/accounts/official/", "/admin/accounts/official/add/"
PASSWORD = "Grand-Canal-1194"


@pytest.fixture
def boss(db: None) -> Official:
    return official("administrator", XUZHOU)


@pytest.fixture
def page(boss: Official) -> Client:
    return browser(boss)


def new(page: Client, **typed: Any) -> Any:
    clerk = Group.objects.get(name="clerk").pk
    given = {
        "username": "newcomer",
        "name": "新人",
        "region": GULOU,
        "password1": PASSWORD,
        "password2": PASSWORD,
        "groups": [clerk],
        "is_staff": "on",
    }
    return page.post(ADD, fields(page.get(ADD)) | given | typed)


def test_an_administrator_makes_an_official_of_their_region(page: Client) -> None:
    """The new official has a role, a region below the administrator's, and a password that works."""
    assert new(page).status_code == 302
    made = Official.objects.get(username="newcomer")
    assert (made.region_id, made.is_staff, made.is_superuser) == (GULOU, True, False)
    assert [group.name for group in made.groups.all()] == ["clerk"]
    assert made.check_password(PASSWORD)


@pytest.mark.parametrize(
    ("typed", "field"),
    [({"region": KUNSHAN}, "region"), ({"region": PROVINCE}, "region"), ({"groups": ["999"]}, "groups")],
)
def test_what_is_beyond_them_is_refused_at_its_field(page: Client, typed: dict[str, Any], field: str) -> None:
    """A region elsewhere or above, and a role that does not exist."""
    assert set(errors(new(page, **typed))) == {field}
    assert not Official.objects.filter(username="newcomer").exists()


def test_nobody_makes_a_superuser_but_a_superuser(page: Client) -> None:
    """The checkbox is not shown, and posting it has no effect."""
    other = official("clerk", PEI)
    form = page.get(f"{LIST}{other.pk}/change/")
    assert "is_superuser" not in form.content.decode()
    assert (
        page.post(f"{LIST}{other.pk}/change/", fields(form) | {"is_superuser": "on", "name": "X"}).status_code == 302
    )
    other.refresh_from_db()
    assert (other.name, other.is_superuser) == ("X", False)
    root = browser(official("", PROVINCE))
    assert "is_superuser" in root.get(f"{LIST}{other.pk}/change/").content.decode()


def test_an_administrator_does_not_raise_themselves(page: Client, boss: Official) -> None:
    """The administrator's own region and roles are shown as text."""
    form = page.get(f"{LIST}{boss.pk}/change/")
    roles = [group.pk for group in Group.objects.all()]
    assert (
        page.post(f"{LIST}{boss.pk}/change/", fields(form) | {"groups": roles, "region": PROVINCE}).status_code == 302
    )
    boss.refresh_from_db()
    assert [group.name for group in boss.groups.all()] == ["administrator"]
    assert boss.region_id == XUZHOU


def test_officials_elsewhere_and_superusers_are_out_of_reach(page: Client) -> None:
    """Officials elsewhere are 404 on every page. Superusers are not changed and get no password."""
    foreign, root = official("clerk", SUZHOU, name="ZQB-1"), official("", XUZHOU)
    assert "ZQB-1" not in page.get(LIST).content.decode()
    for path in ("change/", "password/", "history/", "delete/"):
        for key in (foreign.pk, 999_999):
            assert page.get(f"{LIST}{key}/{path}").status_code == 404, path
    assert page.post(f"{LIST}{root.pk}/password/", {"password1": PASSWORD, "password2": PASSWORD}).status_code == 403
    assert page.post(f"{LIST}{root.pk}/change/", {"username": "taken"}).status_code == 403


def test_a_clerk_has_no_page_of_officials() -> None:
    """Groups have no page for anybody."""
    clerk = browser(official("clerk", XUZHOU))
    assert clerk.get(LIST).status_code == 403
    assert clerk.get("/admin/auth/group/").status_code == 404
    assert not admin.site.is_registered(Group)
    assert "/admin/accounts/" not in clerk.get("/admin/").content.decode()


def test_models_are_listed_only_where_it_shows(page: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """The list of models asks for the permissions of each, which a page of one model must not pay for."""
    made: list[str | None] = []
    build = admin.AdminSite._build_app_dict

    def built(site: admin.AdminSite, request: Any, label: str | None = None) -> Any:
        made.append(label)
        return build(site, request, label)

    monkeypatch.setattr(admin.AdminSite, "_build_app_dict", built)
    for path in (LIST, ADD):
        assert page.get(path).status_code == 200
    assert made == []
    for path in ("/admin/", "/admin/accounts/"):
        assert LIST in page.get(path).content.decode()
    assert made == [None, "accounts"]
    assert browser(official("clerk", XUZHOU)).get("/admin/accounts/").status_code == 404


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_pages_render_in_both_languages(boss: Official, language: str) -> None:
    """Lists and forms of officials and regions render, and roles have their names."""
    page = browser(boss, language)
    for path in (
        LIST,
        ADD,
        f"{LIST}{boss.pk}/change/",
        "/admin/accounts/region/",
        f"/admin/accounts/region/{GULOU}/change/",
    ):
        assert page.get(path).status_code == 200, path
    if language == "en":
        assert "Administrator" in page.get(ADD).content.decode()


@pytest.mark.parametrize(
    ("term", "found"), [("鼓楼", {GULOU}), ("320302", {GULOU}), ("Gulou", {GULOU}), ("昆山", set()), ("\x00", set())]
)
def test_regions_are_searched_within_the_scope(term: str, found: set[str]) -> None:
    """A region is found by either name or by its code."""
    query = {"app_label": "projects", "model_name": "renovationproject", "field_name": "region", "term": term}
    answer = browser(official("clerk", XUZHOU)).get("/admin/autocomplete/", query)
    assert {item["id"] for item in answer.json()["results"]} == found


def test_a_former_code_finds_the_region_of_today() -> None:
    """320684 is 320614 since 2020; a region with several is found once."""
    query = {"app_label": "projects", "model_name": "renovationproject", "field_name": "region", "term": "320684"}
    answer = browser(official("clerk", PROVINCE)).get("/admin/autocomplete/", query)
    assert [item["id"] for item in answer.json()["results"]] == ["320614"]


def test_regions_of_others_are_404(page: Client) -> None:
    """A region's code is its key and no field of its form."""
    for key in (KUNSHAN, "999999", "%00", "abc"):
        assert page.get(f"/admin/accounts/region/{key}/change/").status_code == 404, key
    assert "code" not in fields(page.get(f"/admin/accounts/region/{GULOU}/change/"))
    assert Region.objects.count() == 110


@pytest.mark.parametrize(
    "query", ["is_active__exact=x", "password__startswith=p", "q=%00", "region=320500", "level=x"]
)
def test_odd_queries_are_no_faults(page: Client, query: str) -> None:
    """They do not reveal passwords either."""
    for path in (LIST, "/admin/accounts/region/"):
        assert page.get(f"{path}?{query}", follow=True).status_code in (200, 400)
    assert page.get(f"{LIST}?password__startswith=p").status_code == 400


@pytest.mark.parametrize("role", ["administrator", ""])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_pages_of_officials_show_nothing_of_a_password(role: str, language: str) -> None:
    """Neither the list nor an account shows algorithm, salt or hash. An account has the link to set a password."""
    other = official("clerk", PEI)
    other.set_password(PASSWORD)
    other.save()
    algorithm, *parts = other.password.split("$")
    reader = browser(official(role, PROVINCE), language)
    page = reader.get(f"{LIST}{other.pk}/change/").content.decode()
    assert 'href="../password/"' in page
    for text in (page, reader.get(LIST).content.decode()):
        assert [part for part in (algorithm, *parts) if len(part) > 2 and part in text] == []
        assert "**" not in text

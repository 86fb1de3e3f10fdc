"""What is typed into a form of the admin outlives the session and the token; one page signs in."""

import json
from typing import Any

import pytest
from axes.utils import reset
from django.conf import settings
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from projects.models import RenovationProject
from revival.accounts.models import Official
from revival.records.periods import ExtensionRequest
from tests.extent import every
from tests.factories import PROVINCE, XUZHOU, browser, marked, official, project
from tests.forms import fields, url
from tests.records.periods import period
from tests.world import MODELS

pytestmark = pytest.mark.django_db
WORD = "Grand-Canal-1194"
RECORDS = [m for m in MODELS if m in admin.site._registry and m._meta.model_name != "revision"]


@pytest.fixture
def clerk(db: None) -> Official:
    user = official("clerk", XUZHOU)
    user.set_password(WORD)
    user.save()
    return user


def sign_in(visitor: Client, answer: Any, user: Official, password: str = WORD) -> Any:
    """Send the sign-in page that was the answer."""
    typed = fields(answer) | {"username": user.username, "password": password}
    return visitor.post(reverse("login"), typed)


def send_on(visitor: Client, answer: Any) -> Any:
    """Press the button that shows what was typed in its form again."""
    return visitor.post(answer.context["target"], fields(answer))


@every("model", RECORDS)
def test_it_is_kept_through_the_sign_in(model: Any, clerk: Official) -> None:
    """Signed out, posted, signed in: the form has what was typed, nothing was saved, and then it is."""
    row = marked(model, XUZHOU, "OWN-1", state="draft")
    page = browser(clerk)
    typed = fields(page.get(url(row))) | {"explanation": "合成：“两行”\r\n<b> & 'x'"}
    visitor = Client(headers={"accept-language": "en"})
    lost = visitor.post(url(row), typed)
    assert lost.status_code == 403
    assert "Nothing was saved: you are signed out." in lost.content.decode()
    wrong = sign_in(visitor, lost, clerk, "wrong")
    assert "Nothing was saved" in wrong.content.decode()
    between = sign_in(visitor, wrong, clerk)
    assert "Another user typed it" not in between.content.decode()
    shown = send_on(visitor, between)
    assert shown.status_code == 200
    assert "This is what you typed" in " ".join(shown.context["adminform"].form.non_field_errors())
    again = fields(shown)
    names = [name for name in typed if name != "csrfmiddlewaretoken"]
    # A text area begins with a line break, which browsers drop.
    assert [str(again.get(name)).strip() for name in names] == [str(typed[name]).strip() for name in names]
    row.refresh_from_db()
    assert row.explanation == ""
    assert visitor.post(url(row), again).status_code == 302
    row.refresh_from_db()
    assert "两行" in row.explanation


TEXT = "Grand Canal 合成"


def form_of_the_site(name: str) -> tuple[Official, str, dict[str, Any]]:
    """A form with a text that is not the form of one row: who sends it, its address, and what is typed in it."""
    row = project(state="submitted" if name in ("inbox", "list") else "verified")
    user = official("verifier" if name in ("inbox", "list") else "clerk", XUZHOU)
    user.set_password(WORD)
    user.save()
    if name == "extension":
        period((-20, -1), month=6)
        return user, "/extension/2024-06/", {"reason": TEXT, "until": "2030-01-01"}
    if name == "monthly":
        period((-10, 10), month=6)
        return user, "/monthly/2024-06/", {f"p{row.pk}-planned": TEXT, f"p{row.pk}-completed": "1"}
    if name == "inbox":
        key = f"{row._meta.label_lower}:{row.pk}:{row.version}"
        return user, "/inbox/", {"step": "returned", "confirmed": "1", "row": key, "comment": TEXT}
    asked = {"action": "return", "seen": f"{row.pk}:{row.version}", "comment": TEXT}
    return user, "/admin/projects/renovationproject/", asked


@pytest.mark.parametrize("stale_token", [False, True])
@pytest.mark.parametrize("name", ["extension", "monthly", "inbox", "list"])
def test_other_forms_keep_it_as_well(db: None, name: str, stale_token: bool) -> None:
    """Signed out, or with a token that is not the browser's: the form has the text again, and nothing was done."""
    user, page, typed = form_of_the_site(name)
    visitor = Client(enforce_csrf_checks=stale_token, headers={"accept-language": "en"})
    lost = visitor.post(page, typed)
    assert lost.status_code == 403
    shown = send_on(visitor, sign_in(visitor, lost, user))
    assert shown.status_code == 200
    assert TEXT in [str(value).strip() for value in fields(shown).values()]
    assert "Nothing" in shown.content.decode()
    states = list(RenovationProject.objects.values_list("state", flat=True))
    assert states == ["submitted" if name in ("inbox", "list") else "verified"]
    assert not ExtensionRequest.objects.exists()
    visitor.post(page, fields(shown))
    if name in ("inbox", "list"):
        assert RenovationProject.objects.get().state == "returned"
    elif name == "extension":
        assert ExtensionRequest.objects.get().reason == TEXT


def test_a_script_that_keeps_the_text_is_redirected() -> None:
    answer = Client().post("/monthly/2024-06/", headers={"x-requested-with": "autosave"})
    assert answer.status_code == 302


class TestTokens:
    def strict(self, user: Official) -> Client:
        page = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
        page.force_login(user)
        return page

    def test_a_stale_token_keeps_the_text(self, clerk: Official) -> None:
        """The page offers to show it in the form; sent on with its own token it is shown and not saved."""
        row, page = project(), self.strict(clerk)
        typed = fields(page.get(url(row))) | {"name": "Typed anew", "csrfmiddlewaretoken": "x" * 64}
        refused = page.post(url(row), typed)
        assert refused.status_code == 403
        assert "Nothing was saved, for your protection" in refused.content.decode()
        shown = send_on(page, refused)
        assert fields(shown)["name"] == "Typed anew"
        assert RenovationProject.objects.get().name != "Typed anew"
        assert page.post(url(row), fields(shown)).status_code == 302
        assert RenovationProject.objects.get().name == "Typed anew"

    @pytest.mark.parametrize("header", [{"origin": "https://evil.example"}, {"origin": "null"}])
    def test_another_site_is_offered_nothing(self, clerk: Official, header: dict[str, str]) -> None:
        """A post from elsewhere is answered without what it brought."""
        row, page = project(), self.strict(clerk)
        answer = page.post(url(row), {"name": "Forged", "_save": "1"}, headers=header)
        assert answer.status_code == 403
        assert "Forged" not in answer.content.decode()
        signed_out = Client(enforce_csrf_checks=True).post(url(row), {"name": "Forged"}, headers=header)
        assert signed_out.status_code == 403
        assert "Forged" not in signed_out.content.decode()

    def test_session_and_token_gone(self, clerk: Official) -> None:
        """Both at once lead to the sign-in page with the text."""
        row = project()
        typed = fields(browser(clerk).get(url(row))) | {"name": "Typed anew"}
        visitor = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
        lost = visitor.post(url(row), typed)
        assert lost.status_code == 403
        assert "Typed anew" in lost.content.decode()
        shown = send_on(visitor, sign_in(visitor, lost, clerk))
        assert fields(shown)["name"] == "Typed anew"


class TestSignIn:
    def test_another_user_is_told(self, clerk: Official) -> None:
        """What one official typed is shown to the next on the same page only with a warning."""
        row = project()
        typed = fields(browser(official("clerk", XUZHOU)).get(url(row)))
        visitor = Client(headers={"accept-language": "en"})
        between = sign_in(visitor, visitor.post(url(row), typed), clerk)
        assert "Another user typed it in this browser" in between.content.decode()

    def test_passwords_are_not_kept(self, clerk: Official) -> None:
        """Those of the form for a new official stand in no page."""
        visitor = Client()
        typed = {"username": "newcomer", "password1": "Secret-Word-77", "password2": "Secret-Word-77"}
        lost = visitor.post("/admin/accounts/official/add/", typed)
        assert "newcomer" in lost.content.decode()
        assert "Secret-Word-77" not in lost.content.decode()

    @pytest.mark.parametrize(
        ("target", "kept"),
        [
            ("https://evil.example/admin/projects/renovationproject/add/", {"name": ["x"]}),
            ("/admin/projects/renovationproject/", {"name": ["x"]}),
            ("/accounts/password/", {"name": ["x"]}),
            ("/admin/projects/renovationproject/add/", {"password": ["x"]}),
        ],
    )
    def test_nothing_is_carried_elsewhere(self, clerk: Official, target: str, kept: dict[str, Any]) -> None:
        """Only to forms of the admin, and never a password or a text that is not ours."""
        for text in (json.dumps(kept), "no text of ours", "[1, 2]", '{"a": 1}'):
            form = {"username": clerk.username, "password": WORD, "next": target, "kept": text}
            assert Client().post(reverse("login"), form).status_code == 302

    def test_there_is_one_sign_in_page(self, clerk: Official) -> None:
        """That of the admin leads to it, and goes on to the admin; so does signing out."""
        visitor = Client()
        asked = visitor.get("/admin/projects/", follow=True)
        assert asked.request["PATH_INFO"] == reverse("login")
        assert fields(asked)["next"] == "/admin/projects/"
        answer = visitor.post(reverse("admin:login"), {"username": clerk.username, "password": WORD})
        assert answer.headers["Location"] == reverse("admin:index")
        assert visitor.get(reverse("admin:login")).headers["Location"] == reverse("admin:index")
        assert visitor.post(reverse("admin:logout")).headers["Location"] == reverse("login")

    def test_who_may_not_open_a_page_is_told(self) -> None:
        """An official without the admin is signed in already, and learns why they are asked again."""
        reader = official("manager", PROVINCE)
        Official.objects.filter(pk=reader.pk).update(is_staff=False)
        answer = browser(reader).get("/admin/", follow=True)
        assert "who may not open this page" in answer.content.decode()


def test_it_is_kept_where_the_name_is_locked(clerk: Official) -> None:
    """The page of the lock carries it on to the sign-in page, which does not count that as a try."""
    row = project()
    typed = fields(browser(clerk).get(url(row))) | {"explanation": "合成 kept"}
    visitor = Client(headers={"accept-language": "en"})
    shown = visitor.post(url(row), typed)
    for _number in range(settings.AXES_FAILURE_LIMIT):
        shown = sign_in(visitor, shown, clerk, "wrong")
    assert shown.status_code == 429
    assert "What you typed is kept on this page" in shown.content.decode()
    reset(username=clerk.username)
    again = visitor.post(reverse("login"), fields(shown))
    assert again.status_code == 200
    assert not again.context["form"].errors
    assert "What you typed is kept on this page" in again.content.decode()
    between = sign_in(visitor, again, clerk)
    assert fields(send_on(visitor, between))["explanation"].strip() == "合成 kept"


def test_a_lock_without_a_text_leads_to_the_sign_in_page(clerk: Official) -> None:
    visitor = Client(headers={"accept-language": "en"})
    for _number in range(settings.AXES_FAILURE_LIMIT):
        shown = sign_in(visitor, visitor.get(reverse("login")), clerk, "wrong")
    assert f'<a href="{reverse("login")}">To the sign-in page</a>' in shown.content.decode()

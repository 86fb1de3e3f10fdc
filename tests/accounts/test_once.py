"""A form posted twice is saved once, for every kind of row that the admin adds or changes."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.messages import get_messages
from django.test import Client
from django.utils import timezone

from projects.models import RenovationProject
from revival.accounts.models import Official, Region, SavedForm
from revival.evaluation.models import IndexSystem
from revival.records.models import Record
from revival.records.periods import ReportingPeriod
from tests.extent import every
from tests.factories import GULOU, PROVINCE, XUZHOU, browser, marked, official, project, region
from tests.forms import errors, fields, save, url
from tests.world import MODELS

pytestmark = pytest.mark.django_db
RECORDS = [m for m in MODELS if issubclass(m, Record) and not m._meta.proxy and m in admin.site._registry]
DATES = {"opens": "2024-01-01", "due": "2060-01-01", "closes": "2060-12-31"}


def add(model: Any) -> str:
    return f"/admin/{model._meta.app_label}/{model._meta.model_name}/add/"


def said(answer: Any) -> str:
    """The last message; those of answers before it are kept as long as no page shows them."""
    return ["", *map(str, get_messages(answer.wsgi_request))][-1]


@pytest.fixture
def page(db: None) -> Client:
    return browser(official("clerk", XUZHOU))


def typed_like(page: Client, row: Any) -> dict[str, Any]:
    """The form for a new row, filled in as an existing one is; codes get their last sign changed."""
    shown = fields(page.get(url(row)))
    found = fields(page.get(add(type(row))))
    own = {n: v for n, v in shown.items() if "-" not in n and n not in ("form_token", "version")}
    return found | own


@every("model", RECORDS)
def test_the_same_post_makes_one_record(model: Any, page: Client) -> None:
    """The second answer leads to the record that the first one made, and says so. So does a third."""
    row = marked(model, XUZHOU, "OWN-1", state="draft")
    typed = typed_like(page, row)
    model.objects.filter(pk=row.pk).delete()
    before = model.objects.count()
    first = page.post(add(model), typed)
    assert first.status_code == 302, errors(first)
    made = model.objects.order_by("-pk").first()
    for _turn in range(2):
        again = page.post(add(model), typed)
        assert (again.status_code, again.headers["Location"]) == (302, url(made))
        assert "This was saved already" in said(again)
    assert model.objects.count() == before + 1
    # Without a token, or with one that nobody gave out, it is saved as always.
    forged = page.post(add(model), typed | {"form_token": "no token"})
    assert forged.status_code == 200 or "This was saved already" not in said(forged)


def entry(page: Client, **typed: Any) -> dict[str, Any]:
    row = project()
    found = typed_like(page, row)
    RenovationProject.objects.filter(pk=row.pk).delete()
    rows = {
        "progress-TOTAL_FORMS": "2",
        "progress-1-month": "2",
        "progress-1-planned": "20",
        "progress-1-completed": "10",
    }
    return found | rows | typed


class TestChanged:
    def test_it_is_shown_as_a_change_of_what_was_made(self, page: Client) -> None:
        """Back, changed, saved: nothing is saved, and the record's form has what was typed. Then it is saved."""
        typed = entry(page)
        page.post(add(RenovationProject), typed)
        made = RenovationProject.objects.get()
        answer = page.post(add(RenovationProject), typed | {"name": "Typed anew", "progress-1-completed": "15"})
        assert answer.status_code == 200
        told = " ".join(answer.context["adminform"].form.non_field_errors())
        assert "this form was saved before" in told
        assert "Different now: Project name." in told
        assert answer.context["original"] == made
        shown = fields(answer)
        assert (shown["name"], shown["progress-0-completed"]) == ("Typed anew", "15")
        assert (shown["progress-0-id"], shown["progress-INITIAL_FORMS"]) == (str(made.progress.get().pk), "1")
        assert f'action="{url(made)}"' in answer.content.decode()
        assert RenovationProject.objects.get().name == made.name
        assert page.post(url(made), shown).status_code == 302
        made.refresh_from_db()
        assert made.name == "Typed anew"
        assert made.progress.get().completed == 150_000

    def test_of_a_submitted_record_it_is_refused_and_kept(self, page: Client) -> None:
        """The record waits for review; what was typed since is on its page."""
        typed = entry(page, review="submitted")
        page.post(add(RenovationProject), typed)
        answer = page.post(add(RenovationProject), typed | {"name": "Typed anew"})
        assert answer.status_code == 200
        assert "Typed anew" in answer.content.decode()
        assert RenovationProject.objects.get().name != "Typed anew"

    def test_rows_of_a_changed_page_are_made_once(self, page: Client) -> None:
        """The same post of a record's page again adds no second row; another one shows the row that was made."""
        row = project()
        new = {"progress-0-month": "3", "progress-0-planned": "20", "progress-0-completed": "10"}
        typed = fields(page.get(url(row))) | new
        for _turn in range(2):
            assert page.post(url(row), typed).status_code == 302
        month = row.progress.get()
        answer = page.post(url(row), typed | {"progress-0-month": "4"})
        assert answer.status_code == 200
        shown = fields(answer)
        assert (shown["progress-0-id"], shown["progress-0-month"]) == (str(month.pk), "4")
        assert page.post(url(row), shown).status_code == 302
        assert [each.month for each in row.progress.all()] == [4]

    def test_a_refused_form_is_saved_once_it_is_right(self, page: Client) -> None:
        """What was refused made nothing, so that the form with the same token saves."""
        typed = entry(page)
        refused = page.post(add(RenovationProject), typed | {"total_investment": "x"})
        assert (refused.status_code, SavedForm.objects.count()) == (200, 0)
        assert fields(refused)["form_token"] == typed["form_token"]
        assert page.post(add(RenovationProject), typed).status_code == 302
        assert RenovationProject.objects.count() == 1


class TestOtherForms:
    def posts(self) -> list[tuple[Any, Client, dict[str, Any]]]:
        publisher, root = browser(official("publisher", PROVINCE)), browser(official("", PROVINCE))
        source = {"code": "synthetic-1", "title_zh": "合成", "title_en": "Synthetic", "year": "2024"}
        figure = {"code": "S01", "name_zh": "合成", "name_en": "Synthetic", "value": "1", "year": "2023"}
        figure |= {"system": "renovation-projects", "unit": "project", "region": PROVINCE, "place": "p. 1"}
        person = {"username": "newcomer", "name": "New", "region": GULOU, "usable_password": "true"}
        person |= {"password1": "Grand-Canal-1194", "password2": "Grand-Canal-1194"}
        closed = ReportingPeriod.objects.create(
            year=2019, month=0, opens="2019-01-01", due="2019-12-31", closes="2020-03-31"
        )
        leave = {"period": closed.pk, "region": XUZHOU, "reason": "synthetic", "until": "2060-12-31"}
        product = {"code": "synthetic", "name_zh": "合成", "name_en": "Synthetic", "bank_zh": "合", "bank_en": "S"}
        return [
            (ReportingPeriod, publisher, {"year": 2018, "month": 0, **DATES}),
            (closed.exceptions.model, publisher, leave),
            (self.model("publishing.sourcedocument"), publisher, source),
            (self.model("publishing.publishedfigure"), publisher, figure | {"source": "article-2025"}),
            (Official, root, person),
            (self.model("finance.loanproduct"), root, product),
            (IndexSystem, root, {"subject": "cities", "version": 99, "name_zh": "合成", "name_en": "Synthetic"}),
        ]

    def model(self, label: str) -> Any:
        return next(m for m in admin.site._registry if m._meta.label_lower == label)

    def test_each_is_saved_once(self) -> None:
        """Periods, exceptions, sources, figures, officials, products and index systems."""
        for model, page, values in self.posts():
            before = model._default_manager.count()
            typed = fields(page.get(add(model))) | values
            first = page.post(add(model), typed)
            assert first.status_code == 302, (model, errors(first))
            again = page.post(add(model), typed)
            assert again.status_code == 302, model
            assert "This was saved already" in said(again), model
            assert model._default_manager.count() == before + 1, model
            assert "password" not in " ".join(SavedForm.objects.latest("pk").made)

    def test_changed_it_is_proposed(self) -> None:
        """A period posted again with another day: the page of the period shows it, as a change of what is stored."""
        page = browser(official("publisher", PROVINCE))
        typed = fields(page.get(add(ReportingPeriod))) | {"year": 2018, "month": 0, **DATES}
        page.post(add(ReportingPeriod), typed)
        answer = page.post(add(ReportingPeriod), typed | {"due": "2059-01-01"})
        assert answer.status_code == 200
        made = ReportingPeriod.objects.get(year=2018)
        assert str(made.due) == "2060-01-01"
        shown = fields(answer)
        assert shown["due"] == "2059-01-01"
        assert page.post(f"/admin/records/reportingperiod/{made.pk}/change/", shown).status_code == 302
        made.refresh_from_db()
        assert str(made.due) == "2059-01-01"

    def test_a_confirmation_is_carried_out_once(self, page: Client) -> None:
        """The second click of a bulk step and of a deletion is answered as done."""
        rows, lists = [project(), project()], "/admin/projects/renovationproject/"
        chosen = {"_selected_action": [row.pk for row in rows]}
        preview = page.post(lists, chosen | {"action": "submit"})
        typed = fields(preview)
        assert b"Done: 2" in page.post(lists, typed).content
        assert {row.state for row in RenovationProject.objects.all()} == {"submitted"}
        again = page.post(lists, typed)
        assert again.status_code == 302
        assert "This was done already. Done: 2. Refused: 0." in said(again)
        drafts = [project(), project()]
        typed = fields(page.post(lists, {"_selected_action": [r.pk for r in drafts], "action": "delete_selected"}))
        assert page.post(lists, typed).status_code == 302
        again = page.post(lists, typed)
        assert again.status_code == 302
        assert "This was done already. 2 records deleted." in said(again)


class TestTokens:
    def test_a_token_belongs_to_its_user_and_its_page(self, page: Client) -> None:
        """Another official with the same token, and the same one on another page, save their own."""
        typed = entry(page)
        page.post(add(RenovationProject), typed)
        other = browser(official("clerk", GULOU))
        answer = other.post(add(RenovationProject), typed)
        assert "This was saved already" not in said(answer)
        row = project()
        mine = fields(page.get(url(row))) | {"form_token": typed["form_token"], "name": "Mine"}
        assert page.post(url(row), mine).status_code == 302
        row.refresh_from_db()
        assert row.name == "Mine"

    def test_what_was_made_and_is_gone_is_not_made_again(self, page: Client) -> None:
        """The post leads to the list and says so."""
        typed = entry(page)
        page.post(add(RenovationProject), typed)
        RenovationProject.objects.all().delete()
        answer = page.post(add(RenovationProject), typed)
        assert answer.headers["Location"] == "/admin/projects/renovationproject/"
        assert "Nothing was saved again" in said(answer)
        assert not RenovationProject.objects.exists()

    def test_old_tokens_are_pruned(self, page: Client) -> None:
        """A save removes a limited number of those of days ago, and no younger one."""
        user = official("clerk", XUZHOU)
        old = timezone.now() - timedelta(days=3)
        SavedForm.objects.bulk_create(
            SavedForm(official=user, token=f"{at}", path="/", digest="", at=old if at < 60 else timezone.now())
            for at in range(70)
        )
        save(page, project(), name="Better")
        assert SavedForm.objects.count() == 70 - 50 + 1
        save(page, project(), name="Better")
        assert SavedForm.objects.count() == 10 + 2

    def test_it_costs_two_statements(self, page: Client, django_assert_max_num_queries: Any) -> None:
        """The row is written, and old ones are looked for. Of a new record it is also told what was made."""
        row = project()
        typed = fields(page.get(url(row))) | {"name": "Better"}
        with django_assert_max_num_queries(200) as found:
            page.post(url(row), typed)
        assert sum("accounts_savedform" in each["sql"] for each in found.captured_queries) == 2


def test_regions_are_not_doubled() -> None:
    """A functional zone has a code of its own, and is led to itself."""
    page = browser(official("", PROVINCE))
    typed = fields(page.get(add(Region))) | {"code": "320302901", "parent": XUZHOU, "level": "zone"}
    typed |= {"name_zh": "合成区", "name_en": "Synthetic zone"}
    assert page.post(add(Region), typed).status_code == 302
    assert page.post(add(Region), typed).headers["Location"] == "/admin/accounts/region/320302901/change/"
    assert region("320302901").name_en == "Synthetic zone"

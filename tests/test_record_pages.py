"""The pages of an enterprise and of a project, and the search for both."""

import re
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from revival.catalogue import REPORTS
from revival.records.models import State
from tests import factories
from tests.factories import GULOU, KUNSHAN, PEI, PROVINCE, SUZHOU, XUZHOU, browser, official

pytestmark = pytest.mark.django_db
MARK = "ZQ-B"


def manager(region: str = PROVINCE, language: str = "en") -> Client:
    return browser(official("manager", region), language)


@pytest.fixture
def firm() -> Any:
    """An enterprise of Xuzhou with one record of each subject there, and one of each in Suzhou."""
    owner = factories.enterprise(GULOU, name="Own mill", industry_code="C1713", state=State.VERIFIED)
    for region, words in ((GULOU, "Own"), (SUZHOU, MARK)):
        made = factories.project(region, name=f"{words} project", enterprise=owner, state=State.VERIFIED)
        factories.retired(region, name=f"{words} looms", enterprise=owner, quantity=6, state=State.VERIFIED)
        line = factories.loan(region, enterprise=owner, project=made, state=State.VERIFIED)
        factories.drawing(line, amount=2_000_000, state=State.VERIFIED)
    factories.designation(GULOU, enterprise=owner, state=State.VERIFIED)
    factories.designation(SUZHOU, "demonstration-case", enterprise=owner, name=f"{MARK} case", state=State.VERIFIED)
    return owner


def text_of(client: Client, row: Any) -> str:
    response = client.get(row.get_absolute_url())
    assert response.status_code == 200
    return str(response.content.decode())


class TestEnterprise:
    @pytest.mark.parametrize("language", ["en", "zh-hans"])
    def test_it_shows_its_fields_and_all_that_is_recorded_of_it(self, firm: Any, language: str) -> None:
        """It shows every field, with a dash for no value, and one section for each report."""
        text = text_of(manager(language=language), firm)
        for shown in (firm.name, firm.credit_code, "C1713", "Own project", "Own looms"):
            assert shown in text, shown
        empty = "Active until" if language == "en" else "终止日期"
        assert f"<dt>{empty}</dt><dd>–</dd>" in text
        titles = re.findall(r"<section>\s*<h2>([^<]+)", text)
        assert len(titles) == 4
        if language == "en":
            assert titles == ["Renovation projects", "Retired equipment", "Green factories and designations", "Loans"]
            assert (
                "2 records · Credit granted (10,000 yuan): 2,000.00 · Lent (10,000 yuan): 400.00 (verified)" in text
            )

    def test_each_section_holds_the_reader_s_scope(self, firm: Any) -> None:
        """A loan in another city of an enterprise here is neither shown nor added up."""
        text = text_of(manager(XUZHOU), firm)
        assert MARK not in text
        assert "1 record · Credit granted (10,000 yuan): 1,000.00" in text
        assert MARK in text_of(manager(), firm)

    def test_states_are_shown_and_only_verified_sums_counted(self, firm: Any) -> None:
        factories.retired(GULOU, name="Draft looms", enterprise=firm, quantity=50)
        text = text_of(manager(XUZHOU), firm)
        assert "Draft looms" in text
        assert "2 records · Sets: 6 (verified)" in text

    def test_links_to_reports_find_the_same_records(self, firm: Any) -> None:
        client = manager(XUZHOU)
        links = [unescape(u) for u in re.findall(r'class="more" href="([^"]+)"', text_of(client, firm))]
        assert len(links) == 4
        for link in links:
            page = client.get(link)
            assert page.status_code == 200
            assert len(re.findall(r'<tr><th scope="row">', page.content.decode())) == 1, link

    def test_no_more_than_fifty_rows(self, firm: Any) -> None:
        verified = factories.stated({"state": State.VERIFIED})
        for number in range(55):
            factories.retired(GULOU, name=f"Batch {number:02}", enterprise=firm, **verified)
        text = text_of(manager(), firm)
        assert "Batch 54" in text
        assert "Batch 02" not in text
        assert "The newest 50 are shown; the report has them all." in text


class TestProject:
    def test_it_shows_its_months_with_completion_and_schedule(self) -> None:
        """Verified months are in the chart, and all months in the table with their state."""
        made = factories.project(PEI, planned_investment=12_000_000, state=State.VERIFIED)
        factories.progress(made, month=1, planned=1_000_000, completed=500_000, state=State.VERIFIED)
        factories.progress(made, month=6, planned=6_000_000, completed=9_000_000, state=State.VERIFIED)
        factories.progress(made, month=7, planned=7_000_000, completed=9_500_000, state=State.SUBMITTED)
        client = manager()
        text = text_of(client, made)
        cells = [re.findall(r"<t[hd][^>]*>([^<]*)", row) for row in re.findall(r"<tr><th scope=.row.*?</tr>", text)]
        assert cells == [
            ["January", "100.00", "50.00", "50.0", "-4.2", "Verified"],
            ["June", "600.00", "900.00", "150.0", "+25.0", "Verified"],
            ["July", "700.00", "950.00", "135.7", "+20.8", "Submitted"],
        ]
        columns = re.findall(r'<a href="(/reports/progress/[^"]+)"><title>', text)
        assert len(columns) == 2
        assert client.get(unescape(columns[0])).status_code == 200

    def test_it_leads_to_its_enterprise_where_the_reader_sees_that(self, firm: Any) -> None:
        """Of an enterprise elsewhere only name and code are shown."""
        own, foreign = firm.projects.order_by("pk")
        assert f'href="{firm.get_absolute_url()}"' in text_of(manager(XUZHOU), own)
        text = text_of(manager(SUZHOU), foreign)
        assert firm.get_absolute_url() not in text
        assert f"Own mill · {firm.credit_code}" in text.split("<section>")[0]

    def test_its_loans_are_those_of_the_scope(self, firm: Any) -> None:
        own = firm.projects.order_by("pk").first()
        factories.loan(KUNSHAN, enterprise=firm, project=own, credit=990_000_000, state=State.VERIFIED)
        assert "2 records" in text_of(manager(), own)
        text = text_of(manager(XUZHOU), own)
        assert "1 record ·" in text
        assert "99,000" not in text


class TestBoth:
    def test_foreign_missing_and_odd_keys_are_404_alike(self, firm: Any) -> None:
        foreign = factories.project(KUNSHAN, name=MARK, state=State.VERIFIED)
        client = manager(XUZHOU)
        for kind, key in (
            ("projects", foreign.pk),
            ("enterprises", foreign.enterprise_id),
            *((kind, key) for kind in ("projects", "enterprises") for key in (0, 999_999_999, 10**30)),
        ):
            answer = client.get(f"/{kind}/{key}/")
            assert answer.status_code == 404
            assert MARK not in answer.content.decode()
        for path in ("/projects/abc/", "/projects/-1/", "/enterprises/%00/"):
            assert client.get(path).status_code == 404

    def test_they_need_a_reader_with_a_role_and_change_nothing(self, firm: Any, client: Client) -> None:
        for row in (firm, firm.projects.first()):
            url = row.get_absolute_url()
            assert client.get(url).status_code == 302
            assert manager().post(url).status_code == 405
            nobody = official("manager", PROVINCE)
            nobody.groups.clear()
            assert browser(nobody).get(url).status_code == 403
            assert manager().head(url).status_code == 200

    def test_only_those_who_enter_data_are_led_to_the_admin(self, firm: Any) -> None:
        clerk = browser(official("clerk", XUZHOU))
        reader = official("manager", PROVINCE)
        reader.is_staff = False
        reader.save()
        for row in (firm, firm.projects.order_by("pk").first()):
            admin = f'href="/admin/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/change/"'
            assert admin in text_of(clerk, row)
            assert 'href="/admin/' not in text_of(browser(reader), row)

    def test_queries_do_not_grow_with_the_rows(self, firm: Any) -> None:
        """Each page takes a fixed number, for any number of records."""
        made = firm.projects.order_by("pk").first()
        counts = []
        for rows in (0, 12):
            for number in range(rows):
                factories.retired(GULOU, enterprise=firm)
                factories.designation(
                    GULOU, enterprise=firm, tier="city", kind="demonstration-case", name=f"{number}"
                )
                factories.loan(GULOU, enterprise=firm, project=made)
                factories.progress(made, month=number + 1)
            found = []
            client = manager()
            for row in (firm, made):
                client.get(row.get_absolute_url())
                with CaptureQueriesContext(connection) as queries:
                    text_of(client, row)
                found.append(len(queries))
            counts.append(found)
        assert counts[0] == counts[1]
        sections = sum(any(c.source.endswith("enterprise") for c in report.columns) for report in REPORTS)
        assert max(counts[1]) <= 2 * sections + 10


class TestSearch:
    @pytest.fixture
    def rows(self) -> tuple[Any, Any]:
        owner = factories.enterprise(GULOU, name="Pengcheng looms", state=State.VERIFIED)
        return owner, factories.project(GULOU, name="Pengcheng dye house", enterprise=owner)

    def test_names_and_codes_in_any_spelling(self, rows: tuple[Any, Any]) -> None:
        """Both kinds are found, in any state, each with its page."""
        owner, made = rows
        client = manager()
        for words in ("Pengcheng", " Pengcheng ", owner.credit_code):
            text = client.get("/search/", {"q": words}).content.decode()
            assert owner.get_absolute_url() in text, words
        for words in ("dye house", made.code, made.code.replace("-", "")):
            text = client.get("/search/", {"q": words}).content.decode()
            assert made.get_absolute_url() in text, words
            assert "Draft" in text

    def test_it_holds_the_reader_s_region(self, rows: tuple[Any, Any]) -> None:
        owner, made = rows
        text = manager(SUZHOU).get("/search/", {"q": "Pengcheng"}).content.decode()
        assert owner.get_absolute_url() not in text
        assert made.get_absolute_url() not in text
        assert text.count("Nothing found.") == 1

    def test_twenty_of_each_and_the_way_to_all(self) -> None:
        state = factories.stated({"state": State.VERIFIED})
        for number in range(22):
            factories.enterprise(PEI, name=f"Same name {number:02}", **state)
        client = manager()
        text = client.get("/search/", {"q": "Same name"}).content.decode()
        assert len(re.findall(r">(Same name \d\d)<", text)) == 20
        (link,) = re.findall(r'<p class="more"><a href="([^"]+)"', text)
        assert len(set(re.findall(r">(Same name \d\d)<", client.get(unescape(link)).content.decode()))) == 22

    @pytest.mark.parametrize("query", ["q=%00", "q=a&q=b", "q=a&city=320300", "x=1", f"q={'a' * 101}"])
    def test_odd_questions_are_refused(self, query: str) -> None:
        answer = manager().get(f"/search/?{query}")
        assert answer.status_code == 400
        assert "<table" not in answer.content.decode()

    def test_signs_are_plain_and_nothing_is_a_hint(self, rows: tuple[Any, Any]) -> None:
        client = manager()
        for words in ("%", "_", "'", "<script>", "\\"):
            text = client.get("/search/", {"q": words}).content.decode()
            assert rows[0].get_absolute_url() not in text
            assert "<script>" not in text.split("<main")[1]
        for query in ("", "?q=", "?q=%20"):
            assert "Type part of a name" in client.get(f"/search/{query}").content.decode()

    def test_the_box_is_on_every_page_of_those_who_may_search(self, client: Client) -> None:
        assert 'role="search"' in manager().get("/").content.decode()
        nobody = official("manager", PROVINCE)
        nobody.groups.clear()
        assert 'role="search"' not in browser(nobody).get("/").content.decode()
        assert client.get("/search/?q=a").status_code == 302
        assert manager().post("/search/").status_code == 405

    def test_queries_do_not_grow_with_what_is_found(self, rows: tuple[Any, Any]) -> None:
        client = manager()
        counts = []
        for _ in range(2):
            with CaptureQueriesContext(connection) as queries:
                client.get("/search/", {"q": "Pengcheng"})
            counts.append(len(queries))
            state = factories.stated({"state": State.VERIFIED})
            for number in range(12):
                factories.enterprise(PEI, name=f"Pengcheng {number}", **state)
        assert counts[0] == counts[1] <= 13

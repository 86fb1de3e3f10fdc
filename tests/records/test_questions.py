"""Where questions about unlikely values stand: at their fields, in the summary, in lists, and with the verifier."""

from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from projects.models import ProjectProgress, RenovationProject, RetiredEquipment
from revival.accounts.models import Official
from revival.records.admin.summary import error_summary
from revival.records.models import Revision, State
from revival.records.periods import PeriodException, ReportingPeriod
from revival.records.refusals import refusal_error
from tests import factories
from tests.collection.monthly import form as monthly
from tests.extent import every
from tests.factories import GULOU, PROVINCE, XUZHOU, browser, marked, official
from tests.forms import errors, fields, save, url
from tests.records.bulk.batch import choose, refused
from tests.records.models import url as address
from tests.records.periods import EXCEPTIONS
from tests.records.test_unlikely import KINDS, TYPED

pytestmark = pytest.mark.django_db
OUTSIDE = (date(202, 6, 30), date(9999, 1, 1))


@pytest.fixture
def clerk() -> Official:
    return official("clerk", XUZHOU)


@pytest.fixture
def page(clerk: Official) -> Client:
    return browser(clerk)


def text(answer: Any) -> str:
    return unescape(answer.content.decode())


class TestRanges:
    @every(("model", "day"), TYPED)
    def test_the_database_refuses_days_outside_the_range_in_words(self, model: Any, day: Any) -> None:
        """Forms say the same, without a query; both name the first and the last day."""
        row = marked(model, GULOU, "ROW")
        factories.outside_requests()
        for found in OUTSIDE:
            with pytest.raises(IntegrityError) as caught, transaction.atomic():
                model.objects.filter(pk=row.pk).update(**{day.field: found})
            setattr(row, day.field, found)
            words = [f"{end:%Y-%m-%d}" for end in day.range]
            for language in ("en", "zh-hans"):
                with translation.override(language):
                    said = refusal_error(caught.value, [model]).message_dict
                    with pytest.raises(ValidationError) as own, CaptureQueriesContext(connection) as asked:
                        day.validate(model, row)
                    others = [c for c in model._meta.constraints if c.violation_error_code == day.field]
                    assert len(others) > 1 or all(word in said[day.field][0] for word in words)
                    assert all(word in own.value.messages[0] for word in words)
                    assert len(asked) == 0

    @pytest.mark.parametrize("typed", ["0202-06-30", "9999-01-01"])
    def test_a_form_refuses_them_at_the_field(self, page: Client, typed: str) -> None:
        """Also a draft, and with an explanation: they cannot be."""
        row = factories.retired()
        answer = save(page, row, retired_on=typed, explanation="It was so.")
        said = f"“{typed}” is not accepted. Choose a day from 2015-01-01 to 2060-12-31."
        assert errors(answer)["retired_on"] == [said]
        assert fields(answer)["retired_on"] == typed


class TestForm:
    def later(self) -> str:
        return (timezone.localdate() + timedelta(days=400)).isoformat()

    def test_each_question_stands_at_its_field_and_one_explanation_answers_all(self, page: Client) -> None:
        row = factories.retired()
        typed = {"retired_on": self.later(), "quantity": "5000", "review": "submitted"}
        answer = save(page, row, **typed)
        found = errors(answer)
        assert "lies in the future" in found["retired_on"][0]
        assert "unusually large" in found["quantity"][0]
        assert found["explanation"] == ["Correct them, or explain here why they are right: quantity, retired on."]
        assert RetiredEquipment.objects.get().state == State.DRAFT
        assert save(page, row, **typed, explanation="Ordered by the province.").status_code == 302
        assert RetiredEquipment.objects.get().state == State.SUBMITTED

    def test_a_draft_is_not_asked(self, page: Client) -> None:
        assert save(page, factories.retired(), retired_on=self.later()).status_code == 302

    def test_the_summary_leads_to_the_fields_of_the_record_and_of_its_rows(self, page: Client) -> None:
        """Every link has its target on the page, for ordinary errors as well."""
        row = factories.project(state=State.VERIFIED)
        factories.progress(row, month=1, planned=1_000_000, completed=5_000_000)
        typed = {"total_investment": "x", "programmes": "magic", "progress-0-review": "submitted"}
        answer = save(page, row, **typed, name="")
        whole, summary = text(answer), answer.context["summary"]
        assert {"id_name", "id_total_investment", "id_programmes_0"} <= {line.target for line in summary}
        rows = [line for line in summary if line.target == "id_progress-0-completed"]
        assert ["Monthly progress, row 1, Completed" in line.label.capitalize() or line.label for line in rows]
        for line in summary:
            assert not line.target or f'id="{line.target}"' in whole, line
            assert f'href="#{line.target}"' in whole
        assert whole.index('role="alert" tabindex="-1"') < whole.index('id="id_name"')
        assert "error-summary" not in text(page.get(url(row)))

    def test_an_open_page_asks_nothing_of_the_county(self, page: Client) -> None:
        """Medians and limits are read when a record is submitted, and at no other time."""
        row = factories.retired()
        for act in (lambda: page.get(url(row)), lambda: save(page, row, quantity="11")):
            with CaptureQueriesContext(connection) as asked:
                act()
            assert not [q for q in asked.captured_queries if "ARRAY(" in q["sql"] or "amountlimit" in q["sql"]]

    def test_submitting_takes_few_queries_more(self, page: Client) -> None:
        counts = {}
        for review in ("", "submitted"):
            row = factories.loan()
            typed = fields(page.get(url(row))) | {"review": review, "credit": "900"}
            with CaptureQueriesContext(connection) as asked:
                assert page.post(url(row), typed).status_code == 302
            counts[review] = len(asked)
        assert counts["submitted"] - counts[""] <= 6

    def test_a_page_without_errors_has_no_summary(self) -> None:
        class Fine:
            errors: dict[str, Any] = {}
            fields: dict[str, Any] = {}

        assert error_summary(Fine(), ()) == []


class TestList:
    def test_a_refusal_names_the_field(self, page: Client) -> None:
        row = factories.retired(quantity=5000)
        found = refused(choose(page, RetiredEquipment, "submit", [row]))[row.pk]
        assert found.startswith("Quantity: One entry with 5,000 sets is unusually large.")

    @every("model", [m for m in KINDS if m.guard().reported_in])
    def test_queries_do_not_grow_with_the_rows(self, model: Any, page: Client) -> None:
        rows = [marked(model, GULOU, f"ROW-{n}") for n in range(5)]
        counts = []
        for some in (rows[:2], rows):
            with CaptureQueriesContext(connection) as asked:
                assert choose(page, model, "submit", some).context["done"] == len(some)
            counts.append(len(asked))
        assert counts[0] == counts[1]

    def test_questioned_records_are_marked(self, clerk: Official) -> None:
        """In the list with the explanation as title, in the preview of a step, and in both languages."""
        row = factories.retired(quantity=5000, explanation="A <whole> mill", state=State.SUBMITTED)
        factories.retired(state=State.SUBMITTED)
        for language, word in (("en", "questioned"), ("zh-hans", "存疑")):
            verifier = browser(official("verifier", XUZHOU), language)
            mark = f'<span class="questioned" title="A &lt;whole&gt; mill">{word}</span>'
            assert verifier.get(address(RetiredEquipment, "changelist")).content.decode().count(mark) == 1
            preview = choose(verifier, RetiredEquipment, "verify", [row]).content.decode()
            assert f'<span class="questioned">{word}</span>' in preview

    @every("model", KINDS)
    def test_every_list_has_the_mark(self, model: Any, page: Client) -> None:
        marked(model, GULOU, "ROW", explanation="Why it is so")
        assert 'title="Why it is so"' in page.get(address(model, "changelist")).content.decode()


class TestVerifier:
    def test_what_was_asked_stands_beside_the_answer(self) -> None:
        row = factories.retired(quantity=5000, explanation="A whole mill", state=State.SUBMITTED)
        shown = text(browser(official("verifier", XUZHOU)).get(url(row))).split('class="module revision asked"')[1]
        assert "Quantity: One entry with 5,000 sets is unusually large." in shown
        assert "A whole mill" in shown

    def test_of_a_row_of_the_page_and_of_a_change(self, page: Client) -> None:
        of, verifier = factories.project(state=State.VERIFIED), browser(official("verifier", XUZHOU))
        factories.progress(of, completed=5_000_000, explanation="Early delivery", state=State.SUBMITTED)
        assert "more than a fifth above" in text(verifier.get(url(of)))
        row = factories.retired(state=State.VERIFIED)
        answer = save(page, row, quantity="5000", explanation="A whole mill")
        assert answer.status_code == 302
        assert "Quantity: One entry with 5,000 sets" in text(verifier.get(url(Revision.objects.get())))


class TestMonthlyForm:
    def test_questions_stand_at_the_amounts_and_take_no_query_a_row(self) -> None:
        """One more row makes no more queries, as the rows are refused and not written."""
        monthly.period()
        rows = [monthly.listed(start_date=date(2024, 9, 1)) for _ in range(6)]
        client, counts = monthly.clerk(), []
        for some in (rows[:2], rows):
            with CaptureQueriesContext(connection) as asked:
                answer = monthly.save(client, *(monthly.typed(each, "100", "130") for each in some), how="submit")
            counts.append(len(asked))
        assert counts[0] == counts[1]
        said = monthly.errors(answer, rows[0], "completed")
        assert "more than a fifth above the 100 ×" in said
        assert "before the start of the project on" in said
        assert "explain here why they are right" in monthly.errors(answer, rows[0], "explanation")
        assert not ProjectProgress.objects.exists()
        explained = [monthly.typed(each, "100", "130", explanation="Early") for each in rows]
        assert monthly.save(client, *explained, how="submit").status_code == 302
        assert ProjectProgress.objects.filter(state=State.SUBMITTED).count() == len(rows)


class TestPeriods:
    def post(self, of: ReportingPeriod, region: str = GULOU, until: int = 5) -> Any:
        given = {"period": of.pk, "region": region, "reason": "Flood"}
        given["until"] = (timezone.localdate() + timedelta(days=until)).isoformat()
        return browser(official("publisher", PROVINCE)).post(f"{EXCEPTIONS}add/", given)

    def test_an_open_period_needs_no_exception(self) -> None:
        """By its own days, or by an exception for a region around it; a longer one is still given."""
        of = monthly.period()
        assert "it needs no exception" in errors(self.post(of))["period"][0]
        monthly.close(of)
        assert self.post(of, XUZHOU).status_code == 302
        assert "it needs no exception" in errors(self.post(of, until=4))["period"][0]
        assert self.post(of, until=6).status_code == 302
        assert PeriodException.objects.count() == 2

    def test_an_open_month_of_a_closed_year_needs_one(self) -> None:
        """And so does an open year of which a month is closed."""
        month, year = monthly.period(), monthly.period(month=0)
        monthly.close(year)
        assert self.post(month).status_code == 302
        factories.outside_requests()
        ReportingPeriod.objects.filter(pk=year.pk).update(closes=date(2060, 1, 1), due=date(2060, 1, 1))
        monthly.close(month)
        assert self.post(year).status_code == 302

    @pytest.mark.parametrize("words", ["2025年7月", "2025-07", "2025/7", "2025.7", "2025-7", "２０２５年7月", "7月"])
    def test_a_period_is_found_by_what_it_shows(self, words: str) -> None:
        months = [monthly.period(month, year) for year, month in ((2025, 7), (2025, 8), (2024, 6), (2025, 0))]
        page = browser(official("publisher", PROVINCE))
        given = {"app_label": "records", "model_name": "periodexception", "field_name": "period", "term": words}
        found = [each["id"] for each in page.get("/admin/autocomplete/", given).json()["results"]]
        assert found == [str(months[0].pk)]


def test_a_year_far_away_adds_one_choice_to_a_report_and_the_home_page() -> None:
    """Not every year between."""
    for year in (2024, 2026, 2060):
        of = factories.project(state=State.VERIFIED, year=year)
        factories.progress(of, state=State.VERIFIED)
    manager = browser(official("manager", PROVINCE))
    whole = text(manager.get("/reports/renovation/?year=2024"))
    boxes = [year for year in range(2015, 2061) if f'name="year" value="{year}"' in whole]
    assert boxes == [2024, 2026, 2060]
    home = text(manager.get("/?year=2025"))
    assert [year for year in range(2015, 2061) if f'href="/?year={year}"' in home] == boxes
    assert RenovationProject.objects.count() == 3


def test_the_summary_names_a_field_once() -> None:
    """The refusal of a value begins with the label; other errors get it."""
    page = browser(official("clerk", GULOU)).post(
        "/admin/projects/renovationproject/add/", {"total_investment": "1200①", "progress-TOTAL_FORMS": "0"}
    )
    lines = {line.target: f"{line.label} {line.text}" for line in page.context["summary"]}
    assert lines["id_total_investment"].count("Total investment") == 1
    assert lines["id_name"].startswith("Project name ")

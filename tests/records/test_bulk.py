"""Review from a list, of every record model: preview, confirmation, a line for each record, the effect on totals."""

import json
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from psycopg.errors import SerializationFailure

from enterprises.models.kinds import GreenFactory
from projects.models import Participation, Policy, ProjectProgress, RenovationProject, RetiredEquipment
from revival.accounts import admin_strict
from revival.accounts.models import Official
from revival.catalogue import REPORTS
from revival.records import applying
from revival.records.models import Revision, State
from revival.records.periods import ReportingPeriod
from revival.reporting.effect import Effect
from revival.reporting.report import Report
from revival.reporting.units import MONEY, MONEY_UNITS
from tests import factories
from tests.factories import (
    GULOU,
    KUNSHAN,
    PEI,
    PROVINCE,
    SUZHOU,
    XUZHOU,
    browser,
    marked,
    official,
    outside_requests,
    progress,
    project,
)
from tests.forms import fields, seen
from tests.records.test_contract import MODELS, events, every_model, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(db: None) -> Official:
    return official("clerk", XUZHOU)


@pytest.fixture
def verifier(db: None) -> Official:
    return official("verifier", XUZHOU)


def choose(client: Client, model: Any, action: str, rows: list[Any], query: str = "", **more: Any) -> Any:
    """The preview of an action on rows of the list."""
    data = {"action": action, "index": 0, "_selected_action": [row.pk for row in rows]} | more
    return client.post(url(model, "changelist") + query, data)


def confirm(client: Client, model: Any, preview: Any, query: str = "", **typed: Any) -> Any:
    return client.post(url(model, "changelist") + query, fields(preview) | typed)


def run(client: Client, model: Any, action: str, rows: list[Any], **typed: Any) -> Any:
    """The result of an action that is previewed and confirmed."""
    return confirm(client, model, choose(client, model, action, rows), **typed)


def refused(page: Any) -> dict[int, str]:
    return {each.key: each.refused for each in page.context["outcomes"] if each.refused}


def states(rows: list[Any]) -> list[str]:
    return [type(row).objects.get(pk=row.pk).state for row in rows]


class TestEveryModel:
    @every_model
    def test_records_are_handed_in_and_verified_from_the_list(
        self, model: Any, clerk: Official, verifier: Official
    ) -> None:
        """A preview changes nothing; confirmed, each step is one event that names who took it; both languages."""
        row = marked(model, GULOU, "ROW-1", state=State.DRAFT)
        page, other = browser(clerk), browser(verifier, "zh-hans")
        before = events(row).count()
        preview = choose(page, model, "submit", [row])
        assert (preview.context["done"], states([row]), events(row).count()) == (1, ["draft"], before)
        assert preview.context["effects"] == []
        done = confirm(page, model, preview)
        assert "ROW-1" in done.content.decode()
        assert (done.context["done"], done.context["refused"]) == (1, 0)
        assert 'lang="zh-hans"' in choose(other, model, "verify", [row]).content.decode()
        assert run(other, model, "verify", [row]).context["done"] == 1
        row.refresh_from_db()
        assert (row.state, row.submitted_by, row.verified_by) == ("verified", clerk, verifier)
        assert row.submitted_at <= row.verified_at
        kept = events(row).order_by("pgh_id").values_list("state", "pgh_context__user")[before:]
        assert [*kept] == [("submitted", clerk.pk), ("verified", verifier.pk)]

    @every_model
    def test_foreign_rows_are_out_of_reach(self, model: Any, clerk: Official) -> None:
        """S2: a batch with a row elsewhere is refused whole, in preview and confirmation, whatever else is said."""
        own = marked(model, GULOU, "OWN-2", state=State.DRAFT)
        foreign = marked(model, SUZHOU, "ZQB-2", state=State.DRAFT)
        page = browser(clerk)
        seen = f"{own.pk}:{own.version} {foreign.pk}:{foreign.version}"
        data = {"action": "submit", "seen": seen, "select_across": "1", "_selected_action": own.pk}
        for answer in (choose(page, model, "submit", [own, foreign]), page.post(url(model, "changelist"), data)):
            assert answer.status_code == 404
            assert "ZQB-2" not in answer.content.decode()
        assert states([own, foreign]) == ["draft", "draft"]

    def test_missing_and_odd_keys_are_refused(self, clerk: Official) -> None:
        """In the field that a confirmation has in place of ticked boxes."""
        own, page = project(), browser(clerk)
        odd = {"999999999:1": 404, "abc:1": 400, f"{10**18}1:1": 400, f"{10**30}:1": 400, "٣:1": 400, ":": 400}
        for pair, status in odd.items():
            data = {"action": "submit", "seen": f"{own.pk}:1 {pair}"}
            assert page.post(url(RenovationProject, "changelist"), data).status_code == status, pair
        assert states([own]) == ["draft"]

    @pytest.mark.parametrize("model", [Revision, RenovationProject, GreenFactory])
    def test_actions_are_offered_by_verb(self, model: Any) -> None:
        """A manager has none, and posting one is no way round."""
        row = marked(model, GULOU, "ROW-3", state=State.SUBMITTED)
        offered = {"clerk": {"submit", "withdraw"}, "verifier": {"verify", "return"}, "manager": set()}
        for role, names in offered.items():
            page = browser(official(role, XUZHOU))
            form = page.get(url(model, "changelist")).context["action_form"]
            listed = {name for name, _label in form.fields["action"].choices} if form else set()
            assert listed - {"", "delete_selected"} == names
        choose(page, model, "verify", [row])
        page.post(url(model, "changelist"), {"action": "verify", "seen": f"{row.pk}:{row.version}"})
        assert states([row]) == ["submitted"]

    def test_every_list_says_what_its_records_count_in(self) -> None:
        """Reports of the catalogue, with a year that leads from the record."""
        for model in set(MODELS) - {Revision}:
            found: Any = admin.site.get_model_admin(model)
            assert found.counted_in, model
            for effect in found.counted_in:
                assert isinstance(effect, Effect)
                assert effect.report in REPORTS
                assert effect.years(model._default_manager.none()) == set()


class TestReasons:
    def test_each_refusal_has_its_reason_and_the_rest_is_done(self, verifier: Official) -> None:
        """Own submission, another state, a month of a project that is not verified."""
        page = browser(verifier)
        rows = [project(state=State.SUBMITTED), project(state=State.SUBMITTED, submitted_by=verifier), project()]
        preview = choose(page, RenovationProject, "verify", rows)
        reasons = ["", "You submitted it yourself, so another has to review it.", "It is in another state."]
        assert refused(preview) == {row.pk: words for row, words in zip(rows[1:], reasons[1:], strict=True)}
        done = confirm(page, RenovationProject, preview)
        assert refused(done) == refused(preview)
        assert states(rows) == ["verified", "submitted", "draft"]
        months = [progress(each, state=State.SUBMITTED) for each in rows]
        found = run(page, ProjectProgress, "verify", months)
        assert set(refused(found).values()) == {
            "Verify the record that this row belongs to first, or together with it."
        }
        assert states(months) == ["verified", "submitted", "submitted"]

    def test_a_closed_period_refuses_its_rows_alone(self, clerk: Official) -> None:
        """By month; of an open one the row is handed in."""
        of = project(state=State.VERIFIED)
        rows = [progress(of, month=month) for month in (1, 2)]
        closed(2024, 2)
        found = run(browser(clerk), ProjectProgress, "submit", rows)
        assert refused(found) == {rows[1].pk: "The reporting period 2024-02 is not open for this region."}
        assert states(rows) == ["submitted", "draft"]

    def test_unlikely_values_are_explained_before_they_are_handed_in(self, clerk: Official) -> None:
        """Of months beside their own last one; with an explanation they are handed in as they are."""
        of = project(state=State.VERIFIED)
        falls = [progress(of, month=1, completed=2_000_000), progress(of, month=2), progress(of, month=3)]
        falls += [progress(month=1, completed=2_000_000), progress(month=2)]
        falls += [progress(falls[3].project, month=4, explanation="One unit was returned to its maker.")]
        found = run(browser(clerk), ProjectProgress, "submit", falls)
        assert [*refused(found)] == [falls[1].pk]
        assert "to 100 × 10,000 yuan in month 2. Correct it, or explain" in refused(found)[falls[1].pk]

    def test_an_explanation_is_read_and_stands_for_its_own_values(self, clerk: Official, verifier: Official) -> None:
        """It stands beside the record in the preview; written for other values it is asked for anew."""
        many = (40_000, 50_000)
        rows = [factories.retired(quantity=number, explanation=f"Batch {number}") for number in many]
        outside_requests()
        RetiredEquipment.objects.filter(pk=rows[1].pk).update(quantity=60_000)
        preview = choose(browser(clerk), RetiredEquipment, "submit", rows)
        assert "Explanation: Batch 40000" in preview.content.decode()
        refused = {each.key: each.refused for each in preview.context["outcomes"]}
        assert refused[rows[0].pk] == ""
        assert "The explanation was written for other values" in refused[rows[1].pk]

    def test_what_lies_above_is_read_and_never_touched(self) -> None:
        """A verified policy of the province, in the list of a city."""
        row = factories.policy(PROVINCE, state=State.VERIFIED)
        found = run(browser(official("clerk", XUZHOU)), Policy, "withdraw", [row])
        assert refused(found) == {row.pk: "It lies outside your region."}

    def test_a_verified_record_says_whether_a_change_of_it_waits(self, verifier: Official) -> None:
        revision = factories.revision()
        plain = factories.enterprise(state=State.VERIFIED)
        found = choose(browser(verifier), type(plain), "verify", [revision.record, plain])
        assert refused(found) == {
            revision.object_id: "It is verified, and a change of it waits.",
            plain.pk: "It is in another state.",
        }

    def test_a_return_needs_a_comment(self, verifier: Official) -> None:
        """Without one, or with one too long, the preview comes again as it was; with one all are returned."""
        page, rows = browser(verifier), [project(state=State.SUBMITTED) for _ in range(2)]
        preview = choose(page, RenovationProject, "return", rows)
        for comment in ("", " ", "x" * 2001):
            again = confirm(page, RenovationProject, preview, comment=comment)
            assert again.context["form"].errors
            assert fields(again)["seen"] == fields(preview)["seen"]
            assert states(rows) == ["submitted"] * 2
        assert confirm(page, RenovationProject, again, comment="Wrong county").context["done"] == 2
        assert {(p.state, p.comment) for p in RenovationProject.objects.all()} == {("returned", "Wrong county")}


def closed(year: int, month: int) -> None:
    """A reporting period that closed yesterday."""
    outside_requests()
    past = timezone.localdate() - timedelta(days=1)
    ReportingPeriod.objects.create(year=year, month=month, opens=date(2024, 1, 1), due=past, closes=past)


class TestStaleness:
    def test_rows_changed_since_the_preview_are_refused(self, clerk: Official, verifier: Official) -> None:
        """W4: the others are done; a confirmation posted again does nothing more."""
        rows, page = [project(state=State.SUBMITTED) for _ in range(2)], browser(verifier)
        preview = choose(page, RenovationProject, "verify", rows, "?state__exact=submitted")
        outside_requests()
        RenovationProject.objects.filter(pk=rows[0].pk).update(name="Another name")
        done = confirm(page, RenovationProject, preview, "?state__exact=submitted")
        assert refused(done) == {rows[0].pk: "It was changed since the preview."}
        assert states(rows) == ["submitted", "verified"]
        count = events(rows[1]).count()
        again = confirm(page, RenovationProject, preview, "?state__exact=submitted")
        assert again.context["done"] == 0
        assert events(rows[1]).count() == count

    @pytest.mark.parametrize("version", ["", "0", "-1", "2", "9" * 40, "1.0", "x"])
    def test_no_other_version_is_taken(self, verifier: Official, version: str) -> None:
        row = project(state=State.SUBMITTED)
        data = {"action": "verify", "seen": f"{row.pk}:{version}"}
        found = browser(verifier).post(url(RenovationProject, "changelist"), data)
        assert refused(found) == {row.pk: "It was changed since the preview."}
        assert states([row]) == ["submitted"]

    def test_a_row_that_goes_takes_the_batch_with_it(
        self, verifier: Official, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Deleted between the check of the list and the lock, it is missing: nothing is done."""
        rows, page = [project(state=State.SUBMITTED) for _ in range(2)], browser(verifier)
        preview = choose(page, RenovationProject, "verify", rows)
        monkeypatch.setattr(applying, "lock_rows", lambda model, keys: model.objects.filter(pk=rows[0].pk).delete())
        assert confirm(page, RenovationProject, preview).status_code == 404
        assert states(rows) == ["submitted"] * 2

    def test_all_of_a_filtered_list_and_no_more_than_an_action_may_change(
        self, verifier: Official, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """`select across` takes what the filters leave, on all pages."""
        rows = [project(state=State.SUBMITTED) for _ in range(3)] + [project(), project(KUNSHAN)]
        page, query = browser(verifier), "?state__exact=submitted"
        preview = choose(page, RenovationProject, "verify", rows[:1], query, select_across="1")
        assert {each.key for each in preview.context["outcomes"]} == {row.pk for row in rows[:3]}
        monkeypatch.setattr(admin_strict, "MOST", 2)
        assert choose(page, RenovationProject, "verify", rows[:1], query, select_across="1").status_code == 302
        assert confirm(page, RenovationProject, preview, query).context["done"] == 3


class TestDatabase:
    @pytest.mark.parametrize("bad", [[3], [0, 5], [0, 1, 2, 3, 4, 5]])
    def test_a_row_that_the_database_refuses_costs_only_itself(
        self, clerk: Official, monkeypatch: pytest.MonkeyPatch, bad: list[int]
    ) -> None:
        """Whatever our own check says."""
        of = project(state=State.VERIFIED)
        rows = [progress(of, month=number + 1) for number in range(6)]
        for number in bad:
            closed(2024, number + 1)
        monkeypatch.setattr(applying, "judge", lambda *args: None)
        found = run(browser(clerk), ProjectProgress, "submit", rows)
        assert set(refused(found)) == {rows[number].pk for number in bad}
        assert all("is not open for this region" in words for words in refused(found).values())
        assert states(rows) == ["draft" if number in bad else "submitted" for number in range(6)]

    def test_who_comes_in_between_is_told(self, clerk: Official, monkeypatch: pytest.MonkeyPatch) -> None:
        """A serialization failure, a deadlock or a lock held too long: nothing is done, and the list says so."""

        def fail(*args: Any) -> None:
            raise OperationalError from SerializationFailure()

        row, page = project(), browser(clerk)
        monkeypatch.setattr(applying, "lock_rows", fail)
        answer = choose(page, RenovationProject, "submit", [row])
        assert answer.status_code == 302
        assert "Somebody else was changing the same records" in page.get(answer.headers["Location"]).content.decode()

    def test_deleting_many_of_a_closed_period_is_refused_in_words(self, clerk: Official) -> None:
        """The stock action answers with the list and a message; nothing is deleted."""
        rows, page = [progress(project(), month=1), progress(project(), month=2)], browser(clerk)
        closed(2024, 2)
        data = {"action": "delete_selected", "seen": seen(*rows), "post": "yes"}
        answer = page.post(url(ProjectProgress, "changelist"), data)
        assert answer.status_code == 302
        assert "2024-02 is not open" in page.get(answer.headers["Location"]).content.decode()
        assert ProjectProgress.objects.count() == 2

    @pytest.mark.parametrize("model", [ProjectProgress, GreenFactory, Participation, Policy])
    def test_queries_do_not_grow(self, model: Any, verifier: Official) -> None:
        """Neither those of a preview nor those of a confirmation."""
        page, counts = browser(verifier), []
        ContentType.objects.get_for_models(*MODELS)  # a process reads them once
        for size in (1, 6):
            rows = [marked(model, GULOU, f"ROW-{number}", state=State.SUBMITTED) for number in range(size)]
            with CaptureQueriesContext(connection) as one:
                preview = choose(page, model, "verify", rows)
            with CaptureQueriesContext(connection) as two:
                assert confirm(page, model, preview).context["done"] == size
            counts.append((len(one), len(two)))
        assert counts[0] == counts[1]
        assert all(count <= most for count, most in zip(counts[0], (60, 40), strict=True))


def shown(page: Any) -> dict[tuple[str, str, str], tuple[str, str, str]]:
    """Before, after and difference by report and year, place and figure."""
    return {
        (changes.heading, place, change.figure): change[2:]
        for changes in page.context["effects"]
        for place, found in changes.places
        for change in found
    }


def reported(client: Client, report: type[Report], by: str, query: str) -> dict[str, Any]:
    """The figures of a report by place, and in all, as its file has them."""
    page = client.get(f"{report.url()}?format=json&by={by}&{query}")
    found = json.loads(b"".join(page.streaming_content))  # type: ignore[attr-defined]
    return {row[by]["label"]: row for row in found["rows"]} | {"": found["total"]}


class TestEffect:
    def test_projects_by_county_city_and_province(self) -> None:
        """What the preview says is what the report says afterwards; places that do not change are left out."""
        user = official("verifier", PROVINCE)
        page = browser(user)
        project(GULOU, state=State.VERIFIED)
        project(PEI, state=State.VERIFIED)
        rows = [project(code, state=State.SUBMITTED) for code in (GULOU, GULOU, KUNSHAN)]
        rows += [project(KUNSHAN, state=State.SUBMITTED, year=2023, total_investment=70_000_000)]
        preview = choose(page, RenovationProject, "verify", rows)
        found = shown(preview)
        heading, count = "Renovation projects · 2024", "Number of projects"
        assert found[heading, "Jiangsu", count] == ("2", "5", "+3")
        assert found[heading, "Xuzhou", count] == ("2", "4", "+2")
        assert found[heading, "Gulou District, Xuzhou", count] == ("1", "3", "+2")
        assert found[heading, "Kunshan, Suzhou", "Total investment"] == ("0.00", "5,000.00", "+5,000.00")
        assert found["Renovation projects · 2023", "Jiangsu", "Total investment"][1] == "7,000.00"
        assert "Pei County, Xuzhou" not in {place for _heading, place, _figure in found}
        assert ("Renovation projects · 2024", "Xuzhou", "Completion rate") not in found
        assert confirm(page, RenovationProject, preview).context["done"] == 4
        report = admin_report(RenovationProject)
        measures = {m.heading(RenovationProject): m for m in report.measures}
        for (heading, place, figure), (_before, after, _difference) in found.items():
            by, measure = "county" if ", " in place else "city", measures[figure]
            numbers = reported(page, report, by, f"year={heading[-4:]}")["" if place == "Jiangsu" else place]
            value = None if numbers[measure.name] is None else Decimal(numbers[measure.name])
            assert after == (MONEY_UNITS["wan"] if measure.unit is MONEY else measure.unit).show(value)

    def test_months_change_their_own_report_and_that_of_projects(self, verifier: Official) -> None:
        """Rates as rates, in percentage points; those above a city are told of in a sentence."""
        of = project(state=State.VERIFIED)
        progress(of, month=1, state=State.VERIFIED)
        row = progress(of, month=2, planned=4_000_000, completed=3_000_000, state=State.SUBMITTED)
        page = browser(verifier)
        preview = choose(page, ProjectProgress, "verify", [row])
        found = shown(preview)
        assert found["Monthly progress · 2024", "Xuzhou", "Completion rate"] == (
            "100.0",
            "75.0",
            "-25.0 percentage points",
        )
        completed = found["Renovation projects · 2024", "Gulou District, Xuzhou", "Completed investment"]
        assert completed == ("100.00", "300.00", "+200.00")
        assert "The totals above your region (Jiangsu)" in preview.content.decode()
        assert confirm(page, ProjectProgress, preview).context["done"] == 1
        for report, name in (("progress", "completed"), ("renovation", "completed")):
            figures = reported(page, next(r for r in REPORTS if r.name == report), "county", "year=2024")
            assert figures["Gulou District, Xuzhou"][name] == "3000000.00"
        rate = reported(page, admin_report(ProjectProgress), "city", "year=2024")["Xuzhou"]["completion"]
        assert rate == 0.75

    def test_designations_stand_from_their_year_on(self, verifier: Official) -> None:
        """The stock at the end of the year and what was granted in it, of the one kind that the list is of."""
        factories.designation(GULOU, "green-factory", state=State.VERIFIED, year=2020)
        factories.designation(GULOU, "cluster", state=State.VERIFIED)
        rows = [factories.designation(GULOU, "green-factory", state=State.SUBMITTED, year=y) for y in (2023, 2024)]
        page = browser(verifier)
        preview = choose(page, GreenFactory, "verify", rows)
        found = {(heading[-4:], figure): v for (heading, place, figure), v in shown(preview).items() if "," in place}
        assert found == {
            ("2023", "In force"): ("1", "2", "+1"),
            ("2023", "Granted in the period"): ("0", "1", "+1"),
            ("2024", "In force"): ("1", "3", "+2"),
            ("2024", "Granted in the period"): ("0", "1", "+1"),
        }
        assert confirm(page, GreenFactory, preview).context["done"] == 2
        for year, stock in (("2023", 2), ("2024", 3)):
            figures = reported(page, admin_report(GreenFactory), "city", f"year={year}&kind=green-factory")
            assert (figures["Xuzhou"]["stock"], figures["Xuzhou"]["granted"]) == (stock, 1)

    def test_a_county_sees_its_own_total_alone(self) -> None:
        """No row of the city that it lies in; the sentence names city and province."""
        row = project(GULOU, state=State.SUBMITTED)
        project(PEI, state=State.VERIFIED)
        page = choose(browser(official("verifier", GULOU)), RenovationProject, "verify", [row])
        assert {place for _heading, place, _figure in shown(page)} == {"Gulou District, Xuzhou"}
        assert shown(page)["Renovation projects · 2024", "Gulou District, Xuzhou", "Number of projects"][0] == "0"
        assert "(Xuzhou, Jiangsu)" in page.content.decode()

    def test_what_does_not_count_changes_no_total(self, clerk: Official, verifier: Official) -> None:
        """Handing in, returning, and a refused verification."""
        row = project()
        for user, action in ((clerk, "submit"), (verifier, "return"), (verifier, "verify")):
            page = choose(browser(user), RenovationProject, action, [row])
            assert "No total changes." in page.content.decode()
            run(browser(user), RenovationProject, action, [row], comment="Mend it")

    def test_an_exit_lowers_the_stock_of_today(self, verifier: Official) -> None:
        row = factories.exit_of(state=State.SUBMITTED, enterprise=factories.enterprise(state=State.VERIFIED))
        found = shown(choose(browser(verifier), type(row), "verify", [row]))
        assert found["Enterprises", "Xuzhou", "Active enterprises"] == ("1", "0", "-1")
        assert found["Exits of enterprises · 2024", "Xuzhou", "Enterprises closed"] == ("0", "1", "+1")

    def test_small_differences_are_told_apart(self, verifier: Official) -> None:
        """Fifty fen, in ten thousand yuan, have as many decimals as it takes."""
        of = project(state=State.VERIFIED, total_investment=10_000_000_000, planned_investment=10_000_000_000)
        progress(of, month=1, completed="5000000000.00", state=State.VERIFIED)
        row = progress(of, month=2, completed="5000000000.50", state=State.SUBMITTED)
        found = shown(choose(browser(verifier), ProjectProgress, "verify", [row]))
        assert found["Renovation projects · 2024", "Xuzhou", "Completed investment"] == (
            "500,000.00000",
            "500,000.00005",
            "+0.00005",
        )


def admin_report(model: Any) -> type[Report]:
    """The first report that the list of the model counts in."""
    found: Any = admin.site.get_model_admin(model)
    report: type[Report] = found.counted_in[0].report
    return report


class TestRevisions:
    def test_verifying_applies_the_changes(self, verifier: Official) -> None:
        """With their effect, in the year before and in that after; one that no longer fits costs only itself."""
        rows = [project(state=State.VERIFIED) for _ in range(3)]
        changes: Any = ({"year": 2023}, {"name": "Another name"}, {"code": rows[0].code})
        revisions = [
            factories.revision(record=row, changes=change) for row, change in zip(rows, changes, strict=True)
        ]
        outside_requests()
        stale = factories.revision(record=project(state=State.VERIFIED), changes={"name": "Late"})
        RenovationProject.objects.filter(pk=stale.object_id).update(comment="changed")
        page = browser(verifier)
        preview = choose(page, Revision, "verify", [*revisions, stale])
        found = shown(preview)
        assert found["Renovation projects · 2024", "Xuzhou", "Number of projects"] == ("4", "3", "-1")
        assert found["Renovation projects · 2023", "Xuzhou", "Number of projects"] == ("0", "1", "+1")
        assert set(refused(preview)) == {revisions[2].pk, stale.pk}
        assert states([*revisions, stale]) == ["submitted"] * 4
        assert refused(confirm(page, Revision, preview)) == refused(preview)
        assert states([*revisions, stale]) == ["verified", "verified", "submitted", "submitted"]
        assert [p.year for p in RenovationProject.objects.order_by("pk")] == [2023, 2024, 2024, 2024]
        assert RenovationProject.objects.get(pk=rows[1].pk).name == "Another name"

    def test_one_of_a_closed_period_waits(self, verifier: Official) -> None:
        row = factories.revision(record=project(state=State.VERIFIED), changes={"name": "Late"})
        closed(2024, 0)
        found = run(browser(verifier), Revision, "verify", [row])
        assert refused(found) == {row.pk: "The reporting period 2024 is not open for this region."}

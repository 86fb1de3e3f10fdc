"""What is unlikely in a record is asked about, of every kind of record alike: days, years, amounts."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone, translation
from django.utils.formats import date_format

from enterprises.models import Enterprise, EnterpriseExit, Park
from projects.models import (
    LandRenewal,
    ProjectProgress,
    RenovationProject,
    RetiredEquipment,
)
from revival.records import beside
from revival.records.beside import Beside, Question, amount_fields, belongs_to, typical_numbers
from revival.records.days import day_ranges
from revival.records.limits import USUAL_LIMIT, AmountLimit
from revival.records.models import Record, State
from revival.records.periods import ReportingPeriod
from revival.records.plausible import unlikely_in
from revival.records.unlikely import followed, spans_of
from tests import factories
from tests.extent import every
from tests.factories import GULOU, KUNSHAN, PEI, marked

pytestmark = pytest.mark.django_db

KINDS: list[Any] = [m for m in apps.get_models() if issubclass(m, Record) and not m._meta.proxy]
DAYS = [(m, each) for m in KINDS for each in day_ranges(m)]
TYPED = [(m, each) for m, each in DAYS if m._meta.get_field(each.field).editable]
AMOUNTS = [(m, field.name) for m in KINDS for field in amount_fields(m)]
NUMBERS = [(m, name) for m in KINDS for name in typical_numbers(m)]
LAST = "ZZZ"


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def at(row: Any, field: str) -> str:
    """The sentences that stand at a field."""
    return " ".join(each.sentence for each in unlikely_in(row) if each.field == field)


def years(*found: int) -> None:
    """Reporting periods for whole years."""
    factories.outside_requests()
    for year in found:
        days = {"opens": date(2020, 1, 1), "due": date(2059, 1, 1), "closes": date(2060, 1, 1)}
        ReportingPeriod.objects.create(year=year, month=0, **days)


def test_the_record_of_a_test_is_not_asked_about() -> None:
    """The rows that the other tests change are likely as they are."""
    found = {model.__name__: unlikely_in(marked(model, GULOU, LAST)) for model in KINDS}
    assert found == {name: [] for name in found}


class TestDone:
    @every(("model", "day"), [(m, each) for m, each in TYPED if not each.planned])
    def test_what_was_done_lies_not_in_the_future(self, model: Any, day: Any) -> None:
        row, tomorrow = marked(model, GULOU, LAST), timezone.localdate() + timedelta(days=1)
        setattr(row, day.field, tomorrow)
        assert f"{date_format(tomorrow)} lies in the future" in at(row, day.field)
        setattr(row, day.field, timezone.localdate())
        assert "future" not in at(row, day.field)

    @every(("model", "day"), [(m, each) for m, each in TYPED if each.planned])
    def test_what_is_planned_may(self, model: Any, day: Any) -> None:
        row = marked(model, GULOU, LAST)
        setattr(row, day.field, timezone.localdate() + timedelta(days=1))
        assert "future" not in at(row, day.field)

    @every("model", [m for m in KINDS if m.guard().reported_in[:1] == ("year",) and not m.guard().follows])
    def test_a_year_of_what_was_done_neither(self, model: Any) -> None:
        row = marked(model, GULOU, LAST)
        row.year = timezone.localdate().year + 1
        assert ("future" in at(row, "year")) != model.year_planned

    def test_a_month_of_progress_neither(self) -> None:
        row = factories.progress(factories.project(year=timezone.localdate().year + 1))
        assert "lies in the future" in at(row, "month")

    def test_a_finished_stage_has_its_finish_behind_it(self) -> None:
        """Another stage, or a finish today, is not asked about."""
        today = timezone.localdate()
        row = RenovationProject(total_investment=2, planned_investment=1, year=today.year, stage="completed")
        row.finish_date = today + timedelta(days=1)
        assert [each.field for each in row.implausible()] == ["finish_date"]
        row.stage = "started"
        assert row.implausible() == []
        row.stage, row.finish_date = "in-production", today
        assert row.implausible() == []


OF_OTHERS = [m for m in KINDS if m is not EnterpriseExit]


class TestLifetime:
    """Nothing happens before an enterprise was founded, or a park recognised, or from its end on."""

    def timed(self, model: Any, **values: Any) -> tuple[Any, Any, Any]:
        """A row with a time, what it belongs to, and its key; the time has a first and a last day."""
        if model is LandRenewal:
            values = {"enterprise": factories.enterprise(), **values}
        row = marked(model, GULOU, LAST, **values)
        _name, owner, key = belongs_to(row)[0]
        return row, owner, key

    @every("model", [m for m in KINDS if (belongs_to(m(pk=0)) or m.guard().follows) and m.guard().reported_in])
    def test_not_before_its_beginning(self, model: Any) -> None:
        row, owner, key = self.timed(model)
        spans = list(spans_of(row))
        last = max(span.last for span in spans)
        factories.outside_requests()
        owner.objects.filter(pk=key).update(active_from=last)
        row.beside = Beside([row])
        assert "began" not in at(row, spans[0].field) or len(spans) > 1
        owner.objects.filter(pk=key).update(active_from=last + timedelta(days=1))
        row.beside = Beside([row])
        name = owner._meta.verbose_name
        assert f"is before the {name} began on {date_format(last + timedelta(days=1))}" in at(row, spans[0].field)

    @every("model", [m for m in OF_OTHERS if (belongs_to(m(pk=0)) or m.guard().follows) and m.guard().reported_in])
    def test_not_from_its_end_on(self, model: Any) -> None:
        """A submitted exit is an end already, a draft is not."""
        row, owner, key = self.timed(model)
        first = min(span.first for span in spans_of(row))
        field = next(span.field for span in spans_of(row))
        if owner is Park:
            factories.outside_requests()
            owner.objects.filter(pk=key).update(active_until=first)
        else:
            gone = factories.exit_of(Enterprise.objects.get(pk=key), exited_on=first)
            assert "ended" not in at(row, field)
            factories.outside_requests()
            by = factories.hand("clerk")
            EnterpriseExit.objects.filter(pk=gone.pk).update(state=State.SUBMITTED, submitted_by=by)
        row.beside = Beside([row])
        assert f"is not before the {owner._meta.verbose_name} ended on {date_format(first)}" in at(row, field)


class TestPeriods:
    @every("model", [m for m in KINDS if m.guard().reported_in])
    def test_a_time_without_a_period_is_asked_about(self, model: Any) -> None:
        """Only where an earlier year has one: before the first there was nothing to collect."""
        row = marked(model, GULOU, LAST)
        names = {followed(row, name)[0] for name in model.guard().reported_in}
        years(2025)
        assert not any("reporting period" in at(row, name) for name in names)
        years(2022)
        row.beside = Beside([row])
        assert any("no reporting period" in at(row, name) and "2022" in at(row, name) for name in names)
        years(2024)
        row.beside = Beside([row])
        assert not any("reporting period" in at(row, name) for name in names)


class TestNumbers:
    @every(("model", "name"), AMOUNTS)
    def test_amounts_above_the_limit_of_the_kind(self, model: Any, name: str) -> None:
        """Five billion yuan where the publisher set no other."""
        row = marked(model, GULOU, LAST)
        for value, asked in ((USUAL_LIMIT, False), (USUAL_LIMIT + 1, True)):
            setattr(row, name, value)
            assert ("500,000 × 10,000 yuan, the largest usual amount" in at(row, name)) is asked
        AmountLimit.objects.create(kind=ContentType.objects.get_for_model(model), amount=2_000_000)
        row.beside = Beside([row])
        setattr(row, name, Decimal(2_000_001))
        assert "200.0001 × 10,000 yuan is more than 200 × 10,000 yuan, the largest usual" in at(row, name)

    @every(("model", "name"), NUMBERS)
    def test_numbers_far_above_the_median_of_the_county(self, model: Any, name: str) -> None:
        """Of at least five submitted or verified records, among which the record is not counted."""
        others = [marked(model, GULOU, f"{LAST}{n}", state=State.VERIFIED) for n in range(5)]
        factories.outside_requests()
        model.objects.filter(pk__in=[each.pk for each in others]).update(**self.number(model, name, 10))
        row = marked(model, GULOU, LAST)
        for value, asked in ((200, False), (201, True)):
            setattr(row, name, value)
            assert ("more than 20 times the median" in at(row, name)) is asked
        elsewhere = marked(model, PEI, LAST)
        setattr(elsewhere, name, 201)
        assert "median" not in at(elsewhere, name)
        own = others[0]
        setattr(own, name, 201)
        assert "median" not in at(own, name)  # only four others are left

    def test_drafts_are_no_examples(self) -> None:
        """Nor are returned records: somebody has to have stood for the numbers."""
        drafts = [factories.retired(quantity=1, state=state) for state in (State.DRAFT, State.RETURNED) * 3]
        assert at(factories.retired(quantity=900), "quantity") == ""
        factories.outside_requests()
        by = {"submitted_by": factories.hand("clerk"), "state": State.SUBMITTED}
        RetiredEquipment.objects.filter(pk__in=[each.pk for each in drafts]).update(**by)
        assert "times the median of this county, which is 1 in 6 records" in at(
            factories.retired(quantity=900), "quantity"
        )

    def test_the_latest_records_are_the_examples(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Those of long ago are not read, however many there are."""
        monkeypatch.setattr(beside, "LATEST", 6)
        for quantity in (5000, 5000, 5000, 5000, 5000, 5000, 5000, 1, 1, 1, 2, 3, 3):
            factories.retired(quantity=quantity, state=State.SUBMITTED)
        assert "times the median of this county, which is 1 in 6 records" in at(
            factories.retired(quantity=900), "quantity"
        )

    def number(self, model: Any, name: str, value: int) -> dict[str, Any]:
        """The values of a row that a number belongs to: taxes come in pairs."""
        if name.startswith("tax"):
            return {"tax_before": value, "tax_after": value, "year_before": 2020, "year_after": 2021}
        return {"planned_investment": value} if name == "planned_investment" else {name: value}

    def test_a_quantity_has_a_limit_of_its_own(self) -> None:
        assert [each.field for each in RetiredEquipment(quantity=1000).implausible()] == ["quantity"]


class TestProgress:
    def asked(self, **values: Any) -> list[str]:
        project = RenovationProject(planned_investment=10_000_000, start_date=date(2024, 3, 15), year=2024)
        row = ProjectProgress(project=project, **{"month": 3, "planned": 5_000_000, "completed": 0, **values})
        row.before = None
        return [each.sentence for each in row.implausible()]

    def test_completed_before_the_start(self) -> None:
        """The month of the start, and a month without anything completed, are not."""
        assert self.asked(completed=1) == []
        assert self.asked(month=2) == []
        assert ["before the start" in said for said in self.asked(month=2, completed=1)] == [True]

    def test_completed_above_the_plan_to_date(self) -> None:
        assert self.asked(completed=6_000_000) == []
        assert ["more than a fifth above the 500 ×" in said for said in self.asked(completed=6_000_001)] == [True]


def test_every_date_of_a_record_has_its_range() -> None:
    """A new date has one too: its constraint also says whether it was done or is planned."""
    for model in KINDS:
        dates = {f.name for f in model._meta.concrete_fields if type(f) is models.DateField}
        assert {each.field for each in day_ranges(model)} == dates, model
    assert len(DAYS) >= 15


def test_a_question_names_a_field_of_its_record() -> None:
    """An example of each kind of question was asked above; none stands at a field that there is not."""
    assert Question("quantity", "Many.").field == "quantity"
    for model in KINDS:
        names = {f.name for f in model._meta.concrete_fields}
        assert {each.field for each in day_ranges(model)} | {*typical_numbers(model)} <= names


def test_the_days_of_an_enterprise_of_another_city_are_not_told() -> None:
    """Their code alone is enough to choose it. An end that nobody verified is not even asked about."""
    theirs = factories.enterprise(KUNSHAN, state="verified", active_from="2019-03-04")
    row = factories.retired(GULOU, enterprise=theirs, retired_on="2018-05-06")
    assert "began." in at(row, "retired_on")
    assert "2019" not in at(row, "retired_on")
    ours = factories.enterprise(GULOU, state="verified", active_from="2019-03-04")
    assert "2019-03-04" in at(factories.retired(GULOU, enterprise=ours, retired_on="2018-05-06"), "retired_on")
    exits = {each: factories.exit_of(each, state="submitted", exited_on="2024-02-03") for each in (theirs, ours)}
    late = [factories.retired(GULOU, enterprise=each, retired_on="2024-06-30") for each in (theirs, ours)]
    assert [at(each, "retired_on").count("ended") for each in late] == [0, 1]
    factories.outside_requests()
    type(exits[theirs]).objects.filter(pk=exits[theirs].pk).delete()
    factories.exit_of(theirs, state="verified", exited_on="2024-02-03")
    theirs.refresh_from_db()
    told = at(factories.retired(GULOU, enterprise=theirs, retired_on="2024-06-30"), "retired_on")
    assert "ended." in told
    assert "2024-02-03" not in told

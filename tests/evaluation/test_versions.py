"""Versions: drafts are written and put to use; what was in use stays as it is."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import translation

from revival.evaluation.models import IndexSystem, Indicator, IndicatorGroup, Status
from revival.evaluation.statistics import StatisticValue
from revival.records.admin.history import event_model
from tests import factories
from tests.evaluation.test_scores import indicator, statistic, system
from tests.factories import GULOU, KUNSHAN, PEI, PROVINCE, XUZHOU, browser, official, region
from tests.forms import errors, fields, url

pytestmark = pytest.mark.django_db
ADMIN = "/admin/evaluation/"
SETS = indicator("sets", "retired-equipment.sets", weight="100")


@pytest.fixture
def publisher() -> Client:
    return browser(official("publisher", PROVINCE))


@pytest.fixture
def draft() -> IndexSystem:
    return system("cities", SETS, use=False)


def in_use(subject: str = "cities") -> IndexSystem:
    found: IndexSystem = IndexSystem.objects.get(subject=subject, status=Status.IN_USE)
    return found


def status_of(row: IndexSystem) -> str:
    return str(IndexSystem.objects.get(pk=row.pk).status)


def run(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


class TestPuttingToUse:
    def test_the_shipped_systems_are_in_use_and_marked_as_a_proposal(self) -> None:
        for subject in ("industries", "cities"):
            made = in_use(subject)
            assert made.version == 1
            assert "proposal" in made.note_en
            assert "建议" in made.note_zh
            assert sum(each.weight for each in made.indicators.all()) == 100

    def test_loading_the_reference_data_again_changes_nothing(self, draft: IndexSystem) -> None:
        before = list(IndexSystem.objects.values_list())
        call_command("reference", verbosity=0)
        assert list(IndexSystem.objects.values_list()) == before

    def test_every_shipped_indicator_passes_the_checks_of_an_entry(self) -> None:
        assert Indicator.objects.count() == 24
        for each in Indicator.objects.all():
            each.full_clean()

    def test_it_succeeds_the_former_one(self, draft: IndexSystem) -> None:
        former, other = in_use(), in_use("industries")
        draft.put_to_use()
        assert (status_of(draft), status_of(former)) == (Status.IN_USE, Status.SUCCEEDED)
        assert status_of(other) == Status.IN_USE

    @pytest.mark.parametrize("weights", [[], ["99.99"], ["50", "50.01"], ["100", "0.01"]])
    def test_the_weights_must_add_up_to_100(self, weights: list[str]) -> None:
        """By the model and, past it, by the database; the former one stays in use."""
        former = in_use()
        given = [indicator(f"i{at}", "retired-equipment.sets", weight=each) for at, each in enumerate(weights)]
        made = system("cities", *given, use=False)
        with pytest.raises(ValidationError, match="100"):
            made.put_to_use()
        IndexSystem.objects.filter(pk=former.pk).update(status=Status.SUCCEEDED)
        with pytest.raises(IntegrityError, match="add up to 100"), transaction.atomic():
            IndexSystem.objects.filter(pk=made.pk).update(status=Status.IN_USE)
        with pytest.raises(IntegrityError, match="add up to 100"), transaction.atomic():
            run("UPDATE evaluation_indexsystem SET status = 'in-use' WHERE id = %s", made.pk)
        assert status_of(made) == Status.DRAFT

    def test_the_page_refuses_wrong_weights(self, publisher: Client) -> None:
        made = system("cities", indicator("sets", "retired-equipment.sets", weight="60"), use=False)
        former, page = in_use(), f"{ADMIN}indexsystem/{made.pk}/use/"
        text = publisher.get(page).content.decode()
        assert "The weights add up to 60" in text
        assert 'value="Put to use"' not in text
        answer = publisher.post(page, follow=True)
        assert "The weights add up to 60" in answer.content.decode()
        assert (status_of(made), status_of(former)) == (Status.DRAFT, Status.IN_USE)

    def test_a_version_below_one_that_was_in_use_is_refused(self, publisher: Client, draft: IndexSystem) -> None:
        """One of the other subject, or a later draft, is in no one's way."""
        system("industries", SETS)
        system("industries", SETS)
        system("cities", SETS, use=False)
        draft.check_usable()
        later = system("cities", SETS)
        refused = pytest.raises(ValidationError, match="A later version has been in use already")
        with translation.override("en"), refused:
            draft.put_to_use()
        page = f"{ADMIN}indexsystem/{draft.pk}/use/"
        text = publisher.get(page).content.decode()
        assert "A later version has been in use already." in text
        assert 'value="Put to use"' not in text
        assert "A later version has been in use already." in publisher.post(page, follow=True).content.decode()
        assert (status_of(draft), status_of(later)) == (Status.DRAFT, Status.IN_USE)

    def test_what_the_database_refuses_is_told(self, publisher: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        """The weights changed after they were checked; a number that is out of the column's range."""
        told = "Nothing was saved."
        made = system("cities", indicator("sets", "retired-equipment.sets", weight="60"), use=False)
        former = in_use()
        monkeypatch.setattr(IndexSystem, "check_usable", lambda self: None)
        answer = publisher.post(f"{ADMIN}indexsystem/{made.pk}/use/", follow=True)
        assert answer.status_code == 200
        assert told in answer.content.decode()
        assert (status_of(made), status_of(former)) == (Status.DRAFT, Status.IN_USE)
        IndexSystem.objects.filter(pk=made.pk).update(version=32767)
        answer = publisher.post(f"{ADMIN}indexsystem/{former.pk}/next/", follow=True)
        assert answer.status_code == 200
        assert told in answer.content.decode()
        assert IndexSystem.objects.count() == 3

    def test_one_is_in_use_for_each_subject(self, draft: IndexSystem) -> None:
        with pytest.raises(IntegrityError, match="index_one_in_use"), transaction.atomic():
            IndexSystem.objects.filter(pk=draft.pk).update(status=Status.IN_USE)

    def test_a_version_is_there_once(self, draft: IndexSystem) -> None:
        with pytest.raises(IntegrityError, match="index_version_once"), transaction.atomic():
            IndexSystem.objects.create(subject="cities", version=draft.version, name_zh="二", name_en="Two")

    def test_what_was_succeeded_is_never_used_again(self, draft: IndexSystem) -> None:
        former = in_use()
        draft.put_to_use()
        for status in (Status.DRAFT, Status.IN_USE):
            with pytest.raises(IntegrityError), transaction.atomic():
                IndexSystem.objects.filter(pk=former.pk).update(status=status)
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            IndexSystem.objects.filter(pk=draft.pk).update(status=Status.DRAFT)


class TestPreview:
    @pytest.fixture
    def sets(self) -> None:
        """Suzhou retired most."""
        for code, quantity in ((GULOU, 10), (KUNSHAN, 30), (PEI, 10)):
            factories.retired(code, quantity=quantity, state="verified")
        factories.progress(region_code=GULOU, state="verified")

    def test_it_shows_the_ranking_beside_that_in_use_and_changes_nothing(self, publisher: Client, sets: None) -> None:
        """The version in use ranks by stocks of enterprises, of which Xuzhou has more; no other city has any."""
        for code in (GULOU, GULOU, KUNSHAN):
            factories.enterprise(code, state="verified")
        former = system("cities", indicator("stock", "enterprises.enterprises", weight="100"))
        draft = system("cities", SETS, use=False)
        before, page = list(IndexSystem.objects.values_list()), f"{ADMIN}indexsystem/{draft.pk}/use/"
        response = publisher.get(page)
        text = response.content.decode()
        first = response.context["table"].data.data[0].cells
        assert [cell.text for cell in first[:4]] == ["1", "Suzhou", "100.0", "100.0"]
        assert [cell.text for cell in first[4:]] == ["2", "+1", "0.0", "+100.0"]
        assert "Rank, in use" in text
        assert 'value="Put to use"' in text
        assert list(IndexSystem.objects.values_list()) == before
        answer = publisher.post(page, follow=True)
        assert "The version is in use." in answer.content.decode()
        assert (status_of(draft), status_of(former)) == (Status.IN_USE, Status.SUCCEEDED)

    def test_it_shows_without_records_and_without_a_version_in_use(
        self, publisher: Client, draft: IndexSystem
    ) -> None:
        IndexSystem.objects.filter(subject="cities", status=Status.IN_USE).update(status=Status.SUCCEEDED)
        text = publisher.get(f"{ADMIN}indexsystem/{draft.pk}/use/").content.decode()
        assert "Xuzhou" in text
        assert "Rank, in use" not in text

    @pytest.mark.parametrize("role", ["clerk", "verifier", "manager", "auditor", "administrator"])
    def test_others_put_nothing_to_use_and_start_nothing(self, role: str, draft: IndexSystem) -> None:
        """A draft is not there for them."""
        self.writes_nothing(browser(official(role, PROVINCE)), draft)

    def test_a_publisher_of_a_city_neither(self, draft: IndexSystem, sets: None) -> None:
        """Index systems hold for the whole province, and its publishers write them."""
        self.writes_nothing(browser(official("publisher", XUZHOU)), draft)

    def writes_nothing(self, client: Client, draft: IndexSystem) -> None:
        former = in_use()
        for page in (f"indexsystem/{former.pk}/use/", f"indexsystem/{former.pk}/next/", "indexsystem/add/"):
            assert client.post(f"{ADMIN}{page}").status_code == 403, page
        assert client.get(f"{ADMIN}indexsystem/{former.pk}/use/").status_code == 403
        for page in ("use/", "next/"):
            assert client.post(f"{ADMIN}indexsystem/{draft.pk}/{page}").status_code == 404, page
            assert client.get(f"{ADMIN}indexsystem/{draft.pk}/{page}").status_code == 404, page
        for each in (draft, draft.groups.all()[0], draft.indicators.all()[0]):
            for page in ("change", "delete"):
                answer = client.post(url(each, page), {"name_en": "Other", "post": "yes"})
                assert answer.status_code in (403, 404), (each, page)
        for model in ("indicatorgroup", "indicator", "statistic"):
            assert client.post(f"{ADMIN}{model}/add/").status_code == 403, model
        assert (status_of(draft), IndexSystem.objects.count()) == (Status.DRAFT, 3)
        assert IndexSystem.objects.get(pk=draft.pk).name_en == "Trial system"
        assert (draft.groups.count(), draft.indicators.count()) == (1, 1)

    @pytest.mark.parametrize(("role", "place"), [("manager", PROVINCE), ("publisher", XUZHOU)])
    def test_drafts_are_seen_by_those_who_write(
        self, publisher: Client, draft: IndexSystem, role: str, place: str
    ) -> None:
        client = browser(official(role, place))
        for model, name in (
            ("indexsystem", "Trial system"),
            ("indicatorgroup", "Group one"),
            ("indicator", "Indicator sets"),
        ):
            assert name in publisher.get(f"{ADMIN}{model}/").content.decode()
            answer = client.get(f"{ADMIN}{model}/")
            assert answer.status_code == 200
            assert name not in answer.content.decode()
        for each in (draft, draft.groups.all()[0], draft.indicators.all()[0]):
            for page in ("change", "history"):
                assert publisher.get(url(each, page)).status_code == 200
                answer = client.get(url(each, page))
                assert answer.status_code in (302, 404), (each, page)
                assert each.name_en not in client.get(url(each, page), follow=True).content.decode()
        assert client.get(url(in_use())).status_code == 200

    def test_what_is_not_there_is_a_404_and_what_is_in_use_is_not_put_to_use_again(self, publisher: Client) -> None:
        for number in ("999999", "x"):
            assert publisher.get(f"{ADMIN}indexsystem/{number}/use/").status_code == 404
            assert publisher.post(f"{ADMIN}indexsystem/{number}/next/").status_code == 404
        page = f"{ADMIN}indexsystem/{in_use().pk}/"
        assert publisher.get(f"{page}use/").status_code == 403
        assert publisher.post(f"{page}use/").status_code == 403
        assert publisher.get(f"{page}next/").status_code == 403


class TestNextVersion:
    def test_it_copies_everything_as_a_draft(self, publisher: Client) -> None:
        former = in_use()
        publisher.post(f"{ADMIN}indexsystem/{former.pk}/next/")
        made = IndexSystem.objects.get(subject="cities", version=2)
        assert (made.status, made.name_zh, made.name_en) == (Status.DRAFT, former.name_zh, former.name_en)
        own = ("code", "position", "name_zh", "name_en")
        assert list(made.groups.values_list(*own)) == list(former.groups.values_list(*own))
        kept = [f.name for f in Indicator._meta.concrete_fields if f.name not in ("id", "system", "group")]
        kept.append("group__code")
        assert list(made.indicators.values_list(*kept)) == list(former.indicators.values_list(*kept))
        assert made.indicators.count() == 12
        assert {each.group.system_id for each in made.indicators.all()} == {made.pk}
        assert status_of(former) == Status.IN_USE

    def test_it_is_changed_and_put_to_use_in_its_turn(self, publisher: Client) -> None:
        former = in_use()
        made = former.next_version()
        row = made.indicators.get(code="completion")
        other = made.indicators.get(code="loans")
        for each, weight in ((row, "15"), (other, "10")):
            answer = publisher.post(url(each), {**fields(publisher.get(url(each))), "weight": weight})
            assert answer.status_code == 302, errors(answer)
        made.put_to_use()
        assert former.indicators.get(code="completion").weight == 20
        assert made.indicators.get(code="completion").weight == 15

    def test_it_is_offered_where_a_version_was_in_use(self, publisher: Client, draft: IndexSystem) -> None:
        for row, offered in ((draft, False), (in_use(), True)):
            text = publisher.get(url(row)).content.decode()
            assert ("Start the next version" in text) is offered
            assert ("Preview and put to use" in text) is not offered


def changes(made: IndexSystem) -> list[Callable[[], Any]]:
    """Every way to change a version, its groups and its indicators."""
    group = IndicatorGroup.objects.filter(system=made)[0]
    row = Indicator.objects.filter(system=made)[0]
    other = system("cities", use=False)
    copied = {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields if f.name not in ("id", "code")}
    tables = ("evaluation_indexsystem", "evaluation_indicatorgroup", "evaluation_indicator")
    keys = (made.pk, group.pk, row.pk)
    updates = [
        lambda table=table, key=key: run(f"UPDATE {table} SET name_en = 'Other' WHERE id = %s", key)
        for table, key in zip(tables, keys, strict=True)
    ]
    deletions = [
        lambda table=table, key=key: run(f"DELETE FROM {table} WHERE id = %s", key)
        for table, key in zip(tables, keys, strict=True)
    ]
    return [
        *updates,
        *deletions,
        lambda: IndexSystem.objects.filter(pk=made.pk).update(version=9),
        lambda: IndexSystem.objects.filter(pk=made.pk).update(note_en="Other"),
        lambda: IndicatorGroup.objects.filter(pk=group.pk).update(position=9),
        lambda: IndicatorGroup.objects.filter(pk=group.pk).update(system=other),
        lambda: IndicatorGroup.objects.create(system=made, code="more", name_zh="多", name_en="More"),
        lambda: Indicator.objects.filter(pk=row.pk).update(weight=1),
        lambda: Indicator.objects.filter(pk=row.pk).update(system=other),
        lambda: Indicator.objects.create(**copied, code="more"),
        lambda: made.delete(),
    ]


class TestKept:
    @pytest.mark.parametrize("succeeded", [False, True])
    def test_a_version_that_is_or_was_in_use_stays(self, succeeded: bool) -> None:
        made = in_use()
        if succeeded:
            system("cities", SETS)
        rows = list(Indicator.objects.filter(system=made).values_list())
        for change in changes(made):
            with pytest.raises(IntegrityError), transaction.atomic():
                change()
        assert list(Indicator.objects.filter(system=made).values_list()) == rows
        assert IndicatorGroup.objects.filter(system=made).count() == 5

    def test_rows_of_a_draft_do_not_move_into_a_version_in_use(self, draft: IndexSystem) -> None:
        for model in (IndicatorGroup, Indicator):
            with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
                model.objects.filter(system=draft).update(system=in_use())

    def test_the_forms_write_drafts_alone(self, publisher: Client) -> None:
        made = in_use()
        group, row = made.groups.all()[0], made.indicators.all()[0]
        for each in (made, group, row):
            assert publisher.get(url(each)).status_code == 200
            for page in ("change", "delete"):
                answer = publisher.post(url(each, page), {"name_en": "Other", "post": "yes"})
                assert answer.status_code == 403, (each, page)
        assert in_use().indicators.all()[0].name_en == row.name_en

    def test_nothing_is_added_by_form_to_a_version_in_use(self, publisher: Client, draft: IndexSystem) -> None:
        """Neither by the page as it is nor by a post that was made up."""
        made = in_use()
        text = publisher.get(f"{ADMIN}indicator/add/").content.decode()
        assert f'<option value="{draft.pk}">' in text
        assert f'<option value="{made.pk}">' not in text
        typed = {**fields(publisher.get(f"{ADMIN}indicator/add/")), **entry(made, made.groups.all()[0])}
        answer = publisher.post(f"{ADMIN}indicator/add/", typed)
        assert answer.status_code == 200
        assert {"system", "group"} <= set(errors(answer))
        typed = {**fields(publisher.get(f"{ADMIN}indicatorgroup/add/")), "system": made.pk, "code": "more"}
        assert "system" in errors(publisher.post(f"{ADMIN}indicatorgroup/add/", typed))
        assert made.indicators.count() == 12

    def test_a_draft_is_written_and_deleted(self, publisher: Client, draft: IndexSystem) -> None:
        typed = {**fields(publisher.get(f"{ADMIN}indicator/add/")), **entry(draft, draft.groups.all()[0])}
        answer = publisher.post(f"{ADMIN}indicator/add/", typed)
        assert answer.status_code == 302, errors(answer)
        row = draft.indicators.get(code="more")
        assert publisher.post(url(row, "delete"), {"post": "yes"}).status_code == 302
        assert not draft.indicators.filter(code="more").exists()
        text = publisher.get(f"{ADMIN}indexsystem/").content.decode()
        assert "Trial system" in text

    def test_a_draft_is_deleted_with_all_that_it_has(self, publisher: Client, draft: IndexSystem) -> None:
        """A group that has indicators is not, alone."""
        group = draft.groups.all()[0]
        publisher.post(url(group, "delete"), {"post": "yes"})
        assert draft.groups.count() == 1
        assert publisher.post(url(draft, "delete"), {"post": "yes"}).status_code == 302
        assert not IndexSystem.objects.filter(pk=draft.pk).exists()
        assert not IndicatorGroup.objects.filter(pk=group.pk).exists()

    def test_what_indicators_were_checked_against_stays(self, publisher: Client, draft: IndexSystem) -> None:
        """The subject and the number of a version, and the version of a group."""
        other, group = system("industries", SETS, use=False), draft.groups.all()[0]
        for row, values in ((draft, {"subject": "industries", "version": "7"}), (group, {"system": other.pk})):
            typed = {**fields(publisher.get(url(row))), **values, "name_en": "Changed"}
            answer = publisher.post(url(row), typed)
            assert answer.status_code == 302, errors(answer)
            row.refresh_from_db()
            assert row.name_en == "Changed"
        assert (draft.subject, draft.version, group.system_id) == ("cities", 2, draft.pk)

    def test_a_version_that_is_there_is_not_added(self, publisher: Client, draft: IndexSystem) -> None:
        page = f"{ADMIN}indexsystem/add/"
        typed = {**fields(publisher.get(page)), "subject": "cities", "name_zh": "三", "name_en": "Three"}
        answer = publisher.post(page, typed | {"version": "2"})
        assert answer.status_code == 200
        assert errors(answer)
        assert publisher.post(page, typed | {"version": "3"}).status_code == 302
        assert IndexSystem.objects.get(subject="cities", version=3).name_en == "Three"


def entry(made: IndexSystem, group: IndicatorGroup) -> dict[str, Any]:
    """A new indicator as typed."""
    given = {"system": made.pk, "group": group.pk, "code": "more", "name_zh": "多", "name_en": "More", "weight": "5"}
    return given | {"numerator": "retired-equipment.sets", "method": "rank"}


class TestChecks:
    def refused(self, draft: IndexSystem, **values: Any) -> set[str]:
        given = indicator("more", "retired-equipment.sets") | {"group": draft.groups.all()[0]} | values
        with pytest.raises(ValidationError) as caught, translation.override("en"):
            Indicator(system=draft, **given).full_clean()
        return set(caught.value.message_dict)

    @pytest.mark.parametrize(
        ("values", "field"),
        [
            ({"numerator": "renovation.bogus"}, "numerator"),
            ({"numerator": "bogus.sets"}, "numerator"),
            ({"numerator": "sets"}, "numerator"),
            ({"numerator": "renovation.completion"}, "numerator"),
            ({"denominator": "renovation.completion"}, "denominator"),
            ({"denominator": "renovation.bogus"}, "denominator"),
            ({"numerator_filters": "year=2024"}, "numerator_filters"),
            ({"numerator_filters": "by=industry"}, "numerator_filters"),
            ({"numerator_filters": "city=320300"}, "numerator_filters"),
            ({"numerator_filters": "region=320300"}, "numerator_filters"),
            ({"numerator_filters": "part=sunan"}, "numerator_filters"),
            ({"numerator_filters": "format=csv"}, "numerator_filters"),
            ({"numerator_filters": "category=bogus"}, "numerator_filters"),
            ({"numerator_filters": "bogus=1"}, "numerator_filters"),
            ({"numerator_filters": "voluntary"}, "numerator_filters"),
            ({"denominator_filters": "category=voluntary"}, "denominator_filters"),
            (
                {"denominator": "enterprises.enterprises", "denominator_filters": "at=2024-05-01"},
                "denominator_filters",
            ),
            ({"numerator": ""}, "numerator"),
            ({"method": "bounds"}, "low"),
            ({"method": "bounds", "low": "1"}, "low"),
            ({"method": "bounds", "low": "1", "high": "1"}, "low"),
            ({"method": "bounds", "low": "2", "high": "1"}, "low"),
            ({"method": "target"}, "target"),
            ({"method": "target", "target": "0"}, "target"),
            ({"method": "bogus"}, "method"),
            ({"weight": "0"}, "weight"),
            ({"weight": "-1"}, "weight"),
            ({"weight": "100.01"}, "weight"),
            ({"code": "Not a code"}, "code"),
            ({"code": "sets"}, "code"),
        ],
    )
    def test_what_cannot_be_computed_is_refused_at_its_field(
        self, draft: IndexSystem, values: dict[str, Any], field: str
    ) -> None:
        assert field in self.refused(draft, **values)

    def test_a_report_must_know_the_subject(self, draft: IndexSystem) -> None:
        """Policies are made by cities and of no industry."""
        made = system("industries", SETS, use=False)
        given: dict[str, Any] = {"numerator": "policies.policies"}
        assert self.refused(made, **given) == {"numerator"}
        Indicator(system=draft, **indicator("more", **given) | {"group": draft.groups.all()[0]}).full_clean()
        assert self.refused(made, numerator_filters="industry=textile") == {"numerator_filters"}

    def test_the_group_is_of_the_version(self, draft: IndexSystem) -> None:
        assert self.refused(draft, group=system("cities", SETS, use=False).groups.all()[0]) == {"group"}

    def test_a_statistic_is_of_the_subject_and_stands_alone(self, draft: IndexSystem) -> None:
        of_industries, of_cities = statistic("industries", "intensity"), statistic()
        assert self.refused(draft, numerator="", statistic=of_industries) == {"statistic"}
        assert "numerator" in self.refused(draft, statistic=of_cities)
        assert self.refused(draft, numerator="", statistic=of_cities, denominator="exits.closed")
        group = draft.groups.all()[0]
        Indicator(system=draft, **indicator("more", statistic=of_cities) | {"group": group}).full_clean()

    def test_an_entry_without_a_version_is_told_so(self, publisher: Client, draft: IndexSystem) -> None:
        typed = {
            **fields(publisher.get(f"{ADMIN}indicator/add/")),
            **entry(draft, draft.groups.all()[0]),
            "system": "",
        }
        answer = publisher.post(f"{ADMIN}indicator/add/", typed)
        assert answer.status_code == 200
        assert "system" in errors(answer)

    @pytest.mark.parametrize(
        ("subject", "values"),
        [
            ("cities", {"industry": "textile"}),
            ("cities", {}),
            ("industries", {"city": XUZHOU}),
            ("cities", {"industry": "textile", "city": XUZHOU}),
        ],
    )
    def test_a_value_is_of_one_subject(self, subject: str, values: dict[str, str]) -> None:
        given: dict[str, Any] = {"statistic": statistic(subject, "s"), "year": 2024, "value": 1}
        given |= values | ({"city": region(values["city"])} if "city" in values else {})
        with pytest.raises(ValidationError):
            StatisticValue(source_id="article-2025", **given).full_clean()

    def test_a_value_is_entered_once(self) -> None:
        row = statistic(c320300="5")
        with pytest.raises(IntegrityError, match="statistic_once_city"), transaction.atomic():
            StatisticValue.objects.create(
                statistic=row, city=region(XUZHOU), year=2024, value=6, source_id="article-2025"
            )


class TestStatistics:
    def test_a_publisher_enters_values_with_their_source(self, publisher: Client) -> None:
        page = f"{ADMIN}statistic/add/"
        given = {"code": "energy", "subject": "cities", "name_zh": "能耗", "name_en": "Energy use"}
        given |= {"values-0-year": "2024", "values-0-value": "3.5", "values-0-source": "article-2025"}
        typed = {**fields(publisher.get(page)), **given}
        assert errors(publisher.post(page, typed | {"values-0-industry": "textile"}))
        answer = publisher.post(page, typed | {"values-0-city": XUZHOU})
        assert answer.status_code == 302, errors(answer)
        value = StatisticValue.objects.get(statistic="energy")
        assert (value.city_id, str(value.value), value.source_id) == (XUZHOU, "3.500000", "article-2025")
        assert "3.5" in publisher.get(url(value.statistic, "history")).content.decode()

    @pytest.mark.parametrize("role", ["manager", "publisher"])
    def test_those_by_city_are_for_the_province_alone(self, role: str) -> None:
        """A page with all cities is none that a city may open, deleted or not."""
        row, other = statistic(c320300="5", c320500="6161.25"), statistic("industries", "intensity", textile="2")
        client = browser(official(role, XUZHOU))
        for page in ("change", "history"):
            assert manager_of_province(role).get(url(row, page)).status_code == 200
            assert client.get(url(other, page)).status_code == 200
            assert client.get(url(row, page)).status_code in (302, 404)
            assert "6161" not in client.get(url(row, page), follow=True).content.decode()
        gone = url(row, "history")
        row.delete()
        assert client.get(gone).status_code == 404
        assert manager_of_province(role).get(gone).status_code == 200
        for page in ("", "deleted/"):
            text = client.get(f"{ADMIN}statistic/{page}").content.decode()
            assert "statistic/energy/" not in text
            assert ("statistic/intensity/" in text) is (page == "")


def manager_of_province(role: str) -> Client:
    return browser(official(role, PROVINCE))


class TestEvents:
    def test_every_change_leaves_one(self) -> None:
        made = system("cities", SETS, use=False)
        value = StatisticValue.objects.get(statistic=statistic(c320300="5"))
        group, row = made.groups.all()[0], made.indicators.all()[0]
        IndexSystem.objects.filter(pk=made.pk).update(name_en="Other")
        IndicatorGroup.objects.filter(pk=group.pk).update(name_en="Other")
        Indicator.objects.filter(pk=row.pk).update(weight=50)
        StatisticValue.objects.filter(pk=value.pk).update(value=6)
        for each in (made, group, row, value):
            left = event_model(type(each)).objects.filter(pgh_obj_id=each.pk).order_by("pgh_id")
            assert list(left.values_list("pgh_label", flat=True)) == ["insert", "update"], each
        weights = event_model(Indicator).objects.filter(pgh_obj_id=row.pk).order_by("pgh_id").values_list("weight")
        assert [int(weight) for (weight,) in weights] == [100, 50]
        StatisticValue.objects.filter(pk=value.pk).delete()
        assert event_model(StatisticValue).objects.filter(pgh_obj_id=value.pk, pgh_label="delete").count() == 1

    def test_putting_to_use_leaves_one_of_either_version(self, draft: IndexSystem) -> None:
        former = in_use()
        draft.put_to_use()
        for row, status in ((draft, Status.IN_USE), (former, Status.SUCCEEDED)):
            last = event_model(IndexSystem).objects.filter(pgh_obj_id=row.pk).order_by("pgh_id").last()
            assert (last.pgh_label, last.status) == ("update", status)

    def test_the_history_says_who(self, publisher: Client, draft: IndexSystem) -> None:
        row = draft.indicators.all()[0]
        answer = publisher.post(url(row), {**fields(publisher.get(url(row))), "weight": "70"})
        assert answer.status_code == 302, errors(answer)
        text = publisher.get(url(row, "history")).content.decode()
        assert "70" in text
        assert "publisher" in text

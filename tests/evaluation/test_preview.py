"""The preview of a version, who may put it to use, and the draft that follows it."""

import pytest
from django.test import Client

from revival.evaluation.models import IndexSystem, Indicator, SystemStatus
from tests import factories
from tests.evaluation.systems import indicator, system
from tests.evaluation.versions import ADMIN, SETS, in_use, status_of
from tests.factories import GULOU, KUNSHAN, PEI, PROVINCE, XUZHOU, browser, official
from tests.forms import errors, fields, url

pytestmark = pytest.mark.django_db


class TestPreview:
    @pytest.fixture
    def sets(self) -> None:
        """Sets retired by city, most of them in Suzhou."""
        for code, quantity in ((GULOU, 10), (KUNSHAN, 30), (PEI, 10)):
            factories.retired(code, quantity=quantity, state="verified")
        factories.progress(region_code=GULOU, state="verified")

    def test_it_shows_the_ranking_beside_that_in_use_and_changes_nothing(self, publisher: Client, sets: None) -> None:
        """The version in use ranks by the number of enterprises. Xuzhou has more than Suzhou, other cities none."""
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
        assert (status_of(draft), status_of(former)) == (SystemStatus.IN_USE, SystemStatus.SUCCEEDED)

    def test_it_shows_without_records_and_without_a_version_in_use(
        self, publisher: Client, draft: IndexSystem
    ) -> None:
        IndexSystem.objects.filter(subject="cities", status=SystemStatus.IN_USE).update(status=SystemStatus.SUCCEEDED)
        text = publisher.get(f"{ADMIN}indexsystem/{draft.pk}/use/").content.decode()
        assert "Xuzhou" in text
        assert "Rank, in use" not in text

    @pytest.mark.parametrize("role", ["clerk", "verifier", "manager", "auditor", "administrator"])
    def test_others_put_nothing_to_use_and_start_nothing(self, role: str, draft: IndexSystem) -> None:
        """They do not see a draft."""
        self.writes_nothing(browser(official(role, PROVINCE)), draft)

    def test_a_publisher_of_a_city_neither(self, draft: IndexSystem, sets: None) -> None:
        """Index systems apply to the whole province, and its publishers write them."""
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
        assert (status_of(draft), IndexSystem.objects.count()) == (SystemStatus.DRAFT, 3)
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
        assert (made.status, made.name_zh, made.name_en) == (SystemStatus.DRAFT, former.name_zh, former.name_en)
        own = ("code", "position", "name_zh", "name_en")
        assert list(made.groups.values_list(*own)) == list(former.groups.values_list(*own))
        kept = [f.name for f in Indicator._meta.concrete_fields if f.name not in ("id", "system", "group")]
        kept.append("group__code")
        assert list(made.indicators.values_list(*kept)) == list(former.indicators.values_list(*kept))
        assert made.indicators.count() == 12
        assert {each.group.system_id for each in made.indicators.all()} == {made.pk}
        assert status_of(former) == SystemStatus.IN_USE

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

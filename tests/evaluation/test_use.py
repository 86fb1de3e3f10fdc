"""Putting a version to use: what it needs, and what it succeeds."""

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import translation

from revival.evaluation.models import IndexSystem, Indicator, SystemStatus
from tests.evaluation.systems import indicator, system
from tests.evaluation.versions import ADMIN, SETS, in_use, run, status_of

pytestmark = pytest.mark.django_db


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
        assert (status_of(draft), status_of(former)) == (SystemStatus.IN_USE, SystemStatus.SUCCEEDED)
        assert status_of(other) == SystemStatus.IN_USE

    @pytest.mark.parametrize("weights", [[], ["99.99"], ["50", "50.01"], ["100", "0.01"]])
    def test_the_weights_must_add_up_to_100(self, weights: list[str]) -> None:
        """The model refuses others, and so does the database. The version before stays in use."""
        former = in_use()
        given = [indicator(f"i{at}", "retired-equipment.sets", weight=each) for at, each in enumerate(weights)]
        made = system("cities", *given, use=False)
        with pytest.raises(ValidationError, match="100"):
            made.put_to_use()
        IndexSystem.objects.filter(pk=former.pk).update(status=SystemStatus.SUCCEEDED)
        with pytest.raises(IntegrityError, match="add up to 100"), transaction.atomic():
            IndexSystem.objects.filter(pk=made.pk).update(status=SystemStatus.IN_USE)
        with pytest.raises(IntegrityError, match="add up to 100"), transaction.atomic():
            run("UPDATE evaluation_indexsystem SET status = 'in-use' WHERE id = %s", made.pk)
        assert status_of(made) == SystemStatus.DRAFT

    def test_the_page_refuses_wrong_weights(self, publisher: Client) -> None:
        made = system("cities", indicator("sets", "retired-equipment.sets", weight="60"), use=False)
        former, page = in_use(), f"{ADMIN}indexsystem/{made.pk}/use/"
        text = publisher.get(page).content.decode()
        assert "The weights add up to 60" in text
        assert 'value="Put to use"' not in text
        answer = publisher.post(page, follow=True)
        assert "The weights add up to 60" in answer.content.decode()
        assert (status_of(made), status_of(former)) == (SystemStatus.DRAFT, SystemStatus.IN_USE)

    def test_a_version_below_one_that_was_in_use_is_refused(self, publisher: Client, draft: IndexSystem) -> None:
        """A version of the other subject or a later draft does not matter."""
        system("industries", SETS)
        system("industries", SETS)
        system("cities", SETS, use=False)
        draft.check_usable()
        later = system("cities", SETS)
        refused = pytest.raises(ValidationError, match="A later version has already been in use")
        with translation.override("en"), refused:
            draft.put_to_use()
        page = f"{ADMIN}indexsystem/{draft.pk}/use/"
        text = publisher.get(page).content.decode()
        assert "A later version has already been in use. Start the next version from that one." in text
        assert 'value="Put to use"' not in text
        assert (
            "A later version has already been in use. Start the next version from that one."
            in publisher.post(page, follow=True).content.decode()
        )
        assert (status_of(draft), status_of(later)) == (SystemStatus.DRAFT, SystemStatus.IN_USE)

    def test_what_the_database_refuses_is_told(self, publisher: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        """The message appears where weights changed after the check, and for a number out of the column's range."""
        told = "Nothing was saved"
        made = system("cities", indicator("sets", "retired-equipment.sets", weight="60"), use=False)
        former = in_use()
        monkeypatch.setattr(IndexSystem, "check_usable", lambda self: None)
        answer = publisher.post(f"{ADMIN}indexsystem/{made.pk}/use/", follow=True)
        assert answer.status_code == 200
        assert told in answer.content.decode()
        assert (status_of(made), status_of(former)) == (SystemStatus.DRAFT, SystemStatus.IN_USE)
        IndexSystem.objects.filter(pk=made.pk).update(version=32767)
        answer = publisher.post(f"{ADMIN}indexsystem/{former.pk}/next/", follow=True)
        assert answer.status_code == 200
        assert told in answer.content.decode()
        assert IndexSystem.objects.count() == 3

    def test_one_is_in_use_for_each_subject(self, draft: IndexSystem) -> None:
        with pytest.raises(IntegrityError, match="index_one_in_use"), transaction.atomic():
            IndexSystem.objects.filter(pk=draft.pk).update(status=SystemStatus.IN_USE)

    def test_a_version_is_there_once(self, draft: IndexSystem) -> None:
        with pytest.raises(IntegrityError, match="index_version_once"), transaction.atomic():
            IndexSystem.objects.create(subject="cities", version=draft.version, name_zh="二", name_en="Two")

    def test_what_was_succeeded_is_never_used_again(self, draft: IndexSystem) -> None:
        former = in_use()
        draft.put_to_use()
        for status in (SystemStatus.DRAFT, SystemStatus.IN_USE):
            with pytest.raises(IntegrityError), transaction.atomic():
                IndexSystem.objects.filter(pk=former.pk).update(status=status)
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            IndexSystem.objects.filter(pk=draft.pk).update(status=SystemStatus.DRAFT)

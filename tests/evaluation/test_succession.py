"""Versions are put to use in their order."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from revival.evaluation.models import IndexSystem
from tests.evaluation.systems import indicator, system

pytestmark = pytest.mark.django_db


class TestSuccession:
    """Versions are put to use in their order."""

    @staticmethod
    def version(subject: str = "cities", *, use: bool) -> IndexSystem:
        return system(subject, indicator("stock", "enterprises.enterprises", weight="100"), use=use)

    def test_a_version_is_refused_once_a_later_one_has_been_in_use(self) -> None:
        second, third = self.version(use=False), self.version(use=True)
        with (
            translation.override("en"),
            pytest.raises(ValidationError, match="A later version has already been in use"),
        ):
            second.put_to_use()
        fourth = self.version(use=True)
        for earlier in (second, third):
            earlier.refresh_from_db()
            with (
                translation.override("en"),
                pytest.raises(ValidationError, match="A later version has already been in use"),
            ):
                earlier.put_to_use()
        states = IndexSystem.objects.filter(subject="cities").values_list("version", "status")
        assert list(states) == [(1, "succeeded"), (2, "draft"), (3, "succeeded"), (fourth.version, "in-use")]

    def test_a_later_draft_and_the_other_subject_s_versions_refuse_nothing(self) -> None:
        second = self.version("industries", use=False)
        self.version("industries", use=False)
        for _ in range(2):
            self.version("cities", use=True)
        second.put_to_use()
        states = IndexSystem.objects.filter(subject="industries").values_list("version", "status")
        assert list(states) == [(1, "succeeded"), (2, "in-use"), (3, "draft")]

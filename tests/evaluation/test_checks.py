"""The checks of an indicator or a value when it is entered."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import translation

from revival.evaluation.models import IndexSystem, Indicator
from revival.evaluation.statistics import StatisticValue
from tests.evaluation.systems import indicator, statistic, system
from tests.evaluation.versions import ADMIN, SETS, entry
from tests.extent import every
from tests.factories import XUZHOU, region
from tests.forms import errors, fields

pytestmark = pytest.mark.django_db


class TestChecks:
    def refused(self, draft: IndexSystem, **values: Any) -> set[str]:
        given = indicator("more", "retired-equipment.sets") | {"group": draft.groups.all()[0]} | values
        with pytest.raises(ValidationError) as caught, translation.override("en"):
            Indicator(system=draft, **given).full_clean()
        return set(caught.value.message_dict)

    @every(
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
        """Policies are made by cities and have no industry."""
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

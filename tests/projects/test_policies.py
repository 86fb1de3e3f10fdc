"""Policies: their level fits the region, and each answers a policy of its own level or above."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from projects.models import Policy
from tests.factories import GULOU, PROVINCE, SUZHOU, XUZHOU, browser, official, outside_requests, policy
from tests.forms import errors, fields, save

pytestmark = pytest.mark.django_db
ADD = "/admin/projects/policy/add/"


def entry(page: Client, **typed: Any) -> dict[str, Any]:
    given = {"name": "Plan", "region": XUZHOU, "level": "city", "issuer": "Government of Xuzhou", "year": 2024}
    return fields(page.get(ADD)) | given | typed


class TestLevel:
    @pytest.mark.parametrize(
        ("region", "fitting"),
        [(PROVINCE, {"nation", "province"}), (XUZHOU, {"city"}), (GULOU, {"county"})],
    )
    def test_it_fits_the_region(self, region: str, fitting: set[str]) -> None:
        """A national policy is entered for the province."""
        page = browser(official("clerk", PROVINCE))
        for level in ("nation", "province", "city", "county"):
            answer = page.post(ADD, entry(page, name=f"Plan of the {level}", region=region, level=level))
            assert (answer.status_code == 302) == (level in fitting), level
            if level not in fitting:
                assert errors(answer) == {
                    "level": ["The level does not fit the region. Choose another level or region."]
                }
        assert set(Policy.objects.values_list("level", flat=True)) == fitting

    @pytest.mark.parametrize("values", [{"level": "province"}, {"level": "nation"}, {"level": "x"}])
    def test_the_database_refuses_a_city_what_is_the_provinces(self, values: dict[str, Any]) -> None:
        row = policy(XUZHOU)
        with pytest.raises(IntegrityError), transaction.atomic():
            Policy.objects.filter(pk=row.pk).update(**values)

    def test_the_database_refuses_the_province_what_is_a_citys(self) -> None:
        row = policy(PROVINCE)
        with pytest.raises(IntegrityError, match="policy_of_a_city"), transaction.atomic():
            Policy.objects.filter(pk=row.pk).update(level="city")


class TestAnswers:
    def test_a_policy_answers_one_of_the_nation_or_the_province(self, page: Client) -> None:
        for higher in (policy(PROVINCE, level="nation", state="verified"), policy(PROVINCE, state="verified")):
            typed = entry(page, name=f"Plan for {higher.name}", answers=higher.pk)
            assert page.post(ADD, typed).status_code == 302
        assert [row.answers_id for row in Policy.objects.filter(level="city").order_by("pk")] == [
            row.pk for row in Policy.objects.exclude(level="city").order_by("pk")
        ]

    def test_it_answers_no_city(self, page: Client) -> None:
        """A county's policy answers neither its own city's nor another city's, which the form does not offer."""
        for lower in (policy(XUZHOU), policy(SUZHOU), policy(GULOU)):
            assert set(errors(page.post(ADD, entry(page, region=GULOU, level="county", answers=lower.pk)))) == {
                "answers"
            }

    def test_it_answers_none_below_it_and_not_itself(self) -> None:
        """Another policy of its level may be the general one that it carries out."""
        row, page = policy(PROVINCE), browser(official("clerk", PROVINCE))
        message = "A policy cannot answer one of a lower level. Choose a policy of its own level or above."
        answer = page.post(ADD, entry(page, region=PROVINCE, level="nation", answers=row.pk))
        assert errors(answer) == errors(save(page, row, answers=row.pk)) == {"answers": [message]}
        answer = page.post(ADD, entry(page, region=PROVINCE, level="province", answers=row.pk))
        assert answer.status_code == 302
        outside_requests()
        with pytest.raises(IntegrityError, match="policy_answers_another"), transaction.atomic():
            Policy.objects.filter(pk=row.pk).update(answers=row.pk)


class TestRules:
    @pytest.mark.parametrize(
        ("field", "value"),
        [("year", "2014"), ("year", "2061"), ("issued_on", "2023-12-31"), ("issuer", ""), ("actions", ["x"])],
    )
    def test_wrong_input_is_refused_at_the_field(self, page: Client, field: str, value: Any) -> None:
        assert set(errors(page.post(ADD, entry(page, **{field: value})))) == {field}
        assert not Policy.objects.exists()

    @pytest.mark.parametrize(
        "values", [{"year": 2014}, {"issued_on": "2023-12-31"}, {"actions": ["x"]}, {"industries": ["x"]}]
    )
    def test_the_database_refuses_it_too(self, values: dict[str, Any]) -> None:
        row = policy(XUZHOU)
        with pytest.raises(IntegrityError), transaction.atomic():
            Policy.objects.filter(pk=row.pk).update(**values)

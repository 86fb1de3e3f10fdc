"""How an input and its bounds or target are written."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from revival.evaluation.tables import input_text, method_text, value_text
from tests.evaluation.systems import BOUNDS, indicator, result, system, values_of
from tests.extent import every
from tests.factories import XUZHOU

pytestmark = pytest.mark.django_db


class TestForms:
    """How an input and its bounds or target are read; what is computed is the same."""

    SHARES: tuple[str, str] = ("renovation.completed", "renovation.planned")
    SETS: tuple[str, str] = ("retired-equipment.sets", "enterprises.enterprises")

    @every(
        ("given", "values", "input_read", "marked_by"),
        [
            (SHARES, {"form": "share", **BOUNDS}, "75.0 %", "between 50.0 % and 100.0 %"),
            (SHARES, {"form": "times", **BOUNDS}, "0.75 times", "between 0.50 times and 1.00 times"),
            (SETS, {**BOUNDS, "high": "2"}, "2.500", "between 0.5 and 2"),
            (SETS, {"form": "number", "method": "target", "target": "4.5"}, "2.500", "target 4.5"),
            (SETS, {"form": "times", "method": "target", "target": "4.5"}, "2.50 times", "target 4.50 times"),
            (SETS, {"form": "share", "method": "target", "target": "4.5"}, "250.0 %", "target 450.0 %"),
            (
                SHARES,
                {"form": "share", "falling": True, "method": "target", "target": "0.125"},
                "75.0 %",
                "target 12.5 %, less is better",
            ),
            (SETS, {"form": "share"}, "250.0 %", "rank among all"),
        ],
    )
    def test_inputs_bounds_and_targets_are_read_alike(
        self,
        three_cities: None,
        given: tuple[str, str],
        values: dict[str, Any],
        input_read: str,
        marked_by: str,
    ) -> None:
        filters = "category=voluntary" if given == self.SETS else ""
        found = result(
            system("cities", indicator("one", *given, weight="100", **{"numerator_filters": filters, **values}))
        )
        one = found.indicators[0]
        with translation.override("en"):
            assert input_text(one, found.inputs["one", XUZHOU]) == input_read
            assert value_text(one, None) == {"share": "– %", "times": "– times", "number": ""}[one.form]
            assert method_text(one) == marked_by
        assert values_of(found, "one", XUZHOU) == [Decimal("0.75") if given == self.SHARES else Decimal("2.5")]

    def test_a_number_is_read_unless_said(self) -> None:
        made = system("cities", indicator("one", "enterprises.enterprises", weight="100"))
        assert made.indicators.get().form == "number"

    def test_another_form_is_refused(self) -> None:
        with pytest.raises(ValidationError, match="form"):
            system("cities", indicator("one", "enterprises.enterprises", weight="100", form="percent"))

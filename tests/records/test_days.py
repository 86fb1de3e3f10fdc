"""Every date of every table of ours has a range, which forms and the database keep."""

from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction

from revival.records.days import day_ranges
from revival.records.periods import ExtensionRequest, PeriodException, ReportingPeriod
from tests.collection.monthly import form as monthly
from tests.extent import every
from tests.factories import GULOU, PROVINCE, XUZHOU, official, region

OWN = ("revival", "enterprises", "projects", "finance")
TABLES = [
    model
    for model in apps.get_models()
    if model.__module__.startswith(OWN) and not model._meta.proxy and not hasattr(model, "pgh_tracked_model")
]
AROUND: list[Any] = [ReportingPeriod, PeriodException, ExtensionRequest]
RANGES = [(model, each) for model in AROUND for each in day_ranges(model)]


def test_no_date_lacks_a_range() -> None:
    """Tables of events copy the dates of others."""
    dates = {
        (model, field.name)
        for model in TABLES
        for field in model._meta.concrete_fields
        if type(field) is models.DateField
    }
    assert len(dates) > 20
    assert dates == {(model, each.field) for model in TABLES for each in day_ranges(model)}


def stored(model: Any) -> Any:
    """A row of one of the tables around the reporting periods."""
    of = monthly.period()
    if model is ReportingPeriod:
        return of
    until, words = date(2060, 1, 1), {"period": of, "region": region(GULOU), "reason": "Synthetic"}
    if model is ExtensionRequest:
        return ExtensionRequest.objects.create(**words, until=until, asked_by=official("clerk", XUZHOU))
    return PeriodException.objects.create(**words, until=until, opened_by=official("publisher", PROVINCE))


@pytest.mark.django_db
@every(("model", "day"), RANGES)
def test_days_of_periods_are_refused_outside_their_range(model: Any, day: Any) -> None:
    """A period may close in the year after the last one."""
    row = stored(model)
    assert [f"{end:%Y-%m-%d}" for end in day.range] == ["2015-01-01", "2061-12-31"]
    for wrong in (date(202, 6, 30), date(2062, 1, 1), date(9999, 1, 1)):
        with pytest.raises(IntegrityError, match=day.name), transaction.atomic():
            model.objects.filter(pk=row.pk).update(**{day.field: wrong})
        setattr(row, day.field, wrong)
        with pytest.raises(ValidationError, match=r"2015-01-01.*2061-12-31"):
            day.validate(model, row)

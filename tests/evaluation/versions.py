"""Versions of the index systems and the pages that write them."""

from typing import Any

from django.db import connection

from revival.evaluation.models import IndexSystem, IndicatorGroup, SystemStatus
from tests.evaluation.systems import indicator

ADMIN = "/admin/evaluation/"
SETS = indicator("sets", "retired-equipment.sets", weight="100")


def in_use(subject: str = "cities") -> IndexSystem:
    found: IndexSystem = IndexSystem.objects.get(subject=subject, status=SystemStatus.IN_USE)
    return found


def status_of(row: IndexSystem) -> str:
    return str(IndexSystem.objects.get(pk=row.pk).status)


def run(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def entry(made: IndexSystem, group: IndicatorGroup) -> dict[str, Any]:
    """A new indicator as typed."""
    given = {"system": made.pk, "group": group.pk, "code": "more", "name_zh": "多", "name_en": "More", "weight": "5"}
    return given | {"numerator": "retired-equipment.sets", "method": "rank"}

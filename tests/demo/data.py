"""Questions to the demonstration data, in SQL."""

from typing import Any

from django.db import connection

from enterprises.models import Designation, EnterpriseExit, Product
from finance.models import Allocation, Loan
from projects.models import (
    ChemicalUnit,
    EquipmentListing,
    LandRenewal,
    Participation,
    RetiredEquipment,
)
from revival.demo.load import TABLES

KINDS: list[Any] = list(TABLES)
# Kinds of which some records wait for review, and others with an enterprise.
WORK = (RetiredEquipment, Loan, EquipmentListing, ChemicalUnit, LandRenewal, Allocation, Product)
FOLLOWING = (Designation, EnterpriseExit, Participation)
LISTED = "FROM projects_renovationproject WHERE state = 'verified' AND year = 2024"


def rows(statement: str, *parameters: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        found: list[Any] = cursor.fetchall()
    return found


def column(statement: str, *parameters: Any) -> set[Any]:
    return {value for (value,) in rows(statement, *parameters)}


OF_2024 = "BETWEEN '2024-01-01' AND '2024-12-31'"

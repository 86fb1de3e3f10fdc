"""Kinds of files about who pays for the renewal."""

from finance.models import Allocation, Drawing, Loan
from finance.reports import AllocationsReport, LoansReport
from revival.importing.spec import ImportSpec

LOANS = ImportSpec(
    "loans", Loan, key=("enterprise", "product", "granted_on", "credit", "project"), report=LoansReport
)
DRAWINGS = ImportSpec(
    "drawings",
    Drawing,
    key=("loan", "drawn_on", "amount"),
    cites={"loan": ("product", "enterprise", "granted_on")},
)
ALLOCATIONS = ImportSpec(
    "allocations",
    Allocation,
    key=("enterprise", "fund", "allocated_on", "amount", "project"),
    report=AllocationsReport,
)

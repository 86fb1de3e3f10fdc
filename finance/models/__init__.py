"""Records of who pays for the renewal."""

from finance.models.allocation import Allocation, Fund
from finance.models.loan import Drawing, Loan
from finance.models.product import LoanProduct

__all__ = ["Allocation", "Drawing", "Fund", "Loan", "LoanProduct"]

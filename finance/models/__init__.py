"""Records of who pays."""

from finance.models.loan import Drawing, Loan
from finance.models.product import LoanProduct

__all__ = ["Drawing", "Loan", "LoanProduct"]

"""Reports of who and where."""

from enterprises.reports.designation import DesignationsReport
from enterprises.reports.enterprise import EnterprisesReport, ExitsReport
from enterprises.reports.park import ExpansionsReport, ParksReport
from enterprises.reports.product import ListingsReport

__all__ = [
    "DesignationsReport",
    "EnterprisesReport",
    "ExitsReport",
    "ExpansionsReport",
    "ListingsReport",
    "ParksReport",
]

"""The admin of records: what every record's admin has, and the pages of revisions, limits and reporting periods."""

from revival.records.admin.limits import AmountLimitAdmin
from revival.records.admin.period import PeriodExceptionAdmin, ReportingPeriodAdmin
from revival.records.admin.revision import RevisionAdmin

__all__ = ["AmountLimitAdmin", "PeriodExceptionAdmin", "ReportingPeriodAdmin", "RevisionAdmin"]

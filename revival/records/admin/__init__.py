"""The admin of records: what every record's admin has, and the pages of revisions and reporting periods."""

from revival.records.admin.period import PeriodExceptionAdmin, ReportingPeriodAdmin
from revival.records.admin.revision import RevisionAdmin

__all__ = ["PeriodExceptionAdmin", "ReportingPeriodAdmin", "RevisionAdmin"]

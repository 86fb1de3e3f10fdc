"""Synthetic reporting periods: closed ones, one that is late and one that is due, at any time of loading."""

from datetime import date, timedelta

from django.utils import timezone

from revival.accounts.models import Official, Region
from revival.records.periods import WHOLE_YEAR, PeriodException, ReportingPeriod

# In 2025 the verified months are closed. The next month is partly submitted and late, and the one after it is due.
YEAR, CLOSED, LATE, DUE = 2025, 6, 7, 8
REPORTED_BY = 25  # the day of the next month by which a month is reported
REASON = "演示：六月数据漏报，经省厅同意补报（synthetic）"


def create() -> None:
    """Create the missing periods. Call it after the records are loaded, as closed periods take no records."""
    if ReportingPeriod.objects.exists():
        return
    today = timezone.localdate()
    soon = today + timedelta(days=20)
    later = today + timedelta(days=120)
    ReportingPeriod.objects.bulk_create(
        [
            of_year(YEAR - 2, closes=date(YEAR - 1, 3, 31)),
            of_year(YEAR - 1, closes=later, due=later),
            of_year(YEAR, closes=later, due=later),
            *(of_month(month, closes=date(YEAR, month + 1, 10)) for month in range(1, CLOSED + 1)),
            of_month(LATE, closes=soon, due=today - timedelta(days=5)),
            of_month(DUE, closes=soon, due=today + timedelta(days=5)),
        ]
    )
    publisher = Official.objects.filter(username="publisher").first()
    if publisher is None:
        return
    PeriodException.objects.create(
        period=ReportingPeriod.objects.get(year=YEAR, month=CLOSED),
        region=Region.objects.get(name_zh="徐州市"),
        reason=REASON,
        until=today + timedelta(days=10),
        opened_by=publisher,
    )


def of_year(year: int, closes: date, due: date | None = None) -> ReportingPeriod:
    opens = date(year - 1, 12, 1)
    return ReportingPeriod(year=year, month=WHOLE_YEAR, opens=opens, due=due or date(year + 1, 1, 15), closes=closes)


def of_month(month: int, closes: date, due: date | None = None) -> ReportingPeriod:
    opens = date(YEAR, month, 20)
    return ReportingPeriod(
        year=YEAR, month=month, opens=opens, due=due or date(YEAR, month, REPORTED_BY), closes=closes
    )

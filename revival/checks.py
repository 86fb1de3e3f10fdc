"""System checks of the roof."""

from typing import Any

from django.core.checks import CheckMessage

from revival.catalogue import REPORTS
from revival.reporting.checks import check_reports


def check_catalogue(**kwargs: Any) -> list[CheckMessage]:
    """The declarations of all reports."""
    return check_reports(REPORTS)

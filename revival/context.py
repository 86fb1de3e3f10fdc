"""The context of every page: the menu of a signed-in user, and whether records are synthetic."""

from typing import Any

from django.http import HttpRequest

from enterprises.models import Enterprise
from projects.models import Policy, ProjectProgress
from revival.catalogue import IMPORTS, REPORTS
from revival.collection.entry import DataEntry
from revival.collection.inbox import reviewed_kinds
from revival.importing.writing import may_import
from revival.pages.search import searchable_reports
from revival.publishing.views import VIEW as REGISTER
from revival.records.models import Record
from revival.records.review import may


def site(request: HttpRequest) -> dict[str, Any]:
    """The context of every page of a signed-in user: the menu of reports, and whether records are synthetic."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    return {
        "reports": [
            {"title": report.heading(), "url": report.url()} for report in REPORTS if may(user, "view", report.model)
        ],
        "searchable": bool(searchable_reports(user)),
        "entry": DataEntry(request),
        "inbox_page": bool(reviewed_kinds(user)),
        "collection": may(user, "view", ProjectProgress),
        "importing": any(may_import(user, spec) for spec in IMPORTS),
        "matrix": may(user, "view", Policy),
        "register": user.has_perm(REGISTER),
        "evaluation": user.has_perm("evaluation.view_indexsystem"),
        "synthetic": Enterprise.objects.filter(source=Record.Source.SYNTHETIC).exists(),
    }

"""Roles and their verbs. After every migrate, `manage.py roles` turns them into groups and permissions."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

EVALUATION = ("indexsystem", "indicatorgroup", "indicator", "statistic", "statisticvalue")
SET_BY_PROVINCE = ("reportingperiod", "periodexception", "amountlimit")
COMMON = (
    *(f"records.view_{model}" for model in SET_BY_PROVINCE),
    "publishing.view_publishedfigure",
    "publishing.view_sourcedocument",
    *(f"evaluation.view_{model}" for model in EVALUATION),
)
PUBLISHING = (
    *COMMON,
    *(f"records.{verb}_{model}" for model in SET_BY_PROVINCE for verb in ("add", "change")),
    "publishing.add_publishedfigure",
    "publishing.change_publishedfigure",
    "publishing.delete_publishedfigure",
    "publishing.add_sourcedocument",
    "publishing.change_sourcedocument",
    *(f"evaluation.{verb}_{model}" for model in EVALUATION for verb in ("add", "change", "delete")),
)

# The role, its label, its verbs on every record model, and its other permissions.
ROLES: tuple[tuple[str, Promise, tuple[str, ...], tuple[str, ...]], ...] = (
    ("clerk", _("Clerk"), ("view", "add", "change", "delete", "submit"), COMMON),
    ("verifier", _("Verifier"), ("view", "verify"), COMMON),
    ("manager", _("Manager"), ("view",), COMMON),
    ("publisher", _("Publisher"), ("view",), PUBLISHING),
    (
        "auditor",
        _("Auditor"),
        ("view",),
        ("accounts.view_official", "accounts.view_region", "accounts.view_export", *COMMON),
    ),
    (
        "administrator",
        _("Administrator"),
        ("view",),
        (
            "accounts.view_export",
            "accounts.view_official",
            "accounts.add_official",
            "accounts.change_official",
            "accounts.view_region",
            "accounts.add_region",
            "accounts.change_region",
            "accounts.view_formercode",
            "accounts.add_formercode",
            "accounts.change_formercode",
            "finance.view_loanproduct",
            "finance.add_loanproduct",
            "finance.change_loanproduct",
            *COMMON,
        ),
    ),
)

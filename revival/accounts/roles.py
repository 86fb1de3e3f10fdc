"""Roles and their verbs. `manage.py roles` makes groups and permissions of them after every migrate."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# role, label, verbs on every record model, further permissions
ROLES: tuple[tuple[str, Promise, tuple[str, ...], tuple[str, ...]], ...] = (
    ("clerk", _("Clerk"), ("view", "add", "change", "delete", "submit"), ()),
    ("verifier", _("Verifier"), ("view", "verify"), ()),
    ("manager", _("Manager"), ("view",), ()),
    ("publisher", _("Publisher"), ("view",), ()),
    ("auditor", _("Auditor"), ("view",), ("accounts.view_official", "accounts.view_region")),
    (
        "administrator",
        _("Administrator"),
        ("view",),
        (
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
        ),
    ),
)

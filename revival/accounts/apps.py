"""Who uses the tracker, and for which region."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "revival.accounts"
    label = "accounts"
    verbose_name = _("Accounts")

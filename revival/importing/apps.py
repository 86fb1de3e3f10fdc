"""Imports: who brought which file, what its rows are, and what became of them."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ImportingConfig(AppConfig):
    name = "revival.importing"
    label = "importing"
    verbose_name = _("Import")

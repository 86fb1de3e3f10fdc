"""What every record has: region, review, version, history."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RecordsConfig(AppConfig):
    name = "revival.records"
    label = "records"
    verbose_name = _("Review")

    def ready(self) -> None:
        # Before the admin registers its pages, each of which copies the fields that it makes of columns.
        import_module("revival.records.admin_fields").enter_by_reading()

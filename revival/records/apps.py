"""What every record has: region, review, version, history."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RecordsConfig(AppConfig):
    name = "revival.records"
    label = "records"
    verbose_name = _("Review")

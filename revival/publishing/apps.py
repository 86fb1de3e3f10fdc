"""Published figures, each next to the value that the records give."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PublishingConfig(AppConfig):
    name = "revival.publishing"
    label = "publishing"
    verbose_name = _("Publishing")

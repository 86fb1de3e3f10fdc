"""The roof as an installed app: templates, static files, catalogue and commands."""

from importlib import import_module

from django.apps import AppConfig
from django.core.checks import register


class RevivalConfig(AppConfig):
    name = "revival"

    def ready(self) -> None:
        # Reports name models, so their catalogue is read once all models are there.
        register(import_module("revival.checks").check_catalogue)

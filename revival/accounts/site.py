"""The admin's site: stock, but for the list of its models, which only the pages that show it make."""

from functools import partial
from typing import Any, cast

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject


class Site(AdminSite):
    """Every page of the admin belongs to it."""

    site_url = None  # reports lie one click away
    enable_nav_sidebar = False  # records need the width of the page

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """The models by app, once somebody looks.

        Every page is handed it, for the side bar, and only index pages show it; to make it takes ten milliseconds,
        as it asks for five permissions of each model.
        """
        return cast("list[Any]", SimpleLazyObject(partial(super().get_app_list, request, app_label)))


class SiteConfig(AdminConfig):
    default_site = "revival.accounts.site.Site"

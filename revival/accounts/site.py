"""The admin site: Django's own, except that only pages that show the list of models compute it."""

from functools import partial
from typing import Any, cast

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from revival.accounts.tokens import page_token


class Site(AdminSite):
    """The site of all admin pages."""

    site_url = None  # the menu leads to the reports
    enable_nav_sidebar = False  # records need the full width of the page

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """The context of every page, with the token of the form that is on it."""
        return {**super().each_context(request), "form_token": page_token(request)}

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """The models by app, computed when a page first uses them.

        Django passes the list to every page for the side bar, and only index pages show it. Computing it takes ten
        milliseconds, as it checks five permissions of each model.
        """
        return cast("list[Any]", SimpleLazyObject(partial(super().get_app_list, request, app_label)))


class SiteConfig(AdminConfig):
    default_site = "revival.accounts.site.Site"

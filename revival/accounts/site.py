"""The admin site: Django's own, except that only pages that show the list of models compute it."""

import json
from functools import partial, update_wrapper
from typing import Any, cast

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponseRedirect, JsonResponse
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy

from revival.accounts.tokens import page_token

# The app of this module is loaded before there are models, which the views need.
SIGN_IN, SIGNED_OUT = "revival.accounts.views.SignIn", "revival.accounts.views.signed_out"


class ChoicesView(AutocompleteJsonView):
    """The choices of a field, in the words of the admin of the chosen rows, which may add some found by a code.

    A choice carries what it gives other fields of the form.
    """

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> JsonResponse:
        answer: Any = super().get(request, *args, **kwargs)
        more = getattr(self.model_admin, "coded_choices", None)
        if more is None or not (found := more(request, self.source_field, self.term)):
            return cast("JsonResponse", answer)
        known = json.loads(answer.content)
        return JsonResponse({**known, "results": [*known["results"], *found]})

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, Any]:
        words = getattr(self.model_admin, "choice_words", None)
        given = getattr(self.model_admin, "given_choices", None)
        found: dict[str, Any] = super().serialize_result(obj, to_field_name)
        found |= {"text": words(self.request, obj)} if words else {}
        return found | (given(self.request, self.source_field, obj) if given else {})


class Site(AdminSite):
    """The site of all admin pages."""

    index_title = gettext_lazy("Data entry")
    site_url = None  # the menu leads to the reports
    enable_nav_sidebar = False  # records need the full width of the page

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """The view for signed-in officials. What somebody signed out posts is not saved, and kept for them."""
        inner = super().admin_view(view, cacheable)

        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if request.method == "POST" and not request.user.is_authenticated and not is_signing_out(request):
                return import_string(SIGNED_OUT)(request)
            return inner(request, *args, **kwargs)

        return update_wrapper(guarded, inner)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """The one sign-in page of the whole site; an official who may open the admin goes on."""
        target = request.GET.get(REDIRECT_FIELD_NAME) or reverse("admin:index")
        if request.method == "POST":
            return import_string(SIGN_IN).as_view(next_page=reverse("admin:index"))(request)
        if self.has_permission(request) and REDIRECT_FIELD_NAME not in request.GET:
            return HttpResponseRedirect(target)
        return HttpResponseRedirect(f"{resolve_url('login')}?{urlencode({REDIRECT_FIELD_NAME: target})}")

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """The context of every page, with the token of the form that is on it."""
        return {**super().each_context(request), "form_token": page_token(request)}

    def autocomplete_view(self, request: HttpRequest) -> Any:
        return ChoicesView.as_view(admin_site=self)(request)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """The models by app, computed when a page first uses them.

        Django passes the list to every page for the side bar, and only index pages show it. Computing it takes ten
        milliseconds, as it checks five permissions of each model.
        """
        return cast("list[Any]", SimpleLazyObject(partial(super().get_app_list, request, app_label)))


def is_signing_out(request: HttpRequest) -> bool:
    """Whether the post is the button that signs out, which needs nobody to be signed in."""
    return request.path == reverse("admin:logout")


class SiteConfig(AdminConfig):
    default_site = "revival.accounts.site.Site"

"""Signing in, what becomes of a form whose session or token has gone, and the choice of language."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

from revival.accounts.kept import KEPT, kept_context, kept_text

YEAR = 365 * 24 * 3600  # seconds
SCRIPT = "X-Requested-With"  # the header of a post by a script


@require_safe
def language(request: HttpRequest, code: str) -> HttpResponse:
    """Store the reader's language in a cookie and redirect to `next` on this host. Other languages are a 404.

    It is a link and not a form, so that it can be sent to others: it changes nothing but the reader's own cookie.
    """
    if code not in dict(settings.LANGUAGES):
        raise Http404
    target = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = resolve_url("home")
    response = HttpResponseRedirect(target)
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=YEAR,
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )
    return response


class SignIn(LoginView):
    """The one sign-in page. It carries what a signed-out user typed into a form to the form's page."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kept = self.request.POST.get(KEPT, "")
        return {"kept": kept, "lost": bool(kept), **super().get_context_data(**kwargs)}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Sign in; what the page of a locked name sends on, without a name, is shown on the sign-in page."""
        if KEPT in request.POST and "username" not in request.POST:
            return self.render_to_response(self.get_context_data(form=AuthenticationForm(request)))
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        """Go on to the next page; where something was typed, to the page that shows it in its form again."""
        answer = super().form_valid(form)
        kept = kept_context(self.request, self.get_redirect_url(), self.request.POST.get(KEPT, ""))
        return render(self.request, "registration/kept.html", kept) if kept else answer


def signed_out(request: HttpRequest) -> HttpResponse:
    """The answer to a post by somebody who is signed out: nothing was saved, and what was typed is kept."""
    view = SignIn()
    view.setup(request)
    context = view.get_context_data(form=AuthenticationForm(request))
    context |= {"next": request.get_full_path(), "kept": kept_text(request), "lost": True}
    return render(request, "registration/login.html", context, status=403)


def expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The answer to a form whose token is not the browser's; what was typed into it is kept."""
    kept = kept_text(request)
    if kept and not request.user.is_authenticated:
        return signed_out(request)
    context = kept_context(request, request.get_full_path(), kept) if kept else {}
    return render(request, "403_csrf.html", context, status=403)


def signed_in(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """The view for signed-in officials. What somebody signed out posts is not saved, and kept for them.

    A script is redirected as always: it keeps what was typed itself.
    """
    inner = login_required(view)

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "POST" and not request.user.is_authenticated and not request.headers.get(SCRIPT):
            return signed_out(request)
        return inner(request, *args, **kwargs)

    return guarded

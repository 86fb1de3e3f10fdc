"""Middleware for every request: caching, and the context of the history."""

from collections.abc import Callable
from typing import Any

from axes.helpers import get_client_ip_address
from django.http import HttpRequest, HttpResponseBase
from pghistory.middleware import HistoryMiddleware


def no_store(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Keep pages and files out of every cache, so that the back button shows nothing after signing out.

    It marks all responses and not only those of signed-in users: finding out who the user is would query the
    database, which may be what has just failed. WhiteNoise answers static files before this, so they can be cached.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response["Cache-Control"] = "private, no-store"
        return response

    return middleware


class WhoAndWhere(HistoryMiddleware):
    """Record the official, the page and the network address with every change that a request makes."""

    def get_context(self, request: Any) -> dict[str, Any]:
        return {**super().get_context(request), "address": get_client_ip_address(request)}

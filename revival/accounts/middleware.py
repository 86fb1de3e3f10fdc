"""What every answer of ours carries."""

from collections.abc import Callable
from typing import Any

from axes.helpers import get_client_ip_address
from django.http import HttpRequest, HttpResponseBase
from pghistory.middleware import HistoryMiddleware


def no_store(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Keep pages and files out of every cache, so that the back button after signing out shows nothing.

    It marks all answers, not those of signed-in users alone: asking who the user is would query the database,
    which may be what has just failed. Static files are answered by WhiteNoise before this and stay cacheable.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response["Cache-Control"] = "private, no-store"
        return response

    return middleware


class WhoAndWhere(HistoryMiddleware):
    """Every change that a request makes is written down with the official, the page and the network address."""

    def get_context(self, request: Any) -> dict[str, Any]:
        return {**super().get_context(request), "address": get_client_ip_address(request)}

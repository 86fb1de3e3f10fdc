"""What every answer of ours carries."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase


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

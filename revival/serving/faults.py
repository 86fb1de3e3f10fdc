"""The page for a visitor whom the site could not answer: 503 with a reason and a time to come again."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from psycopg import errors
from psycopg_pool import PoolTimeout, TooManyRequests

from revival.records.refusals import MEANWHILE

AGAIN = 5  # seconds until a visitor may try again

# The exceptions of psycopg, the words for them, and whether the same request may succeed a little later.
REASONS = (
    (
        (PoolTimeout, TooManyRequests),
        _("The site is busy, or its database is not available: no connection became free in time."),
        True,
    ),
    (
        (errors.QueryCanceled,),
        _("This page took too long. Ask for less: one year, one city, or a longer search word."),
        False,
    ),
    (
        (errors.LockNotAvailable, errors.DeadlockDetected),
        MEANWHILE,
        True,
    ),
)
ELSE = (_("The database is not responding. If you were saving, check whether your changes were saved."), True)


def server_error(request: HttpRequest) -> HttpResponse:
    """The page of an unforeseen fault, or of a database that could not answer.

    It does not use the database, so it knows neither the session nor the user.
    """
    error = sys.exc_info()[1]
    if not isinstance(error, OperationalError | InterfaceError):
        return HttpResponse(render_to_string("500.html"), status=500)
    found = (reason for reason in REASONS if isinstance(error.__cause__, reason[0]))
    words, again = next(((words, again) for _kinds, words, again in found), ELSE)
    response = HttpResponse(render_to_string("503.html", {"words": words, "again": again}), status=503)
    if again:
        response["Retry-After"] = str(AGAIN)
    return response

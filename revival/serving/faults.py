"""What a visitor is told when the site could not answer: of the database 503, why, and when to come again."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from psycopg import errors
from psycopg_pool import PoolTimeout, TooManyRequests

from revival.records.refusals import MEANWHILE

AGAIN = 5  # seconds until a visitor may come again

# What psycopg raised, the words for it, and whether the same request may well succeed a little later.
REASONS = (
    (
        (PoolTimeout, TooManyRequests),
        _("The site is busy, or its database is not there: no connection to it came free in time."),
        True,
    ),
    (
        (errors.QueryCanceled,),
        _("This took longer than a page may take. Ask for less: one year, one city, or a longer search word."),
        False,
    ),
    (
        (errors.LockNotAvailable, errors.DeadlockDetected),
        MEANWHILE,
        True,
    ),
)
ELSE = (_("The database does not answer at this moment. If you were saving, look whether it was saved."), True)


def server_error(request: HttpRequest) -> HttpResponse:
    """The page of an unforeseen fault, or of a database that could not answer.

    It touches no database, hence neither the session nor who is signed in.
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

"""The official behind a request. Views and admin pages ask here instead of reading `request.user` as anything."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from revival.accounts.models import Official


def official(request: HttpRequest) -> Official:
    """The signed-in official. Raises PermissionDenied where nobody is signed in; a page should ask for that first."""
    user = request.user
    if not isinstance(user, Official):
        raise PermissionDenied
    return user

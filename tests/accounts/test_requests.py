"""The official behind a request."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.test import RequestFactory

from revival.accounts.requests import official
from tests import factories


@pytest.mark.django_db
def test_the_official_of_a_request_is_who_signed_in() -> None:
    """The result is typed as an official, and an anonymous user is not taken for one."""
    request = RequestFactory().get("/")
    request.user = factories.official("clerk", factories.XUZHOU)
    assert official(request) == request.user
    request.user = AnonymousUser()
    with pytest.raises(PermissionDenied):
        official(request)

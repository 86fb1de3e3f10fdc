"""Officials who come from a filtered list return to it: every answer of a record's page keeps its filters."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from revival.records.models import State
from tests.factories import outside_requests, project
from tests.forms import fields, url

pytestmark = pytest.mark.django_db
FILTERS = "year=2024&state__exact=verified"


def kept(address: str) -> str:
    """The filters of the list that an address carries."""
    return parse_qs(urlsplit(address).query).get("_changelist_filters", [""])[0]


@pytest.mark.parametrize("button", ["_save", "_continue"])
def test_a_change_of_a_verified_record_keeps_them(page: Client, button: str) -> None:
    """The record's page comes again, as the change waits for review, and still leads back to the list."""
    row = project(state=State.VERIFIED)
    address = f"{url(row)}?_changelist_filters={FILTERS.replace('&', '%26').replace('=', '%3D')}"
    answer = page.post(address, fields(page.get(address)) | {"name": "Better name", button: "1"})
    assert answer.status_code == 302
    assert kept(answer.headers["Location"]) == FILTERS
    again = page.get(answer.headers["Location"]).content.decode()
    assert "verified values count" in again
    assert f'renovationproject/?{FILTERS.replace("&", "&amp;")}"' in again


def test_an_ordinary_save_leads_to_the_filtered_list(page: Client) -> None:
    row = project()
    address = f"{url(row)}?_changelist_filters=year%3D2024"
    answer = page.post(address, fields(page.get(address)) | {"name": "Better name", "_save": "1"})
    assert urlsplit(answer.headers["Location"]).query == "year=2024"


def test_a_refused_deletion_keeps_them(page: Client) -> None:
    """Changed since the page that asks was opened: nothing is deleted, and the record is shown as it is."""
    row = project()
    address = f"{url(row, 'delete')}?_changelist_filters=year%3D2024"
    asked = fields(page.get(address))
    outside_requests()
    row.name = "Another name"
    row.save()
    answer = page.post(address, asked | {"post": "yes"})
    assert answer.status_code == 302
    assert kept(answer.headers["Location"]) == "year=2024"

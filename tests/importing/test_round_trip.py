"""What the product writes into files it reads back without a change, for every kind and in both languages."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.http import QueryDict
from django.test import RequestFactory
from django.utils import translation

from revival.accounts.models import Official
from revival.catalogue import IMPORTS
from revival.importing.files import editable_rows, editing_sheets, file_columns
from revival.importing.spec import ImportSpec, entered_fields
from revival.records.models import Record
from revival.reporting.columns import BOM
from revival.reporting.files import file_blocks
from revival.reporting.query import report_query
from revival.reporting.xlsx import xlsx_blocks
from tests.factories import PROVINCE, official
from tests.importing.bring import bring, messages
from tests.world import two_cities

pytestmark = pytest.mark.django_db
LANGUAGES = ("zh-hans", "en")


def editing_file(spec: ImportSpec, user: Official) -> bytes:
    request = RequestFactory().get("/")
    request.user = user
    return b"".join(xlsx_blocks(editing_sheets(spec, editable_rows(request, spec, user))))


def counts(of: Any) -> tuple[int, int, int, int]:
    return of.new, of.changed, of.unchanged, of.wrong


@pytest.fixture(scope="module")
def province(django_db_setup: None, django_db_blocker: Any) -> Iterator[Official]:
    """An official of the province in a world with records of every kind."""
    with django_db_blocker.unblock(), two_cities():
        yield official("clerk", PROVINCE)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_for_editing_changes_nothing(province: Official, language: str) -> None:
    """Every kind, as it is downloaded and brought again: each row is found, and none differs."""
    with translation.override(language):
        for spec in IMPORTS:
            of = bring(spec.name, province, editing_file(spec, province), f"{language}-{spec.name}.xlsx")
            stored = spec.model._default_manager.visible_to(province).count()
            assert stored > 1, spec.name
            assert counts(of) == (0, 0, stored, 0), (spec.name, of.message, messages(of))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_file_of_a_report_changes_nothing(province: Official, language: str) -> None:
    """Every kind that has a report: its columns that nobody enters are left alone."""
    params = QueryDict("format=csv")
    with translation.override(language):
        for spec in IMPORTS:
            if spec.report is None:
                continue
            data = b"".join(file_blocks(report_query(spec.report, params, province)))
            rows = len(data.decode().removeprefix(BOM).splitlines()) - 2  # the head and the total
            of = bring(spec.name, province, data, f"{language}-{spec.name}.csv")
            assert rows > 0, spec.name
            assert counts(of) == (0, 0, rows, 0), (spec.name, of.message, messages(of))


def test_every_entered_field_has_a_column() -> None:
    """What officials fill in on a form they can bring in a file, and each kind of record has a kind of file."""
    assert {spec.model for spec in IMPORTS} == {
        model for model in apps.get_models() if issubclass(model, Record) and not model._meta.proxy
    }
    for spec in IMPORTS:
        paths = {column.path for column in file_columns(spec)}
        assert {field.name for field in entered_fields(spec.model)} <= paths, spec.name
        assert set(spec.key) <= paths, spec.name

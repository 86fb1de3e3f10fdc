"""An import is written at once or not at all, once, by its official, and can be taken back while nobody went on."""

from decimal import Decimal
from typing import Any

import pghistory
import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone, translation

from projects.models import ProjectProgress, RenovationProject
from revival.catalogue import import_spec
from revival.importing.models import Import
from revival.importing.writing import Overtaken, undo_import
from revival.records.models import Revision, State
from tests import factories
from tests.factories import GULOU, XUZHOU, fresh, official, outside_requests
from tests.importing.bring import bring, csv_text, write
from tests.importing.test_rows import HEADS, brought, project_row

pytestmark = pytest.mark.django_db
PROJECTS = import_spec("projects")
NAMES = ("项目代码", "项目名称")


@pytest.fixture
def clerk() -> Any:
    return official("clerk", XUZHOU)


def undo(of: Import) -> Import:
    with pghistory.context(user=of.official_id):
        return undo_import(of, import_spec(of.kind), of.official)


def test_every_event_says_who_which_file_and_which_row(clerk: Any) -> None:
    """New and changed records, and rows below records."""
    known = factories.project(GULOU)
    new = write(brought(clerk, project_row(known.enterprise, 7301)))
    changed = write(brought(clerk, [known.code, "New name"], heads=NAMES))
    heads = ("项目代码", "月份", "累计计划投资（万元）", "累计完成投资（万元）")
    months = write(brought(clerk, [known.code, "2024-02", 200, 100], heads=heads, kind="progress"))
    made = RenovationProject.objects.get(import_id=new.pk)
    month = ProjectProgress.objects.get(import_id=months.pk)
    pairs: tuple[tuple[Any, Import], ...] = ((made, new), (known, changed), (month, months))
    for row, each in pairs:
        event = row.events.order_by("-pgh_id").first()
        assert event.pgh_context["user"] == clerk.pk
        assert (event.import_id, event.import_row) == (each.pk, 2)


def test_wrong_rows_hold_all_back_unless_they_are_left_out(clerk: Any) -> None:
    firm = factories.enterprise(GULOU)
    rows = [project_row(firm, 7310), project_row(firm, 7311, total="x"), project_row(firm, 7312)]
    of = brought(clerk, *rows)
    with translation.override("en"), pytest.raises(ValidationError, match="1 row is wrong"):
        write(of)
    assert not RenovationProject.objects.filter(import_id=of.pk).exists()
    write(of, keep_going=True)
    assert RenovationProject.objects.filter(import_id=of.pk).count() == 2


def test_records_are_submitted_with_name_and_time(clerk: Any) -> None:
    """Those that the file changes nothing of stay drafts."""
    known = factories.project(GULOU)
    rows = project_row(known.enterprise, 7320), project_row(known.enterprise, 0, code=known.code, name=known.name)
    of = write(brought(clerk, *rows), submit=True)
    made = RenovationProject.objects.get(import_id=of.pk)
    assert (made.state, made.submitted_by, made.submitted_at is not None) == (State.SUBMITTED, clerk, True)
    known.refresh_from_db()
    assert (known.state, known.submitted_by) == (State.DRAFT, None)


def test_changed_drafts_are_submitted_too(clerk: Any) -> None:
    known = factories.project(GULOU)
    write(brought(clerk, [known.code, "New name"], heads=NAMES), submit=True)
    known.refresh_from_db()
    assert (known.name, known.state, known.submitted_by) == ("New name", State.SUBMITTED, clerk)


def test_a_verified_record_is_changed_by_a_revision(clerk: Any) -> None:
    known = factories.project(GULOU, state=State.VERIFIED)
    of = brought(clerk, [known.code, "New name"], heads=NAMES)
    assert of.rows.get().revises
    write(of)
    known.refresh_from_db()
    revision = Revision.objects.get()
    assert known.name != "New name"
    assert (revision.record, revision.changes, revision.state) == (known, {"name": "New name"}, State.SUBMITTED)
    assert revision.submitted_by == clerk


def test_answers_become_explanations(clerk: Any) -> None:
    firm = factories.enterprise(GULOU)
    of = brought(clerk, project_row(firm, 7330, total="80"))
    with translation.override("en"), pytest.raises(ValidationError, match="not answered"):
        write(of, submit=True)
    of.rows.update(answer="Approved by the province")
    write(of, submit=True)
    assert RenovationProject.objects.get(import_id=of.pk).explanation == "Approved by the province"


def test_what_others_did_meanwhile_is_never_overwritten(clerk: Any) -> None:
    """A changed record, a new record of the same code, a submitted one, a deleted one: nothing is written."""
    known, firm = factories.project(GULOU), factories.enterprise(GULOU)

    def change() -> None:
        RenovationProject.objects.filter(pk=known.pk).update(name="By another")

    def submit() -> None:
        RenovationProject.objects.filter(pk=known.pk).update(
            state=State.SUBMITTED, submitted_by=clerk, submitted_at=timezone.now()
        )

    for number, meanwhile in enumerate((change, submit)):
        of = brought(clerk, [known.code, f"Mine {number}"], project_row(firm, 7340 + number)[:2], heads=NAMES)
        of.rows.filter(outcome="wrong").delete()
        Import.objects.filter(pk=of.pk).update(wrong=0)
        outside_requests()
        meanwhile()
        with pytest.raises(Overtaken):
            write(Import.objects.get(pk=of.pk))
        assert fresh(known).name == "By another"
    of = brought(clerk, project_row(firm, 7350))
    outside_requests()
    factories.project(GULOU, code=factories.project_code(7350))
    with pytest.raises(Overtaken):
        write(of)
    assert not RenovationProject.objects.filter(import_id=of.pk).exists()


def test_one_file_is_one_import(clerk: Any) -> None:
    """Sent again while it waits, and after it is written; a second confirmation changes nothing."""
    firm = factories.enterprise(GULOU)
    data = csv_text(HEADS, project_row(firm, 7360))
    first = bring("projects", clerk, data)
    assert bring("projects", clerk, data).pk == first.pk
    write(first)
    assert write(first).done_at is not None
    assert bring("projects", clerk, data).pk == first.pk
    assert RenovationProject.objects.filter(import_id=first.pk).count() == 1
    again = bring("projects", clerk, data, again=True)
    assert (again.pk != first.pk, again.unchanged, again.new) == (True, 1, 0)
    other = bring("projects", official("clerk", XUZHOU), data)
    assert other.pk not in (first.pk, again.pk)


def test_only_who_brought_a_file_writes_it(clerk: Any) -> None:
    of = brought(clerk, project_row(factories.enterprise(GULOU), 7370))
    with pytest.raises(ValidationError):
        write(of, by=official("clerk", XUZHOU))
    assert not RenovationProject.objects.filter(import_id=of.pk).exists()


def test_an_import_is_taken_back_as_a_whole(clerk: Any) -> None:
    """New records go, and changed ones have the values from before; both leave their events."""
    known = factories.project(GULOU, name="As it was")
    of = write(brought(clerk, [known.code, "Changed"], heads=NAMES))
    undo(of)
    known.refresh_from_db()
    assert (known.name, known.version, known.import_id) == ("As it was", 3, None)
    new = write(brought(clerk, project_row(known.enterprise, 7380)))
    key = RenovationProject.objects.get(import_id=new.pk).pk
    assert undo(new).state == Import.State.UNDONE
    assert not RenovationProject.objects.filter(pk=key).exists()
    assert RenovationProject.objects.filter(pk=known.pk).exists()


def test_an_import_that_others_built_on_is_not_taken_back(clerk: Any) -> None:
    firm = factories.enterprise(GULOU)
    of = write(brought(clerk, project_row(firm, 7390), project_row(firm, 7391)))
    outside_requests()
    RenovationProject.objects.filter(code=factories.project_code(7390)).update(total_investment=Decimal(60_000_000))
    with translation.override("en"), pytest.raises(ValidationError, match="1 record was changed or deleted since"):
        undo(of)
    assert RenovationProject.objects.filter(import_id=of.pk).count() == 2

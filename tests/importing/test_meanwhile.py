"""What happens between two requests of an import: to records, periods, rights, and in a second tab."""

import io
from collections.abc import Callable
from typing import Any

import pghistory
import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone, translation

from enterprises.models import Enterprise
from projects.models import ProjectProgress, RenovationProject
from revival.accounts.models import Official
from revival.catalogue import import_spec
from revival.importing.models import Import
from revival.importing.steps import bring_file, cancel_import, read_step
from revival.importing.views import visible_imports
from revival.importing.writing import Overtaken, undo_import
from revival.records.models import Revision, State
from tests import factories
from tests.factories import GULOU, KUNSHAN, PEI, SUZHOU, XUZHOU, browser, fresh, official, outside_requests
from tests.importing.bring import bring, csv_text, outcomes, write
from tests.importing.test_rows import HEADS, brought, project_row
from tests.records.periods import CLOSED, period

pytestmark = pytest.mark.django_db
PROJECTS = import_spec("projects")
NAMES = ("项目代码", "项目名称")


@pytest.fixture
def clerk() -> Any:
    return official("clerk", XUZHOU)


def undo(of: Import) -> Import:
    with pghistory.context(user=of.official_id):
        return undo_import(of, import_spec(of.kind), of.official)


def change(row: Any, **values: Any) -> None:
    outside_requests()
    type(row).objects.filter(pk=row.pk).update(**values)


def submit(row: Any) -> None:
    change(row, state=State.SUBMITTED, submitted_by=row.created_by, submitted_at=timezone.now())


def test_the_page_of_an_import_that_fits_no_longer_opens_and_compares_anew(clerk: Any) -> None:
    """A record changed, submitted, deleted; a code taken; a period closed; the enterprise deleted."""
    firm = factories.enterprise(GULOU)

    def deleted(row: Any) -> None:
        outside_requests()
        row.delete()

    def taken(_row: Any) -> None:
        outside_requests()
        factories.project(GULOU, code=factories.project_code(5203))

    cases: tuple[tuple[Callable[[Any], None], bool], ...] = (
        (lambda row: change(row, name="By another"), True),
        (submit, True),
        (deleted, True),
        (taken, False),
    )
    client = browser(clerk)
    for number, (meanwhile, is_changed) in enumerate(cases):
        known = factories.project(GULOU, created_by=clerk)
        row = [known.code, f"Mine {number}"] if is_changed else project_row(firm, 5200 + number)
        of = brought(clerk, row, heads=NAMES if is_changed else HEADS)
        assert of.wrong == 0
        meanwhile(known)
        events = RenovationProject.objects.count()
        assert client.get(of.get_absolute_url()).status_code == 200
        answer = client.post(of.get_absolute_url(), {"act": "confirm"}, follow=True)
        assert answer.status_code == 200, number
        again = Import.objects.get(pk=of.pk)
        assert again.state == Import.State.CHECKED
        assert RenovationProject.objects.count() == events
        assert (again.wrong, again.changed) == (0, 1) if meanwhile in (cases[0][0], taken) else (1, 0), number
        assert not RenovationProject.objects.filter(import_id=of.pk).exists()
        cancel_import(again)


def test_a_period_that_closes_before_the_confirmation_refuses_it(clerk: Any) -> None:
    of = brought(clerk, project_row(factories.enterprise(GULOU), 5210))
    outside_requests()
    period(CLOSED)
    client = browser(clerk)
    assert client.get(of.get_absolute_url()).status_code == 200
    client.post(of.get_absolute_url(), {"act": "confirm"})
    again = Import.objects.get(pk=of.pk)
    assert (again.state, again.wrong, again.new) == (Import.State.CHECKED, 1, 0)


def test_an_enterprise_that_is_deleted_or_moved_before_the_confirmation(clerk: Any) -> None:
    """A deleted one refuses the import; one that moved to another city is still named by its code."""
    gone, moved = factories.enterprise(GULOU), factories.enterprise(GULOU)
    of = brought(clerk, project_row(gone, 5220))
    outside_requests()
    Enterprise.objects.filter(pk=gone.pk).delete()
    client = browser(clerk)
    assert client.get(of.get_absolute_url()).status_code == 200
    assert client.post(of.get_absolute_url(), {"act": "confirm"}, follow=True).status_code == 200
    assert Import.objects.get(pk=of.pk).wrong == 1
    of = brought(clerk, project_row(moved, 5221))
    change(moved, region=KUNSHAN)
    assert write(of).state == Import.State.DONE


def test_rights_that_are_taken_away_write_nothing(clerk: Any) -> None:
    """The role, the region and the account, between the preview and the confirmation, and before undoing."""
    known = factories.project(GULOU)
    rows = project_row(known.enterprise, 5230), project_row(known.enterprise, 0, code=known.code, name="Mine")
    of = brought(clerk, *rows)
    done = write(brought(clerk, project_row(known.enterprise, 5231)))
    client = browser(clerk)

    def refused(expected: set[int]) -> None:
        for each, act in ((of, "confirm"), (done, "undo")):
            assert client.post(each.get_absolute_url(), {"act": act}).status_code in expected
        assert Import.objects.get(pk=of.pk).state == Import.State.CHECKED
        assert Import.objects.get(pk=done.pk).state == Import.State.DONE
        assert fresh(known).name != "Mine"

    outside_requests()
    Official.objects.filter(pk=clerk.pk).update(region=SUZHOU)
    refused({404})
    outside_requests()
    Official.objects.filter(pk=clerk.pk).update(region=GULOU)
    refused({404})
    outside_requests()
    Official.objects.filter(pk=clerk.pk).update(region=XUZHOU)
    groups = [*clerk.groups.all()]
    clerk.groups.clear()
    refused({403})
    clerk.groups.set(groups)
    Official.objects.filter(pk=clerk.pk).update(is_active=False)
    refused({302, 403})


def test_who_moves_takes_no_imports_along(clerk: Any) -> None:
    """Neither they nor their new colleagues see what was brought for the region they left; it can be brought anew."""
    data = csv_text(HEADS, project_row(factories.enterprise(GULOU), 5240))
    of = bring("projects", clerk, data)
    stays, there = official("clerk", XUZHOU), official("clerk", SUZHOU)
    outside_requests()
    Official.objects.filter(pk=clerk.pk).update(region=SUZHOU)
    moved = Official.objects.get(pk=clerk.pk)
    assert [of.pk in {each.pk for each in visible_imports(who)} for who in (stays, there, moved)] == [
        *(True, False, False)
    ]
    with pytest.raises(ValidationError):
        write(of, by=moved)
    assert bring("projects", moved, data).pk != of.pk


def test_undoing_deletes_nothing_of_others(clerk: Any) -> None:
    """A month of a new project, and a record that refers to a new enterprise."""
    firm = factories.enterprise(GULOU)
    of = write(brought(clerk, project_row(firm, 5250)))
    outside_requests()
    month = factories.progress(RenovationProject.objects.get(import_id=of.pk))
    with pytest.raises(ValidationError):
        undo(of)
    assert ProjectProgress.objects.filter(pk=month.pk).exists()
    heads = ("统一社会信用代码", "名称", "地区", "行业", "成立日期")
    row = [factories.credit_code(5251), "Synthetic firm 5251", "徐州市鼓楼区", "纺织", "2010-01-01"]
    firms = brought(clerk, row, heads=heads, kind="enterprises")
    assert outcomes(firms) == [(2, "new")], firms.rows.get().errors
    write(firms)
    outside_requests()
    made = Enterprise.objects.get(import_id=firms.pk)
    theirs = factories.project(GULOU, enterprise=made)
    with pytest.raises(ValidationError):
        undo(firms)
    assert RenovationProject.objects.filter(pk=theirs.pk).exists()


def test_undoing_what_was_submitted_and_what_others_decided(clerk: Any) -> None:
    """Submitted records are taken back, verified ones are not; twice is once; the same file comes anew."""
    known = factories.project(GULOU, name="As it was")
    data = csv_text(HEADS, project_row(known.enterprise, 5260))
    of = write(bring("projects", clerk, data), submit=True)
    assert undo(of).state == Import.State.UNDONE
    assert undo(of).state == Import.State.UNDONE
    assert not RenovationProject.objects.filter(code=factories.project_code(5260)).exists()
    again = write(bring("projects", clerk, data), submit=True)
    assert (again.pk != of.pk, again.new) == (True, 1)
    changed = write(brought(clerk, [known.code, "Mine"], heads=NAMES), submit=True)
    undo(changed)
    known.refresh_from_db()
    assert (known.name, known.state) == ("As it was", State.DRAFT)
    verifier = official("verifier", XUZHOU)
    made = RenovationProject.objects.get(import_id=again.pk)
    change(made, state=State.VERIFIED, verified_by=verifier, verified_at=timezone.now())
    with pytest.raises(ValidationError):
        undo(again)
    assert fresh(made).state == State.VERIFIED


def test_a_returned_record_is_returned_again_when_the_import_is_taken_back(clerk: Any) -> None:
    known = factories.project(GULOU, name="As it was", created_by=clerk)
    submit(known)
    change(known, state=State.RETURNED)
    of = write(brought(clerk, [known.code, "Mine"], heads=NAMES))
    undo(of)
    known.refresh_from_db()
    assert (known.name, known.state) == ("As it was", State.RETURNED)


def test_a_second_tab_neither_reads_again_nor_revives(clerk: Any) -> None:
    """A file that is dropped while it is read stays dropped, and one that is read is not read from its beginning."""
    firm = factories.enterprise(GULOU)
    data = csv_text(HEADS, project_row(firm, 5270))
    with pghistory.context(user=clerk.pk):
        of, _made = bring_file(PROJECTS, clerk, "a.csv", io.BytesIO(data))
        stale, older = (Import.objects.get(pk=of.pk) for _tab in range(2))
        assert read_step(of, PROJECTS).state == Import.State.CHECKED
        assert read_step(stale, PROJECTS).state == Import.State.CHECKED
        assert of.rows.count() == 1
        cancel_import(of)
        assert read_step(older, PROJECTS).state == Import.State.CANCELLED
    assert Import.objects.get(pk=of.pk).state == Import.State.CANCELLED


def test_answers_are_texts_that_can_be_read(clerk: Any) -> None:
    """Blanks are no answer, signs that nobody sees are refused with their names, and a written import takes none."""
    firm = factories.enterprise(GULOU)
    of = brought(clerk, project_row(firm, 5280, total="80"))
    client: Client = browser(clerk)
    for text in (" ", "\u3000", "\t", "\u202e", "\u200b\u200b", "a\u202eb", "a\0b"):
        answer = client.post(of.get_absolute_url(), {"act": "answer", "answer-2": text}, follow=True)
        assert (answer.status_code, of.rows.get().answer) == (200, ""), repr(text)
    client.post(of.get_absolute_url(), {"act": "answer", "answer-2": "By decree\r\nof 2024"})
    assert of.rows.get().answer.startswith("By decree")
    write(of, submit=True)
    client.post(of.get_absolute_url(), {"act": "answer", "answer-2": "Changed"})
    assert of.rows.get().answer.startswith("By decree")


def test_a_revision_asked_for_meanwhile_is_no_error_of_the_product(clerk: Any) -> None:
    """The record that was verified when the file was compared waits with another change, or is a draft again."""
    known = factories.project(GULOU, state=State.VERIFIED)
    of, second = (brought(clerk, [known.code, f"Name {at}"], heads=NAMES) for at in range(2))
    write(of)
    client = browser(clerk)
    answer = client.post(second.get_absolute_url(), {"act": "confirm"}, follow=True)
    assert answer.status_code == 200
    assert Import.objects.get(pk=second.pk).state == Import.State.CHECKED
    assert Revision.objects.count() == 1
    with translation.override("en"), pytest.raises((ValidationError, Overtaken)):
        write(Import.objects.get(pk=second.pk))


def test_a_colleague_sees_and_leaves_it(clerk: Any) -> None:
    """The city sees what its county brings, a county not what its city or its neighbour brings."""
    of = brought(clerk, project_row(factories.enterprise(GULOU), 5290))
    below = bring("projects", official("clerk", GULOU), csv_text(HEADS, project_row(factories.enterprise(GULOU), 9)))
    for who, own, others in ((XUZHOU, 200, 200), (GULOU, 404, 200), (PEI, 404, 404), (SUZHOU, 404, 404)):
        client = browser(official("clerk", who))
        assert client.get(of.get_absolute_url()).status_code == own
        assert client.get(below.get_absolute_url()).status_code == others
        for each, status in ((of, own), (below, others)):
            expected = 403 if status == 200 else 404
            assert client.post(each.get_absolute_url(), {"act": "confirm"}).status_code == expected

"""Writing an import, and taking it back: in one transaction, or not at all."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError, connection, models, transaction
from django.db.models import F, ProtectedError, Q, QuerySet, RestrictedError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from psycopg.errors import UniqueViolation

from revival.accounts.models import Official
from revival.importing.models import Import, ImportRow, Outcome
from revival.importing.spec import ImportSpec
from revival.importing.sql import allow_seconds, insert_records, restore_records, update_records
from revival.importing.storing import count_rows
from revival.importing.written import text_as_value, written_fields
from revival.records.locking import lock_by_key, lock_rows
from revival.records.models import Record, Revision, StaleRecord, State
from revival.records.refusals import refusal_error
from revival.records.review import may
from revival.records.revisions import submit_revision

WRITES = (Outcome.NEW, Outcome.CHANGED)


class Overtaken(Exception):
    """Someone has changed or added a record of the import since it was checked. Nothing was written."""


class Overruled(ValidationError):
    """The database, or a rule of the records, refuses what the check of the import let pass. Nothing was written."""


def may_import(user: Official, spec: ImportSpec) -> bool:
    """Whether the official may import records of a kind: who may add or change them in forms."""
    return may(user, "add", spec.model) or may(user, "change", spec.model)


def unanswered(of: Import, *, submit: bool) -> QuerySet[ImportRow]:
    """The rows whose questions need an answer: all where they are submitted, else those about likely duplicates."""
    asked = of.rows.filter(outcome__in=WRITES, questions__isnull=False, answer="")
    if submit:
        return asked
    return asked.filter(Q(revises=True) | Q(questions__contains=[{"duplicate": True}]))


def refuse_unanswered(of: Import, *, submit: bool) -> Import:
    """Mark the rows with questions as wrong, where nobody is there to answer."""
    for row in unanswered(of, submit=submit):
        row.errors = [
            {"column": each["label"], "value": "", "message": each["sentence"]} for each in row.questions or ()
        ]
        row.outcome, row.record, row.before = Outcome.WRONG, None, None
        row.save(update_fields=("errors", "outcome", "record", "before"))
    for name, count in count_rows(of).items():
        setattr(of, name, count)
    of.save(update_fields=Outcome.values)
    return of


def confirm_problem(of: Import, spec: ImportSpec, user: Official, *, submit: bool, keep_going: bool) -> str:
    """Why an import cannot be written now, in a sentence; empty if it can."""
    if of.official_id != user.pk:
        return _("Only who brought the file imports it.")
    if not user.region.holds(of.region):
        return _("The file was brought for a region that is not yours any more.")
    if of.state != Import.State.CHECKED:
        return _("This import is not waiting any more. Its page says what became of it.")
    for count, verb, said in (
        (of.new, "add", _("Your role does not add records of this kind.")),
        (of.changed, "change", _("Your role does not change records of this kind.")),
    ):
        if count and not may(user, verb, spec.model):
            return said
    if of.wrong and not keep_going:
        return ngettext(
            "%(count)d row is wrong. Correct it in the file and bring the file again, or import the right rows only.",
            "%(count)d rows are wrong. Correct them in the file and bring it again, or import the right rows only.",
            of.wrong,
        ) % {"count": of.wrong}
    if submit and not may(user, "submit", spec.model):
        return _("Your role does not submit records of this kind. Import them as drafts.")
    if waiting := unanswered(of, submit=submit).count():
        return ngettext(
            "%(count)d row has a question that is not answered yet.",
            "%(count)d rows have questions that are not answered yet.",
            waiting,
        ) % {"count": waiting}
    return ""


def write_import(of: Import, spec: ImportSpec, user: Official, *, submit: bool, keep_going: bool) -> Import:
    """Write the right rows of an import. One that is written already stays as it is, so that a retry changes nothing.

    Raises ValidationError where it cannot be written, Overruled where the check of the rows holds no longer, and
    Overtaken where stored records have changed meanwhile.
    """
    try:
        with transaction.atomic():
            of = Import.objects.select_for_update().get(pk=of.pk)
            if of.state == Import.State.DONE and of.official_id == user.pk:
                return of
            if problem := confirm_problem(of, spec, user, submit=submit, keep_going=keep_going):
                raise ValidationError(problem)
            allow_seconds(settings.EXPORT_SECONDS)
            try:
                write_rows(of, spec, user, submit)
            except ValidationError as refused:
                raise Overruled(refused.messages) from refused
            of.state, of.submitted, of.done_at = Import.State.DONE, submit, timezone.now()
            of.save(update_fields=("state", "submitted", "done_at"))
            of.parts.all().delete()
            return of
    except (IntegrityError, OperationalError, StaleRecord) as error:
        if isinstance(error.__cause__, UniqueViolation):
            raise Overtaken from error
        raise Overruled(refusal_error(error, (spec.model, Revision)).messages) from error


def write_rows(of: Import, spec: ImportSpec, user: Official, submit: bool) -> None:
    """Write the rows in the transaction of the caller. Raises Overtaken."""
    model: Any = spec.model
    fields = written_fields(model)
    lock_targets(of, model, fields)
    state: dict[str, Any] = {"state": State.DRAFT.value}
    if submit:
        state = {"state": State.SUBMITTED.value, "submitted_by_id": user.pk, "submitted_at": timezone.now()}
    constants = {**defaults(model, fields), **state, "source": Record.Source.IMPORT.value, "import_id": of.pk}
    if insert_records(model, fields, constants, of.pk) != of.rows.filter(outcome=Outcome.NEW).count():
        raise Overtaken
    changed = of.rows.filter(outcome=Outcome.CHANGED, revises=False)
    changes = {**(state if submit else {}), "import_id": of.pk}
    if update_records(model, fields, changes, of.pk) != changed.count():
        raise Overtaken
    revise(of, model, fields, user)
    connection.check_constraints()  # a record that rows refer to may be deleted meanwhile


def defaults(model: Any, fields: Sequence[Any]) -> dict[str, Any]:
    """The values of columns that neither a file nor the database fills, such as a sum that begins at 0."""
    filled = {field.name for field in fields} | {"state", "source", "version"} | set(model.guard().copied)
    return {
        field.column: field.get_default()
        for field in model._meta.concrete_fields
        if field.name not in filled
        and not field.primary_key
        and not field.null
        and not field.has_db_default()
        and field.name not in ("city",)
    }


def lock_targets(of: Import, model: Any, fields: Sequence[Any]) -> None:
    """Lock the records that change, and those that new ones follow, in the order that all changes keep."""
    guard = model.guard()
    for name in guard.follows if guard.alone else ():
        at = next(at for at, field in enumerate(fields) if field.name == name)
        keys = of.rows.filter(outcome__in=WRITES).values_list(f"record__{at}", flat=True).distinct()
        related: Any = model._meta.get_field(name).related_model
        lock_by_key(related.objects.filter(pk__in=[int(key) for key in keys if key]))
    targets = of.rows.filter(outcome=Outcome.CHANGED).values_list("target", flat=True)
    lock_rows(model, [key for key in targets if key is not None])


def revise(of: Import, model: Any, fields: Sequence[Any], user: Official) -> None:
    """Submit the changes of verified records as revisions, which wait for review."""
    rows = {row.target: row for row in of.rows.filter(outcome=Outcome.CHANGED, revises=True)}
    if not rows:
        return
    for record in model.objects.filter(pk__in=rows).order_by("pk"):
        row: Any = rows[record.pk]
        if record.version != row.version or record.state != State.VERIFIED:
            raise Overtaken
        names = [*row.names]
        for field, text in zip(fields, row.record, strict=True):
            if field.name in names:
                setattr(record, field.attname, text_as_value(field, text))
        if row.answer:
            record.explanation = row.answer
            names += [] if "explanation" in names else ["explanation"]
        submit_revision(record, names, user)


def undo_problem(of: Import, spec: ImportSpec, user: Official) -> str:
    """Why an import cannot be taken back, in a sentence; empty if it can."""
    model: Any = spec.model
    if of.official_id != user.pk:
        return _("Only who imported the file takes the import back.")
    if not user.region.holds(of.region):
        return _("The file was brought for a region that is not yours any more.")
    if of.state != Import.State.DONE:
        return _("Only an import that was written can be taken back.")
    if of.rows.filter(outcome=Outcome.CHANGED, revises=True).exists():
        return _("Changes of verified records wait for review. Withdraw them on their own pages.")
    new = model.objects.filter(import_id=of.pk)
    if any(has_followers(each, new) for each in model._meta.related_objects):
        return _("Other records refer to records of the import already. It can no longer be taken back as a whole.")
    moved = new.exclude(version=1).exclude(pk__in=of.rows.filter(outcome=Outcome.CHANGED).values("target"))
    touched = of.rows.filter(outcome=Outcome.CHANGED)
    versions = model.objects.filter(pk__in=touched.values("target"), import_id=of.pk)
    changed = touched.count() - unchanged_since(of, versions)
    gone = of.new - new.exclude(pk__in=touched.values("target")).count()
    count = moved.count() + changed + gone
    if count:
        return ngettext(
            "%(count)d record was changed or deleted since. The import can no longer be taken back as a whole.",
            "%(count)d records were changed or deleted since. The import can no longer be taken back as a whole.",
            count,
        ) % {"count": count}
    return ""


def has_followers(relation: Any, rows: Any) -> bool:
    """Whether records of another kind belong to one of the rows, and would be deleted with it."""
    related: Any = relation.related_model
    if not issubclass(related, Record) or relation.on_delete is not models.CASCADE:
        return False
    return bool(related.objects.filter(**{f"{relation.field.name}__in": rows}).exists())


def unchanged_since(of: Import, rows: Any) -> int:
    """How many of the changed records have the version that the import gave them."""
    versions = dict(of.rows.filter(outcome=Outcome.CHANGED).values_list("target", F("version") + 1))
    return sum(versions.get(key) == version for key, version in rows.values_list("pk", "version"))


def undo_import(of: Import, spec: ImportSpec, user: Official) -> Import:
    """Delete the records that an import added and give back the values of those that it changed.

    Raises ValidationError where a record was changed since.
    """
    model: Any = spec.model
    fields = written_fields(model)
    try:
        with transaction.atomic():
            of = Import.objects.select_for_update().get(pk=of.pk)
            if of.state == Import.State.UNDONE:
                return of
            allow_seconds(settings.EXPORT_SECONDS)
            lock_rows(model, [*model.objects.filter(import_id=of.pk).values_list("pk", flat=True)])
            if problem := undo_problem(of, spec, user):
                raise ValidationError(problem)
            changed = of.rows.filter(outcome=Outcome.CHANGED).values("target")
            state: dict[str, Any] = {"state": State.DRAFT.value} if of.submitted else {}
            restore_records(model, fields, {**state, "import_id": None, "import_row": None}, of.pk)
            model.objects.filter(import_id=of.pk).exclude(pk__in=changed).delete()
            of.state, of.undone_at = Import.State.UNDONE, timezone.now()
            of.save(update_fields=("state", "undone_at"))
            return of
    except (ProtectedError, RestrictedError) as error:
        said = _("Other records refer to records of the import already. It can no longer be taken back as a whole.")
        raise ValidationError(said) from error
    except (IntegrityError, OperationalError, StaleRecord) as error:
        raise refusal_error(error, (model,)) from error

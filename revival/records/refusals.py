"""Refusals of the database in words, for the official whose change was refused."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import OperationalError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from psycopg.errors import DeadlockDetected, LockNotAvailable, SerializationFailure

from revival.records.models import StaleRecord

MEANWHILE: Promise = gettext_lazy("Nothing was saved: someone else was changing the same records. Try again.")


def refusal_error(error: Exception, models: Iterable[Any]) -> ValidationError:
    """The refusal as an error of the field that the constraint names, or of the record.

    models: those whose constraints may have refused. Raises the error again where it is none of ours: a fault must
    not look like a wrong entry.
    """
    if isinstance(error, ValidationError):
        return error
    if isinstance(error, StaleRecord):
        return ValidationError(_("Nothing was saved: someone else has changed the record. Open it again."))
    cause: Any = error.__cause__
    if isinstance(cause, DeadlockDetected | LockNotAvailable | SerializationFailure):
        return ValidationError(str(MEANWHILE))
    if isinstance(error, OperationalError):
        raise error
    name = getattr(getattr(cause, "diag", None), "constraint_name", None) or ""
    if name == "record_in_scope":
        return ValidationError({"region": _("The region is outside yours. Choose a region within your own.")})
    if name == "record_period":
        return closed_period_error(cause.diag.message_detail or "")
    if name == "record_step":
        return ValidationError(_("Nothing was saved: someone else has changed the record. Open it again."))
    for model in models:
        for constraint in model._meta.concrete_model._meta.constraints:
            if constraint.name == name:
                return constraint_error(constraint)
    if not name:
        raise error
    words = {"constraint": name}
    return ValidationError(_("The database refused this entry (%(constraint)s). Nothing was saved.") % words)


def closed_period_error(period: str) -> ValidationError:
    """The error that a reporting period, such as 2024-05, does not take changes."""
    return ValidationError(
        _("The reporting period %(period)s is not open for this region. Nothing was saved.") % {"period": period},
        code="period",
    )


def constraint_error(constraint: Any) -> ValidationError:
    """The error with the constraint's own message, at the field that its error code names."""
    message = constraint.get_violation_error_message()
    code = constraint.violation_error_code
    return ValidationError({code: message} if code else message)

"""What the database refused, in words for the form that was posted."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import OperationalError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from psycopg.errors import DeadlockDetected, LockNotAvailable, SerializationFailure

from revival.records.models import StaleRecord

MEANWHILE: Promise = gettext_lazy(
    "Somebody else was changing the same records at this moment. Nothing of yours was saved."
)


def explained(error: Exception, models: Iterable[Any]) -> ValidationError:
    """The refusal as an error of the field that it concerns, if the constraint names one.

    Raises the error again if the database refused for another reason: a fault must not look like a wrong entry.
    """
    if isinstance(error, ValidationError):
        return error
    if isinstance(error, StaleRecord):
        return ValidationError(_("The record was changed by another in the meantime. Nothing was saved."))
    cause: Any = error.__cause__
    if isinstance(cause, DeadlockDetected | LockNotAvailable | SerializationFailure):
        return ValidationError(str(MEANWHILE))
    if isinstance(error, OperationalError):
        raise error
    name = getattr(getattr(cause, "diag", None), "constraint_name", None) or ""
    if name == "record_in_scope":
        return ValidationError({"region": _("This region lies outside yours.")})
    if name == "record_period":
        return closed(cause.diag.message_detail or "")
    if name == "record_step":
        return ValidationError(_("The record was changed by another in the meantime. Nothing was saved."))
    for model in models:
        for constraint in model._meta.concrete_model._meta.constraints:
            if constraint.name == name:
                return worded(constraint)
    if not name:
        raise error
    words = {"constraint": name}
    return ValidationError(_("The database refused this entry (%(constraint)s). Nothing was saved.") % words)


def closed(period: str) -> ValidationError:
    """The error that says that a reporting period, such as 2024-05, takes no changes."""
    return ValidationError(
        _("The reporting period %(period)s is not open for this region. Nothing was saved.") % {"period": period},
        code="period",
    )


def worded(constraint: Any) -> ValidationError:
    """The constraint's own message, at the field that its error code names."""
    message = constraint.get_violation_error_message()
    code = constraint.violation_error_code
    return ValidationError({code: message} if code else message)

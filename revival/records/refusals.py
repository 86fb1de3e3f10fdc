"""Refusals of the database in words, for the official whose change was refused."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import OperationalError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from psycopg.errors import DeadlockDetected, LockNotAvailable, SerializationFailure, UniqueViolation

from revival.records.explained import constraint_error
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
    if not name:
        raise error
    return next(
        (found for model in models if (found := constraint_refusal(model, name, cause))),
        ValidationError(_("Nothing was saved: the database refused this entry. Check what you typed and try again.")),
    )


def constraint_refusal(model: Any, name: str, cause: Any) -> ValidationError | None:
    """The error of a constraint of the model, or of a column of it that has each value once; None for another's."""
    options = model._meta.concrete_model._meta
    for constraint in options.constraints:
        if constraint.name == name:
            return constraint_error(options.model, constraint)
    if isinstance(cause, UniqueViolation):
        for field in options.concrete_fields:
            if field.unique and name.startswith(f"{options.db_table}_{field.column}_"):
                return ValidationError(
                    {field.name: options.model().unique_error_message(options.model, [field.name])}
                )
    return None


def closed_period_error(period: str) -> ValidationError:
    """The error that a reporting period, such as 2024-05, does not take changes."""
    return ValidationError(
        _("The reporting period %(period)s is not open for this region. Nothing was saved."),
        code="period",
        params={"period": period},
    )


def refused_period(form: Any) -> str:
    """The period, such as 2024-05, that a form was refused for as it is closed; "" where it was not."""
    data: Any = form.errors.as_data()
    return next((each.params["period"] for each in data.get("__all__", ()) if each.code == "period"), "")

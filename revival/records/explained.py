"""Rows whose constraints are checked in memory where that is enough, and refused in words at their fields."""

from collections.abc import Collection
from contextlib import suppress
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import DEFAULT_DB_ALIAS, models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from revival.accounts.signs import WrittenRow
from revival.records.conditions import UndecidableCondition, is_met


def constraint_error(model: Any, constraint: Any, told: str = "") -> ValidationError:
    """The refusal of a constraint in words, at the field that its error code names; it never shows its name."""
    kind, field = {"kind": model._meta.verbose_name}, constraint.violation_error_code
    if told or constraint.violation_error_message != constraint.default_violation_error_message:
        said = told or constraint.get_violation_error_message()
    elif isinstance(constraint, models.UniqueConstraint) and constraint.fields:
        said = model().unique_error_message(model, constraint.fields)
    elif field:
        said = _("This value is not accepted here. Choose or type another one.")
    else:
        said = gettext("Nothing was saved: a rule of “%(kind)s” is broken. Check the values.") % kind
    return ValidationError({field: said} if field else said)


class Explained(WrittenRow):
    """A row whose constraints name the field at which their message is shown."""

    class Meta:
        abstract = True

    def validate_constraints(self, exclude: Any = None) -> None:
        """Check the constraints as Django does, but word what is broken with `constraint_error`."""
        errors: dict[str, list[ValidationError]] = {}
        for model, constraints in self.get_constraints():
            for constraint in constraints:
                if self.is_broken(model, constraint, exclude):
                    told = constraint.refusal(self) if hasattr(constraint, "refusal") else ""
                    for field, found in constraint_error(model, constraint, told).update_error_dict({}).items():
                        shown = field != NON_FIELD_ERRORS and field not in (exclude or ())
                        errors.setdefault(field if shown else NON_FIELD_ERRORS, []).extend(found)
        if errors:
            raise ValidationError(errors)

    def is_broken(self, model: Any, constraint: Any, exclude: Any) -> bool:
        """Whether the row breaks the constraint. The database is asked only what the row itself does not tell."""
        if type(constraint) is models.CheckConstraint:
            with suppress(UndecidableCondition):
                return not is_met(constraint.condition, self, exclude or ())
        try:
            constraint.validate(model, self, exclude=exclude, using=DEFAULT_DB_ALIAS)
        except ValidationError:
            return True
        return False

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        """Check the fields as Django does. A related row that was read for this one is not looked for again."""
        known = {field.name for field in self._meta.concrete_fields if field.is_relation and has_read(self, field)}
        super().clean_fields({*(exclude or ()), *known})


def has_read(row: Any, field: Any) -> bool:
    """Whether the row that a foreign key names is in memory, as it is stored; its choice has no conditions."""
    if field.get_limit_choices_to() or not field.is_cached(row):
        return False
    related = field.get_cached_value(row)
    if related is None or related._state.adding:
        return False
    return bool(getattr(related, field.target_field.attname) == getattr(row, field.attname))

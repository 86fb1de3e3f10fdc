"""The history: one event for each changed row, written by triggers of the database (django-pghistory)."""

from typing import TypeVar

import pghistory
from django.db import models

from revival.accounts.spelling import SpellingField

Kept = TypeVar("Kept", bound=type[models.Model])


def tracked(model: Kept) -> Kept:
    """Decorate a model so that each of its inserts, updates and deletes leaves an event row.

    pghistory leaves deletes out by default. The trackers are created anew for each model: pghistory copies those of
    its setting, and copies do not compare equal and lose their statement level. Spellings are left out, as they are
    made of names.
    """
    events = pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent()
    derived = [field.name for field in model._meta.concrete_fields if isinstance(field, SpellingField)]
    tracked_model: Kept = pghistory.track(*events, exclude=derived)(model)
    return tracked_model

"""History: one event per changed row, written by triggers of the database (django-pghistory)."""

from typing import TypeVar

import pghistory
from django.db import models

Kept = TypeVar("Kept", bound=type[models.Model])


def tracked(model: Kept) -> Kept:
    """Class decorator: inserts, updates and deletes of the model each leave an event row.

    pghistory's own default leaves deletes out. The trackers are made anew for each model: copies of them, as
    its setting makes, do not compare equal and lose their statement level.
    """
    events = pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent()
    tracked_model: Kept = pghistory.track(*events)(model)
    return tracked_model

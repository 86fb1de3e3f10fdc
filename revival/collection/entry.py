"""The first page of data entry: what is due and returned, then the kinds of records by use."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib import admin
from django.db.models import Count, IntegerField, Value
from django.http import HttpRequest

from revival.accounts.models import Official
from revival.accounts.requests import official
from revival.collection.inbox import Inbox, official_inbox
from revival.records.models import Reviewed


@dataclass
class DataEntry:
    """What the first page of data entry shows; each part is read when the page shows it.

    The lists are those of the admin: the name of each, its address, and that of the form for a new record.
    """

    request: HttpRequest

    @cached_property
    def inbox(self) -> Inbox | None:
        return official_inbox(official(self.request))

    @cached_property
    def lists(self) -> list[dict[str, Any]]:
        """All lists that the official may open."""
        return [model for app in admin.site.get_app_list(self.request) for model in app["models"]]

    @cached_property
    def kinds(self) -> list[dict[str, Any]]:
        """The lists of records, with those first of which the official entered most."""
        found = [each for each in self.lists if issubclass(each["model"], Reviewed)]
        used = entered(official(self.request), [each["model"] for each in found])
        return sorted(found, key=lambda each: -used[each["model"]])

    @cached_property
    def others(self) -> list[dict[str, Any]]:
        """The lists of what is no record: regions, periods, officials and the like."""
        return [each for each in self.lists if not issubclass(each["model"], Reviewed)]


def entered(user: Official, models: Sequence[Any]) -> Counter[Any]:
    """The number of records of each model that the official entered; one query. A proxy has those of its own rows."""
    parts = [
        model._default_manager.filter(created_by=user)
        .order_by()
        .values_list(Value(number, IntegerField()))
        .annotate(n=Count("*"))
        for number, model in enumerate(models)
    ]
    rows = parts[0].union(*parts[1:], all=True) if parts else ()
    return Counter({models[number]: count for number, count in rows})

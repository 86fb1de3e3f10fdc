"""Which rows a change takes, and in which order, so that nobody waits in a circle."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.db.models import QuerySet

from revival.records.models import Revision, StaleRecord


@contextmanager
def one_moment() -> Iterator[None]:
    """A transaction that sees what others have done up to its first question and nothing of what comes after.

    Whoever finds a record changed meanwhile is refused by the database. Inside another transaction as that one does.
    """
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def lock(model: Any, keys: Collection[int]) -> None:
    """Take the rows in the order in which everybody does, so that nobody waits in a circle.

    First the records that they change (see `Reviewed.wait_for_followed`), or that revisions are of, then the rows,
    each in the order of the keys.
    """
    rows = model._default_manager.filter(pk__in=keys)
    guard = model.guard()
    if issubclass(model, Revision):
        revised: defaultdict[int, set[int]] = defaultdict(set)
        for kind, key in rows.order_by().values_list("content_type", "object_id"):
            revised[kind].add(key)
        for kind in sorted(revised):
            lock(ContentType.objects.get_for_id(kind).model_class(), revised[kind])
    for name in guard.follows if guard.alone else ():
        field = model._meta.get_field(name)
        take_rows(field.related_model._default_manager.filter(pk__in=rows.order_by().values(field.attname)))
    take_rows(rows)


def take_rows(rows: QuerySet[Any]) -> None:
    list(rows.select_for_update(no_key=True).order_by("pk").values_list("pk"))


def remove(row: Any) -> None:
    """Delete the record as it was read. Raises StaleRecord where it has changed since."""
    row.wait_for_followed()
    if not type(row).objects.select_for_update().filter(pk=row.pk, version=row.version).exists():
        raise StaleRecord(row)
    row.delete()

"""Which rows a change locks, and in which order, so that nobody waits in a circle."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.db.models import QuerySet

from revival.records.models import Revision


@contextmanager
def one_moment() -> Iterator[None]:
    """Open a transaction that sees what others committed before its first statement, and nothing after that.

    The database refuses a change of what another has changed meanwhile. Inside another transaction that one decides.
    """
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


def lock_rows(model: Any, keys: Collection[int]) -> None:
    """Lock the rows of the model in the order that all changes keep, so that nobody waits in a circle.

    First come the records that the rows change (see `Reviewed.wait_for_followed`), or that revisions are of, then the
    rows, each in the order of the keys.
    """
    rows = model._default_manager.filter(pk__in=keys)
    guard = model.guard()
    if issubclass(model, Revision):
        revised: defaultdict[int, set[int]] = defaultdict(set)
        for kind, key in rows.order_by().values_list("content_type", "object_id"):
            revised[kind].add(key)
        for kind in sorted(revised):
            lock_rows(ContentType.objects.get_for_id(kind).model_class(), revised[kind])
    for name in guard.follows if guard.alone else ():
        field = model._meta.get_field(name)
        lock_by_key(field.related_model._default_manager.filter(pk__in=rows.order_by().values(field.attname)))
    lock_by_key(rows)


def lock_by_key(rows: QuerySet[Any]) -> None:
    """Lock the rows in the order of their keys."""
    list(rows.select_for_update(no_key=True).order_by("pk").values_list("pk"))

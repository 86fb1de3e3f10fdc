"""How much is asked: in `make test` what finds a fault of each kind, with TORTURE=1 (`make torture`) all there is."""

import inspect
import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from functools import wraps
from itertools import product
from typing import Any, TypeVar

from django.db import connection, transaction

FULL = bool(os.environ.get("TORTURE"))
Size = TypeVar("Size")
Test = Callable[..., None]


def times(small: Size, full: Size) -> Size:
    """What a test is made with in CI, or in full numbers."""
    return full if FULL else small


def combinations(*axes: Sequence[Any]) -> list[tuple[Any, ...]]:
    """All combinations of the values in full numbers; in CI as many as the longest axis has, the others in turn.

    So each value is asked at least once.
    """
    longest = max(map(len, axes))
    return times([tuple(axis[at % len(axis)] for axis in axes) for at in range(longest)], list(product(*axes)))


def label(value: Any) -> str:
    """What a message calls a model, a report or another value."""
    if isinstance(value, tuple):
        return " ".join(map(label, value))
    if hasattr(value, "_meta"):
        return str(value._meta.label)
    return str(getattr(value, "name", value))


def every(names: str | tuple[str, ...], values: Iterable[Any]) -> Callable[[Test], Test]:
    """Ask a test of every value in turn, and tell of each that fails; what it wrote is undone before the next.

    All values are one item with one set of fixtures: it is collected, set up and signed in once.
    """
    single, names = isinstance(names, str), (names,) if isinstance(names, str) else names

    def decorate(test: Test) -> Test:
        @wraps(test)
        def ask(*args: Any, subtests: Any, **fixtures: Any) -> None:
            for value in values:
                given = dict(zip(names, (value,) if single else value, strict=True))
                undone = transaction.atomic() if connection.in_atomic_block else nullcontext()
                with subtests.test(label(value)), undone:
                    test(*args, **given, **fixtures)
                    if connection.in_atomic_block:
                        transaction.set_rollback(True)

        own = inspect.signature(test)
        left = [each for each in own.parameters.values() if each.name not in names]
        more = inspect.Parameter("subtests", inspect.Parameter.KEYWORD_ONLY)
        ask.__signature__ = own.replace(parameters=[*left, more])  # type: ignore[attr-defined]
        return ask

    return decorate

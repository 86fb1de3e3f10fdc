"""Connects before pytest-django reads the settings; loaded by `-p tests.plugin` in pyproject.toml."""

from collections.abc import Iterator

import pytest

from revival.database.connection import connect


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Iterator[None]:
    """Run around pytest-django's hook of this name, and so before it. A conftest.py would come too late."""
    connect()
    return (yield)

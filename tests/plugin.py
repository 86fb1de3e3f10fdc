"""Connects before pytest-django reads the settings; loaded by `-p tests.plugin` in pyproject.toml."""

import os
import sys
from collections.abc import Iterator

import pytest

from revival.database.connection import connect

# Rewriting the assertions of all tests takes longer than all else that a start does, and each process of a run and
# each server that a test starts compiles the product: both are kept, also where Python is told to keep nothing.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Iterator[None]:
    """Run around pytest-django's hook of this name, and so before it. A conftest.py would come too late."""
    connect()
    return (yield)

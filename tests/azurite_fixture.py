"""The fixture that gives tests a running Azurite; registered in `tests/conftest.py`."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from lab.parts.azurite import AzuriteMissing, AzuriteTables


@pytest.fixture(scope="session")
def azurite_connection_string() -> Iterator[str]:
    """Connection string of one table service for the whole session: use table names of your own.

    Skips where Azurite is not installed; with TELLTALE_REQUIRE_ALL=1, as in CI, fails.
    """
    try:
        running = AzuriteTables().__enter__()
    except AzuriteMissing as reason:
        if os.environ.get("TELLTALE_REQUIRE_ALL") == "1":
            pytest.fail(str(reason), pytrace=False)
        pytest.skip(str(reason))
    try:
        yield running.connection_string
    finally:
        running.stop()

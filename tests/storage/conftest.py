"""Stores to test, and a table name that no other test uses."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from lab.bench.counting_store import CountingStore
from shared.storage import AzureTableStore, SqliteStore, Store

STORES = ("sqlite_file", "sqlite_memory", "counting", "azurite")


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Each store in turn: a test that takes it is part of the contract."""
    opened: Store
    match request.param:
        case "sqlite_file":
            opened = SqliteStore(tmp_path / "store.db")
        case "sqlite_memory":
            opened = SqliteStore(":memory:")
        case "counting":
            opened = CountingStore(SqliteStore(":memory:"))
        case _:
            opened = AzureTableStore.from_connection_string(
                request.getfixturevalue("azurite_connection_string")
            )
    yield opened
    opened.close()


@pytest.fixture
def table() -> str:
    return f"t{uuid4().hex[:20]}"

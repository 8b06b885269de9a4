"""Durable rows: one interface, Azure Tables in the cloud, SQLite without it.

`AzureTableStore` is imported on first use, because its library costs half a second.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.storage._keys import SEPARATOR, key_range, safe_key
from shared.storage._limits import transactions
from shared.storage._sqlite import SqliteStore
from shared.storage._store import (
    Delete,
    Insert,
    InvalidRow,
    Operation,
    Replace,
    Row,
    RowChanged,
    RowExists,
    RowValue,
    StorageError,
    Store,
    StoreUnavailable,
    Upsert,
)

if TYPE_CHECKING:
    from shared.storage._azure_tables import AzureTableStore

__all__ = [
    "SEPARATOR",
    "AzureTableStore",
    "Delete",
    "Insert",
    "InvalidRow",
    "Operation",
    "Replace",
    "Row",
    "RowChanged",
    "RowExists",
    "RowValue",
    "SqliteStore",
    "StorageError",
    "Store",
    "StoreUnavailable",
    "Upsert",
    "key_range",
    "safe_key",
    "transactions",
]


def __getattr__(name: str) -> object:
    if name == "AzureTableStore":
        from shared.storage._azure_tables import AzureTableStore

        return AzureTableStore
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

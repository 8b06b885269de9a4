"""Azure Table Storage's limits, checked before anything is sent and by every store alike.

The emulator and SQLite take more than Azure does, so what they take says nothing. Stores call `check_key`,
`check_table` and `check_transaction`; writers of many rows call `transactions` first. Sources, in the
REST documentation: "Understanding the Table service data model" and "Performing entity group transactions".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from json.encoder import encode_basestring_ascii
from typing import TypeVar

from shared.storage._store import Delete, InvalidRow, Operation, Replace, Row, RowValue, row_of

ENTITY_BYTES = 1024 * 1024
PROPERTIES = 252
PROPERTY_BYTES = 64 * 1024
KEY_BYTES = 1024
TRANSACTION_OPERATIONS = 100
TRANSACTION_BYTES = 4 * 1024 * 1024

Written = TypeVar("Written", bound=Operation)

_TABLE = re.compile(r"[a-z][a-z0-9]{2,62}")
_PROPERTY = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,254}")
_RESERVED = frozenset({"PartitionKey", "RowKey", "Timestamp"})
_ILLEGAL_IN_KEY = re.compile("[/\\\\#?%\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_INT64 = range(-(2**63), 2**63)
# Headers, boundaries and addresses of one part of a transaction, measured at about 900 bytes.
_PART_BYTES = 1400


def check_table(table: str) -> None:
    """Raise InvalidRow unless `table` is 3 to 63 lower-case letters and digits, a letter first.

    Azure takes capitals but does not tell them from small letters, so they are not used.
    """
    if not _TABLE.fullmatch(table):
        raise InvalidRow(f"table name {table!r} is not 3 to 63 lower-case letters and digits, a letter first")


def check_key(name: str, key: str) -> None:
    """Raise InvalidRow unless Azure takes `key`, and gives it back, as a partition or row key.

    Stricter than Azure in two points: a key is not empty, and has no '%' (see `safe_key`).
    """
    if not key:
        raise InvalidRow(f"the {name} is empty")
    if found := _ILLEGAL_IN_KEY.search(key):
        raise InvalidRow(f"the {name} {_shortened(key)} has a {found[0]!r}; make its parts with safe_key")
    if (size := _utf16_bytes(key)) > KEY_BYTES:
        raise InvalidRow(f"the {name} {_shortened(key)} takes {size} bytes, more than {KEY_BYTES}")


def check_row(row: Row) -> None:
    """Raise InvalidRow unless Azure takes `row` and a reader gets exactly these values back."""
    check_key("partition", row.partition)
    check_key("key", row.key)
    if len(row.values) > PROPERTIES:
        raise InvalidRow(f"{len(row.values)} properties, more than {PROPERTIES}")
    total = 4 + _utf16_bytes(row.partition) + _utf16_bytes(row.key)
    for name, value in row.values.items():
        if not _PROPERTY.fullmatch(name) or name in _RESERVED:
            raise InvalidRow(
                f"property name {_shortened(name)} is reserved, or not letters, digits and '_' only"
            )
        total += 8 + 2 * len(name) + _value_bytes(name, value)
    if total > ENTITY_BYTES:
        raise InvalidRow(f"the row takes {total} bytes, more than {ENTITY_BYTES}")


def check_transaction(table: str, operations: Sequence[Operation]) -> None:
    """Raise InvalidRow unless `operations` can be one transaction on `table`."""
    check_table(table)
    if not 1 <= len(operations) <= TRANSACTION_OPERATIONS:
        raise InvalidRow(
            f"a transaction holds 1 to {TRANSACTION_OPERATIONS} operations, not {len(operations)}"
        )
    keys: set[str] = set()
    partition = row_of(operations[0]).partition
    total = 0
    for index, operation in enumerate(operations):
        row = row_of(operation)
        try:
            check_row(row)
        except InvalidRow as error:
            raise InvalidRow(error.reason, index) from None
        if row.partition != partition:
            raise InvalidRow("a transaction is about one partition only", index)
        if row.key in keys:
            raise InvalidRow(f"a transaction names a row once, but {_shortened(row.key)} twice", index)
        if isinstance(operation, Replace) and not row.etag:
            raise InvalidRow("a Replace needs the ETag that was read", index)
        keys.add(row.key)
        total += _sent_bytes(operation)
    if len(operations) > 1 and total > TRANSACTION_BYTES:
        raise InvalidRow(f"the transaction takes {total} bytes, more than {TRANSACTION_BYTES}")


def transactions(operations: Iterable[Written]) -> Iterator[list[Written]]:
    """`operations` in groups that `commit` takes, partition by partition.

    Operations on the same row stay in order. Each group is all or nothing; the groups together are not.
    """
    by_partition: dict[str, list[Written]] = {}
    for operation in operations:
        by_partition.setdefault(row_of(operation).partition, []).append(operation)
    for of_partition in by_partition.values():
        group: list[Written] = []
        keys: set[str] = set()
        total = 0
        for operation in of_partition:
            key, size = row_of(operation).key, _sent_bytes(operation)
            full = len(group) == TRANSACTION_OPERATIONS or total + size > TRANSACTION_BYTES or key in keys
            if group and full:
                yield group
                group, keys, total = [], set(), 0
            group.append(operation)
            keys.add(key)
            total += size
        yield group


def _value_bytes(name: str, value: RowValue) -> int:
    """What a value counts towards an entity's size; raises InvalidRow if it cannot be stored exactly."""
    kind = type(value)
    if kind is bool:
        return 1
    if kind is float:
        return 8
    if kind is int:
        if value not in _INT64:
            raise InvalidRow(f"property {name} is an int beyond 64 bit")
        return 8
    if isinstance(value, str) and kind is str:
        if not value.isascii() and _SURROGATE.search(value):
            raise InvalidRow(f"property {name} has half a surrogate pair, which no UTF-8 can hold")
        size = _utf16_bytes(value)
    elif isinstance(value, bytes):
        size = len(value)
    else:
        raise InvalidRow(
            f"property {name} is a {kind.__name__}, not exactly a str, int, float, bool or bytes"
        )
    if size > PROPERTY_BYTES:
        raise InvalidRow(f"property {name} takes {size} bytes, more than {PROPERTY_BYTES}")
    return size + 4


def _utf16_bytes(text: str) -> int:
    return 2 * len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass"))


def _sent_bytes(operation: Operation) -> int:
    """An upper bound of what an operation adds to the request: JSON in ASCII, binary in base64."""
    row = row_of(operation)
    # Keys stand in the address (three characters for each UTF-8 byte) and in the body.
    total = _PART_BYTES + 6 * (
        len(row.partition.encode("utf-8", "replace")) + len(row.key.encode("utf-8", "replace"))
    )
    if isinstance(operation, Delete):
        return total
    for name, value in row.values.items():
        total += 2 * len(name) + 48
        if isinstance(value, str):
            total += len(encode_basestring_ascii(value))
        elif isinstance(value, bytes):
            total += 4 * ((len(value) + 2) // 3)
    return total


def _shortened(value: object) -> str:
    """A value in an error's line: quoted, and cut if long."""
    text = ascii(value)
    return text if len(text) <= 80 else f"{text[:76]}..."

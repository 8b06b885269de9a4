"""Writes what changes about many alerts in few transactions; for `outbox.py`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from shared.delivery.outbox_rows import TABLE, Entry
from shared.storage import Operation, RowChanged, RowExists, Store

OPERATIONS: Final = 100
"""Operations that a transaction takes."""

BATCH_BYTES: Final = 1_800_000
"""Bytes of bodies in one transaction: under 4 MiB even where the store sends them as base64."""


def committed(
    store: Store,
    entries: Iterable[Entry],
    operations: Callable[[Entry], Sequence[Operation]],
    copies: int = 1,
) -> Iterator[tuple[Entry, list[str | None]]]:
    """Commits the operations of each entry, many entries a transaction; yields what went in, with ETags.

    Every entry has the same number of operations, and its body stands in `copies` of them. One that somebody else has
    got to first is left out, and the rest goes in without it. Raises StorageError where the store is down.
    """
    for batch in _batches(((entry, operations(entry)) for entry in entries), copies):
        while batch:
            try:
                etags = store.commit(TABLE, [operation for _, part in batch for operation in part])
            except (RowExists, RowChanged) as conflict:
                batch.pop(conflict.index // len(batch[0][1]))
                continue
            width = len(batch[0][1])
            for position, (entry, _) in enumerate(batch):
                yield entry, etags[position * width : (position + 1) * width]
            break


_EntryOperations = tuple[Entry, Sequence[Operation]]


def _batches(parts: Iterable[_EntryOperations], copies: int) -> Iterator[list[_EntryOperations]]:
    batch: list[_EntryOperations] = []
    room = BATCH_BYTES
    for part in parts:
        needed = len(part[0].body) * copies
        if batch and ((len(batch) + 1) * len(part[1]) > OPERATIONS or needed > room):
            yield batch
            batch, room = [], BATCH_BYTES
        batch.append(part)
        room -= needed
    if batch:
        yield batch

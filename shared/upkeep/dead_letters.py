"""Dead letters: what could not be read, its reason and original bytes, stored once however often it is delivered.

Table `deadletters`: a table partition per hub partition, keys `<sequence number>|<place in the body>|<part>`; bytes
are compressed and split over properties, because one property holds 64 KiB, and over rows, because one holds 1 MiB.
Part 0 is written last: without it the letter is not there yet. `telltale redrive` reads them back.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby

from shared.storage import Delete, Row, RowValue, Store, Upsert, safe_key, transactions

TABLE = "deadletters"
_CHUNK = 60 << 10
_CHUNKS_PER_ROW = 12
_LONGEST_REASON = 400


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """Bytes that could not be read: where they came from, when the hub took them, and why they were set aside."""

    hub: str
    partition: str
    sequence_number: int
    place: int
    enqueued_time: datetime
    reason: str
    content: bytes


class DeadLetters:
    """Writes and reads dead letters."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def keep(self, letters: Sequence[DeadLetter]) -> None:
        """Writes the letters; writing one again changes nothing. Raises StorageError where the store is down."""
        operations = [Upsert(row) for letter in letters for row in reversed(_rows(letter))]
        for group in transactions(operations):
            self._store.commit(TABLE, group)

    def count(self) -> int:
        """How many are kept."""
        return sum(1 for row in self._store.query(TABLE, select=["part"]) if row.values.get("part", 0) == 0)

    def by_reason(self) -> dict[str, int]:
        """How many are kept for each reason, the commonest first."""
        rows = self._store.query(TABLE, select=["part", "reason"])
        return dict(
            Counter(str(row.values["reason"]) for row in rows if not row.values["part"]).most_common()
        )

    def read(self) -> Iterator[DeadLetter]:
        """Every letter, with its bytes put together again."""
        for _, rows in groupby(self._store.query(TABLE), key=_place):
            letter = _letter(list(rows))
            if letter is not None:
                yield letter

    def remove(self, letter: DeadLetter) -> None:
        """Deletes a letter, the part first without which it is not there; deleting it again changes nothing."""
        for group in transactions([Delete(row.partition, row.key) for row in _rows(letter)]):
            self._store.commit(TABLE, group)


def _place(row: Row) -> tuple[str, str]:
    return row.partition, row.key.rpartition("|")[0]


def _rows(letter: DeadLetter) -> list[Row]:
    packed = zlib.compress(letter.content, 6)
    chunks = [packed[start : start + _CHUNK] for start in range(0, len(packed), _CHUNK)] or [b""]
    partition = safe_key(f"{letter.hub}|{letter.partition}")
    starts = range(0, len(chunks), _CHUNKS_PER_ROW)
    rows: list[Row] = []
    for part, start in enumerate(starts):
        values: dict[str, RowValue] = {
            "hub": letter.hub,
            "partition": letter.partition,
            "seq": letter.sequence_number,
            "place": letter.place,
            "part": part,
            "parts": len(starts),
            "enqueued": letter.enqueued_time.timestamp(),
            "reason": letter.reason[:_LONGEST_REASON],
        }
        for number, chunk in enumerate(chunks[start : start + _CHUNKS_PER_ROW]):
            values[f"body{number:02d}"] = chunk
        key = f"{max(letter.sequence_number, 0):020d}|{letter.place:06d}|{part:04d}"
        rows.append(Row(partition, key, values))
    return rows


def _letter(rows: list[Row]) -> DeadLetter | None:
    """The letter of these rows; None where they are not all there."""
    values = rows[0].values
    if values["part"] != 0 or len(rows) < int(values["parts"]):
        return None
    chunks = [
        row.values[name]
        for row in rows[: int(values["parts"])]
        for name in sorted(row.values)
        if name.startswith("body")
    ]
    content = zlib.decompress(b"".join(chunk for chunk in chunks if isinstance(chunk, bytes)))
    return DeadLetter(
        str(values["hub"]),
        str(values["partition"]),
        int(values["seq"]),
        int(values["place"]),
        datetime.fromtimestamp(float(values["enqueued"]), UTC),
        str(values["reason"]),
        content,
    )

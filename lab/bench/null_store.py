"""A store that keeps nothing: with it the collector does everything but storage, which is what the bench measures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from shared.storage import Operation, Row


class NullStore:
    """Takes every write, finds nothing."""

    def get(self, table: str, partition: str, key: str) -> Row | None:
        """Nothing is ever there."""
        return None

    def query(
        self,
        table: str,
        partition: str | None = None,
        *,
        first: str = "",
        last: str = "",
        select: Sequence[str] | None = None,
        limit: int | None = None,
    ) -> Iterator[Row]:
        """Nothing is ever there."""
        return iter(())

    def commit(self, table: str, operations: Sequence[Operation]) -> list[str | None]:
        """Takes it."""
        return ["1"] * len(operations)

    def close(self) -> None:
        """Nothing to close."""

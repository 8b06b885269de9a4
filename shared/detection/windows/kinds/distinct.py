"""`distinct`: so many different values of a field for the same key in a period.

A row keeps the digests of up to 1,000 values and is exact; a row with more becomes a sketch (`HyperLogLog`, standard
error 1.6 %), which merges with the others of its key. So thresholds up to 1,000 are always judged exactly.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Final, Self

import msgspec

from shared.base.durations import format_duration
from shared.detection._declared import Network, arguments_checked, field_of, key_of, span, whole
from shared.detection.windows._sketch import DIGEST, digest_of, digests_in, estimated, merged, sketched
from shared.detection.windows.bucket import Bucket, Crossing, Rows, Summary
from shared.detection.windows.marks import Mark
from shared.detection.windows.window import LEFT_OUT, Read, Window, network_around

LARGEST_EXACT: Final = 1000
"""Different values that a row keeps apart; beyond, it estimates."""

LARGEST_THRESHOLD: Final = 10_000_000
_SHOWN = 20
_LONGEST_SHOWN = 128


@dataclass(frozen=True, slots=True)
class NetworkOf:
    """The network of an address field, in place of the field: /24 of IPv4, /48 of IPv6."""

    field: str


class Values(msgspec.Struct, array_like=True, frozen=True):
    """Different values: their digests one after the other, or the registers of a sketch; a few as text."""

    digests: bytes = b""
    sketch: bytes = b""
    shown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Distinct(Window):
    """See `distinct`. network: the network of the address is counted; outside: own networks are left out."""

    network: bool = False
    outside: bool = False

    content_type: ClassVar[Any] = Values
    remembers: ClassVar[bool] = True
    on_findings: ClassVar[bool] = True

    @property
    def limits(self) -> tuple[int, int]:
        """See `Window.limits`."""
        return 1, LARGEST_THRESHOLD

    @property
    def text(self) -> str:
        """See `Window.text`."""
        what = f"different {self._what}" if self.kind == "distinct" else "findings"
        return f"{self.threshold} {what} in {format_duration(self.period)} by {', '.join(self.by)}"

    @property
    def _what(self) -> str:
        return f"networks of {self.of}" if self.network else str(self.of)

    def without_networks(self, networks: tuple[Network, ...]) -> Self:
        """See `Window.without_networks`."""
        return replace(self, left_out=networks) if self.outside else self

    def value_of(self, read: Read) -> str | None:
        """See `Window.value_of`."""
        return value_of(self, read, network=self.network)

    def take(self, content: Any, marks: Sequence[Mark]) -> tuple[Any, Sequence[Mark]]:
        """See `Window.take`: a record counts where it brings a value that its row did not have."""
        if content is None and len(marks) == 1:
            value = marks[0].value or ""
            return Values(digest_of(value), b"", (value[:_LONGEST_SHOWN],)), marks
        before: Values = content or Values()
        sketch = before.sketch
        digests = [] if sketch else digests_in(before.digests)
        known, shown, fresh = set(digests), list(before.shown), []
        for mark in marks:
            digest = digest_of(mark.value or "")
            if sketch:
                after = sketched((digest,), sketch)
                if after == sketch:
                    continue
                sketch = after
            elif digest in known:
                continue
            else:
                known.add(digest)
                digests.append(digest)
                if len(digests) > LARGEST_EXACT:
                    sketch, digests = sketched(digests), []
            fresh.append(mark)
            if len(shown) < _SHOWN:
                shown.append((mark.value or "")[:_LONGEST_SHOWN])
        return Values(b"".join(digests), sketch, tuple(shown)), fresh

    def summary(self, bucket: Bucket) -> Summary:
        """See `Window.summary`."""
        values: Values = bucket.content
        return Summary(self.amount((bucket,)) if values.sketch else len(values.digests) // DIGEST)

    def amount(self, buckets: Iterable[Bucket]) -> int:
        """See `Window.amount`: exact where every row is, else an estimate, which is more than 1,000."""
        contents: list[Values] = [bucket.content for bucket in buckets]
        exact = {digest for values in contents for digest in digests_in(values.digests)}
        sketches = [values.sketch for values in contents if values.sketch]
        if not sketches:
            return len(exact)
        return max(estimated(sketched(exact, merged(sketches))), LARGEST_EXACT + 1)

    def met(self, rows: Rows) -> frozenset[bytes] | None:
        """See `Window.met`."""
        contents: list[Values] = [bucket.content for buckets in rows.values() for bucket in buckets]
        if any(values.sketch for values in contents):
            return None
        return frozenset(digest for values in contents for digest in digests_in(values.digests))

    def crossing(self, step: int, seen: int, inside: tuple[Bucket, ...]) -> Crossing:
        """See `Window.crossing`."""
        contents: list[Values] = [bucket.content for bucket in inside]
        estimate = any(values.sketch for values in contents)
        shown = list(dict.fromkeys(text for values in contents for text in values.shown))[:_SHOWN]
        what = f"different {self._what}" if self.kind == "distinct" else "findings"
        return Crossing(
            step,
            seen,
            inside,
            said=f"{'about ' if estimate else ''}{seen} {what} in {self.minutes} minutes, threshold {self.threshold}",
            evidence={"of": self.of, "values": shown, **({"estimated": True} if estimate else {})},
        )


def value_of(window: Window, read: Read, *, network: bool) -> str | None:
    """The value that `distinct` and `first_seen` take of a record."""
    value = read(window.of or "")
    if value is None:
        return None
    if window.left_out and window.is_left_out(value if network else read("src_ip_addr")):
        return LEFT_OUT
    return network_around(value) if network else value


@arguments_checked
def distinct(
    *,
    of: str | NetworkOf,
    by: str | Sequence[str],
    threshold: int,
    period: str,
    outside_own_networks: bool = False,
) -> Distinct:
    """At least `threshold` different values of `of` for the same `by` within `period`.

    Exact up to 1,000 values, estimated beyond. outside_own_networks: records from the customer's own networks do not
    count.
    """
    network = isinstance(of, NetworkOf)
    return Distinct(
        "distinct",
        key_of("distinct", by),
        whole("distinct", "threshold", threshold, 1, LARGEST_THRESHOLD),
        span("distinct", period),
        of=field_of("distinct", of.field if isinstance(of, NetworkOf) else of),
        network=network,
        outside=outside_own_networks,
    )


def network_of(field: str) -> NetworkOf:
    """The network of an address instead of the address itself: /24 of IPv4, /48 of IPv6."""
    return NetworkOf(field_of("network_of", field))

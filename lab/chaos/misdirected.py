"""An outlet that goes the wrong way now and then: to a host without a name, or one whose certificate nobody trusts.

No request gets that far, so the proxy cannot do it: the worker does, and says how often with its replies.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Final

from shared.delivery.outlet import Outlet, Reply

CERTIFICATE: Final = "wrong certificate"
NAME: Final = "unknown host"
MOST: Final = 2
"""How often in one life of a worker, so that a run comes to its end."""


class Misdirected:
    """Sends by `right`, but a share (`rate`) of the calls by one of `wrong`. Thread-safe enough for a count."""

    def __init__(self, right: Outlet, wrong: Mapping[str, Outlet], random: Random, rate: float) -> None:
        self._right = right
        self._wrong = wrong
        self._random = random
        self._rate = rate
        self._left = MOST
        self._met: list[str] = []

    def send(self, rows: Sequence[Mapping[str, object]], seconds: float | None = None) -> Reply:
        """See `Outlet.send`."""
        if self._left > 0 and self._random.random() < self._rate:
            self._left -= 1
            name = self._random.choice(sorted(self._wrong))
            self._met.append(name)
            return self._wrong[name].send(rows, seconds)
        return self._right.send(rows, seconds)

    def met(self) -> tuple[str, ...]:
        """The ways it was sent wrong since this was asked last."""
        met, self._met = self._met, []
        return tuple(met)


def misdirected(
    made: Callable[[str], Outlet], right: str, tls: int, random: Random, rate: float
) -> Misdirected:
    """The outlet to `right`, with wrong ways to a port that serves TLS and to nowhere; `made` connects to a URL."""
    wrong = {CERTIFICATE: made(f"https://localhost:{tls}"), NAME: made("https://nowhere.invalid")}
    return Misdirected(made(right), wrong, random, rate)

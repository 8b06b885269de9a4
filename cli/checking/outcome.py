"""A line of `telltale check`: what was looked at, how it is, and the command that repairs it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

State = Literal["ok", "wrong", "not checked"]

NAMES: Final = ("settings", "identity", "roles", "store", "hub", "clock", "ingestion", "canary", "row")
"""Everything that is looked at, in this order."""


@dataclass(frozen=True, slots=True)
class Line:
    """`repair`: a command, or what to do where no single command does it."""

    check: str
    state: State
    detail: str
    repair: str | None = None

    def values(self) -> dict[str, str | None]:
        """As one JSON line."""
        return {"check": self.check, "state": self.state, "detail": self.detail, "repair": self.repair}


def ok(check: str, detail: str) -> Line:
    """It is as it must be."""
    return Line(check, "ok", detail)


def wrong(check: str, detail: str, repair: str | None = None) -> Line:
    """It is not, and this repairs it."""
    return Line(check, "wrong", detail, repair)


def unknown(check: str, detail: str, repair: str | None = None) -> Line:
    """It was not looked at, and why."""
    return Line(check, "not checked", detail, repair)

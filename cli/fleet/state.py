"""What was rolled out to whom, in a file beside the fleet file, so that a rollout can go on after it stopped.

Written after each step, whole, by a rename: a kill leaves the state before or after, never half of it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Literal

import orjson
from pydantic import BaseModel, ConfigDict, ValidationError

from shared.base.errors import TelltaleError

try:
    import fcntl
except ImportError:  # Windows: one person rolls out at a time, as docs/fleet.md asks
    fcntl = None  # type: ignore[assignment]  # a module, or none

Stage = Literal["begun", "done", "failed"]


class Entry(BaseModel):
    """How far a customer is. begun: a rollout was interrupted in it. said: why it failed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    stage: Stage
    fingerprint: str
    at: datetime
    said: str = ""


class _Content(BaseModel):
    model_config = ConfigDict(extra="forbid")

    customers: dict[str, Entry] = {}


class FleetState:
    """The state in `path`; an absent file is a fleet that nothing was rolled out to."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._content = self._read()

    def _read(self) -> _Content:
        path = self._path
        try:
            return _Content.model_validate_json(path.read_bytes())
        except FileNotFoundError:
            return _Content()
        except OSError as error:
            raise TelltaleError(f"{path}: cannot be read ({error.strerror or error})") from None
        except ValidationError:
            raise TelltaleError(
                f"{path}: is not the state of a fleet; move it away, and everything is rolled out anew"
            ) from None

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else on this machine rolls out with this state meanwhile; raises TelltaleError where somebody does.

        The lock goes with the process, so that a killed rollout leaves none.
        """
        if fcntl is None:
            yield
            return
        try:
            file = self._path.with_name(f".{self._path.name}.lock").open("w")
        except OSError as error:
            raise TelltaleError(f"{self._path}: cannot be written ({error.strerror or error})") from None
        with file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise TelltaleError(
                    f"{self._path}: another rollout is under way with it; wait for its end"
                ) from None
            self._content = self._read()  # somebody may have ended since it was read
            yield

    def of(self, customer: str) -> Entry | None:
        """How far a customer is."""
        return self._content.customers.get(customer)

    def is_done(self, customer: str, fingerprint: str) -> bool:
        """Whether exactly this was rolled out to a customer."""
        entry = self.of(customer)
        return entry is not None and entry.stage == "done" and entry.fingerprint == fingerprint

    def keep(self, customer: str, entry: Entry) -> None:
        """Remembers; raises TelltaleError where the file cannot be written."""
        self._content.customers[customer] = entry
        beside = self._path.with_name(f".{self._path.name}.new")
        try:
            with beside.open("wb") as file:
                file.write(orjson.dumps(self._content.model_dump(), option=orjson.OPT_INDENT_2) + b"\n")
                file.flush()
                os.fsync(file.fileno())
            beside.replace(self._path)
        except OSError as error:
            raise TelltaleError(f"{self._path}: cannot be written ({error.strerror or error})") from None


def beside(fleet: Path) -> Path:
    """Where the state of a fleet file stands unless something else is said."""
    return fleet.with_name(f"{fleet.stem}.state.json")

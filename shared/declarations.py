"""What a customer declares about itself, without touching code: read from one TOML or JSON file.

`functions.composition` and the command line load it at start; `shared.collector` hands its parts to
detection, heartbeats and enrichment. Whatever is wrong is refused with file, line and what would be right,
before any event is read.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn, Self

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    StrictBool,
    StrictInt,
    ValidationError,
    model_validator,
)
from pydantic_core import PydanticCustomError

from shared.declaration_file import DeclarationFile, nearest, shown
from shared.declaration_lines import Path as KeyPath
from shared.durations import parse_duration
from shared.errors import DeclarationError

_OVERRIDES = {"enabled", "severity", "threshold", "allow", "stage"}
_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def _duration(value: object) -> timedelta:
    if not isinstance(value, str):
        raise ValueError('write a duration as text, as in "90s", "15m", "2h", "7d"')
    return parse_duration(value)


def _network(value: object) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    try:
        return ipaddress.ip_network(str(value))
    except ValueError as error:
        try:
            meant = ipaddress.ip_network(str(value), strict=False)
        except ValueError:
            raise ValueError('is not a network; write it as in "203.0.113.0/24" or "2001:db8::/32"') from None
        raise ValueError(f'{error}; did you mean "{meant}"?') from None


def _by_id(value: Any) -> Any:
    """Detector ids have dots, which TOML reads as nesting: {"a": {"b": {...}}} becomes {"a.b": {...}}."""
    if not isinstance(value, dict):
        return value
    found: dict[Any, Any] = {}
    for name, inner in value.items():
        tables = inner.values() if isinstance(inner, dict) and not set(inner) & _OVERRIDES else ()
        if tables and all(isinstance(table, dict) for table in tables):
            found |= {f"{name}.{rest}": table for rest, table in _by_id(inner).items()}
        else:
            found[name] = inner
    return found


def _scope(value: object) -> str:
    if not isinstance(value, str) or not (value.startswith("/") or _GUID.fullmatch(value)):
        raise ValueError('is neither a resource id (it begins with "/") nor a subscription id (a GUID)')
    return value


Text = Annotated[str, Field(strict=True, min_length=1)]
Duration = Annotated[timedelta, BeforeValidator(_duration)]
Network = Annotated[ipaddress.IPv4Network | ipaddress.IPv6Network, BeforeValidator(_network)]
Scope = Annotated[str, BeforeValidator(_scope)]
# ASIM's words, in whatever case they are written.
Severity = Annotated[
    Literal["Informational", "Low", "Medium", "High"],
    BeforeValidator(lambda value: value.capitalize() if isinstance(value, str) else value),
]


class _Table(BaseModel):
    """One table of the file; a key that it does not have is an error that names the nearest one it has."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _known_keys(cls, value: Any) -> Any:
        known = sorted(cls.model_fields)
        unknown = [key for key in value if key not in known] if isinstance(value, dict) else []
        if unknown:
            raise PydanticCustomError("unknown_key", "unknown key", {"unknown": unknown, "known": known})
        return value


class ExpectedSource(_Table):
    """Telemetry that must arrive: its id, its category where that matters, its longest usual pause."""

    source: Text
    category: Text | None = None
    interval: Duration


class Silence(_Table):
    """How patient heartbeats are. after: the pause allowed where neither interval nor history says more."""

    after: Duration | None = None


class OwnNetwork(_Table):
    """A network of the customer's own, from which its people and services come."""

    name: Text
    cidr: Network


class Watchlist(_Table):
    """Values of one normalised field that findings are marked with."""

    field: Text
    values: list[Text]


class Criticality(_Table):
    """How much a resource matters: `match` is the beginning of its resource id, or its subscription id."""

    match: Scope
    level: Literal["low", "medium", "high", "critical"]


class ChangeWindow(_Table):
    """A time of announced work, with offsets. sources: ids that it concerns; everything when empty."""

    name: Text
    start: AwareDatetime
    end: AwareDatetime
    sources: list[Text] = []

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.end <= self.start:
            raise ValueError("its end is not after its start")
        return self


class DetectorOverride(_Table):
    """What a customer changes about a detector. allow: normalised field to values that are no finding."""

    enabled: StrictBool = True
    severity: Severity | None = None
    threshold: Annotated[StrictInt, Field(ge=1)] | None = None
    allow: dict[str, list[Text]] = {}
    stage: Literal["live", "shadow"] | None = None


class Declarations(_Table):
    """Everything that one customer declares; every part may be left out."""

    expected_sources: list[ExpectedSource] = []
    silence: Silence = Silence()
    own_networks: list[OwnNetwork] = []
    watchlists: dict[str, Watchlist] = {}
    criticality: list[Criticality] = []
    break_glass_accounts: list[Text] = []
    automation_identities: list[Text] = []
    change_windows: list[ChangeWindow] = []
    detectors: Annotated[dict[str, DetectorOverride], BeforeValidator(_by_id)] = {}

    _file: DeclarationFile | None = PrivateAttr(default=None)

    def refuse(self, key: KeyPath, reason: str) -> NoReturn:
        """Raise DeclarationError about the value at `key`, such as ("detectors", "some_id"), for `reason`.

        For what only the caller knows, such as which sources and fields exist.
        """
        if self._file is None:
            raise DeclarationError(f"{shown(key)} {reason}")
        raise DeclarationError(self._file.line_about(key, reason))

    def refuse_unknown_detectors(self, known: Collection[str]) -> None:
        """Raise DeclarationError if a detector is declared here that is not among the ids `known`."""
        for name in self.detectors:
            if name not in known:
                self.refuse(("detectors", name), "is not a detector" + nearest(name, known))


def load_declarations(path: Path) -> Declarations:
    """The declarations in the TOML or JSON file at `path`.

    Raises DeclarationError with one line for each problem: file, line, what is wrong, what would be right.
    """
    file = DeclarationFile.read(path)
    try:
        declarations = Declarations.model_validate(file.content)
    except ValidationError as error:
        lines = [line for details in error.errors() for line in file.lines_about(details)]
        raise DeclarationError("\n".join(lines)) from None
    declarations._file = file
    return declarations

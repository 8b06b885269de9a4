"""What a customer declares about itself, without touching code: read from one TOML or JSON file.

`functions.composition` and the command line load it at start; `shared.collector` hands its parts to
detection, heartbeats and enrichment. Whatever is wrong is refused with file, line and what would be right,
before any event is read.
"""

from __future__ import annotations

import difflib
import ipaddress
import json
import re
import tomllib
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
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
from pydantic_core import ErrorDetails, PydanticCustomError

from shared.declaration_lines import Path as KeyPath
from shared.declaration_lines import lines_of_json, lines_of_toml
from shared.durations import parse_duration
from shared.errors import DeclarationError

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
    detectors: dict[str, DetectorOverride] = {}

    _file: _File | None = PrivateAttr(default=None)

    def refuse(self, key: KeyPath, reason: str) -> NoReturn:
        """Raise DeclarationError about the value at `key`, such as ("detectors", "some_id"), for `reason`.

        For what only the caller knows, such as which sources and fields exist.
        """
        if self._file is None:
            raise DeclarationError(f"{_shown(key)} {reason}")
        raise DeclarationError(self._file.line_about(key, reason))

    def refuse_unknown_detectors(self, known: Collection[str]) -> None:
        """Raise DeclarationError if a detector is declared here that is not among the ids `known`."""
        for name in self.detectors:
            if name not in known:
                self.refuse(("detectors", name), "is not a detector" + _nearest(name, known))


def load_declarations(path: Path) -> Declarations:
    """The declarations in the TOML or JSON file at `path`.

    Raises DeclarationError with one line for each problem: file, line, what is wrong, what would be right.
    """
    file = _File.read(path)
    try:
        declarations = Declarations.model_validate(file.content)
    except ValidationError as error:
        lines = [line for details in error.errors() for line in file.lines_about(details)]
        raise DeclarationError("\n".join(lines)) from None
    declarations._file = file
    return declarations


class _File:
    """A declaration file as read: what it says and on which line it says it."""

    def __init__(self, path: Path, content: dict[str, Any], lines: dict[KeyPath, int]) -> None:
        self.content = content
        self._path = path
        self._lines = lines

    @classmethod
    def read(cls, path: Path) -> _File:
        try:
            text = path.read_text(encoding="utf-8-sig")
        except OSError as error:
            raise DeclarationError(f"{path}: cannot be read: {error.strerror or error}") from None
        except UnicodeDecodeError:
            raise DeclarationError(f"{path}: is not UTF-8 text") from None
        if path.suffix == ".json":
            return cls(path, *_parsed_json(path, text))
        if path.suffix == ".toml":
            return cls(path, *_parsed_toml(path, text))
        raise DeclarationError(f'{path}: declarations are a ".toml" or a ".json" file')

    def line_about(self, key: KeyPath, reason: str) -> str:
        """`file:line: key reason`; the line is that of the key or of the nearest thing around it."""
        around = key
        while around and around not in self._lines:
            around = around[:-1]
        return f"{self._path}:{self._lines.get(around, 1)}: {_shown(key)} {reason}".replace("\n", " ")

    def lines_about(self, details: ErrorDetails) -> Iterable[str]:
        key, kind, context = details["loc"], details["type"], details.get("ctx", {})
        if kind == "unknown_key":
            for name in context["unknown"]:
                yield self.line_about(
                    (*key, str(name)), "is not known" + _nearest(str(name), context["known"])
                )
        elif kind == "missing":
            yield self.line_about(key, "is missing")
        elif kind == "value_error":
            yield self.line_about(key, details["msg"].removeprefix("Value error, "))
        else:
            value = (
                str(details["input"]) if isinstance(details["input"], datetime) else repr(details["input"])
            )
            shown = value if len(value) <= 60 else value[:57] + "..."
            yield self.line_about(key, f"is {shown}: {details['msg'][:1].lower()}{details['msg'][1:]}")


def _parsed_toml(path: Path, text: str) -> tuple[dict[str, Any], dict[KeyPath, int]]:
    try:
        return tomllib.loads(text), lines_of_toml(text)
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"\(at line (\d+), column \d+\)", str(error))
        line = int(at[1]) if at else text.count("\n") + 1
        raise DeclarationError(f"{path}:{line}: is not TOML: {str(error).split(' (at ')[0]}") from None


def _parsed_json(path: Path, text: str) -> tuple[dict[str, Any], dict[KeyPath, int]]:
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        raise DeclarationError(f"{path}:{error.lineno}: is not JSON: {error.msg}") from None
    if not isinstance(content, dict):
        raise DeclarationError(f"{path}:1: is not a JSON object")
    return content, lines_of_json(text)


def _nearest(name: str, known: Collection[str]) -> str:
    close = difflib.get_close_matches(name, list(known), n=1)
    if close:
        return f"; did you mean {close[0]}?"
    return f"; known are {', '.join(sorted(known))}" if len(known) <= 12 else ""


def _shown(key: KeyPath) -> str:
    shown = ""
    for part in key:
        shown += f"[{part}]" if isinstance(part, int) else f".{part}" if shown else part
    return shown or "the file"

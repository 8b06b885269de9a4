"""What a customer declares about itself, without touching code: read from one TOML or JSON file.

`functions.composition` and the command line load it at start; `shared.collector.collector` hands its parts to
detection, heartbeats and enrichment. Whatever is wrong is refused with file, line and what would be right,
before any event is read.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn

from pydantic import BeforeValidator, Field, PrivateAttr, StrictBool, StrictInt, ValidationError

from shared.base.errors import DeclarationError
from shared.base.severity import Criticality
from shared.customer._declared_log_settings import LogSettings
from shared.customer._line_numbers import KeyPath
from shared.customer.declaration_file import DeclarationFile, nearest, shown
from shared.customer.declared_sources import (
    ChangeWindow,
    DeclaredAcknowledgement,
    DeclaredCalendar,
    DeclaredSilence,
    DimensionOf,
    ExpectedSource,
    HeartbeatSettings,
    NamedSource,
    VirtualSource,
)
from shared.customer.types import AnySeverity, DeclaredNetwork, Scope, Table, Text

__all__ = ["ChangeWindow", "Declarations", "ExpectedSource", "load_declarations"]

log = logging.getLogger("telltale.declarations")

_OVERRIDES = {"enabled", "severity", "threshold", "allow", "stage"}


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


class OwnNetwork(Table):
    """A network of the customer's own, from which its people and services come."""

    name: Text
    cidr: DeclaredNetwork


class Watchlist(Table):
    """Values of one normalised field that findings are marked with."""

    field: Text
    values: list[Text]


class DeclaredCriticality(Table):
    """How much a resource matters: `match` is the beginning of its resource id, or its subscription id."""

    match: Scope
    level: Criticality


class DetectorOverride(Table):
    """What a customer changes about a detector. allow: normalised field to values that are no finding."""

    enabled: StrictBool = True
    severity: AnySeverity | None = None
    threshold: Annotated[StrictInt, Field(ge=1)] | None = None
    allow: dict[str, list[Text]] = {}
    stage: Literal["live", "shadow", "signal"] | None = None


class Declarations(Table):
    """Everything that one customer declares; every part may be left out."""

    expected_sources: list[ExpectedSource] = []
    virtual_sources: list[VirtualSource] = []
    retired_sources: list[NamedSource] = []
    dimensions: list[DimensionOf] = []
    silence: DeclaredSilence = DeclaredSilence()
    heartbeats: HeartbeatSettings = HeartbeatSettings()
    calendars: list[DeclaredCalendar] = []
    acknowledgements: list[DeclaredAcknowledgement] = []
    own_networks: list[OwnNetwork] = []
    watchlists: dict[str, Watchlist] = {}
    criticality: list[DeclaredCriticality] = []
    break_glass_accounts: list[Text] = []
    automation_identities: list[Text] = []
    change_windows: list[ChangeWindow] = []
    log_settings: LogSettings = LogSettings()
    detectors: Annotated[dict[str, DetectorOverride], BeforeValidator(_by_id)] = {}

    _file: DeclarationFile | None = PrivateAttr(default=None)

    def refuse(self, key: KeyPath, reason: str) -> NoReturn:
        """Raise DeclarationError about the value at `key`, such as ("detectors", "some_id"), for `reason`.

        For what only the caller knows, such as which sources and fields exist.
        """
        raise DeclarationError(self.about(key, reason))

    def about(self, key: KeyPath, reason: str) -> str:
        """`file:line: key reason`, without file and line where the declarations were not read from a file."""
        return self._file.line_about(key, reason) if self._file is not None else f"{shown(key)} {reason}"

    def overrides(self, known: Collection[str], former: Mapping[str, str]) -> dict[str, DetectorOverride]:
        """What is declared of each detector, by its id of today. former: ids of before, to those of now.

        A former id is understood, and a warning with file and line names the new one. Raises DeclarationError for an id
        that is neither among `known` nor among `former`, and for a detector that is declared under both.
        """
        found: dict[str, DetectorOverride] = {}
        for name, override in self.detectors.items():
            current = former.get(name, name)
            key = ("detectors", name)
            if current not in known:
                self.refuse(key, "is not a detector" + nearest(name, known))
            if current != name:
                if current in self.detectors:
                    self.refuse(
                        key, f"is the former id of {current}, which is declared too; keep one of them"
                    )
                log.warning("%s", self.about(key, f"is the former id of {current}; write the new one"))
            found[current] = override
        return found


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

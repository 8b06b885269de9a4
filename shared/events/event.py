"""One record, as a detector sees it: normalised names as attributes, the raw record behind them.

Nothing is decoded before it is asked for: the raw record is loaded at the first access, every normalised field
is resolved once and remembered. Made by `decode.py`; detectors, windows and alerts read it.
"""

from __future__ import annotations

from datetime import datetime
from hashlib import blake2b
from typing import Any, Final

from shared.events.conditions import fold
from shared.events.head import Head, HeadDecoder, NotQuick
from shared.events.lenient_json import dump
from shared.events.message import Origin
from shared.events.paths import Record, split_path, walk
from shared.events.source_definition import Constant, Field, Load, Source
from shared.events.times import parse_time

NAMES: Final = frozenset(
    """operation event_result event_result_details event_severity actor_user_id actor_username actor_user_type
    actor_app_id actor_session_id src_ip_addr src_port src_geo_country src_geo_city src_latitude src_longitude
    src_asn src_hostname dst_ip_addr dst_port dst_hostname network_protocol network_bytes network_direction
    http_user_agent http_method http_status_code http_host url target_user_id target_username target_name
    target_type target_id target_tenant_id tenant_id subscription_id resource_id correlation_id app_id app_name
    session_id record_id message event_count dvc_hostname role_name risk_level account_id region
    new_value old_value namespace rule_name""".split()
)
"""Every normalised name that a source may fill; ASIM's terms in snake_case."""


class Event:
    """A record of a telemetry source.

    Normalised fields are attributes (`event.actor_username`), None where the record has no value; `get` walks
    the raw record; `record` is the whole of it. `origin` says where in which hub it was read.
    """

    __slots__ = (
        "_embedded",
        "_head",
        "_head_decoder",
        "_load",
        "_record",
        "_source",
        "_values",
        "origin",
        "salvaged",
    )

    def __init__(
        self,
        source: Source,
        load: Load,
        origin: Origin,
        salvaged: str | None = None,
        head: Head = None,
        head_decoder: HeadDecoder | None = None,
    ) -> None:
        self._source = source
        self._head = head
        self._head_decoder = head_decoder
        self._load = load
        self._record: Record | None = None
        self._values: dict[str, Any] = {}
        self._embedded: dict[int, Any] = {}
        self.origin = origin
        self.salvaged = salvaged

    @property
    def record(self) -> Record:
        """The raw record, decoded at the first access."""
        if self._record is None:
            self._record = self._load()
        return self._record

    @property
    def declaration(self) -> Source:
        """The source that claimed this record."""
        return self._source

    @property
    def source(self) -> str:
        """The id of the source, `vendor.product.stream`."""
        if not self._source.dynamic:
            return self._source.id
        return self._source.id + "." + (self.app_name or "unnamed")[:64]

    @property
    def category(self) -> str | None:
        """The category within the source, as the record itself names it."""
        if self._source.category_of is not None:
            return self._source.category_of(self.record)
        value = walk(self.record, (self._source.head.category,))
        return value if isinstance(value, str) else None

    @property
    def time(self) -> datetime:
        """When it happened; where the record does not say (`time_from`), when it was enqueued. UTC."""
        return self._time()[0]

    @property
    def time_from(self) -> str:
        """`record`, or `enqueued` where the record carries no readable time."""
        return self._time()[1]

    def _time(self) -> tuple[datetime, str]:
        known: tuple[datetime, str] | None = self._values.get("!time")
        if known is None:
            known = self._values["!time"] = self._find_time()
        return known

    def _find_time(self) -> tuple[datetime, str]:
        if self._head is not None and self._source.time_paths[0] == (self._source.head.time,):
            moment = parse_time(self._head.time)
            if moment is not None:
                return moment, "record"
        for path in self._source.time_paths:
            moment = parse_time(walk(self.record, path, self._embedded))
            if moment is not None:
                return moment, "record"
        return self.origin.enqueued_time, "enqueued"

    def get(self, path: str, default: Any = None) -> Any:
        """The raw value at `path` (`properties.status.errorCode`), or `default`."""
        if self._head_decoder is not None and self._record is None:
            peek = self._head_decoder.peek(path)
            if peek is not None:
                try:
                    return peek(self._head)
                except NotQuick:
                    pass
        value = walk(self.record, split_path(path), self._embedded)
        return default if value is None else value

    def texts(self, path: str) -> str:
        """Everything below `path` as one lower-case text, for a search in nested values; '' if absent."""
        value = self.get(path)
        if value is None:
            return ""
        return value.casefold() if isinstance(value, str) else dump(value).decode().casefold()

    def folded(self, name: str) -> str | None:
        """The value of a normalised name or raw path in the form in which conditions compare."""
        if name == "source":
            return self.source.casefold()
        if name == "category":
            return fold(self.category)
        if name not in NAMES:
            value = self.get(name)
            return fold(value) if isinstance(value, str | int | float | bool) else None
        return fold(self.value(name))

    def digest(self) -> str:
        """A name for this record that follows from its content alone."""
        return blake2b(dump(self.record, in_order=True), digest_size=12).hexdigest()

    def value(self, name: str) -> Any:
        """The attribute `name`, without the detour that Python takes to one that is made when it is asked for."""
        if name in self._values:
            return self._values[name]
        declared = self._source.fields.get(name)
        if declared is None:
            return None if name in NAMES else getattr(self, name)
        found = declared.value if isinstance(declared, Constant) else self._quick(name, declared)
        self._values[name] = found
        return found

    def __getattr__(self, name: str) -> Any:
        if name not in NAMES and name not in self._source.fields:
            raise AttributeError(f"an event has no field {name!r}; raw values are read with event.get(path)")
        return self.value(name)

    def _quick(self, name: str, declared: Field) -> Any:
        """The field from the head where that is enough, else from the whole record."""
        if self._head_decoder is not None and self._record is None:
            quick = self._head_decoder.quick.get(name)
            if quick is not None:
                try:
                    return quick(self._head)
                except NotQuick:
                    pass
        return self._resolve(declared)

    def _resolve(self, declared: Field) -> Any:
        record, memory = self.record, self._embedded
        for path in declared.paths:
            raw = walk(record, path, memory)
            if raw is not None:
                value = declared.normalise(raw)
                if value is not None:
                    return value
        return None

    def normalised(self) -> dict[str, Any]:
        """Every normalised field that has a value, `source` and `time` first; what `telltale decode` prints."""
        fields = {name: getattr(self, name) for name in self._source.fields}
        return {name: value for name, value in fields.items() if value is not None}

    def __repr__(self) -> str:
        return f"<Event {self._source.id} {self.origin.partition}:{self.origin.sequence_number}>"

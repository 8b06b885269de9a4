"""The kinds of values that declarations are made of, each with a refusal that says what would be right."""

from __future__ import annotations

import ipaddress
import re
from datetime import timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from shared.base.durations import parse_duration
from shared.base.severity import Severity

_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


class Table(BaseModel):
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


def _time_zone(value: object) -> str:
    try:
        ZoneInfo(str(value))
    except (ValueError, OSError, ZoneInfoNotFoundError):  # a name that is no path, or is not there
        raise ValueError('is not a time zone; write its IANA name, as in "Europe/Zurich"') from None
    return str(value)


Text = Annotated[str, Field(strict=True, min_length=1)]
Duration = Annotated[timedelta, BeforeValidator(_duration)]
DeclaredNetwork = Annotated[ipaddress.IPv4Network | ipaddress.IPv6Network, BeforeValidator(_network)]
Scope = Annotated[str, BeforeValidator(_scope)]
TimeZone = Annotated[str, BeforeValidator(_time_zone)]
# ASIM's words, in whatever case they are written.
AnySeverity = Annotated[
    Severity,
    BeforeValidator(lambda value: value.capitalize() if isinstance(value, str) else value),
]

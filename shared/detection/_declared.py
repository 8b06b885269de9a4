"""Checks of what a window's declaration says; each raises DeclarationError with kind, argument and what would be right.

The detector's name comes before it: discovery, which imports the file, adds it.
"""

from __future__ import annotations

import difflib
import inspect
import ipaddress
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from shared.base.durations import format_duration, parse_duration
from shared.base.errors import DeclarationError

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

P = ParamSpec("P")
Made = TypeVar("Made")

_SHORTEST, _LONGEST = timedelta(seconds=10), timedelta(days=7)


def arguments_checked(declares: Callable[P, Made]) -> Callable[P, Made]:
    """`declares`, which raises DeclarationError in place of TypeError for arguments that are missing or not its own."""
    signature = inspect.signature(declares)

    @wraps(declares)
    def declare(*args: P.args, **kwargs: P.kwargs) -> Made:
        wrong = _wrong_arguments(declares.__name__, signature, args, kwargs)
        if wrong is not None:
            raise DeclarationError(wrong)
        return declares(*args, **kwargs)

    return declare


def _wrong_arguments(
    kind: str, signature: inspect.Signature, args: Sequence[Any], given: Mapping[str, Any]
) -> str | None:
    """The first thing that is wrong with how arguments were written."""
    taken = signature.parameters
    by_place = [name for name, one in taken.items() if one.kind is one.POSITIONAL_OR_KEYWORD]
    takes = f"it takes {', '.join(taken)}"
    for name in given:
        if name not in taken:
            close = difflib.get_close_matches(name, taken, n=1)
            return f"{kind}({name}=...): not known; " + (f"did you mean {close[0]}?" if close else takes)
    if len(args) > len(by_place):
        return f"{kind}({args[len(by_place)]!r}): write arguments by name; {takes}"
    said = {*by_place[: len(args)], *given}
    missing = [name for name, one in taken.items() if one.default is one.empty and name not in said]
    return f"{kind}({'=, '.join(missing)}=) is missing; {takes}" if missing else None


def key_of(kind: str, by: Any) -> tuple[str, ...]:
    """The fields of a key."""
    names = (by,) if isinstance(by, str) else tuple(by) if isinstance(by, Sequence) else ()
    if not names or not all(isinstance(name, str) and name for name in names):
        raise DeclarationError(
            f"{kind}(by={by!r}): name the field, or a list of fields, that a window belongs to"
        )
    return names


def whole(kind: str, name: str, value: Any, least: int = 1, most: int = 2**31) -> int:
    """A whole number between `least` and `most`."""
    if type(value) is not int or not least <= value <= most:
        raise DeclarationError(
            f"{kind}({name}={value!r}): write a whole number of at least {least}"
            + (f" and at most {most:,}" if most < 2**31 else "")
        )
    return value


def number(kind: str, name: str, value: Any, least: float, most: float) -> float:
    """A number between `least` and `most`."""
    if type(value) not in (int, float) or not least <= value <= most:
        raise DeclarationError(f"{kind}({name}={value!r}): write a number from {least:g} to {most:g}")
    return float(value)


def span(
    kind: str, value: Any, name: str = "period", least: timedelta = _SHORTEST, most: timedelta = _LONGEST
) -> timedelta:
    """A time between `least` and `most`."""
    try:
        length = parse_duration(value)
    except (ValueError, AttributeError):
        length = timedelta(0)
    if not least <= length <= most:
        raise DeclarationError(
            f"{kind}({name}={value!r}): write a time between {format_duration(least)!r} and "
            f"{format_duration(most)!r}, such as '15m'; longer is not retained"
            if length > most
            else f"{kind}({name}={value!r}): write a time between {format_duration(least)!r} and "
            f"{format_duration(most)!r}, such as '15m'"
        )
    return length


def field_of(kind: str, of: Any) -> str:
    """The field whose values are looked at."""
    if not isinstance(of, str) or not of:
        raise DeclarationError(f"{kind}(of={of!r}): name the field whose values are counted")
    return of


def networks_of(kind: str, name: str, texts: Any) -> tuple[Network, ...]:
    """Networks in CIDR notation."""
    if isinstance(texts, str) or not isinstance(texts, Sequence):
        raise DeclarationError(
            f"{kind}({name}={texts!r}): write a list of networks, as in ['203.0.113.0/24']"
        )
    try:
        return tuple(ipaddress.ip_network(text) for text in texts)
    except ValueError as error:
        raise DeclarationError(
            f"{kind}({name}={texts!r}): {error}; write it as in '203.0.113.0/24'"
        ) from None

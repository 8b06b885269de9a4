"""A declaration file as read: what it says, and on which line, so that a mistake can be pointed at.

`shared.customer.declarations` gives the content its meaning; this knows files, lines and how an error reads.
"""

from __future__ import annotations

import difflib
import json
import re
import tomllib
from collections.abc import Collection, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from pydantic_core import ErrorDetails

from shared.base.errors import DeclarationError
from shared.customer._line_numbers import KeyPath, lines_of_json, lines_of_toml

_KEYS_SHOWN: Final = 40
"""Known keys that an error lists where none is close to what was written: enough for all keys of any table."""


class DeclarationFile:
    """A declaration file as read: what it says and on which line it says it."""

    def __init__(self, path: Path, content: dict[str, Any], lines: dict[KeyPath, int]) -> None:
        self.content = content
        self._path = path
        self._lines = {_split(key): line for key, line in lines.items()}

    @classmethod
    def read(cls, path: Path) -> DeclarationFile:
        """The file at `path`; raises DeclarationError where it cannot be read or is neither TOML nor JSON."""
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
        around = _split(key)
        while around and around not in self._lines:
            around = around[:-1]
        return f"{self._path}:{self._lines.get(around, 1)}: {shown(key)} {reason}".replace("\n", " ")

    def lines_about(self, details: ErrorDetails) -> Iterable[str]:
        """What a validation error says, one line for each thing that is wrong."""
        key, kind, context = details["loc"], details["type"], details.get("ctx", {})
        if kind == "unknown_key":
            for name in context["unknown"]:
                reason = "is not known" + nearest(str(name), context["known"], most=_KEYS_SHOWN)
                yield self.line_about((*key, str(name)), reason)
        elif kind == "missing":
            yield self.line_about(key, "is missing")
        elif kind == "value_error":
            yield self.line_about(key, details["msg"].removeprefix("Value error, "))
        else:
            given = details["input"]
            value = str(given) if isinstance(given, datetime) else repr(given)
            value = value if len(value) <= 60 else value[:57] + "..."
            yield self.line_about(key, f"is {value}: {details['msg'][:1].lower()}{details['msg'][1:]}")


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


def nearest(name: str, known: Collection[str], most: int = 12) -> str:
    """The end of a sentence about `name`: which of `known` was probably meant, or which there are, if up to `most`."""
    close = difflib.get_close_matches(name, list(known), n=1)
    if close:
        return f"; did you mean {close[0]}?"
    return f"; known are {', '.join(sorted(known))}" if len(known) <= most else ""


def _split(key: KeyPath) -> KeyPath:
    """The key with dotted names taken apart, since `[a.b]` and `["a.b"]` may both be written."""
    return tuple(part for name in key for part in (name.split(".") if isinstance(name, str) else (name,)))


def shown(key: KeyPath) -> str:
    """The key as people write it: expected_sources[0].interval."""
    text = ""
    for part in key:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text or "the file"

"""Any text as a table key.

Partition and row keys are built from what events say (user names, resource ids), so from hostile text.
Whoever builds a key passes each part through `safe_key` and joins the parts with '|', which it never emits.
"""

from __future__ import annotations

import re
from hashlib import blake2b

SEPARATOR = "|"
"""Stands between the parts of a key."""

_DIGEST_BYTES = 16
_TAIL = 1 + 2 * _DIGEST_BYTES
_UNSAFE = re.compile(r"[^A-Za-z0-9._@:=,-]")


def safe_key(text: str, limit: int = 200) -> str:
    """`text` as a legal, readable key part of at most `limit` characters (33 or more).

    What is not a letter, digit or one of ._@:=,- becomes '!' and two hexadecimal digits for each UTF-8 byte.
    A percent sign is never used: Azure decodes it twice in addresses, so rows with it cannot be read back
    (Windows Azure Storage Team Blog, "PartitionKey or RowKey containing the percent '%' character causes some
    Windows Azure Tables APIs to fail"); '+' is escaped for the same caution. What is too long is cut and ends
    in '~' and a digest of the whole, so that different texts keep different keys. Empty text becomes '~'.
    """
    if limit < _TAIL:
        raise ValueError(f"a key of {limit} characters cannot hold a digest; give it {_TAIL} or more")
    if not text:
        return "~"
    if len(text) <= limit and text.isascii() and text.isalnum():
        return text
    escaped = _UNSAFE.sub(_escape, text[:limit])
    if len(text) <= limit and len(escaped) <= limit:
        return escaped
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_DIGEST_BYTES).hexdigest()
    return f"{escaped[: limit - _TAIL]}~{digest}"


def key_range(prefix: str) -> tuple[str, str]:
    """The `first` and `last` of a query for every key that starts with `prefix` (ASCII, not empty)."""
    if not prefix or not prefix.isascii():
        raise ValueError(f"{prefix!r} is no prefix of keys: it must be ASCII and not empty")
    return prefix, prefix[:-1] + chr(ord(prefix[-1]) + 1)


def _escape(match: re.Match[str]) -> str:
    return "".join(f"!{byte:02X}" for byte in match[0].encode("utf-8", "surrogatepass"))

"""Text from events, made safe to read: what is invisible or moves the cursor is shown as its escape.

An event can carry control characters, direction overrides and zero-width characters that make a row in a
workbook, a title of an incident or a line of a log read as something else. Rows use this for every value;
whoever renders a title or a log line from an event uses it for the values.
"""

from __future__ import annotations

import re
from typing import Final

# C0 and C1 controls; soft hyphen and the other format characters of Unicode (bidi controls, zero width,
# tags); letters and marks that are drawn as nothing; line and paragraph separators; lone surrogates.
_HOSTILE: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5"
    "\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff\ud800-\udfff]"
)
_NAMED: Final = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def neutralised(text: str) -> str:
    """`text` on one line, every invisible or control character as its escape: a backslash, u and its code."""
    if text.isascii() and text.isprintable():
        return text
    return _HOSTILE.sub(_escape, text)


def prose(text: str) -> str:
    """`neutralised`, keeping line ends and tabs: for text of the detectors' authors that runs over several
    lines.
    """
    if text.isascii() and text.isprintable():
        return text
    return _HOSTILE.sub(_escape_in_prose, text)


def shortened(text: str, limit: int) -> str:
    """`text` in at most `limit` UTF-8 bytes, ending in … where it was cut; needs `limit` >= 3 and no lone
    surrogates.
    """
    if len(text) * 4 <= limit:
        return text
    content = text.encode()
    if len(content) <= limit:
        return text
    return content[: limit - 3].decode(errors="ignore") + "…"


def _escape(found: re.Match[str]) -> str:
    character = found[0]
    if character in _NAMED:
        return _NAMED[character]
    code = ord(character)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def _escape_in_prose(found: re.Match[str]) -> str:
    return found[0] if found[0] in "\n\t" else _escape(found)

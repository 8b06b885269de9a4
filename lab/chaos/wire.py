"""HTTP messages as bytes, one after the other on a connection: enough of the protocol for `proxy`."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import Final, NamedTuple

_LENGTH: Final = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CHUNKED: Final = re.compile(rb"\r\ntransfer-encoding: *chunked", re.IGNORECASE)
_LIMIT: Final = 1 << 24

Connected = Callable[[asyncio.StreamReader, asyncio.StreamWriter], None]
"""What is done with a connection."""


class HttpMessage(NamedTuple):
    """A request or an answer: everything up to the empty line, and the body as it was sent."""

    head: bytes
    body: bytes

    @property
    def whole(self) -> bytes:
        """As it was sent."""
        return self.head + self.body

    @property
    def status(self) -> int:
        """The status of an answer."""
        return int(self.head.split(b" ", 2)[1])

    def with_body(self, body: bytes) -> HttpMessage:
        """The same with another body, and the length that fits it."""
        head = _LENGTH.sub(b"\r\nContent-Length: %d" % len(body), self.head)
        return HttpMessage(head, body)


async def read_message(reader: asyncio.StreamReader) -> HttpMessage | None:
    """The next message; None where the other side has closed."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        return HttpMessage(head, await _body(reader, head))
    except (asyncio.IncompleteReadError, ConnectionError):
        return None


async def _body(reader: asyncio.StreamReader, head: bytes) -> bytes:
    if _CHUNKED.search(head):
        parts: list[bytes] = []
        while True:
            line = await reader.readuntil(b"\r\n")
            size = int(line.split(b";")[0], 16)
            content = await reader.readexactly(size + 2)
            parts += (line, content)
            if size == 0:
                return b"".join(parts)
    length = _LENGTH.search(head)
    return await reader.readexactly(int(length[1])) if length else b""


def answer(status: int, body: bytes = b"", *headers: str) -> bytes:
    """An answer of the proxy's own."""
    lines = [f"HTTP/1.1 {status} Fault", f"Content-Length: {len(body)}", *headers]
    if body:
        lines.append("Content-Type: application/json")
    return "\r\n".join([*lines, "", ""]).encode() + body


async def connected(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection to a port of this machine."""
    return await asyncio.open_connection("127.0.0.1", port, limit=_LIMIT)


async def listening(serve: Connected) -> asyncio.Server:
    """A server on a free port of this machine."""
    return await asyncio.start_server(serve, "127.0.0.1", 0, limit=_LIMIT)

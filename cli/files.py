"""Reads the files that the command line is given: each into the hub bodies that it stands for.

    *.raw.jsonl    a line is a JSON string that holds one exact body
    *.jsonl        a line is a body: a record or an envelope
    *.json         the document is one body
    anything else, and standard input (`-`): JSON lines, one JSON document or lines of text, whichever it is

Called by `decode` and `replay`. Everything is read before anything is printed, so that a missing file is an error
and not half an answer.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import orjson

from shared.base.errors import TelltaleError

STANDARD_INPUT: Final = "-"
_LARGEST: Final = 2 << 30
_MARK: Final = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class FileBody:
    """One hub body, and where it stands: name of the file, and the line (from 1) on which it begins.

    `problem` says why the line is no body; `body` is then the line itself.
    """

    file: str
    line: int
    body: bytes
    problem: str | None = None


def read_bodies(names: Sequence[str]) -> list[FileBody]:
    """The bodies of all files, in order; raises TelltaleError, naming the file, for one that cannot be read."""
    contents = [(name, _content(name)) for name in names]
    return [body for name, content in contents for body in _bodies(name, content)]


def _content(name: str) -> bytes:
    if name == STANDARD_INPUT:
        return sys.stdin.buffer.read()
    path = Path(name)
    try:
        if path.is_dir():
            raise TelltaleError(
                f"{name}: is a directory; name the files in it, such as {name.rstrip('/')}/*.jsonl"
            )
        if path.stat().st_size > _LARGEST:
            raise TelltaleError(f"{name}: is larger than {_LARGEST >> 30} GiB; split it")
        return path.read_bytes()
    except FileNotFoundError:
        raise TelltaleError(f"{name}: there is no such file") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise TelltaleError(f"{name}: cannot be read ({reason})") from None


def _bodies(name: str, content: bytes) -> Iterator[FileBody]:
    content = _plain(content)
    lowered = name.lower()
    if lowered.endswith(".raw.jsonl"):
        for number, line in _lines(content):
            yield _raw(name, number, line)
    elif lowered.endswith((".jsonl", ".ndjson")):
        yield from (FileBody(name, number, line) for number, line in _lines(content))
    elif content.strip():
        yield from _sniffed(name, content, lowered.endswith(".json"))


def _plain(content: bytes) -> bytes:
    """UTF-8 without its mark, also of what Windows tools write as UTF-16."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace").encode("utf-8", errors="replace")
    return content.removeprefix(_MARK)


def _lines(content: bytes) -> Iterator[tuple[int, bytes]]:
    for number, line in enumerate(content.split(b"\n"), 1):
        line = line.removesuffix(b"\r")  # noqa: PLW2901 - the same line without its other end
        if line.strip():
            yield number, line


def _raw(name: str, number: int, line: bytes) -> FileBody:
    try:
        text = orjson.loads(line)
    except ValueError:
        text = None
    if not isinstance(text, str):
        return FileBody(
            name, number, line, "not a JSON string that holds a hub body, as *.raw.jsonl has on each line"
        )
    return FileBody(name, number, text.encode("utf-8", "surrogatepass"))


def _sniffed(name: str, content: bytes, is_document: bool) -> Iterator[FileBody]:
    """One body, or one a line: lines that each hold JSON are JSON lines, text is lines of text."""
    lines = list(_lines(content))
    begins = lines[0][1].lstrip()[:1]
    is_json = begins in (b"{", b"[", b'"')
    if is_json and not _are_json_lines([line for _, line in lines]):
        yield FileBody(name, lines[0][0], content)
    elif not is_json and (is_document or content.startswith(b"\x1f\x8b") or b"\0" in content):
        yield FileBody(name, 1, content)
    else:
        yield from (FileBody(name, number, line) for number, line in lines)


def _are_json_lines(lines: Sequence[bytes]) -> bool:
    """Whether there are several lines and one of the first is an object or a list of its own.

    A document that is printed over several lines begins with a line that is none.
    """
    if len(lines) == 1:
        return False
    for line in lines[:20]:
        if line[:1] not in (b"{", b"["):
            continue
        try:
            value = orjson.loads(line)
        except ValueError:
            continue
        if value:
            return True
    return False

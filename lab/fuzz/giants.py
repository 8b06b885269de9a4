"""Bodies as large as a hub takes, made to cost as much as they can; called by `cases`.

A short unit again and again finds what is quadratic; real records in that number find what is merely slow; and what
is compressed may come to more than it says.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from random import Random
from typing import Final

from lab.fuzz.changes import changed
from lab.fuzz.damage import damaged, noise
from lab.fuzz.seeds import Seeds

LARGEST: Final = 1 << 20
"""Bytes of a hub message."""

UNITS: Final = (
    *(
        b"[",
        b"{",
        b"}",
        b"]",
        b"[]",
        b"{}",
        b"1,",
        b"[1",
        b'{"a":1}',
        b"{}\n",
        b"{},",
        b'"a"',
        b'{"a":',
        b'{"records":[',
    ),
    *(
        b"'",
        b"{'a':'b'},",
        b"\\",
        b'\\"',
        b" ",
        b'} {"',
        b"a\n",
        b'{"time":1,"b":"{"Id":"x"}","c":1},',
        b'"{a",',
    ),
    *(
        b'{"time":1,"b":"x},',
        b"\\ud800",
        b"9",
        b'{"category":"AuditLogs"},',
        b'",",',
        b'{\\"a\\":1}',
        b'"k":1,',
    ),
    *(
        b"\xff",
        b"\xc3\xa9",
        b"\0",
        b"\n",
        b"{'",
        b"'}",
        b'{"a":"b"',
        b'[{"',
        b'},{"',
        b":{'",
        b"{'a':1}\n",
        b'""',
    ),
    *(
        b'{"time":"2026-02-04T07:45:44Z","event":"x"},',
        b"2 123456789012 eni-0 1 2 3 4 5 6 7 8 9 A OK\n",
        b"[[],",
    ),
)
STARTS: Final = (
    *(
        b"",
        b"",
        b'{"records":[',
        b'{"records":[',
        b'{"records":"',
        b"[",
        b"{",
        b'{"',
        b'[{"a":1},',
        b'{"Records":[',
    ),
    *(
        b'{"records":[{"category":"AuditLogs","properties":',
        b'{"records":[{"category":"kube-audit","properties":{"log":"',
    ),
    *(
        b'{"records":[{"category":"NetworkSecurityGroupFlowEvent","properties":{"flows":[{"flows":[{"flowTuples":["',
    ),
    *(b'{"time":', b'{"category":"AuditLogs"}', b"<134>1 host: ", b'{"records":[{"properties":"'),
)
ENDS: Final = (b"", b"", b"]}", b"]", b"}", b'"', b"1]}", b'"]}]}]}}]}', b"x")


def _size(rng: Random) -> int:
    """Often the largest, else anything down to 16 KiB."""
    return LARGEST if rng.random() < 0.3 else int(LARGEST / 64 ** rng.random())


def _repeated(rng: Random, _seeds: Seeds) -> bytes:
    """One unit again and again."""
    start, end = rng.choice(STARTS), rng.choice(ENDS)
    unit = rng.choice(UNITS) if rng.random() < 0.6 else noise(rng)[:64] or b"["
    return start + unit * ((_size(rng) - len(start) - len(end)) // len(unit)) + end


def _two_units(rng: Random, _seeds: Seeds) -> bytes:
    """Two units in turn, or one after the other."""
    one, two, size = rng.choice(UNITS), rng.choice(UNITS), _size(rng)
    if rng.random() < 0.5:
        return rng.choice(STARTS) + (one + two) * (size // (len(one) + len(two)) - 20)
    return one * (size // 2 // len(one)) + two * (size // 2 // len(two))


def _records(rng: Random, seeds: Seeds) -> bytes:
    """Records of the seeds, good or odd, as many as fit."""
    pool = rng.sample(seeds.records, 20)
    share = rng.choice((0.0, 0.05, 1.0))
    odd = [record if rng.random() >= share else _made_odd(rng, record, seeds) for record in pool]
    each = b",".join(odd) + b","
    return b'{"records":[' + each * max(1, _size(rng) // len(each) - 1) + odd[0] + b"]}"


def _made_odd(rng: Random, record: bytes, seeds: Seeds) -> bytes:
    return changed(rng, record) if rng.random() < 0.5 else damaged(rng, record, seeds.texts)


def _lines(rng: Random, seeds: Seeds) -> bytes:
    """Records in lines, some of them odd."""
    pool = [_made_odd(rng, record, seeds) for record in rng.sample(seeds.records, 5)]
    each = b"\n".join([*rng.sample(seeds.records, 10), *pool]) + b"\n"
    return each * max(1, _size(rng) // len(each))


def _random(rng: Random, _seeds: Seeds) -> bytes:
    """Bytes without any order."""
    alphabet = rng.choice((b"{}[]\":,'a1\\ \n", b'{}":,', b"[]", b"'\\\"", b"{}a\n"))
    size = _size(rng) // 4
    return rng.randbytes(size) if rng.random() < 0.3 else bytes(rng.choices(alphabet, k=size))


def _bomb(rng: Random, seeds: Seeds) -> bytes:
    """Compressed to a fraction; also within itself, cut, or in several members."""
    unit = rng.choice((*UNITS, rng.choice(seeds.records) + b",", rng.choice(seeds.records) + b"\n"))
    size = rng.choice((1 << 20, 4 << 20, 8 << 20, 24 << 20))
    content = rng.choice(STARTS) + unit * (size // len(unit)) + rng.choice(ENDS)
    packed = gzip.compress(content, rng.choice((1, 6)), mtime=0)
    draw = rng.random()
    if draw < 0.2:
        packed = gzip.compress(packed, mtime=0)
    elif draw < 0.3:
        packed = packed[: rng.randrange(len(packed))]
    elif draw < 0.4:
        packed = packed * 5 + gzip.compress(b"", mtime=0) * 5000
    return packed[:LARGEST]


def _dense(rng: Random, seeds: Seeds) -> bytes:
    """Compressed as logs compress: many different records, to a tenth; as large as a message may be."""
    out, size = [b'{"records":['], 0
    most = rng.choice((1 << 20, 3 << 20, 6 << 20, 10 << 20))
    while size < most:
        record = rng.choice(seeds.records)
        out += (record, b',{"id":"%x"},' % rng.getrandbits(512))
        size += len(record) + 144
    return zlib.compress(b"".join(out) + b"{}]}", 1, wbits=31)[:LARGEST]


Giant = Callable[[Random, Seeds], bytes]
_KINDS: Final[tuple[tuple[Giant, float], ...]] = (
    *((_repeated, 40), (_two_units, 15), (_records, 15), (_lines, 8), (_random, 8), (_bomb, 10), (_dense, 4)),
)


def giant(rng: Random, seeds: Seeds) -> tuple[str, bytes]:
    """A large body, and which kind it is."""
    make = rng.choices([kind for kind, _ in _KINDS], [weight for _, weight in _KINDS])[0]
    return make.__name__.strip("_").replace("_", " "), make(rng, seeds)[:LARGEST]

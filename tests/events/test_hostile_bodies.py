"""Work on a body is bounded, whatever its bytes."""

from __future__ import annotations

import gzip
import random
import time
import tracemalloc

import pytest

from shared.events.reading._message_content import MOST_EXPANDED
from shared.events.reading.body import MOST_PARTS, MOST_PROBLEMS
from tests.events.reading import decoder

SIZE = 1_000_000
SECONDS = 0.4
"""Far above what one body takes (some 0.05 s), far below what one that is not bounded would."""

_DICE = random.Random(7)
_TUPLES = b'{"records":[{"category":"NetworkSecurityGroupFlowEvent","properties":{"flows":[{"flows":[{"flowTuples":['

HOSTILE: dict[str, bytes] = {
    "open brackets": b"[" * SIZE,
    "open braces": b"{" * SIZE,
    "closed braces": b"}" * SIZE,
    "empty lists": b"[]" * (SIZE // 2),
    "empty objects": b"{}" * (SIZE // 2),
    "ones": b"[" + b"1," * (SIZE // 2) + b"1]",
    "ones, never closed": b"[" + b"1," * (SIZE // 2),
    "ones in an envelope": b'{"records":[' + b"1," * (SIZE // 2) + b"1]}",
    "tiny documents": b'{"a":1}' * (SIZE // 7),
    "300,000 tiny documents in lines": b"{}\n" * 300_000,
    "300,000 records of nothing": b'{"records":[' + b"{}," * 300_000 + b"{}]}",
    "strings": b'"a"' * (SIZE // 3),
    "deep objects": b'{"a":' * (SIZE // 5),
    "deep envelopes": b'{"records":[' * (SIZE // 12),
    "single quotes": b"{" + b"'" * SIZE,
    "single-quoted records": b'{"records":[' + b"{'a':'b'}," * (SIZE // 10) + b"]}",
    "backslashes": b'{"' + b"\\" * SIZE,
    "escaped quotes": b'{"' + b'\\"' * (SIZE // 2),
    "blanks": b"{" + b" " * SIZE + b"x",
    "broken objects": b'} {"' * (SIZE // 4),
    "text lines": b"a\n" * (SIZE // 2),
    "unescaped objects": b'{"records":[' + b'{"time":1,"b":"{"Id":"x"}","c":1},' * (SIZE // 35) + b"]}",
    "cut records": b'{"records":[' + b'{"time":1,"b":"x},' * (SIZE // 18) + b"]}",
    "halves of pairs": b'{"a":"' + b"\\ud800" * (SIZE // 6) + b'"}',
    "digits": b"[" + b"9" * SIZE + b"]",
    "an exponent": b'{"time":1e' + b"9" * SIZE + b"}",
    "noise": _DICE.randbytes(SIZE),
    "structural noise": b'{"records":[' + bytes(_DICE.choices(b"{}[]\":,'a1\\ \n", k=SIZE)),
    "a category and nothing else": b'{"records":[' + b'{"category":"AuditLogs"},' * (SIZE // 25) + b"{}]}",
    "empty flow tuples": _TUPLES + b'",",' * (SIZE // 4) + b'""]}]}]}}]}',
    "records in a string": b'{"records":"' + b'{\\"a\\":1}' * (SIZE // 9) + b'"}',
    "escaped quotes in a broken text": b'{"records":"[{\\"a\\":'
    + b'{\\"a\\":\\"b\\"},' * (SIZE // 14)
    + b"it's\"}",
    "halves of pairs, escaped twice": b'{"a":[' + b"\\\\\\ud800" * (SIZE // 8),
    "envelopes after text": b'"LEVEL":' + b'{"records":[' * 3_500 + b"]}" * 3_500,
    "broken strings": b'{"records":[' + b'"{a",' * (SIZE // 5) + b'"x"]}',
    "80,000 keys": b"{" + b",".join(b'"k%d":1' % number for number in range(80_000)) + b"}",
    "gzip of zeros": gzip.compress(b"\0" * 50_000_000),
    "gzip of brackets": gzip.compress(b"[" * 7_000_000),
    "gzip of ones": gzip.compress(b"[" + b"1," * 3_500_000 + b"1]"),
    "gzip of tiny documents": gzip.compress(b"{}\n" * 2_500_000),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_body_costs_little_and_is_told(name: str) -> None:
    body = HOSTILE[name]
    decoder().decode(b"[]")
    started = time.process_time()
    decoded = decoder().decode(body)
    assert time.process_time() - started < SECONDS
    assert decoded.problems or decoded.slow
    assert len(decoded.problems) <= 2 * MOST_PROBLEMS + 3
    assert len(decoded.slow) <= max(MOST_PARTS, MOST_EXPANDED)


@pytest.mark.parametrize(
    "name", ["gzip of zeros", "gzip of brackets", "gzip of ones", "gzip of tiny documents"]
)
def test_a_compressed_bomb_is_not_unpacked(name: str) -> None:
    tracemalloc.start()
    try:
        (problem,) = decoder().decode(HOSTILE[name]).problems
        assert tracemalloc.get_traced_memory()[1] < 40 << 20
    finally:
        tracemalloc.stop()
    assert problem.reason.startswith("gzip: unpacks to more than ")
    assert problem.content == HOSTILE[name]

"""What the fuzzer promises, it would notice: each promise is broken on purpose, and must be told."""

from __future__ import annotations

import functools
import multiprocessing
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lab.fuzz.__main__ import summary, told
from lab.fuzz.cases import Case, Material, beside_good
from lab.fuzz.damage import is_closed
from lab.fuzz.envelopes import FORMS
from lab.fuzz.good import good_body
from lab.fuzz.judge import Judge
from lab.fuzz.processes import Options, _trouble, run
from lab.fuzz.shrink import shrunk
from lab.fuzz.worker import Share, Told
from shared.events.event import Event
from shared.events.message import Message
from shared.events.reading.decoder import Decoded, Decoder
from shared.heartbeat.tally import Tally

SEED = "oracles"


@functools.cache
def whole_share() -> Share:
    return Share(SEED, most_findings=1)


@pytest.fixture
def share() -> Share:
    """A share that has found nothing yet."""
    known = whole_share()
    known.told = Told()
    known._known.clear()
    known.judge.forget()
    return known


def plant(monkeypatch: pytest.MonkeyPatch, make: Callable[[int, Material], Case]) -> None:
    """Every body of a run is the one made here, so that what an oracle finds hangs on no seed."""
    monkeypatch.setattr("lab.fuzz.worker.case_of", lambda _seed, index, material: make(index, material))


def oracles(share: Share, bodies: int = 100) -> set[str]:
    return {finding.failure.oracle for finding in share.run(bodies).findings}


def test_nothing_is_found_where_everything_holds(share: Share) -> None:
    assert oracles(share) <= {"slow"}


def test_an_exception_that_leaves_decode_is_found(share: Share, monkeypatch: pytest.MonkeyPatch) -> None:
    def raises(_self: Decoder, _body: bytes) -> Decoded:
        raise RuntimeError("a bug")

    monkeypatch.setattr(Decoder, "decode", raises)
    assert "decode" in oracles(share)


def losing(method: Any) -> Any:
    """The method, but its bodies lose their last record of the slow path."""

    def changed(self: Decoder, body: bytes) -> Decoded:
        decoded: Decoded = method(self, body)
        if len(decoded.slow) > 1:
            decoded.slow.pop()
        return decoded

    return changed


def test_a_good_record_that_is_lost_is_found(share: Share, monkeypatch: pytest.MonkeyPatch) -> None:
    def between(index: int, material: Material) -> Case:
        return beside_good(index, b'{"a":!}', FORMS[0], material.good[:2], ("", bytes))

    plant(monkeypatch, between)
    assert oracles(share, 10) <= {"slow"}
    monkeypatch.setattr(Decoder, "decode", losing(Decoder.decode))
    assert "beside" in oracles(share, 10)


def test_a_record_that_the_fast_path_reads_otherwise_is_found(
    share: Share, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch, lambda index, _material: Case(index, "several records", good_body(index), bytes))
    assert oracles(share, 10) <= {"slow"}
    monkeypatch.setattr(Decoder, "decode_slow_path", losing(Decoder.decode_slow_path))
    assert "fast" in oracles(share, 10)


def test_a_message_that_cannot_be_processed_is_found(share: Share, monkeypatch: pytest.MonkeyPatch) -> None:
    def raises(_self: Tally, _event: Event, _message: Message) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(Tally, "take_event", raises)
    assert "analyse" in oracles(share)


def test_a_record_that_is_not_counted_is_found(share: Share, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Tally, "take_event", lambda _self, _event, _message: None)
    assert "counted" in oracles(share)


def test_a_slow_body_is_found(share: Share) -> None:
    share.judge.most_seconds = 0.000_000_1
    try:
        assert oracles(share, 1) == {"slow"}
    finally:
        share.judge.most_seconds = Judge().most_seconds


def test_memory_that_grows_is_found(share: Share, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lab.fuzz.worker.peak_memory", lambda: 1 << 40)
    assert oracles(share, 1) == {"memory"}


def dies(_options: Options, first: int, at: Any, _told: Any) -> None:
    """A process that ends without a word in its 7th batch."""
    at[first] = 7


def test_a_process_that_dies_is_told_with_what_it_was_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lab.fuzz.processes._SECONDS_TO_DIE", 0.0)
    (share,) = run(Options(100, SEED, None, 1, 1), lambda _: None, target=dies)
    (finding,) = share.findings
    assert finding.index == 70
    assert finding.failure.told == "the process died with exit code 0"


def test_a_process_that_says_nothing_for_long_is_in_trouble() -> None:
    process = multiprocessing.current_process()
    assert _trouble(process, silent=10.0) is None
    assert _trouble(process, silent=1_000.0) == "no word for 1000 seconds"


def test_a_finding_is_written_with_what_repeats_it(
    share: Share, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def raises(_self: Decoder, body: bytes) -> Decoded:
        if b"{" in body:
            raise RuntimeError("a bug")
        return Decoded()

    monkeypatch.setattr(Decoder, "decode", raises)
    finding = share.run(100).findings[0]
    assert b"{" in finding.smallest
    assert "--seed oracles --only" in told(finding, SEED, tmp_path)
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".body", ".smallest", ".txt"]


def test_the_smallest_part_that_fails_is_kept() -> None:
    assert shrunk(b"a" * 300 + b"needle" + b"b" * 500, lambda core: b"needle" in core) == b"needle"


def test_a_body_that_fails_no_more_is_kept_whole() -> None:
    assert shrunk(b"abc", lambda _: False) == b"abc"


@pytest.mark.parametrize("text", [b"{}", b'{"a":[{}]}', b"{'a':'b'}", b'{"a":"}"}', b"{:::}", b'{"\\""}'])
def test_an_object_that_its_brackets_close_is_closed(text: bytes) -> None:
    assert is_closed(text)


@pytest.mark.parametrize(
    "text", [b"", b"[]", b"{", b"{}}", b"{}{}", b'{"a":"b}', b'{"a":[}]', b"{} ", b'{"},{"}', b" {}"]
)
def test_what_is_more_or_less_than_an_object_is_not_closed(text: bytes) -> None:
    assert not is_closed(text)


def test_the_figures_of_several_processes_are_put_together() -> None:
    shares = [Told(bodies=10, slowest=0.01, slowest_case=3), Told(bodies=20, slowest=0.02, slowest_case=7)]
    assert summary(shares, 10.0).startswith("30 bodies ")
    assert "slowest 20.0 ms (body 7)" in summary(shares, 10.0)

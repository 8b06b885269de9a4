"""The benchmark's mix: sizes, shares and cardinality that the figures rest on."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from typing import Any

import orjson
import pytest

from lab.traffic.mix import bench_bodies
from tests.lab.traffic.conftest import records_in, source_of

RECORDS = 10_000


@pytest.fixture(scope="module")
def bodies() -> list[bytes]:
    return bench_bodies(7, RECORDS)


@pytest.fixture(scope="module")
def records(bodies: list[bytes]) -> list[dict[str, Any]]:
    return [record for body in bodies for record in records_in(body)]


def test_the_mix_holds_as_many_records_as_asked_for(records: list[dict[str, Any]]) -> None:
    assert len(records) == RECORDS


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_record_is_about_2_kb(seed: int) -> None:
    assert 1_800 < sum(map(len, bench_bodies(seed, 5_000))) / 5_000 < 2_200


def test_three_in_ten_are_sign_ins_of_about_3_kb(records: list[dict[str, Any]]) -> None:
    sizes = [
        len(orjson.dumps(record))
        for record in records
        if source_of(record) in {"SignInLogs", "NonInteractiveUserSignInLogs"}
    ]
    assert 0.28 < len(sizes) / RECORDS < 0.32
    assert 2_800 < sum(sizes) / len(sizes) < 3_400


def test_every_source_is_in_the_mix(records: list[dict[str, Any]]) -> None:
    assert len({source_of(record) for record in records}) == 14


def test_bodies_hold_1_to_100_records_mostly_of_one_source(bodies: list[bytes]) -> None:
    held = [records_in(body) for body in bodies]
    assert {1, 100} <= {len(one) for one in held}
    assert max(map(len, held)) == 100
    assert sum(len({source_of(record) for record in one}) == 1 for one in held) > len(held) * 0.7
    assert any(len({source_of(record) for record in one}) > 3 for one in held)


def test_values_have_the_cardinality_of_a_large_company(records: list[dict[str, Any]]) -> None:
    users = {
        record["properties"]["userPrincipalName"]
        for record in records
        if source_of(record).endswith("UserSignInLogs")
    }
    operations = Counter(
        (source_of(record), record.get("operationName") or record.get("eventName") or record.get("event"))
        for record in records
    )
    assert len(users) > 1_000
    assert len(operations) > 300


def test_the_same_seed_gives_the_same_bodies_in_every_process() -> None:
    """Nothing follows from the order of a set or from the time of day."""
    program = (
        "import hashlib; from lab.traffic.mix import bench_bodies; "
        "print(hashlib.sha256(b'|'.join(bench_bodies(5, 400))).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1

"""The recovery drill, a short one: what was acknowledged arrives, whatever the region takes with it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import lab.drill.acts
from lab.azure.ingestion import IngestionEndpoint
from lab.drill.acts import ACTS, Stage, storage_survives
from lab.drill.acts import drill as played
from lab.drill.region import RegionFailed, region

ROOT = Path(__file__).parents[3]
RECORDS = 1_200


def test_nothing_that_was_acknowledged_is_lost_and_nothing_stands_twice_under_different_ids() -> None:
    outcomes = list(played("suite", RECORDS))
    assert len(outcomes) == len(ACTS) == 3
    for outcome in outcomes:
        assert outcome.held, (outcome.title, outcome.lost, outcome.twice)
        assert outcome.missing > 0, "the region was lost too late to prove anything"
        assert outcome.replayed > 0


def test_it_notices_what_a_replica_with_newer_windows_would_lose(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lab.drill.acts, "_DERIVED", ())
    act, kinds = ACTS[0]
    assert act is storage_survives
    with IngestionEndpoint() as workspace:
        outcome = act(Stage("2/storage_survives", 3_000, kinds, tmp_path, workspace))
    assert outcome.lost
    assert not outcome.held


def test_a_region_whose_functions_fail_ends_the_drill(tmp_path: Path) -> None:
    with IngestionEndpoint() as workspace:
        stage = Stage("x", 200, ACTS[2][1], tmp_path, workspace)
        with region(stage.setup, tmp_path / "state.db", "hub", stage.log) as first:
            first.lose()
            with pytest.raises((RegionFailed, OSError)):
                first.read(1.0)


def test_wrong_use_is_one_line() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "lab.drill", "--records", "3"],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].endswith("--records is at least 100")

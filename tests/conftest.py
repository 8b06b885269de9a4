"""What every test can ask for, and in how many processes tests run."""

from __future__ import annotations

import os

import hypothesis
import pytest

pytest_plugins = ["tests.azurite_fixture", "tests.event_hub_fixture"]

# A machine that is busy with other tests is slow for once, which says nothing about what is tested.
hypothesis.settings.register_profile("suite", deadline=None)
hypothesis.settings.load_profile("suite")


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """One more than there are cores, since some tests wait for a clock, a lock or another process.

    0, which is this process alone, for single files or -k: starting workers takes longer than the tests.
    """
    single = any(".py" in argument for argument in config.args)
    return 0 if single or config.option.keyword else (os.cpu_count() or 1) + 1

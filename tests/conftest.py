"""What every test can ask for, and in how many processes tests run."""

from __future__ import annotations

import pytest

pytest_plugins = ["tests.azurite_fixture", "tests.event_hub_fixture"]


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """None for `-n auto`, below which are single files or -k: starting workers takes longer than they do."""
    single = any(".py" in argument for argument in config.args)
    return 0 if single or config.option.keyword else None

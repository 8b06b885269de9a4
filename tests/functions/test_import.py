"""A cold start pays only for what every event needs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LATER = (
    "msgraph",
    "azure.identity",
    "azure.eventhub",
    "azure.monitor.ingestion",
    "sigma",
    "typer",
    "rich",
    "jinja2",
    "pydantic",
)


@pytest.mark.parametrize("module", LATER)
def test_importing_the_function_app_leaves_heavy_libraries_for_their_first_use(module: str) -> None:
    code = f"import function_app, sys; sys.exit({module!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0

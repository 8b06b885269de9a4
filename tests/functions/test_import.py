"""A cold start pays only for what every event needs."""

from __future__ import annotations

import subprocess
import sys
from functools import cache
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


@cache
def loaded() -> frozenset[str]:
    """The modules that a new process has loaded when it has imported the function app."""
    code = "import function_app, sys; print(*sys.modules, sep='\\n')"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return frozenset(done.stdout.splitlines())


@pytest.mark.parametrize("module", LATER)
def test_importing_the_function_app_leaves_heavy_libraries_for_their_first_use(module: str) -> None:
    assert "function_app" in loaded()
    assert module not in loaded()

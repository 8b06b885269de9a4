"""azure-cli in the environment of its own, which `make lint-infra` makes from the pins in infra/lint/az.txt."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Final

import pytest

from tests.infra.reading import INFRA, ROOT

PYTHON: Final = ROOT / ".venv-azure-cli" / "bin" / "python"
PARSER: Final = INFRA / "lint" / "azure_cli.py"


def run_with_azure_cli(folder: Path, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    """Runs Python where azure-cli is installed, with a configuration in `folder`.

    Skips where it is not installed; with TELLTALE_REQUIRE_ALL=1, as in CI, fails.
    """
    if not PYTHON.exists():
        reason = "azure-cli is not installed here; make lint-infra installs it"
        if os.environ.get("TELLTALE_REQUIRE_ALL") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    kept_apart = {
        "AZURE_CONFIG_DIR": str(folder / "azure-configuration"),
        "AZURE_CORE_COLLECT_TELEMETRY": "no",
        "AZURE_EXTENSION_USE_DYNAMIC_INSTALL": "no",
    }
    return subprocess.run(
        [str(PYTHON), "-W", "ignore", *arguments],
        input=given, env=os.environ | kept_apart, capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip

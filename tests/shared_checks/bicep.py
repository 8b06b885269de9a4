"""The Bicep against Microsoft's published resource types, by the checker beside them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def types_fit(shared: Path) -> list[str]:
    """What the checker in `shared` finds about `infra/`; prints how many resources it looked at."""
    done = subprocess.run(
        [sys.executable, str(shared / "tools" / "check_bicep.py"), str(ROOT / "infra")],
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    *findings, summary = done.stdout.splitlines() or [""]
    print(f"Bicep: {summary or done.stderr.strip()}")
    found = [line for line in findings if line]
    return found if done.returncode == 0 or found else [f"check_bicep.py ended with {done.returncode}"]

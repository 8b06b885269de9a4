"""What a cold start costs: importing the function app, relative to importing what any such app must import."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
APP = "import function_app"
LEAST = "import azure.functions, azure.data.tables"


def import_ratio(rounds: int) -> float:
    """CPU time of `import function_app` in a fresh process, in times that of the least; median of the rounds."""
    ratios = []
    for round_ in range(rounds + 1):
        app, least = _seconds(APP), _seconds(LEAST)
        if round_:  # the first round fills the file cache
            ratios.append(app / least)
    return statistics.median(ratios)


def _seconds(code: str) -> float:
    before = os.times()
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system

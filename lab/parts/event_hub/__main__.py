"""Installs what the stand-in for Event Hubs needs: `python -m lab.parts.event_hub`."""

from __future__ import annotations

import sys

from lab.parts.event_hub import PART
from lab.parts.node import install_or_say

if __name__ == "__main__":
    sys.exit(install_or_say(PART))

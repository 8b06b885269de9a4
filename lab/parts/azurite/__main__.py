"""Installs Azurite for the tests: `python -m lab.parts.azurite`."""

from __future__ import annotations

import sys

from lab.parts.azurite import PART
from lab.parts.node import install_or_say

if __name__ == "__main__":
    sys.exit(install_or_say(PART))

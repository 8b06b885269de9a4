"""Installs Azurite for the tests: `python -m tests.azurite`."""

from __future__ import annotations

import sys

from tests.azurite import PART
from tests.node import install_or_say

if __name__ == "__main__":
    sys.exit(install_or_say(PART))

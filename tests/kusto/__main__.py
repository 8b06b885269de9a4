"""Installs the Kusto language service for the tests: `python -m tests.kusto`, part of `make setup`."""

from __future__ import annotations

import sys

from tests.kusto import PART
from tests.node import install_or_say

if __name__ == "__main__":
    sys.exit(install_or_say(PART))

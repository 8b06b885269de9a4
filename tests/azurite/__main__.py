"""Installs Azurite for the tests: `python -m tests.azurite`.

Exit status 1, with one line that says why, where it cannot be installed: whoever calls it decides whether
that matters, since the tests that need it are then skipped (or fail, with TELLTALE_REQUIRE_ALL=1).
"""

from __future__ import annotations

import sys

from tests.azurite import AzuriteMissing, install


def main() -> int:
    try:
        done = install()
    except (AzuriteMissing, OSError) as reason:
        print(f"Azurite is not installed: {reason}", file=sys.stderr)
        return 1
    print("Azurite is installed in .tools/azurite" if done else "Azurite is there already")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""`make drill`: loses a region in three ways, recovers, and ends with a line that says what held. Status 1 if not."""

from __future__ import annotations

import argparse
import sys

from lab.drill.acts import Outcome, drill
from lab.drill.region import RegionFailed


def table(outcome: Outcome) -> str:
    """An act's outcome for people."""
    rows = (
        ("messages acknowledged by the lost region", f"{outcome.acknowledged:,}"),
        ("messages read in the other region", f"{outcome.replayed:,}"),
        ("alerts of acknowledged records missing in the workspace at the loss", f"{outcome.missing:,}"),
        ("alerts expected in the end, lost", f"{outcome.expected:,}, {len(outcome.lost):,}"),
        ("rows that arrived again under their id", f"{outcome.copies:,}"),
        ("alerts under a second id", f"{outcome.twice:,}"),
    )
    width = max(len(name) for name, _ in rows)
    return "\n".join((outcome.title, *(f"  {name:<{width}}  {value}" for name, value in rows)))


def main() -> int:
    """The exit status: 0 if everything held, 1 if something did not, 2 for what cannot be done."""
    parser = argparse.ArgumentParser(prog="drill", description=__doc__)
    parser.add_argument("--seed", default="1", help="a number or a word; the same plays the same (default 1)")
    parser.add_argument("--records", type=int, default=10_000, help="records of each act (default 10000)")
    options = parser.parse_args()
    if options.records < 100:
        parser.error("--records is at least 100")
    failed = 0
    try:
        for outcome in drill(options.seed, options.records):
            print(table(outcome), end="\n\n", flush=True)
            failed += not outcome.held
    except RegionFailed as reason:
        print(f"drill: {reason}", file=sys.stderr)
        return 2
    if failed:
        print(f"drill: FAILED with seed {options.seed}: {failed} of 3 did not hold")
        return 1
    print(f"drill: held with seed {options.seed}: nothing that was acknowledged is lost")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Run the checks over a folder of real records; prints tables and ends with the exit status 1 if one fails."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.shared_checks.attack import hit_rates
from tests.shared_checks.bicep import types_fit
from tests.shared_checks.corpus import corpus_files
from tests.shared_checks.reading import read_everything


def main() -> int:
    """The number of checks that failed, at most 1."""
    corpus = Path(sys.argv[1]) / "corpus"
    files = corpus_files(corpus)
    if not files:
        print(f"shared checks: no records below {corpus}")
        return 1
    failures = [*read_everything(files), *hit_rates(corpus), *types_fit(corpus.parent)]
    for failure in failures:
        print(f"shared checks: FAILED: {failure}")
    print(f"shared checks: {len(files)} files, {len(failures)} failed")
    return min(1, len(failures))


if __name__ == "__main__":
    sys.exit(main())

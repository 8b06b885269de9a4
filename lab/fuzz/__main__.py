"""`make fuzz`: many hostile bodies in several processes; says in one line what held, exits with 1 if something did not.

What did not hold is written to `lab/fuzz/findings`: the body, the smallest part of it that fails in the same way, and
the arguments that repeat it.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from lab.fuzz.judge import MOST_SECONDS
from lab.fuzz.processes import Options, run
from lab.fuzz.worker import Finding, Share, Told
from shared.base.errors import TelltaleError

FINDINGS: Final = Path(__file__).parent / "findings"
_SHOWN: Final = 1_500


def summary(shares: Sequence[Told], seconds: float) -> str:
    """The figures of a run, so far or in all."""
    bodies = sum(share.bodies for share in shares)
    asked: Counter[str] = Counter()
    for share in shares:
        asked.update(share.asked)
    slowest = max(shares, key=lambda share: share.slowest)
    return (
        f"{bodies:,} bodies ({sum(share.size for share in shares) / max(bodies, 1) / 1024:.1f} KB each), "
        f"{asked['good records']:,} good records beside odd ones, {asked['fast compared']:,} bodies read both ways, "
        f"{asked['batches collected']:,} batches collected; {bodies / max(seconds, 1):,.0f} bodies/s, "
        f"slowest {slowest.slowest * 1000:.1f} ms (body {slowest.slowest_case}), "
        f"peak {max(share.peak for share in shares) >> 20} MB, "
        f"grew by {max(share.growth for share in shares) >> 20} MB"
    )


def told(finding: Finding, seed: str, folder: Path) -> str:
    """Writes a finding to `folder`; gives what to print about it."""
    folder.mkdir(exist_ok=True)
    name = f"{seed}-{finding.index}-{finding.failure.oracle}"
    (folder / f"{name}.body").write_bytes(finding.body)
    (folder / f"{name}.smallest").write_bytes(finding.smallest)
    text = (
        f"FINDING {finding.failure.oracle}: {finding.failure.detail}\n"
        f"body {finding.index} of seed {seed} ({finding.kind}); again with --seed {seed} --only {finding.index}\n"
        f"{finding.failure.told.rstrip()}\n"
        f"smallest body, {len(finding.smallest)} bytes: {finding.smallest[:_SHOWN]!r}\n"
        f"written to {folder.name}/{name}.body and .smallest\n"
    )
    (folder / f"{name}.txt").write_text(text, encoding="utf-8", errors="replace")
    return text


def _options() -> tuple[Options, int | None]:
    parser = argparse.ArgumentParser(prog="fuzz", description=__doc__)
    parser.add_argument("--bodies", type=int, default=1_000_000, help="how many (default 1,000,000)")
    parser.add_argument("--seed", default="1", help="a number or a word; the same gives the same bodies")
    parser.add_argument("--corpus", type=Path, help="a folder whose *.jsonl join the seed corpus")
    parser.add_argument("--processes", type=int, default=2, help="processes that share the work (default 2)")
    parser.add_argument("--findings", type=int, default=5, help="different findings at which a process stops")
    parser.add_argument("--only", type=int, metavar="N", help="body number N alone")
    given = parser.parse_args()
    if min(given.bodies, given.processes, given.findings) < 1:
        parser.error("--bodies, --processes and --findings are at least 1")
    if not given.seed.replace("-", "").isalnum():
        parser.error(f"--seed {given.seed!r}: letters, digits and hyphens only")
    if given.corpus is not None and not given.corpus.is_dir():
        parser.error(f"--corpus {given.corpus}: there is no such folder")
    options = Options(given.bodies, given.seed, given.corpus, given.processes, given.findings)
    return options, given.only


def main() -> int:
    """The exit status: 0 if everything held, 1 if something did not, 2 for what cannot be done."""
    options, only = _options()
    begun = time.monotonic()

    def progress(shares: Sequence[Told]) -> None:
        sys.stderr.write(f"fuzz: {summary(shares, time.monotonic() - begun)}\n")

    try:
        shares = run(options, progress) if only is None else [Share(options.seed, options.corpus).one(only)]
    except TelltaleError as error:
        sys.stderr.write(f"fuzz: {error}\n")
        return 2
    findings = {finding.failure.signature: finding for share in shares for finding in share.findings}
    for finding in findings.values():
        sys.stdout.write(told(finding, options.seed, FINDINGS) + "\n")
    figures = summary(shares, time.monotonic() - begun)
    if findings:
        sys.stdout.write(f"fuzz: FAILED with seed {options.seed}: {len(findings)} findings; {figures}\n")
        return 1
    sys.stdout.write(
        f"fuzz: held with seed {options.seed}: no exception, no record lost, no body over "
        f"{MOST_SECONDS * 1000:.0f} ms; {figures}\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())

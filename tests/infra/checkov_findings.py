"""What checkov found against the exceptions that we explain: `make lint-infra` runs it with checkov's report."""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[2]
EXCEPTIONS = ROOT / "infra" / "lint" / "exceptions.toml"


class Finding(NamedTuple):
    """A check and the resource that does not pass it."""

    check: str
    resource: str


def explained(text: str) -> set[Finding]:
    """The exceptions of the file. Raises ValueError for one that is not explained, or stands there twice."""
    listed = tomllib.loads(text)["exception"]
    found = {Finding(one["check"], one["resource"]) for one in listed}
    if len(found) != len(listed):
        raise ValueError("an exception stands there twice")
    for one in listed:
        if len(one.get("why", "").split()) < 5:
            raise ValueError(f"{one['check']} of {one['resource']}: why?")
    return found


def judged(report: dict[str, Any], exceptions: Iterable[Finding], files: int) -> list[str]:
    """What is wrong: unexplained findings, idle exceptions, files that checkov did not read."""
    failed = {
        Finding(one["check_id"], one["resource"]): one["check_name"]
        for one in report["results"]["failed_checks"]
    }
    kept = set(exceptions)
    wrong = [
        f"{check} {resource}: {failed[Finding(check, resource)]}" for check, resource in failed.keys() - kept
    ]
    wrong += [f"{check} {resource}: nothing needs this exception" for check, resource in kept - failed.keys()]
    if unread := report["summary"]["parsing_errors"]:
        wrong.append(f"checkov could not read {unread} of {files} files")
    return sorted(wrong)


def main(path: str) -> int:
    """Prints what is wrong; the exit status is 1 where something is."""
    report = json.loads(Path(path).read_text("utf-8"))
    files = len(list((ROOT / "infra").rglob("*.bicep")))
    exceptions = explained(EXCEPTIONS.read_text("utf-8"))
    wrong = judged(report, exceptions, files)
    print(*wrong, sep="\n", end="\n" if wrong else "")
    summary = report["summary"]
    print(
        f"checkov: {summary['passed']} passed, {len(exceptions)} exceptions, {len(wrong)} findings, "
        f"{summary['resource_count']} resources of {files} files"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

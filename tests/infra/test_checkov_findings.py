"""Exceptions from checkov: each is explained, each is needed, and a file that was not read is no pass."""

from __future__ import annotations

from typing import Any

import pytest

from tests.infra.checkov_findings import EXCEPTIONS, Finding, explained, judged
from tests.infra.reading import ROOT

KNOWN = Finding("CKV_1", "a.b")


def report(*failed: Finding, unread: int = 0) -> dict[str, Any]:
    checks = [{"check_id": check, "resource": resource, "check_name": "n"} for check, resource in failed]
    return {"results": {"failed_checks": checks}, "summary": {"parsing_errors": unread}}


def test_the_exceptions_that_there_are_are_explained() -> None:
    assert len(explained(EXCEPTIONS.read_text("utf-8"))) > 0


def test_what_is_explained_passes() -> None:
    assert judged(report(KNOWN), [KNOWN], 1) == []


def test_a_finding_without_an_exception_for_that_resource_fails() -> None:
    assert judged(report(KNOWN), [], 1) == ["CKV_1 a.b: n"]
    assert judged(report(KNOWN, Finding("CKV_1", "a.c")), [KNOWN], 1) == ["CKV_1 a.c: n"]


def test_an_exception_that_nothing_needs_fails() -> None:
    assert judged(report(), [KNOWN], 1) == ["CKV_1 a.b: nothing needs this exception"]


def test_a_file_that_could_not_be_read_fails() -> None:
    assert judged(report(unread=2), [], 3) == ["checkov could not read 2 of 3 files"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('[[exception]]\ncheck = "C"\nresource = "r"\nwhy = "because"\n', "why?"),
        ('[[exception]]\ncheck = "C"\nresource = "r"\nwhy = "one two three four five"\n' * 2, "twice"),
    ],
)
def test_an_exception_without_reason_or_twice_is_refused(text: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        explained(text)


def test_ci_runs_it_and_the_product_does_not_need_it() -> None:
    assert "make lint-infra" in (ROOT / ".ci" / "run").read_text("utf-8")
    for name in ("requirements.txt", "requirements-dev.txt"):
        assert "checkov" not in (ROOT / name).read_text("utf-8")

"""A deletion, and the order of deletions."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass


class Stage(enum.StrEnum):
    """In the order in which they are deleted; a stage is begun when the one before it is done."""

    ROLE = "role assignment"
    REMEDIATION = "remediation"
    ASSIGNMENT = "policy assignment"
    SET = "policy set"
    DEFINITION = "policy definition"
    SETTING = "diagnostic setting"
    RULE = "rule"
    CONTENT = "workbook or saved search"
    TABLE = "table"
    RESOURCE = "resource"
    CUSTOM_ROLE = "custom role"
    DEPLOYMENT = "deployment"


@dataclass(frozen=True, slots=True)
class Step:
    """One deletion. what: for people. command: arguments of the Azure CLI."""

    stage: Stage
    what: str
    command: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """Every deletion in its order. left: what stays, a line each."""

    steps: Sequence[Step]
    left: Sequence[str]


def rest_delete(url: str) -> tuple[str, ...]:
    """The command for what the Azure CLI has none of its own for; without a host it adds that of its cloud."""
    return ("rest", "--method", "delete", "--url", url)

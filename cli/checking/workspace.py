"""Asks a Log Analytics workspace whether the row of a check has arrived."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from cli.azure_cli import shown
from shared.alerts.health_columns import TABLE
from shared.base.errors import TelltaleError
from shared.upkeep.arrival.workspace import QueryRefused, Workspace


class WorkspaceUnavailable(TelltaleError):  # noqa: N818 - named for what happened
    """The workspace did not answer; the message says what it said, `repair` the command."""

    def __init__(self, message: str, repair: str) -> None:
        super().__init__(message)
        self.repair = repair


class CheckedWorkspace(Workspace):
    """A workspace that is asked for rows of health."""

    table = TABLE

    def has_row(self, identity: str) -> bool:
        """Whether the row of a check is there; raises WorkspaceUnavailable."""
        # Made by this program: letters, digits and dashes, nothing that KQL could take for its own.
        query = (
            f'{TABLE} | where TimeGenerated > ago(2d) | where Why == "telltale check {identity}" '
            "| summarize Rows = count()"
        )
        try:
            answer: Any = self._ask(query)
            return int(answer["tables"][0]["rows"][0][0]) > 0
        except QueryRefused as refused:
            if refused.why == "query":  # a table that no row has reached yet is not known
                return False
            raise WorkspaceUnavailable(str(refused), _repair(refused)) from refused
        except (KeyError, IndexError, TypeError, ValueError):
            return False


def _repair(refused: QueryRefused) -> str:
    if refused.why == "later":
        return "check again in a few minutes"
    if ": 404" in str(refused):
        return shown(["monitor", "log-analytics", "workspace", "list", "--query", "[].[name,customerId]"])
    role = ["role", "assignment", "create", "--role", "Log Analytics Reader", "--assignee", "WHO"]
    return shown([*role, "--scope", "WORKSPACE_ID"])


def is_here(endpoint: str) -> bool:
    """Whether the endpoint is a stand-in on this machine, which no token goes to."""
    return urlsplit(endpoint).hostname in {"127.0.0.1", "localhost"}

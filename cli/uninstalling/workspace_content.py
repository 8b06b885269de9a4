"""What of a workspace goes: rules, workbook, saved searches, and the tables where that is asked for. Pure functions.

Rules and parsers do not say which deployment wrote them, because two collectors of one customer share them: where
another one still writes into the workspace, they stay.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from cli.uninstalling.finding import Found, Workspace, destinations
from cli.uninstalling.steps import Stage, Step, rest_delete
from cli.uninstalling.target import Target

OURS: Final = "Telltale: "
"""What the titles of rules begin with; also the names of custom roles and the descriptions of role assignments."""

TABLES: Final = ("TelltaleAlerts_CL", "TelltaleHealth_CL")
"""What the deployment makes in it, and keeps the alerts in."""

_RECORDS: Final = ("telltale-content", "telltale-workbook", "telltale-automation")
"""Deployments of modules whose scope is the workspace's resource group."""


def others_of(target: Target, workspace: Workspace, found: Found) -> list[str]:
    """Resource groups of other deployments that write into a workspace."""
    return sorted(
        {
            str(rule["id"]).split("/")[4]
            for one in found.subscriptions
            for rule in one.collection_rules
            if rule.get("id")
            and not target.in_group(str(rule["id"]))
            and workspace.id.lower() in map(str.lower, destinations(rule))
        }
    )


def content(target: Target, workspace: Workspace, *, shared: bool) -> Iterator[Step]:
    """What of it goes; where it is shared, only what is this deployment's alone."""
    yield from _automation_rules(target, workspace, shared=shared)
    yield from _workbooks(target, workspace)
    if shared:
        return
    yield from _analytics_rules(workspace)
    if not target.in_group(workspace.id):
        yield from _tables(target, workspace)
        yield from _deployments(workspace)


def _automation_rules(target: Target, workspace: Workspace, *, shared: bool) -> Iterator[Step]:
    for rule in workspace.automation_rules:
        if _starts_playbook_of(target, rule) or (not shared and title(rule).startswith(OURS)):
            yield _rule(workspace, "automationRules", rule)


def _analytics_rules(workspace: Workspace) -> Iterator[Step]:
    for rule in workspace.alert_rules:
        if title(rule).startswith(OURS):
            yield _rule(workspace, "alertRules", rule)
    for search in workspace.searches:
        if (search.get("properties") or {}).get("category") == "Telltale":
            url = f"{workspace.id}/savedSearches/{_name(search)}?api-version=2025-02-01"
            yield Step(Stage.CONTENT, f"{title(search)}, in {workspace.name}", rest_delete(url))


def _rule(workspace: Workspace, kind: str, rule: Any) -> Step:
    url = f"{workspace.id}/providers/Microsoft.SecurityInsights/{kind}/{_name(rule)}?api-version=2025-09-01"
    return Step(Stage.RULE, f"{title(rule)}, in {workspace.name}", rest_delete(url))


def _workbooks(target: Target, workspace: Workspace) -> Iterator[Step]:
    for book in workspace.workbooks:
        if title(book) == f"Telltale ({target.name})":
            url = f"{workspace.beside}/providers/Microsoft.Insights/workbooks/{_name(book)}?api-version=2023-06-01"
            yield Step(Stage.CONTENT, f"workbook {title(book)}", rest_delete(url))


def _tables(target: Target, workspace: Workspace) -> Iterator[Step]:
    delete = ("monitor", "log-analytics", "workspace", "table", "delete", "--workspace-name", workspace.name)
    for table in workspace.tables if target.tables else ():
        if table.get("name") in TABLES:
            command = (*delete, "--name", str(table["name"]), "--yes", *workspace.arguments)
            yield Step(Stage.TABLE, f"{table['name']} with its alerts, in {workspace.name}", command)


def _deployments(workspace: Workspace) -> Iterator[Step]:
    for entry in workspace.deployments:
        if entry.get("name") in _RECORDS:
            command = ("deployment", "group", "delete", "--name", str(entry["name"]), *workspace.arguments)
            yield Step(Stage.DEPLOYMENT, f"{entry['name']} beside {workspace.name}", command)


def title(entry: Any) -> str:
    """What people see of a rule, workbook or search."""
    return str((entry.get("properties") or {}).get("displayName") or entry.get("name") or "")


def _name(entry: Any) -> str:
    """The last part of its id; some services show a child's name together with that of its parent."""
    return str(entry.get("id") or entry["name"]).rpartition("/")[2]


def _starts_playbook_of(target: Target, rule: Any) -> bool:
    actions = (rule.get("properties") or {}).get("actions") or ()
    started = [str((one.get("actionConfiguration") or {}).get("logicAppResourceId") or "") for one in actions]
    return any(target.in_group(one) for one in started)

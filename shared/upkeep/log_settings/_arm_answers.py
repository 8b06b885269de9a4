"""From what Azure Resource Manager answers to the values that are compared. What cannot be read is said, not guessed.

Called by `log_settings_watch.py`. Everything that Azure says is taken as text that may hold anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from shared.upkeep.log_settings._compare import ENTRA, Difference, Lack, Resource, Setting
from shared.upkeep.log_settings.arm import Arm, ArmRefused

_AT_ONCE = 8
"""Resources whose settings are read side by side: Azure Resource Manager takes some 25 reads a second of one caller."""


def read_resources(
    arm: Arm, types: Iterable[str], problems: list[Difference], but: str = ""
) -> list[Resource]:
    """Resources of `types` with their settings; the tenant and subscriptions among them are read by their own ways.

    but: name of a site that is left out, the collector's own: its log would feed itself, so nobody turns it on.
    """
    wanted = sorted({name.lower() for name in types})
    found: list[Resource] = []
    if ENTRA in wanted:
        found.append(_entra(arm, problems))
    listed = [name for name in wanted if name != ENTRA]
    if not listed:
        return found
    try:
        rows = [row for row in _listed(arm, listed) if not _is_site(row, but)]
    except ArmRefused as refused:
        problems.append(_unreadable("/", "the inventory (Azure Resource Graph)", refused))
        return found
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        found += pool.map(lambda row: _resource(arm, row[0], row[1], row[2], problems), rows)
    return found


def _is_site(row: tuple[str, str, str], name: str) -> bool:
    return bool(name) and row[0].lower().endswith(f"/microsoft.web/sites/{name.lower()}")


_ACCOUNTS = "microsoft.storage/storageaccounts"
_SERVICES: Mapping[str, frozenset[str]] = {
    "blobServices": frozenset({"filestorage"}),
    "fileServices": frozenset({"blobstorage", "blockblobstorage"}),
    "queueServices": frozenset({"filestorage", "blobstorage", "blockblobstorage"}),
    "tableServices": frozenset({"filestorage", "blobstorage", "blockblobstorage"}),
}
"""Services of a storage account, which the inventory does not list, and the kinds of accounts that lack each."""


def _listed(arm: Arm, types: list[str]) -> Iterator[tuple[str, str, str]]:
    """Id, type and kind of each."""
    services = {f"{_ACCOUNTS}/{name.lower()}": name for name in _SERVICES}
    asked = {_ACCOUNTS if name in services else name for name in types}
    for row in arm.resources(sorted(asked)):
        resource_id, resource_type = row.get("id"), row.get("type")
        if not (
            isinstance(resource_id, str) and isinstance(resource_type, str) and resource_id.startswith("/")
        ):
            continue
        resource_type = resource_type.lower()
        kind = str(row.get("kind") or "").lower()
        if resource_type in types:
            yield resource_id, resource_type, kind
        if resource_type == _ACCOUNTS:
            for service_type, name in services.items():
                if service_type in types and kind not in _SERVICES[name]:
                    yield f"{resource_id}/{name}/default", service_type, ""


def _entra(arm: Arm, problems: list[Difference]) -> Resource:
    try:
        return Resource(ENTRA, ENTRA, tuple(map(setting_of, arm.entra_settings())))
    except ArmRefused as refused:
        problems.append(_unreadable(ENTRA, "the Entra tenant's diagnostic settings", refused))
        return Resource(ENTRA, ENTRA, None)


def _resource(
    arm: Arm, resource_id: str, resource_type: str, kind: str, problems: list[Difference]
) -> Resource:
    try:
        settings = tuple(map(setting_of, arm.diagnostic_settings(resource_id)))
        return Resource(resource_id, resource_type, settings, kind)
    except ArmRefused as refused:
        if refused.status != 404:  # deleted since the inventory was made
            problems.append(_unreadable(resource_id, "its diagnostic settings", refused))
        return Resource(resource_id, resource_type, None, kind)


def read_retention(
    arm: Arm, workspaces: Iterable[str], problems: list[Difference]
) -> dict[tuple[str, str], int | None]:
    """Days that each table keeps its rows (archive included), by folded workspace id and table name."""
    found: dict[tuple[str, str], int | None] = {}
    for workspace in sorted(set(workspaces)):
        try:
            tables = arm.tables(workspace)
        except ArmRefused as refused:
            problems.append(_unreadable(workspace, "the retention of its tables", refused))
            continue
        for table in tables:
            properties = _object(table.get("properties"))
            days = properties.get("totalRetentionInDays") or properties.get("retentionInDays")
            if isinstance(days, int):
                found[workspace.casefold(), str(table.get("name", "")).casefold()] = days
    return found


def setting_of(answer: Mapping[str, Any]) -> Setting:
    """A diagnostic setting as Azure Monitor (or Entra) describes it."""
    properties = _object(answer.get("properties"))
    categories: set[str] = set()
    groups: set[str] = set()
    for entry in properties.get("logs") or ():
        if isinstance(entry, dict) and entry.get("enabled") is True:
            if isinstance(category := entry.get("category"), str):
                categories.add(category.casefold())
            if isinstance(group := entry.get("categoryGroup"), str):
                groups.add(group.casefold())
    rule = str(properties.get("eventHubAuthorizationRuleId") or "")
    parts = rule.split("/")
    namespace = parts[parts.index("namespaces") + 1] if "namespaces" in parts[:-1] else ""
    others = (("workspaceId", "workspace"), ("storageAccountId", "storage account"))
    destinations = [
        f"{what} {str(properties[name]).rpartition('/')[2]}" for name, what in others if properties.get(name)
    ]
    return Setting(
        str(answer.get("name") or "unnamed"),
        frozenset(categories),
        frozenset(groups),
        str(properties.get("eventHubName") or "") if namespace else "",
        namespace,
        ", ".join(destinations),
    )


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _unreadable(subject: str, what: str, refused: ArmRefused) -> Difference:
    role = (
        "; the app's identity needs the role Monitoring Reader there" if refused.status in (401, 403) else ""
    )
    return Difference(Lack.NOT_READABLE, subject, "", "", f"{what} could not be read: {refused}{role}")

"""Asks Azure what there is, through the Azure CLI; what of it goes is decided in `planning`. Nothing is changed here.

What a deployment makes and the inventory does not list is asked for by its own command: diagnostic settings of each
resource (also of the services of a storage account), of the subscription and of the tenant, policies, roles, saved
searches, rules, deployments. What may not be read is a line of `unread`, and does not stop the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Final

from cli.azure_cli import AzureCliFailed, az_json
from cli.uninstalling.target import Target

Ask = Callable[[Sequence[str]], Any]
"""Runs a command of the Azure CLI and gives its answer; raises AzureCliFailed."""

SERVICES: Final = ("blobServices", "queueServices", "tableServices", "fileServices")
"""Parts of a storage account that have settings of their own and that `az resource list` does not list."""

RULES: Final = "microsoft.insights/datacollectionrules"
WORKSPACES: Final = "microsoft.operationalinsights/workspaces"
_ACCOUNTS: Final = "microsoft.storage/storageaccounts"
_AT_ONCE: Final = 8
_ENTRA: Final = "/providers/microsoft.aadiam"
_SECURITY: Final = "providers/Microsoft.SecurityInsights"
# What Azure answers of a type that has no diagnostic settings, or of a resource that went meanwhile.
_NO_SETTINGS: Final = ("does not support diagnostic", "ResourceTypeNotSupported", "NotFound", "not found")


@dataclass(frozen=True, slots=True)
class Subscription:
    """What there is in a subscription. settings: those of each resource that has any, by its id."""

    id: str
    has_group: bool = False
    identities: Sequence[Any] = ()
    assignments: Sequence[Any] = ()
    remediations: Sequence[Any] = ()
    set_definitions: Sequence[Any] = ()
    definitions: Sequence[Any] = ()
    activity_settings: Sequence[Any] = ()
    resources: Sequence[Any] = ()
    settings: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    collection_rules: Sequence[Any] = ()
    custom_roles: Sequence[Any] = ()
    deployments: Sequence[Any] = ()
    delegations: Sequence[Any] = ()


@dataclass(frozen=True, slots=True)
class Workspace:
    """What there is in and beside a workspace."""

    id: str
    automation_rules: Sequence[Any] = ()
    alert_rules: Sequence[Any] = ()
    workbooks: Sequence[Any] = ()
    searches: Sequence[Any] = ()
    tables: Sequence[Any] = ()
    deployments: Sequence[Any] = ()

    @property
    def name(self) -> str:
        """Its name."""
        return self.id.split("/")[8]

    @property
    def beside(self) -> str:
        """The id of its resource group."""
        return "/".join(self.id.split("/")[:5])

    @property
    def arguments(self) -> tuple[str, ...]:
        """Where it is, as commands of the Azure CLI take it."""
        _, _, subscription, _, group, *_ = self.id.split("/")
        return ("--resource-group", group, "--subscription", subscription)


@dataclass(frozen=True, slots=True)
class Tenant:
    """What there is in the tenant."""

    settings: Sequence[Any] = ()
    roles: Sequence[Any] = ()
    deployments: Sequence[Any] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """Everything that was asked for. roles: assignments by subscription. unread: what may not be read, and why."""

    subscriptions: Sequence[Subscription] = ()
    roles: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    workspaces: Sequence[Workspace] = ()
    tenant: Tenant = Tenant()
    unread: Sequence[str] = ()


def find(target: Target, say: Callable[[str], None], ask: Ask = az_json) -> Found:
    """Asks for all of it; `say` gets a line where it takes minutes."""
    asked = _Asked(ask)
    subscriptions = [_subscription(target, one, asked, say) for one in target.subscriptions]
    hubs = {hub for one in subscriptions for hub in _subscriptions_of_hubs(target, one)}
    return Found(
        subscriptions,
        {
            one: asked.entries(["role", "assignment", "list", "--all", "--subscription", one])
            for one in sorted({*target.subscriptions, *hubs})
        },
        [_workspace(one, asked) for one in workspaces(target, subscriptions)],
        _tenant(asked) if target.tenant else Tenant(),
        asked.unread,
    )


def workspaces(target: Target, subscriptions: Iterable[Subscription]) -> list[str]:
    """Ids of the workspaces that the deployment wrote to: the given one, its own, those behind its collection rule."""
    found = [target.workspace] if target.workspace else []
    for one in subscriptions:
        found += [str(r["id"]) for r in of_type(one.resources, WORKSPACES) if target.in_group(str(r["id"]))]
        for rule in one.collection_rules:
            if target.in_group(str(rule.get("id"))):
                found += destinations(rule)
    return list({one.lower(): one for one in found}.values())


def destinations(rule: Any) -> list[str]:
    """Ids of the workspaces that a data collection rule writes to."""
    listed = ((rule.get("properties") or {}).get("destinations") or {}).get("logAnalytics") or ()
    return [str(one["workspaceResourceId"]) for one in listed if one.get("workspaceResourceId")]


def of_type(resources: Iterable[Any], kind: str) -> list[Any]:
    """The resources of a type."""
    return [one for one in resources if str(one.get("type", "")).lower() == kind]


class _Asked:
    """Asks, and writes down what may not be read."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self.unread: list[str] = []

    def one(self, command: Sequence[str]) -> Any:
        try:
            return self._ask(command)
        except AzureCliFailed as failed:
            self.unread.append(str(failed))
            return None

    def entries(self, command: Sequence[str]) -> list[Any]:
        """The entries of a list, which some commands wrap and some leave bare."""
        answer = self.one(command)
        return list((answer.get("value") if isinstance(answer, dict) else answer) or ())

    def pages(self, url: str) -> list[Any]:
        """The entries of a list of Azure Resource Manager, all pages."""
        found: list[Any] = []
        while url:
            answer = self.one(["rest", "--method", "get", "--url", url]) or {}
            found += answer.get("value") or ()
            url = str(answer.get("nextLink") or "")
        return found

    def settings(self, resource: str) -> list[Any]:
        try:
            answer = self._ask(["monitor", "diagnostic-settings", "list", "--resource", resource])
        except AzureCliFailed as failed:
            if not any(words in str(failed) for words in _NO_SETTINGS):
                self.unread.append(str(failed))
            return []
        return list((answer.get("value") if isinstance(answer, dict) else answer) or ())


def _subscription(
    target: Target, subscription: str, asked: _Asked, say: Callable[[str], None]
) -> Subscription:
    here = ["--subscription", subscription]
    resources = asked.entries(["resource", "list", *here])
    with_settings = [part for one in resources for part in _with_settings(one)]
    if len(with_settings) > 100:
        say(f"asking {len(with_settings)} resources of {subscription} for their diagnostic settings")
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        settings = dict(zip(with_settings, pool.map(asked.settings, with_settings), strict=True))
    custom = ["--query", "[?policyType=='Custom'].{name: name}"]
    ours = (
        f"/subscriptions/{subscription}/resourceGroups/{target.group}/providers/"
        "Microsoft.ManagedServices/registrationAssignments?api-version=2022-10-01"
    )
    has_group = bool(asked.one(["group", "exists", "--name", target.group, *here]))
    return Subscription(
        id=subscription,
        has_group=has_group,
        identities=asked.entries(["identity", "list", "--resource-group", target.group, *here])
        if has_group
        else [],
        assignments=asked.entries(["policy", "assignment", "list", *here]),
        remediations=asked.entries(["policy", "remediation", "list", *here]),
        set_definitions=asked.entries(["policy", "set-definition", "list", *here, *custom]),
        definitions=asked.entries(["policy", "definition", "list", *here, *custom]),
        activity_settings=asked.entries(["monitor", "diagnostic-settings", "subscription", "list", *here]),
        resources=resources,
        settings={resource: found for resource, found in settings.items() if found},
        collection_rules=[
            asked.one(["resource", "show", "--ids", str(one["id"])]) or {}
            for one in _rules(target, resources)
        ],
        custom_roles=asked.entries(["role", "definition", "list", "--custom-role-only", *here]),
        deployments=asked.entries(["deployment", "sub", "list", *here]),
        delegations=asked.pages(ours) if has_group else [],
    )


def _with_settings(resource: Any) -> list[str]:
    """The resource, and the parts of it that have settings of their own."""
    identity = str(resource["id"])
    parts = SERVICES if str(resource.get("type", "")).lower() == _ACCOUNTS else ()
    return [identity, *(f"{identity}/{part}/default" for part in parts)]


def _rules(target: Target, resources: Iterable[Any]) -> list[Any]:
    """The data collection rules of this deployment, and of others of Telltale that may share its workspace."""
    return [
        one
        for one in of_type(resources, RULES)
        if target.in_group(str(one["id"])) or (one.get("tags") or {}).get("application") == "telltale"
    ]


def _subscriptions_of_hubs(target: Target, one: Subscription) -> set[str]:
    """Where the policy's identity was given the right to use the sending rule."""
    rules = [
        str(((assignment.get("parameters") or {}).get("ruleId") or {}).get("value") or "")
        for assignment in one.assignments
        if assignment.get("name") == target.setting
    ]
    return {rule.split("/")[2] for rule in rules if rule.count("/") > 2}


def _workspace(identity: str, asked: _Asked) -> Workspace:
    one = Workspace(identity)
    books = f"{one.beside}/providers/Microsoft.Insights/workbooks"
    table = ["monitor", "log-analytics", "workspace", "table"]
    return Workspace(
        id=identity,
        automation_rules=asked.pages(f"{identity}/{_SECURITY}/automationRules?api-version=2025-09-01"),
        alert_rules=asked.pages(f"{identity}/{_SECURITY}/alertRules?api-version=2025-09-01"),
        workbooks=asked.pages(f"{books}?api-version=2023-06-01&category=sentinel"),
        searches=asked.pages(f"{identity}/savedSearches?api-version=2025-02-01"),
        tables=asked.entries([*table, "list", "--workspace-name", one.name, *one.arguments]),
        deployments=asked.entries(["deployment", "group", "list", *one.arguments]),
    )


def _tenant(asked: _Asked) -> Tenant:
    return Tenant(
        settings=asked.pages(f"{_ENTRA}/diagnosticSettings?api-version=2017-04-01"),
        roles=asked.entries(["role", "assignment", "list", "--scope", "/providers/Microsoft.aadiam"]),
        deployments=asked.entries(["deployment", "tenant", "list"]),
    )

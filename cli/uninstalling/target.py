"""What is to be removed, and the names that the deployments give to what they make."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from shared.base.errors import TelltaleError

_NAME: Final = re.compile(r"[a-z0-9]{3,12}")
_WORKSPACE: Final = re.compile(
    r"/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\.OperationalInsights/workspaces/[^/]+",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Target:
    """One deployment. subscriptions: ids, that of the collector and those that it watches. workspace: the resource id
    of its workspace, where nothing that is left names it. tenant: Entra's setting too. tables: the alerts too.
    """

    name: str
    subscriptions: tuple[str, ...]
    workspace: str | None = None
    tenant: bool = False
    tables: bool = False

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise TelltaleError(
                f"--name: '{self.name}' is no name of a deployment, 3 to 12 lower-case letters and digits"
            )
        if self.workspace is not None and not _WORKSPACE.fullmatch(self.workspace):
            raise TelltaleError(f"--workspace: '{self.workspace}' is no resource id of a workspace")

    @property
    def group(self) -> str:
        """The resource group of the collector."""
        return f"rg-{self.name}"

    @property
    def setting(self) -> str:
        """The name of diagnostic settings, of the policy's assignment and of its set; its definitions begin with it."""
        return f"telltale-{self.name}"

    def in_group(self, resource_id: str) -> bool:
        """Whether a resource is in the collector's group, in one of the subscriptions."""
        parts = resource_id.lower().split("/")
        return (
            len(parts) > 4
            and parts[2] in {one.lower() for one in self.subscriptions}
            and parts[3:5] == ["resourcegroups", self.group]
        )

    def streams_here(self, setting: Any) -> bool:
        """Whether a diagnostic setting is the deployment's, by its name or because it sends to its hubs."""
        rule = str(_value(setting, "eventHubAuthorizationRuleId") or "")
        hubs = f"/providers/microsoft.eventhub/namespaces/evhns-{self.name}-"
        return setting.get("name") == self.setting or (self.in_group(rule) and hubs in rule.lower())


def _value(setting: Any, name: str) -> Any:
    """A property of a setting: Azure Resource Manager has it below `properties`, the Azure CLI beside the name."""
    return setting.get(name) or (setting.get("properties") or {}).get(name)

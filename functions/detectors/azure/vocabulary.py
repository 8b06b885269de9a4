"""The words of Azure's detectors: what was done through the control plane, what it wrote, roles and databases.

Operations: learn.microsoft.com, "Azure resource provider operations"; roles: "Azure built-in roles".
"""

from shared.detection import select
from shared.events import Event, azure_activity, azure_activity_rest
from shared.events.source_definition import Selection

CONTROL_PLANE = (azure_activity, azure_activity_rest)
"""The activity log in both of its layouts: the diagnostic setting's and the REST API's."""


def done(*operations: str) -> list[Selection]:
    """Operations of the control plane that succeeded."""
    return select(CONTROL_PLANE, operation=operations, event_result="Success")


def written(event: Event, *settings: str) -> set[str]:
    """The values of a resource's `settings` in lower case, as the request asked for them or the answer gives them."""
    paths = [
        f"properties.{body}.properties.{name}"
        for body in ("requestbody", "responseBody")
        for name in settings
    ]
    return {str(value).casefold() for value in map(event.get, paths) if value is not None}


ANYBODY = frozenset({"*", "0.0.0.0/0", "::/0", "internet", "any"})
"""How rules of networks write every address."""

RULING_ROLES = (
    "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",  # Owner
    "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9",  # User Access Administrator
    "f58310d9-a9f6-439a-9e8d-f62e7b41a168",  # Role Based Access Control Administrator
)
POWERFUL_ROLES = (
    "b24988ac-6180-42a0-ab88-20f7382dd24c",  # Contributor
    "00482a5a-887f-4fb3-b363-3b7fe8e74483",  # Key Vault Administrator
    "b7e6dc6d-f1e8-4753-8033-0f276bb0955b",  # Storage Blob Data Owner
    "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b",  # Azure Kubernetes Service RBAC Cluster Admin
    "1c0163c0-47e6-4577-8991-ea5c82e286e4",  # Virtual Machine Administrator Login
)

DATABASE_FIREWALL_RULE_WRITTEN = (
    "Microsoft.Sql/servers/firewallRules/write",
    "Microsoft.DBforPostgreSQL/flexibleServers/firewallRules/write",
    "Microsoft.DBforMySQL/flexibleServers/firewallRules/write",
    "Microsoft.DBforPostgreSQL/servers/firewallRules/write",
    "Microsoft.DBforMySQL/servers/firewallRules/write",
    "Microsoft.DBforMariaDB/servers/firewallRules/write",
    "Microsoft.Synapse/workspaces/firewallRules/write",
    "Microsoft.Cache/redis/firewallRules/write",
)

"""What the stand-in does not know, so that nobody takes it for Azure. docs/deploy.md has these lines."""

from __future__ import annotations

from typing import Final

_LINES: Final = (
    "whether a region has Flex Consumption, zones, or capacity for either, and which versions of Python it runs",
    "quotas of the subscription, budgets, locks, policies of the customer's own that deny",
    "how long a right, a table or a name takes to be known everywhere, and whether a second deployment is in time",
    "what `uniqueString` gives, and so whether a name is taken by somebody in another tenant",
    "whether a near-real-time rule takes a union of one table (its documentation allows queries over workspaces)",
    "whether a query is correct KQL: it looks for tables and functions only; the tests ask the Kusto language service",
    "whether a kind of resource has the categories that its diagnostic setting names",
    "how Azure Policy sees the region of a resource that has none, as blob services do: here it counts as global",
    "whether a policy's existence condition holds: every resource of its kind is written",
    "data actions, deny assignments, conditions of role assignments, and built-in roles that it does not list",
    "whether a principal exists, and what Entra grants: Graph permissions, app registrations, sign-in",
    "what a resource type refuses of properties that no rule is about; the published types check their shape",
    "whether zone-redundant storage becomes geo-zone-redundant by a deployment: reports of users contradict each other",
    "whether two aliases of functions clash in a workspace that others use too",
    "what the recovery of a deleted workspace brings back, and whether its tables take the schema that is deployed",
    "private DNS, network rules, and whether the app reaches anything",
    "clouds other than the public one, but for their suffixes",
    "anything that runs after the deployment: the host, the package, the playbooks' connections",
)


def unknown() -> tuple[str, ...]:
    """One line for each thing that only Azure can say."""
    return _LINES

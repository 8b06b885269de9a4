"""Built-in roles of Azure that deployers and identities of ours hold, as far as they matter here.

Source: learn.microsoft.com, "Azure built-in roles", November 2026: actions without notActions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final


@dataclass(frozen=True, slots=True)
class Role:
    """What a role allows: patterns of actions with `*`, less those of `not_actions`."""

    id: str
    actions: tuple[str, ...]
    not_actions: tuple[str, ...] = ()
    data_actions: tuple[str, ...] = ()

    def allows(self, action: str) -> bool:
        """Whether an action of the control plane is allowed."""
        return any(fits(one, action) for one in self.actions) and not any(
            fits(one, action) for one in self.not_actions
        )


@lru_cache(maxsize=4096)
def fits(pattern: str, action: str) -> bool:
    """Whether an action is of a pattern; case does not matter."""
    expression = re.escape(pattern).replace(r"\*", ".*")
    return re.fullmatch(expression, action, re.IGNORECASE) is not None


BUILT_IN: Final = {
    "Owner": Role("8e3af657-a8ff-443c-a75c-2fe8c4bcb635", ("*",)),
    "Contributor": Role(
        "b24988ac-6180-42a0-ab88-20f7382dd24c",
        ("*",),
        (
            "Microsoft.Authorization/*/Delete",
            "Microsoft.Authorization/*/Write",
            "Microsoft.Authorization/elevateAccess/Action",
            "Microsoft.Blueprint/blueprintAssignments/write",
            "Microsoft.Blueprint/blueprintAssignments/delete",
            "Microsoft.Compute/galleries/share/action",
        ),
    ),
    "Role Based Access Control Administrator": Role(
        "f58310d9-a9f6-439a-9e8d-f62e7b41a168",
        (
            "Microsoft.Authorization/roleAssignments/write",
            "Microsoft.Authorization/roleAssignments/delete",
            "*/read",
            "Microsoft.Support/*",
        ),
    ),
    "User Access Administrator": Role(
        "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9",
        ("*/read", "Microsoft.Authorization/*", "Microsoft.Support/*"),
    ),
    "Resource Policy Contributor": Role(
        "36243c78-bf99-498c-9df9-86d9f8d28608",
        (
            "*/read",
            "Microsoft.Authorization/policyassignments/*",
            "Microsoft.Authorization/policydefinitions/*",
            "Microsoft.Authorization/policyexemptions/*",
            "Microsoft.Authorization/policysetdefinitions/*",
            "Microsoft.PolicyInsights/*",
            "Microsoft.Support/*",
        ),
    ),
    "Reader": Role("acdd72a7-3385-48ef-bd42-f606fba81ae7", ("*/read",)),
    "Monitoring Contributor": Role(
        "749f88d5-cbae-40b8-bcfc-e573ddc772fa",
        (
            "*/read",
            "Microsoft.Insights/*",
            "Microsoft.OperationalInsights/workspaces/search/action",
            "Microsoft.OperationalInsights/workspaces/savedSearches/*",
            "Microsoft.Resources/deployments/*",
        ),
    ),
    "Website Contributor": Role(
        "de139f84-1756-47ae-9be6-808fbbe84772",
        (
            "Microsoft.Authorization/*/read",
            "Microsoft.Insights/alertRules/*",
            "Microsoft.Insights/components/*",
            "Microsoft.ResourceHealth/availabilityStatuses/read",
            "Microsoft.Resources/deployments/*",
            "Microsoft.Resources/subscriptions/resourceGroups/read",
            "Microsoft.Web/certificates/*",
            "Microsoft.Web/serverFarms/join/action",
            "Microsoft.Web/serverFarms/read",
            "Microsoft.Web/sites/*",
        ),
    ),
}

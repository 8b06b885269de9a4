"""What the templates make, `telltale uninstall` finds: they are deployed into the stand-in, and it is planned away."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from cli.uninstalling.finding import find
from cli.uninstalling.planning import plan
from cli.uninstalling.steps import Step
from cli.uninstalling.target import Target
from lab.azure.resource_manager.azure import Azure, Stored
from tests.infra.deploying import ONE, TWO, collector, profile, telemetry

SENTINEL = "33333333-3333-4333-8333-333333333333"
STAYS = {
    "microsoft.operationalinsights/workspaces",
    "microsoft.operationalinsights/workspaces/tables",
    "microsoft.operationsmanagement/solutions",
    "microsoft.securityinsights/onboardingstates",
    "microsoft.resources/resourcegroups",
}


def test_nothing_that_the_templates_make_is_forgotten() -> None:
    azure = Azure([ONE, TWO])
    azure.principals.add(SENTINEL)
    parameters = profile("c") | {"azureMonitorKeys": True, "playbooksPrincipalId": SENTINEL}
    rule = collector(azure, **parameters).outputs["azureMonitorRuleId"]
    for subscription in (ONE, TWO):
        telemetry(azure, rule, subscription, profile="C")
    steps = planned(azure).steps
    made = list(azure.resources.values())
    kinds = {one.type.lower() for one in made if not goes(one, steps)}
    assert len(made) > 80
    assert kinds <= STAYS, kinds - STAYS


def test_all_of_it_goes_with_the_tables() -> None:
    azure = Azure([ONE, TWO])
    collector(azure, **profile("a"))
    steps = planned(azure, tables=True).steps
    left = [one.id for one in azure.resources.values() if not goes(one, steps)]
    assert left == []


def planned(azure: Azure, **options: bool) -> Any:
    target = Target("telltale", (ONE, TWO), **options)  # type: ignore[arg-type]
    return plan(target, find(target, lambda _: None, lambda command: answer(azure, command)))


KINDS: dict[tuple[str, ...], str] = {
    ("policy", "assignment"): "policyassignments",
    ("policy", "set-definition"): "policysetdefinitions",
    ("policy", "definition"): "policydefinitions",
    ("monitor", "diagnostic-settings"): "diagnosticsettings",
    ("role", "definition"): "roledefinitions",
}


def goes(one: Stored, steps: Sequence[Step]) -> bool:
    """Whether a resource is deleted: by its id or its name, with what it belongs to, or with the group."""
    return any(deletes(step.command, one) for step in steps)


def deletes(command: Sequence[str], one: Stored) -> bool:
    identity, words = one.id.lower(), [word.partition("?")[0].lower() for word in command]
    options = dict(pairwise(words))
    if command[0] == "group":
        return f"{identity}/".startswith(
            f"/subscriptions/{options['--subscription']}/resourcegroups/{options['--name']}/"
        )
    if any(
        f"{identity}/".startswith(f"{word}/")
        for word in words
        if "/providers/" in word and word != options.get("--resource")
    ):
        return True
    place = (
        options.get("--resource")
        or options.get("--scope")
        or f"/subscriptions/{options.get('--subscription')}"
    )
    return (
        KINDS.get(tuple(command[:2])) == one.type.lower().rpartition("/")[2]
        and identity.startswith(f"{place}/providers/")
        and options.get("--name") == one.name.lower()
    )


def answer(azure: Azure, command: Sequence[str]) -> Any:
    """What the Azure CLI would answer about what stands in the stand-in."""
    words = list(command)
    subscription = words[words.index("--subscription") + 1] if "--subscription" in words else ""
    scope = f"/subscriptions/{subscription}"
    verb = " ".join(words[: next((n for n, word in enumerate(words) if word.startswith("--")), len(words))])
    if verb == "group exists":
        return azure.get(f"{scope}/resourceGroups/rg-telltale") is not None
    if verb == "resource show":
        found = azure.get(words[words.index("--ids") + 1])
        return found and {"id": found.id, **found.body}
    if verb == "rest":
        folder = words[words.index("--url") + 1].partition("?")[0].lower()
        return {
            "value": [
                shown(azure, o) for o in azure.below(folder) if o.id.count("/") == folder.count("/") + 1
            ]
        }
    if verb == "monitor diagnostic-settings list":
        place = words[words.index("--resource") + 1]
        return [shown(azure, one) for one in azure.below(place, "Microsoft.Insights/diagnosticSettings")]
    if verb == "resource list":
        return [
            shown(azure, one)
            for one in azure.below(scope)
            if one.id.count("/") == 8 and "/resourcegroups/" in one.id.lower()
        ]
    kinds = {
        "identity list": "Microsoft.ManagedIdentity/userAssignedIdentities",
        "policy assignment list": "Microsoft.Authorization/policyAssignments",
        "policy set-definition list": "Microsoft.Authorization/policySetDefinitions",
        "policy definition list": "Microsoft.Authorization/policyDefinitions",
        "role assignment list": "Microsoft.Authorization/roleAssignments",
        "role definition list": "Microsoft.Authorization/roleDefinitions",
        "monitor diagnostic-settings subscription list": "Microsoft.Insights/diagnosticSettings",
    }
    return [shown(azure, one) for one in azure.below(scope, kinds[verb])] if verb in kinds else []


def shown(azure: Azure, one: Stored) -> dict[str, Any]:
    """A resource as the Azure CLI shows it: properties beside the name, too."""
    principal = one.properties.get("principalId", "")
    known = {"principalName": principal if principal in azure.principals else ""}
    return {**one.properties, **one.body, **known, "id": one.id, "name": one.name, "type": one.type}

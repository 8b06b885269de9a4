"""The command that repairs a difference, ready to be pasted into a shell. Pure functions.

Names come from Azure and from declarations; every one is quoted, so that none can be more than a name.
"""

from __future__ import annotations

import json
from shlex import quote

from shared.upkeep.log_settings._compare import ENTRA, Difference, Lack
from shared.upkeep.log_settings.deployed import Deployed

SETTING = "telltale"
"""The name of the setting that a repair makes."""


INVENTORY = "/"
"""Stands for the list of resources, all subscriptions together, where a resource id is expected."""


def repair_of(difference: Difference, hub_rule: str, deployed: Deployed) -> str:
    """The command for `difference`; hub_rule: id of the namespace's sending rule."""
    subject, category = difference.subject, difference.category
    hub = deployed.hub_for(subject)
    if difference.lack in (Lack.NOT_CONFIGURED, Lack.ELSEWHERE):
        logs = json.dumps([{"category": category, "enabled": True}], separators=(",", ":"))
        if subject == ENTRA:
            body = {
                "properties": {
                    "eventHubAuthorizationRuleId": hub_rule,
                    "eventHubName": hub,
                    "logs": [{"category": category, "enabled": True}],
                }
            }
            # Without a host: the Azure CLI adds that of the cloud which it is signed in to.
            url = f"{ENTRA}/diagnosticSettings/{SETTING}-{category}?api-version=2017-04-01"
            return f"az rest --method put --url {quote(url)} --body {quote(json.dumps(body, separators=(',', ':')))}"
        name = quote(f"{SETTING}-{category}")
        if _is_subscription(subject):
            return (
                f"az monitor diagnostic-settings subscription create --name {name} --location global "
                f"--subscription {quote(subject.rpartition('/')[2])} --event-hub-name {quote(hub)} "
                f"--event-hub-auth-rule {quote(hub_rule)} --logs {quote(logs)}"
            )
        return (
            f"az monitor diagnostic-settings create --name {name} --resource {quote(subject)} "
            f"--event-hub {quote(hub)} --event-hub-rule {quote(hub_rule)} --logs {quote(logs)}"
        )
    if difference.lack is Lack.SHORT_LIVED:
        workspace, _, table = subject.rpartition("/tables/")
        parts = workspace.split("/")
        group = parts[4] if len(parts) > 4 else "RESOURCE-GROUP"
        return (
            f"az monitor log-analytics workspace table update --resource-group {quote(group)} "
            f"--workspace-name {quote(parts[-1])} --name {quote(table)} --total-retention-time {difference.days}"
        )
    if difference.lack is Lack.NOT_ARRIVING:
        return (
            "Does the hub receive anything (metric IncomingMessages), and may the setting send there? A sending key "
            "that was regenerated stops every setting that was made with it: save the settings anew."
        )
    if difference.lack is Lack.NOT_READABLE:
        scope = (deployed.subscription or "/subscriptions/SUBSCRIPTION") if subject == INVENTORY else subject
        return (
            f"az role assignment create --assignee {quote(deployed.identity or 'IDENTITY')} "
            f"--role 'Monitoring Reader' --scope {quote(scope)}"
        )
    return "Declare it in log_settings, or turn it off."


def _is_subscription(resource_id: str) -> bool:
    return resource_id.count("/") == 2 and resource_id.lower().startswith("/subscriptions/")

"""What Azure answers about a deployment that is to be removed: a collector, and a subscription that it watches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

HOME = "11111111-2222-4333-8444-555555555555"
WATCHED = "66666666-2222-4333-8444-555555555555"
GIVEN: Final = (HOME, WATCHED)
GROUP = f"/subscriptions/{HOME}/resourceGroups/rg-telltale/providers"
OWN = f"{GROUP}/Microsoft.OperationalInsights/workspaces/log-telltale"
SOC = f"/subscriptions/{HOME}/resourceGroups/soc/providers/Microsoft.OperationalInsights/workspaces/soc"
APP = f"{GROUP}/Microsoft.Web/sites/func-telltale-x"
PLAYBOOK = f"{GROUP}/Microsoft.Logic/workflows/logic-revoke-sessions-telltale"
RULE = f"{GROUP}/Microsoft.Insights/dataCollectionRules/dcr-telltale"
SECOND = RULE.replace("rg-telltale", "rg-telltaletwo").replace("dcr-telltale", "dcr-telltaletwo")
SENDING = f"{GROUP}/Microsoft.EventHub/namespaces/evhns-telltale-x/authorizationRules/azure-monitor"
VAULT = f"/subscriptions/{WATCHED}/resourceGroups/other/providers/Microsoft.KeyVault/vaults/secrets"
ACCOUNT = f"/subscriptions/{WATCHED}/resourceGroups/other/providers/Microsoft.Storage/storageAccounts/data"
BLOBS = f"{ACCOUNT}/blobServices/default"

Answers = list[tuple[tuple[str, ...], Any]]
"""The words of a command, and what is answered; the first that fits."""


def resource(resource_id: str, **more: object) -> dict[str, object]:
    parts = resource_id.split("/")
    return {"id": resource_id, "type": f"{parts[-3]}/{parts[-2]}", "name": parts[-1], **more}


def setting(name: str, rule: str = SENDING) -> dict[str, str]:
    return {"name": name, "eventHubAuthorizationRuleId": rule}


def role(
    identity: str, principal: str, scope: str, description: str = "", known: str = "app"
) -> dict[str, str]:
    return {
        "id": f"{scope}/providers/Microsoft.Authorization/roleAssignments/{identity}",
        "principalId": principal,
        "principalName": known,
        "roleDefinitionName": "Monitoring Reader",
        "scope": scope,
        "description": description,
    }


def shown_as(title: str, name: str, **more: object) -> dict[str, object]:
    return {"name": name, "properties": {"displayName": title, **more}}


def pages(*entries: object) -> dict[str, object]:
    return {"value": list(entries)}


def collects(rule: str, workspace: str) -> dict[str, object]:
    destinations = {"logAnalytics": [{"workspaceResourceId": workspace}]}
    return {"id": rule, "properties": {"destinations": destinations}}


POLICY: Final = {"principalId": "policy-principal"}
HOME_ROLES: Final = [
    role("of-app", "app-principal", f"/subscriptions/{HOME}", "Telltale: reads settings"),
    role("of-playbook", "playbook-principal", SOC),
    role("of-policy-on-rule", "policy-principal", SENDING),
    role("of-gone", "somebody", f"/subscriptions/{HOME}", "Telltale: reads settings", known=""),
    role("of-gone-other", "somebody", f"/subscriptions/{HOME}", "of another product", known=""),
    role("of-person", "person", f"/subscriptions/{HOME}", "Telltale: is what this one says, too"),
]
WATCHED_ROLES: Final = [role("of-policy", "policy-principal", f"/subscriptions/{WATCHED}")]

ANSWERS: Final[Answers] = [
    (("account show", WATCHED), {"id": WATCHED}),
    (("account show",), {"id": HOME}),
    (("group exists", HOME), True),
    (("group exists",), False),
    (("identity list",), [{"principalId": "app-principal", "name": "id-telltale"}]),
    (("policy assignment list", WATCHED), [
        {"name": "telltale-telltale", "identity": POLICY, "parameters": {"ruleId": {"value": SENDING}}},
        {"name": "telltale-telltaletwo", "identity": {"principalId": "another"}},
    ]),
    (("policy remediation list", WATCHED), [
        {"name": "telltale", "policyAssignmentId": "/x/policyAssignments/telltale-telltale"},
        {"name": "telltale", "policyAssignmentId": "/x/policyAssignments/another"},
    ]),
    (("policy set-definition list", WATCHED), [{"name": "telltale-telltale"}, {"name": "other"}]),
    (("policy definition list", WATCHED), [
        {"name": "telltale-telltale-key-vault"}, {"name": "telltale-telltaletwo-x"},
    ]),
    (("diagnostic-settings subscription list", WATCHED), pages(setting("telltale-telltale"), setting("other", "/x"))),
    (("diagnostic-settings list", VAULT), [setting("telltale-telltale"), setting("soc", "/x")]),
    (("diagnostic-settings list", BLOBS), [setting("telltale-StorageRead")]),
    (("resource list", HOME), [
        resource(APP), resource(PLAYBOOK, identity={"principalId": "playbook-principal"}), resource(RULE),
    ]),
    (("resource list", WATCHED), [resource(VAULT), resource(ACCOUNT)]),
    (("resource show", RULE), collects(RULE, SOC)),
    (("resource show", SECOND), collects(SECOND, SOC.upper())),
    (("role assignment list", "--all", HOME), HOME_ROLES),
    (("role assignment list", "--all", WATCHED), WATCHED_ROLES),
    (("role assignment list", "/providers/Microsoft.aadiam"), [
        role("at-tenant", "app-principal", "/providers/Microsoft.aadiam"),
    ]),
    (("role definition list", HOME), [
        {"name": "custom", "roleName": f"Telltale: use the send-only rule (telltale, {HOME})"},
        {"name": "older", "roleName": "Telltale: use the send-only rule (telltale)"},
        {"name": "of-two", "roleName": f"Telltale: use the send-only rule (telltaletwo, {HOME})"},
    ]),
    (("deployment sub list", HOME), [
        {"name": "main", "properties": {"outputs": {"resourceGroup": {"value": "rg-telltale"}}}},
        {"name": "telltale-log-settings-reader", "properties": {}},
        {"name": "payroll", "properties": {"outputs": None}},
    ]),
    (("deployment sub list", WATCHED), [
        {"name": "subscription", "properties": {"outputs": {
            "assignmentId": {"value": "/x/policyAssignments/telltale-telltale"},
        }}},
    ]),
    (("deployment group list", "soc"), [{"name": "telltale-content"}, {"name": "other"}]),
    (("deployment tenant list",), [
        {"name": "tenant", "properties": {"outputs": {"setting": {"value": "telltale-telltale"}}}},
    ]),
    (("registrationAssignments",), pages({"name": "delegated"})),
    (("rest", "automationRules"), pages(
        shown_as("Telltale: revoke-sessions, when a tag approves it", "by-tag", actions=[
            {"actionConfiguration": {"logicAppResourceId": PLAYBOOK}},
        ]),
        shown_as("Close what is old", "theirs"),
    )),
    (("rest", "alertRules"), pages(shown_as("Telltale: High", "high"), shown_as("Something of theirs", "theirs"))),
    (("rest", "Insights/workbooks"), pages(shown_as("Telltale (telltale)", "book"), shown_as("Telltale (two)", "b2"))),
    (("rest", "savedSearches"), pages(
        shown_as("TelltaleAlerts", "TelltaleAlerts", category="Telltale"),
        shown_as("Mine", "mine", category="Mine"),
    )),
    (("workspace table list",), [{"name": "TelltaleAlerts_CL"}, {"name": "TelltaleHealth_CL"}, {"name": "Heartbeat"}]),
    (("rest", "aadiam/diagnosticSettings"), pages({"name": "telltale-telltale", "properties": {}})),
]  # fmt: skip


def replaced(words: tuple[str, ...], answer: Any) -> Answers:
    """The answers with another one, which comes first."""
    return [(words, answer), *ANSWERS]


def answered(answers: Answers, command: Sequence[str]) -> Any:
    """What Azure says to a command; None where nothing is known of it."""
    line = " ".join(command)
    return next((answer for words, answer in answers if all(word in line for word in words)), None)


def azure(command: Sequence[str]) -> Any:
    """What Azure says to a command."""
    return answered(ANSWERS, command)

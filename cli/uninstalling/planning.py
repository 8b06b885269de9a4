"""What goes, and in which order: a pure function of what was found.

Roles first, while their principals are still known; then the policy, which would turn the settings on again; then the
settings, what stands in the workspace, the resources, and last what the resources used. What is gone already is not
found, so a run that was cut off is followed by another one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from cli.azure_cli import shown
from cli.uninstalling.finding import Found, Subscription, of_type
from cli.uninstalling.steps import Plan, Stage, Step, rest_delete
from cli.uninstalling.target import Target
from cli.uninstalling.workspace_content import OURS, TABLES, content, others_of

_KEPT: Final = frozenset(
    {"microsoft.operationalinsights/workspaces", "microsoft.operationsmanagement/solutions"}
)
_OF_COLLECTOR: Final = ("telltale-log-settings-reader", "telltale-restoring", "telltale-restoring-uses-rule")


def plan(target: Target, found: Found) -> Plan:
    """What to delete of what was found."""
    order = list(Stage)
    steps = [*_roles(target, found), *_tenant(target, found)]
    shared = {workspace.id: others_of(target, workspace, found) for workspace in found.workspaces}
    tables_go = target.tables and not any(others and target.in_group(one) for one, others in shared.items())
    for one in found.subscriptions:
        steps += [*_policy(target, one), *_settings(target, one), *_group(target, one, tables_go=tables_go)]
        steps += [*_custom_roles(target, one), *_deployments(target, one)]
    left = []
    for workspace in found.workspaces:
        others = shared[workspace.id]
        steps += content(target, workspace, shared=bool(others))
        if others:
            left.append(f"rules, parsers and tables of {workspace.id}: {', '.join(others)} writes there too")
    once = {step.command: step for step in steps}
    return Plan(
        sorted(once.values(), key=lambda step: order.index(step.stage)), [*left, *_left(target, found)]
    )


def _roles(target: Target, found: Found) -> Iterator[Step]:
    """Of every identity of the deployment; and those that it gave to an identity that is gone."""
    principals = set(_principals(target, found))
    for subscription, assignments in found.roles.items():
        yield from _roles_of(principals, assignments, subscription)
    yield from _roles_of(principals, found.tenant.roles, "the tenant")


def _roles_of(principals: set[str], assignments: Sequence[Any], where: str) -> Iterator[Step]:
    # Without rights in the directory no name is known, and nobody can be taken for gone.
    named = any(one.get("principalName") for one in assignments)
    for one in assignments:
        gone = named and not one.get("principalName")
        if one.get("principalId") in principals or (gone and _described(one)):
            role = one.get("roleDefinitionName") or str(one.get("roleDefinitionId", "")).rpartition("/")[2]
            what = f"{role} at {one.get('scope') or where}" + (
                ", of an identity that is gone" if gone else ""
            )
            yield Step(Stage.ROLE, what, ("role", "assignment", "delete", "--ids", str(one["id"])))


def _described(assignment: Any) -> bool:
    return str(assignment.get("description") or "").startswith(OURS)


def _principals(target: Target, found: Found) -> Iterator[str]:
    for one in found.subscriptions:
        for assignment in one.assignments:
            if assignment.get("name") == target.setting:
                yield from _principal(assignment.get("identity"))
        for identity in one.identities:
            yield from _principal(identity)
        for resource in one.resources:
            if target.in_group(str(resource["id"])):  # a playbook has an identity of its own
                yield from _principal(resource.get("identity"))


def _principal(holder: Any) -> Iterator[str]:
    if isinstance(holder, dict) and holder.get("principalId"):
        yield str(holder["principalId"])


def _policy(target: Target, one: Subscription) -> Iterator[Step]:
    here = ("--subscription", one.id)
    for entry in one.remediations:
        if str(entry.get("policyAssignmentId", "")).lower().endswith(f"/policyassignments/{target.setting}"):
            command = ("policy", "remediation", "delete", "--name", entry["name"], *here)
            yield Step(Stage.REMEDIATION, f"{entry['name']} in {one.id}", command)
    kinds = (
        (Stage.ASSIGNMENT, "assignment", one.assignments),
        (Stage.SET, "set-definition", one.set_definitions),
        (Stage.DEFINITION, "definition", one.definitions),
    )
    for stage, kind, entries in kinds:
        for entry in entries:
            name = str(entry.get("name"))
            if _is_above(entry):
                continue
            if name == target.setting or (kind == "definition" and name.startswith(f"{target.setting}-")):
                yield Step(stage, f"{name} in {one.id}", ("policy", kind, "delete", "--name", name, *here))


def _is_above(entry: Any) -> bool:
    """Whether a policy stands at a management group, where it holds for subscriptions that were not given."""
    return str(entry.get("id") or "").lower().startswith("/providers/microsoft.management/")


def _settings(target: Target, one: Subscription) -> Iterator[Step]:
    delete = ("monitor", "diagnostic-settings")
    for setting in filter(target.streams_here, one.activity_settings):
        name = str(setting["name"])
        activity = (*delete, "subscription", "delete", "--name", name, "--yes", "--subscription", one.id)
        yield Step(Stage.SETTING, f"{name} of subscription {one.id}", activity)
    for resource, settings in one.settings.items():
        for setting in filter(target.streams_here, settings):
            name = str(setting["name"])
            command = (*delete, "delete", "--name", name, "--resource", resource)
            yield Step(Stage.SETTING, f"{name} of {resource}", command)


def _tenant(target: Target, found: Found) -> Iterator[Step]:
    for setting in filter(target.streams_here, found.tenant.settings):
        url = f"/providers/microsoft.aadiam/diagnosticSettings/{setting['name']}?api-version=2017-04-01"
        yield Step(Stage.SETTING, f"{setting['name']} of the Entra tenant", rest_delete(url))
    for entry in found.tenant.deployments:
        if _output(entry, "setting") == target.setting:
            command = ("deployment", "tenant", "delete", "--name", str(entry["name"]))
            yield Step(Stage.DEPLOYMENT, f"{entry['name']} of the tenant", command)


def _group(target: Target, one: Subscription, *, tables_go: bool) -> Iterator[Step]:
    """The whole group; or everything in it but the workspace that has the tables."""
    if not one.has_group:
        return
    inside = [resource for resource in one.resources if target.in_group(str(resource["id"]))]
    if tables_go or not of_type(inside, "microsoft.operationalinsights/workspaces"):
        what = f"resource group {target.group} of {one.id}, with {len(inside)} resources"
        command = ("group", "delete", "--name", target.group, "--yes", "--subscription", one.id)
        yield Step(Stage.RESOURCE, what, command)
        return
    goes = [str(r["id"]) for r in inside if str(r.get("type", "")).lower() not in _KEPT]
    if goes:  # all at once: the Azure CLI goes over them again while one still needs another
        what = f"{len(goes)} resources of {target.group} of {one.id}, all but the workspace with the tables"
        yield Step(Stage.RESOURCE, what, ("resource", "delete", "--ids", *goes))


def _custom_roles(target: Target, one: Subscription) -> Iterator[Step]:
    for role in one.custom_roles:
        title = str(role.get("roleName") or "")
        if title.startswith(OURS) and (
            f"({target.name}, {one.id}" in title or title.endswith(f"({target.name})")
        ):
            scope = f"/subscriptions/{one.id}"
            delete = ("role", "definition", "delete", "--custom-role-only", "--name", str(role["name"]))
            yield Step(Stage.CUSTOM_ROLE, title, (*delete, "--scope", scope))


def _deployments(target: Target, one: Subscription) -> Iterator[Step]:
    """Records of deployments. Those of modules do not say whose they are: they go with the last collector."""
    groups = {_output(entry, "resourceGroup") for entry in one.deployments} - {None, target.group}
    names = {target.setting, f"{target.setting}-writes-settings", f"{target.setting}-uses-rule"}
    names |= set() if groups else set(_OF_COLLECTOR)
    for entry in one.deployments:
        assigned = str(_output(entry, "assignmentId") or "").lower()
        if (
            entry.get("name") in names
            or _output(entry, "resourceGroup") == target.group
            or assigned.endswith(f"/policyassignments/{target.setting}")
        ):
            command = ("deployment", "sub", "delete", "--name", str(entry["name"]), "--subscription", one.id)
            yield Step(Stage.DEPLOYMENT, f"{entry['name']} of {one.id}", command)


def _output(deployment: Any, name: str) -> Any:
    outputs = (deployment.get("properties") or {}).get("outputs") or {}
    return (outputs.get(name) or {}).get("value")


def _left(target: Target, found: Found) -> Iterator[str]:
    if not target.tables and found.workspaces:
        yield f"the tables {', '.join(TABLES)}, until their retention is over (--tables deletes them)"
    for one in found.subscriptions:
        for entry in one.assignments:
            if entry.get("name") == target.setting and _is_above(entry):
                yield f"a policy for more than the given subscriptions, which may turn settings on again: {entry['id']}"
        for delegation in one.delegations:
            end = ("managedservices", "assignment", "delete", "--assignment", str(delegation["name"]))
            command = shown([*end, "--resource-group", target.group, "--subscription", one.id])
            yield f"a delegation to those who operate it, which is yours to end: {command}"
    if not target.tenant:
        yield "Entra's diagnostic setting, if there is one (--tenant deletes it)"

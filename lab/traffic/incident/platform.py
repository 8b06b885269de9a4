"""The incident in Azure and Kubernetes (minutes 22 to 30), the deleted setting (34) and its return (52)."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from lab.traffic.company_names import SECRET_NAMES
from lab.traffic.incident.stage import INTRUDER, Stage, Step
from lab.traffic.records.azure_activity import OWNER, Operation, role_assignment
from lab.traffic.records.azure_aks_audit import ApiCall, audit_record, by_person
from lab.traffic.records.azure_keyvault import vault_record
from lab.traffic.records.shape import Record
from lab.traffic.routes import send

SECRETS_READ: Final = 40
SILENT_FROM: Final = timedelta(minutes=34)
SILENT_UNTIL: Final = timedelta(minutes=52)
_RBAC: Final = "rbac.authorization.k8s.io"


def steps(stage: Stage) -> list[Step]:
    """Every step, in order of time."""
    return [
        _owner_assigned(stage),
        *_storage_made_public(stage),
        _command_run(stage),
        _shell_in_pod(stage),
        _cluster_administrator(stage),
        _secrets_read(stage),
        *_logging_stopped_and_restored(stage),
    ]


def _owner_assigned(stage: Stage) -> Step:
    principal = stage.tenant.service_principals[1]
    operation = role_assignment(
        stage.rng, stage.tenant, stage.subscription, OWNER, principal.id, "ServicePrincipal"
    )
    return stage.operation("owner_assigned_to_subscription", 22, operation)


def _storage_made_public(stage: Stage) -> list[Step]:
    account = stage.tenant.resource(f"Microsoft.Storage/storageAccounts/{stage.tenant.storage_accounts[1]}")
    open_account: Record = {"properties": {"allowBlobPublicAccess": True, "minimumTlsVersion": "TLS1_2"}}
    open_container: Record = {"properties": {"publicAccess": "Container", "metadata": {}}}
    return [
        stage.operation(
            "storage_account_allows_public_access",
            23,
            Operation("Microsoft.Storage/storageAccounts/write", account, open_account, "Owner"),
        ),
        stage.operation(
            "storage_container_made_public",
            23.5,
            Operation(
                "Microsoft.Storage/storageAccounts/blobServices/containers/write",
                f"{account}/blobServices/default/containers/exports",
                open_container,
                "Owner",
            ),
        ),
    ]


def _command_run(stage: Stage) -> Step:
    machine = stage.tenant.resource(f"Microsoft.Compute/virtualMachines/{stage.company.virtual_machines[2]}")
    script: Record = {"commandId": "RunShellScript", "script": ["id; cat /etc/passwd; crontab -l"]}
    action = "Microsoft.Compute/virtualMachines/runCommand/action"
    return stage.operation(
        "command_run_on_virtual_machine", 25, Operation(action, machine, script, "Owner", "Accepted")
    )


def _kubernetes(stage: Stage, name: str, minute: float, call: ApiCall) -> Step:
    return stage.step(name, minute, audit_record(stage.rng, stage.company, stage.at(minute), call))


def _shell_in_pod(stage: Stage) -> Step:
    pod = f"api-{stage.rng.getrandbits(32):08x}-{stage.rng.getrandbits(20):05x}"
    reference = {
        "resource": "pods",
        "namespace": "invoicing",
        "name": pod,
        "apiVersion": "v1",
        "subresource": "exec",
    }
    path = f"/api/v1/namespaces/invoicing/pods/{pod}/exec?command=sh&container=api&stdin=true&tty=true"
    call = by_person(stage.victim, "create", path, reference, INTRUDER.address)
    return _kubernetes(stage, "shell_in_pod", 26.2, call)


def _cluster_administrator(stage: Stage) -> Step:
    name = "cluster-sync"
    reference = {
        "resource": "clusterrolebindings",
        "name": name,
        "apiGroup": _RBAC,
        "apiVersion": "v1",
    }
    binding: Record = {
        "kind": "ClusterRoleBinding",
        "apiVersion": f"{_RBAC}/v1",
        "metadata": {"name": name},
        "roleRef": {"apiGroup": _RBAC, "kind": "ClusterRole", "name": "cluster-admin"},
        "subjects": [{"kind": "ServiceAccount", "name": "default", "namespace": "invoicing"}],
    }
    path = f"/apis/{_RBAC}/v1/clusterrolebindings?fieldManager=kubectl-create"
    call = by_person(stage.victim, "create", path, reference, INTRUDER.address, binding)
    return _kubernetes(stage, "cluster_administrator_bound", 27, call)


def _secrets_read(stage: Stage) -> Step:
    """Forty different secrets within two minutes, by somebody who never reads any."""
    names = [f"{name}{suffix}" for suffix in ("", "-staging", "-previous") for name in SECRET_NAMES]
    sent = []
    for number, name in enumerate(names[:SECRETS_READ]):
        time = stage.at(28 + 1.9 * number / SECRETS_READ)
        record = vault_record(
            stage.rng, stage.tenant, stage.victim, time, "SecretGet", f"secrets/{name}", INTRUDER.address
        )
        sent.append(send(time, record))
    return Step("secrets_read_in_bulk", tuple(sent))


def _logging_stopped_and_restored(stage: Stage) -> list[Step]:
    vault = stage.tenant.resource(f"Microsoft.KeyVault/vaults/{stage.tenant.key_vault}")
    setting = f"{vault}/providers/Microsoft.Insights/diagnosticSettings/to-security-hub"
    logs: Record = {"properties": {"logs": [{"category": "AuditEvent", "enabled": True}]}}
    stopped = SILENT_FROM / timedelta(minutes=1)
    restored = SILENT_UNTIL / timedelta(minutes=1) - 0.5
    return [
        stage.operation(
            "diagnostic_setting_deleted",
            stopped,
            Operation("Microsoft.Insights/diagnosticSettings/delete", setting, role="Owner"),
        ),
        stage.operation(
            "diagnostic_setting_restored",
            restored,
            Operation("Microsoft.Insights/diagnosticSettings/write", setting, logs),
            caller=stage.company.administrators[1],
        ),
    ]

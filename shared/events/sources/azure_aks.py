"""Azure Kubernetes Service: the audit log of the API server.

`properties.log` is a JSON string that holds one audit.k8s.io Event; fields: kubernetes.io, Auditing.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from shared.events.azure import BASE, TIMES, address
from shared.events.paths import Record, as_text
from shared.events.results import result_word
from shared.events.source_definition import Field, Source, merged

_LOG = "properties.log"


def _status(value: Any) -> str | None:
    text = as_text(value)
    return ("Failure" if text >= "400" else "Success") if text and text.isdigit() else result_word(value)


def kubernetes_fields(log: str) -> dict[str, Field]:
    """The fields of an audit.k8s.io Event below the path `log` (with its trailing dot, or '')."""
    return {
        "operation": Field(f"{log}verb", f"{log}stage"),
        "event_result": Field(f"{log}responseStatus.code", normalise=_status),
        "event_result_details": Field(f"{log}responseStatus.reason", f"{log}responseStatus.code"),
        "http_status_code": Field(f"{log}responseStatus.code"),
        "actor_username": Field(f"{log}impersonatedUser.username", f"{log}user.username", f"{log}user.uid"),
        "actor_user_id": Field(f"{log}user.extra.oid.0", f"{log}user.uid", f"{log}user.username"),
        "src_ip_addr": Field(f"{log}sourceIPs.0", f"{log}sourceIPs.1", normalise=address),
        "http_user_agent": Field(f"{log}userAgent"),
        "target_type": Field(f"{log}objectRef.resource"),
        "target_name": Field(f"{log}objectRef.name", f"{log}requestObject.metadata.name", f"{log}requestURI"),
        "target_id": Field(f"{log}objectRef.subresource"),
        "namespace": Field(f"{log}objectRef.namespace"),
        "url": Field(f"{log}requestURI"),
        "record_id": Field(f"{log}auditID"),
    }


_OPERATION = {"operation": Field(f"{_LOG}.verb", "operationName", "category")}

azure_aks_audit = Source(
    id="azure.aks.audit",
    title="Azure Kubernetes Service audit",
    categories=("kube-audit", "kube-audit-admin"),
    times=(f"{_LOG}.requestReceivedTimestamp", f"{_LOG}.stageTimestamp", *TIMES),
    fields=merged(BASE, kubernetes_fields(f"{_LOG}."), _OPERATION),
    data_components=(
        "Pod Creation",
        "Pod Enumeration",
        "Container Creation",
        "Service Creation",
        "User Account Modification",
        "Command Execution",
    ),
    log_sources=("kubernetes:audit",),
    usual_gap=timedelta(minutes=10),
)


def _is_kubernetes(record: Record) -> bool:
    """Events of the audit API, also where a forwarder dropped their `apiVersion` (EKS in CloudWatch)."""
    if isinstance(record.get("apiVersion"), str) and record["apiVersion"].startswith("audit.k8s.io/"):
        return True
    return record.get("kind") == "Event" and any(name in record for name in ("verb", "auditID", "objectRef"))


azure_aks_guard = Source(
    id="azure.aks.guard",
    title="Azure Kubernetes Service: Entra authentication",
    categories=("guard",),
    times=azure_aks_audit.times,
    fields=merged(BASE, kubernetes_fields(f"{_LOG}."), _OPERATION, {"message": Field(_LOG)}),
    data_components=("User Account Authentication",),
    log_sources=("kubernetes:audit",),
    usual_gap=timedelta(minutes=30),
)

azure_aks_controlplane = Source(
    id="azure.aks.controlplane",
    title="Azure Kubernetes Service: control plane",
    categories=(
        "kube-apiserver",
        "kube-controller-manager",
        "kube-scheduler",
        "cluster-autoscaler",
        "cloud-controller-manager",
        "csi-azuredisk-controller",
        "csi-azurefile-controller",
        "csi-snapshot-controller",
        "karpenter-events",
    ),
    times=TIMES,
    fields=merged(
        BASE,
        _OPERATION,
        {
            "message": Field(_LOG),
            "dvc_hostname": Field("properties.pod", "properties.hostname"),
            "target_name": Field("properties.pod"),
            "namespace": Field("ccpNamespace", "properties.namespace"),
        },
    ),
    data_components=("Application Log Content", "Host Status"),
    usual_gap=timedelta(minutes=30),
)

kubernetes_audit = Source(
    id="kubernetes.audit",
    title="Kubernetes audit, bare (EKS and others)",
    recognise=_is_kubernetes,
    recognising_keys=("auditID", "verb", "objectRef", "apiVersion"),
    times=("requestReceivedTimestamp", "stageTimestamp"),
    fields=dict(kubernetes_fields("")),
    data_components=azure_aks_audit.data_components,
    log_sources=("kubernetes:audit",),
)

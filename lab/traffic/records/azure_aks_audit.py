"""AKS kube-audit: the Kubernetes API server's audit events, each as JSON text in `properties.log`.

Shape: audit.k8s.io/v1, https://kubernetes.io/docs/reference/config-api/apiserver-audit.v1/.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from random import Random
from typing import Final
from uuid import NAMESPACE_DNS, uuid5

import orjson

from lab.traffic.company import Company, Person
from lab.traffic.identifiers import guid, instant
from lab.traffic.records.shape import Record

_NAMESPACES: Final = ("invoicing", "reporting", "ingress", "monitoring", "kube-system")
_WORKLOADS: Final = ("api", "worker", "web", "scheduler", "exporter", "gateway", "cache", "mailer")
# (service account, resource, API group, verbs)
_CONTROLLERS: Final = (
    ("kube-system:deployment-controller", "deployments", "apps", ("get", "update", "patch")),
    ("kube-system:replicaset-controller", "pods", "", ("create", "delete", "patch")),
    ("kube-system:endpointslice-controller", "endpointslices", "discovery.k8s.io", ("update", "create")),
    ("kube-system:horizontal-pod-autoscaler", "horizontalpodautoscalers", "autoscaling", ("get", "update")),
    ("kube-system:coredns", "services", "", ("list", "watch")),
    ("kube-system:node-problem-detector", "nodes", "", ("get", "patch")),
    ("monitoring:prometheus", "pods", "", ("list", "watch", "get")),
    ("monitoring:prometheus", "nodes", "", ("list", "watch")),
    ("ingress:ingress-nginx", "ingresses", "networking.k8s.io", ("get", "list", "watch", "update")),
    ("ingress:ingress-nginx", "configmaps", "", ("get", "update")),
    ("kube-system:generic-garbage-collector", "replicasets", "apps", ("delete", "get")),
    ("invoicing:scheduler", "jobs", "batch", ("create", "get", "delete")),
    ("kube-system:cronjob-controller", "cronjobs", "batch", ("get", "update")),
    ("kube-system:persistent-volume-binder", "persistentvolumeclaims", "", ("get", "update")),
)
_LEASES: Final = (
    "kube-scheduler",
    "kube-controller-manager",
    "cloud-controller-manager",
    "ingress-nginx-leader",
)


@dataclass(frozen=True, slots=True)
class ApiCall:
    """One request to the Kubernetes API; `path` is its URI and `body` the object that was sent."""

    username: str
    groups: tuple[str, ...]
    verb: str
    path: str
    object_reference: Record
    address: str
    user_agent: str
    body: Record | None = None
    code: int = 200
    reason: str = "system:basic-user"
    extra: Record = field(default_factory=dict)


def kubernetes_audit(rng: Random, company: Company, time: datetime) -> Record:
    """An ordinary event: leases renewed, controllers at work, monitoring reading, seldom a person looking."""
    draw = rng.random()
    if draw < 0.25:
        return audit_record(rng, company, time, _lease(rng))
    if draw < 0.97:
        return audit_record(rng, company, time, _controller(rng))
    return audit_record(rng, company, time, _person(rng, rng.choice(company.administrators[1:])))


def _lease(rng: Random) -> ApiCall:
    name = rng.choice(_LEASES)
    return ApiCall(
        username=f"system:{name}",
        groups=("system:authenticated",),
        verb=rng.choice(("get", "update")),
        path=f"/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/{name}",
        object_reference=_reference("leases", "coordination.k8s.io", "kube-system", name),
        address=f"10.240.0.{rng.randrange(4, 12)}",
        user_agent=f"{name}/v1.33.5 (linux/amd64) kubernetes/8e65ee5/leader-election",
        body={
            "kind": "Lease",
            "apiVersion": "coordination.k8s.io/v1",
            "metadata": {
                "name": name,
                "namespace": "kube-system",
                "resourceVersion": str(rng.getrandbits(30)),
            },
            "spec": {
                "holderIdentity": f"{name}-{rng.randrange(3)}",
                "leaseDurationSeconds": 15,
                "leaseTransitions": 4,
            },
        },
        reason=f'RBAC: allowed by ClusterRoleBinding "system:{name}" of ClusterRole "system:{name}" to User',
    )


def _controller(rng: Random) -> ApiCall:
    account, resource, group, verbs = rng.choice(_CONTROLLERS)
    verb = rng.choice(verbs)
    namespace = rng.choice(_NAMESPACES)
    name = f"{rng.choice(_WORKLOADS)}-{rng.getrandbits(32):08x}-{rng.getrandbits(20):05x}"
    root = f"/apis/{group}/v1" if group else "/api/v1"
    conflict = verb == "update" and rng.random() < 0.01
    service_account = f"system:serviceaccount:{account}"
    body = None
    if verb in {"create", "update", "patch"}:
        body = _object(rng, resource, namespace, name)
    return ApiCall(
        username=service_account,
        groups=(
            "system:serviceaccounts",
            f"system:serviceaccounts:{account.split(':')[0]}",
            "system:authenticated",
        ),
        verb=verb,
        path=f"{root}/namespaces/{namespace}/{resource}/{name}",
        object_reference=_reference(resource, group, namespace, name),
        address=f"10.240.0.{rng.randrange(4, 60)}",
        user_agent=f"{account.split(':')[1]}/v1.33.5 (linux/amd64) kubernetes/8e65ee5",
        body=body,
        code=409 if conflict else 201 if verb == "create" else 200,
        reason=f'RBAC: allowed by ClusterRoleBinding "{account}" of ClusterRole "{account}"',
    )


def _object(rng: Random, resource: str, namespace: str, name: str) -> Record:
    workload, pod_template_hash, *_ = name.split("-")
    return {
        "kind": resource.capitalize().removesuffix("s"),
        "metadata": {
            "name": name,
            "namespace": namespace,
            "uid": guid(rng),
            "resourceVersion": str(rng.getrandbits(30)),
            "labels": {"app": workload, "pod-template-hash": pod_template_hash, "tier": "backend"},
            "ownerReferences": [{"kind": "ReplicaSet", "name": name.rsplit("-", 1)[0], "uid": guid(rng)}],
        },
        "spec": {
            "serviceAccountName": workload,
            "containers": [
                {"name": workload, "image": f"quayside.azurecr.io/{workload}:2026.{rng.randrange(48)}"}
            ],
        },
        "status": {"phase": "Running", "observedGeneration": rng.randrange(90)},
    }


def _person(rng: Random, person: Person) -> ApiCall:
    """An administrator looks at pods or their logs; nothing is changed."""
    resource, subresource = rng.choice((("pods", ""), ("pods", "log"), ("deployments", ""), ("events", "")))
    group = "apps" if resource == "deployments" else ""
    name = f"{rng.choice(_WORKLOADS)}-{rng.getrandbits(32):08x}"
    path = f"/api/v1/namespaces/invoicing/{resource}/{name}" + (f"/{subresource}" if subresource else "")
    reference = _reference(resource, group, "invoicing", name, subresource)
    return by_person(person, "get", path, reference, person.origin.address)


def by_person(
    person: Person, verb: str, path: str, reference: Record, address: str, body: Record | None = None
) -> ApiCall:
    """A request by an Entra ID user with kubectl."""
    return ApiCall(
        username=person.user_principal_name,
        groups=("aks-operators", "system:authenticated"),
        verb=verb,
        path=path,
        object_reference=reference,
        address=address,
        user_agent="kubectl/v1.33.5 (linux/amd64) kubernetes/8e65ee5",
        body=body,
        code=101 if reference.get("subresource") == "exec" else 201 if verb == "create" else 200,
        reason='RBAC: allowed by ClusterRoleBinding "aks-operators" of ClusterRole "aks-operator" to Group',
        extra={"oid": [person.id]},
    )


@cache
def _uid(username: str) -> str:
    """The same name has the same id in every event."""
    return str(uuid5(NAMESPACE_DNS, username))


def _reference(resource: str, group: str, namespace: str, name: str, subresource: str = "") -> Record:
    reference = {"resource": resource, "namespace": namespace, "name": name, "apiVersion": "v1"}
    if group:
        reference["apiGroup"] = group
    if subresource:
        reference["subresource"] = subresource
    return reference


def audit_record(rng: Random, company: Company, time: datetime, call: ApiCall) -> Record:
    """The record that the cluster's diagnostic setting exports for this request."""
    subject: Record = {"username": call.username, "uid": _uid(call.username), "groups": call.groups}
    if call.extra:
        subject["extra"] = call.extra
    event: Record = {
        "kind": "Event",
        "apiVersion": "audit.k8s.io/v1",
        "level": "RequestResponse" if call.body else "Metadata",
        "auditID": guid(rng),
        "stage": "ResponseComplete",
        "requestURI": call.path,
        "verb": call.verb,
        "user": subject,
        "sourceIPs": [call.address],
        "userAgent": call.user_agent,
        "objectRef": call.object_reference,
        "responseStatus": {"metadata": {}, "code": call.code},
        "requestReceivedTimestamp": instant(time)[:-2] + "Z",
        "stageTimestamp": instant(time + timedelta(milliseconds=rng.randrange(1, 40)))[:-2] + "Z",
        "annotations": {"authorization.k8s.io/decision": "allow", "authorization.k8s.io/reason": call.reason},
    }
    if call.body:
        event["requestObject"] = call.body
        if call.code < 300:
            event["responseObject"] = call.body
    cluster = company.workforce.resource(f"Microsoft.ContainerService/managedClusters/{company.cluster}")
    return {
        "time": instant(time, rng.randrange(10)),
        "category": "kube-audit",
        "operationName": "Microsoft.ContainerService/managedClusters/diagnosticLogs/Read",
        "ccpNamespace": company.cluster_namespace,
        "resourceId": cluster.upper(),
        "properties": {
            "log": orjson.dumps(event).decode() + "\n",
            "stream": "stdout",
            "pod": f"kube-apiserver-{company.cluster_namespace[:10]}-{rng.randrange(2)}",
            "containerID": guid(rng).replace("-", "") * 2,
        },
        "Cloud": "AzureCloud",
        "Environment": "prod",
        "UnderlayClass": "hcp-underlay",
        "UnderlayName": "hcp-underlay-northeurope-cx-311",
    }

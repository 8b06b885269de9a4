"""Blob storage logs: StorageRead and StorageWrite.

Shape: https://learn.microsoft.com/azure/storage/blobs/monitor-blob-storage-reference; the caller's address
carries a port, and status, address and identity stand at the top level.
"""

from __future__ import annotations

from datetime import datetime
from random import Random
from typing import Final

from lab.traffic.company import Company
from lab.traffic.identifiers import guid, instant, token
from lab.traffic.records.shape import Record

_READS: Final = (
    "GetBlob",
    "GetBlobProperties",
    "ListBlobs",
    "GetContainerProperties",
    "GetBlobTags",
    "GetBlockList",
)
_WRITES: Final = (
    "PutBlob",
    "PutBlock",
    "PutBlockList",
    "SetBlobMetadata",
    "SetBlobProperties",
    "SetBlobTier",
)
_CONTAINERS: Final = ("invoices", "attachments", "exports", "templates", "thumbnails")
_CLIENTS: Final = (
    "azsdk-python-storage-blob/12.27.0 Python/3.13.5 (Linux-5.15.0-1091-azure-x86_64-with-glibc2.36)",
    "azsdk-net-Storage.Blobs/12.25.0 (.NET 8.0.21; Debian GNU/Linux 12 (bookworm))",
)
_BLOBS: Final = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs"
_READER: Final = "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1"


def blob_read(rng: Random, company: Company, time: datetime) -> Record:
    """A workload reads a blob; now and then the blob is gone or has not changed."""
    status, text = rng.choices(
        ((200, "Success"), (304, "ConditionNotMet"), (404, "BlobNotFound")), (95, 3, 2)
    )[0]
    return _record(rng, company, time, "StorageRead", rng.choice(_READS), (status, text))


def blob_write(rng: Random, company: Company, time: datetime) -> Record:
    """A workload writes a blob."""
    return _record(rng, company, time, "StorageWrite", rng.choice(_WRITES), (201, "Success"))


def _record(
    rng: Random, company: Company, time: datetime, category: str, operation: str, status: tuple[int, str]
) -> Record:
    tenant = company.workforce if rng.random() < 0.4 else rng.choice(company.customers)
    principal = rng.choice(tenant.service_principals)
    account = rng.choice(tenant.storage_accounts)
    blob = f"{rng.choice(_CONTAINERS)}/{time:%Y/%m/%d}/{guid(rng)}.pdf"
    return {
        "time": instant(time, rng.randrange(10)),
        "resourceId": tenant.resource(f"Microsoft.Storage/storageAccounts/{account}/blobServices/default"),
        "category": category,
        "operationName": operation,
        "operationVersion": "2025-07-05",
        "schemaVersion": "1.0",
        "statusCode": status[0],
        "statusText": status[1],
        "durationMs": rng.randrange(2, 120),
        "callerIpAddress": f"{principal.address}:{rng.randrange(1024, 65535)}",
        "correlationId": guid(rng),
        "identity": {
            "type": "OAuth",
            "tokenHash": token(rng, 43),
            "authorization": [
                {
                    "action": f"{_BLOBS}/{category.removeprefix('Storage').lower()}",
                    "roleAssignmentId": guid(rng),
                    "roleDefinitionId": _READER,
                    "principals": [{"id": principal.id, "type": "ServicePrincipal"}],
                    "denyAssignmentId": "",
                    "type": "RBAC",
                    "result": "Granted",
                    "reason": "",
                }
            ],
            "requester": {
                "appId": principal.app_id,
                "audience": "https://storage.azure.com",
                "objectId": principal.id,
                "tenantId": tenant.id,
                "tokenIssuer": f"https://sts.windows.net/{tenant.id}/",
            },
        },
        "location": "northeurope",
        "properties": {
            "accountName": account,
            "userAgentHeader": rng.choice(_CLIENTS),
            "clientRequestId": guid(rng),
            "etag": f'"0x8{rng.getrandbits(56):014X}"',
            "serviceType": "blob",
            "objectKey": f"/{account}/{blob}",
            "metricResponseType": "Success" if status[0] < 400 else "ClientOtherError",
            "serverLatencyMs": rng.randrange(1, 60),
            "requestHeaderSize": rng.randrange(300, 2000),
            "responseHeaderSize": rng.randrange(200, 900),
            "responseBodySize": rng.randrange(0, 900_000) if category == "StorageRead" else 0,
            "tlsVersion": "TLS 1.3",
            "accessTier": "Hot",
            "downloadRange": "",
        },
        "uri": f"https://{account}.blob.core.windows.net:443/{blob}?timeout={rng.randrange(30, 90)}",
        "protocol": "HTTPS",
        "resourceType": "Microsoft.Storage/storageAccounts/blobServices",
    }

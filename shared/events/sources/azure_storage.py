"""Azure Storage: reads, writes and deletions of blobs, files, queues and tables.

Fields: learn.microsoft.com, storage monitoring data reference; status, uri and identity stand at top level.
"""

from __future__ import annotations

from datetime import timedelta

from shared.events.azure import BASE, TIMES, address
from shared.events.results import result_word
from shared.events.source_definition import Field, Source, merged

azure_storage = Source(
    id="azure.storage",
    title="Azure Storage data plane",
    categories=("StorageRead", "StorageWrite", "StorageDelete"),
    times=TIMES,
    fields=merged(
        BASE,
        {
            "event_result": Field("statusCode", "statusText", "resultType", normalise=result_word),
            "event_result_details": Field("statusText", "statusCode"),
            "http_status_code": Field("statusCode"),
            "actor_user_id": Field(
                "identity.requester.objectId", "identity.requester.appId", "identity.tokenHash"
            ),
            "actor_username": Field(
                "identity.requester.upn", "identity.requester.objectId", "identity.requester.appId"
            ),
            "actor_user_type": Field("identity.type"),
            "actor_app_id": Field("identity.requester.appId"),
            "app_id": Field("identity.requester.appId"),
            "src_ip_addr": Field("callerIpAddress", normalise=address),
            "http_user_agent": Field("properties.userAgentHeader"),
            "url": Field("uri"),
            "target_name": Field("properties.objectKey", "uri"),
            "network_bytes": Field("properties.responseBodySize"),
            "tenant_id": Field("identity.requester.tenantId", "tenantId"),
            "account_id": Field("properties.accountName"),
        },
    ),
    data_components=("Cloud Storage Access", "Cloud Storage Modification", "Cloud Storage Deletion"),
    usual_gap=timedelta(minutes=15),
)

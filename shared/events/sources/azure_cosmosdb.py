"""Azure Cosmos DB: requests to data, and changes of the account.

Fields: learn.microsoft.com, Azure Monitor tables CDBDataPlaneRequests and CDBControlPlaneRequests; numbers are
written as text.
"""

from __future__ import annotations

from datetime import timedelta

from shared.events.azure import BASE, TIMES, address
from shared.events.results import result_word
from shared.events.source_definition import Field, Source, merged

azure_cosmosdb = Source(
    id="azure.cosmosdb",
    title="Azure Cosmos DB",
    categories=(
        "DataPlaneRequests",
        "DataPlaneRequests5M",
        "DataPlaneRequests15M",
        "ControlPlaneRequests",
        "QueryRuntimeStatistics",
        "PartitionKeyStatistics",
        "PartitionKeyRUConsumption",
        "MongoRequests",
        "CassandraRequests",
        "GremlinRequests",
        "TableApiRequests",
    ),
    times=TIMES,
    fields=merged(
        BASE,
        {
            "operation": Field("operationName", "properties.operationType", "properties.operationName"),
            "event_result": Field(
                "properties.statusCode", "properties.httpStatusCode", normalise=result_word
            ),
            "event_result_details": Field(
                "properties.statusCode", "properties.subStatusCode", "resultDescription"
            ),
            "http_status_code": Field("properties.statusCode", "properties.httpstatusCode"),
            "http_method": Field("properties.httpMethod"),
            "http_user_agent": Field("properties.userAgent"),
            "actor_username": Field(
                "properties.aadPrincipalId",
                "properties.userId",
                "properties.resourceTokenUserRid",
                "properties.resourceTokenPermissionId",
            ),
            "actor_user_id": Field("properties.aadPrincipalId", "properties.resourceTokenUserRid"),
            "actor_user_type": Field("properties.keyType", "properties.authTokenType"),
            "src_ip_addr": Field("properties.clientIpAddress", "callerIpAddress", normalise=address),
            "target_name": Field(
                "properties.collectionName", "properties.databaseName", "properties.accountName"
            ),
            "target_type": Field("properties.requestResourceType"),
            "namespace": Field("properties.databaseName"),
            "account_id": Field("properties.accountName"),
            "record_id": Field("properties.activityId"),
            "network_bytes": Field("properties.responseLength"),
            "event_count": Field("properties.requestCharge"),
            "region": Field("properties.regionName", "location"),
        },
    ),
    data_components=("Cloud Storage Access", "Cloud Storage Modification", "Cloud Storage Enumeration"),
    usual_gap=timedelta(minutes=15),
)

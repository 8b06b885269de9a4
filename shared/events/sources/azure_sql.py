"""Azure SQL: the audit of statements and logins on databases, managed instances and pools.

Fields: learn.microsoft.com, SQL Database audit log format (`properties` holds the columns of the audit).
"""

from __future__ import annotations

from datetime import timedelta

from shared.events.azure import BASE, TIMES, address
from shared.events.results import result_word
from shared.events.source_definition import Field, Source, merged

azure_sql_audit = Source(
    id="azure.sql.audit",
    title="Azure SQL audit",
    categories=("SQLSecurityAuditEvents", "DevOpsOperationsAudit"),
    times=("properties.event_time", "originalEventTimestamp", *TIMES),
    fields=merged(
        BASE,
        {
            "operation": Field("properties.action_name", "properties.action_id", "operationName"),
            "event_result": Field("properties.succeeded", "resultType", normalise=result_word),
            "event_result_details": Field("properties.statement", "properties.additional_information"),
            "actor_username": Field(
                "properties.server_principal_name",
                "properties.session_server_principal_name",
                "properties.database_principal_name",
            ),
            "actor_user_id": Field("properties.server_principal_sid", "properties.server_principal_id"),
            "actor_session_id": Field("properties.session_id"),
            "session_id": Field("properties.connection_id", "properties.session_id"),
            "src_ip_addr": Field("properties.client_ip", "callerIpAddress", normalise=address),
            "src_hostname": Field("properties.host_name"),
            "app_name": Field("properties.application_name"),
            "target_name": Field("properties.object_name", "properties.database_name"),
            "target_type": Field("properties.class_type_description", "properties.class_type"),
            "target_username": Field("properties.target_server_principal_name"),
            "namespace": Field("properties.database_name"),
            "message": Field("properties.statement"),
            "event_count": Field("properties.affected_rows"),
            "record_id": Field("properties.event_id", "properties.transaction_id"),
        },
    ),
    data_components=("Application Log Content", "User Account Authentication", "Cloud Storage Access"),
    usual_gap=timedelta(minutes=15),
)

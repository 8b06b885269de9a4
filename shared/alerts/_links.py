"""Where an analyst looks next: the portals' pages of the account and the resource, and the query for the records.

Values come from events. In a link they are percent-encoded, and in a query they stand in string literals of pure ASCII
in which everything else is an escape, so that none can end the literal, begin a line or hide.

Sources: "String operators" and "The string data type" on Microsoft Learn (KQL), and the table reference of Azure
Monitor for the names of the tables.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import quote

from shared.base.clouds import PUBLIC, Cloud
from shared.events.times import rfc3339, shifted

TABLES: Final[Mapping[str, str]] = {
    "entra.signin": "SigninLogs",
    "entra.signin.noninteractive": "AADNonInteractiveUserSignInLogs",
    "entra.signin.serviceprincipal": "AADServicePrincipalSignInLogs",
    "entra.signin.managedidentity": "AADManagedIdentitySignInLogs",
    "entra.audit": "AuditLogs",
    "azure.activity": "AzureActivity",
    "azure.appservice.http": "AppServiceHTTPLogs",
    "azure.aks.audit": "union isfuzzy=true AKSAudit, AKSAuditAdmin, AzureDiagnostics",
    "azure.keyvault": "union isfuzzy=true AZKVAuditLogs, AzureDiagnostics",
    "azure.storage": "union isfuzzy=true StorageBlobLogs, StorageFileLogs, StorageQueueLogs, StorageTableLogs",
    "azure.sql.audit": "union isfuzzy=true SQLSecurityAuditEvents, AzureDiagnostics",
    "msgraph.activity": "MicrosoftGraphActivityLogs",
    "aws.cloudtrail": "AWSCloudTrail",
    "aws.vpcflow": "AWSVPCFlow",
}
"""The table in which a workspace keeps a source, where it keeps it."""

LONGEST_LINK: Final = 2_000
"""Characters of a link; longer ones do not open everywhere."""

_ELSEWHERE: Final = "search *"
_AROUND: Final = timedelta(minutes=5)
_ONE: Final = ("record_id", "correlation_id")
"""What names a single record, the surest first."""

_MANY: Final = (
    "actor_user_id",
    "actor_username",
    "session_id",
    "src_ip_addr",
    "target_id",
    "target_name",
    "resource_id",
    "app_id",
)
_MOST: Final = 3
_LONGEST_VALUE: Final = 512
_USER_PAGE: Final = "/#view/Microsoft_AAD_UsersAndTenants/UserProfileMenuBlade/~/overview/userId/"


def user_link(object_id: str, cloud: Cloud = PUBLIC) -> str:
    """The page of a user in the Microsoft Entra admin center; needs the object id."""
    return cloud.entra + _USER_PAGE + quote(object_id, safe="", errors="replace")


def resource_link(resource_id: str, tenant_id: str, cloud: Cloud = PUBLIC) -> str:
    """The page of a resource in the Azure portal, in the tenant that it belongs to where that is known."""
    tenant = quote(tenant_id, safe="", errors="replace")  # half a surrogate pair has no bytes
    return f"{cloud.portal}/#@{tenant}/resource{quote(resource_id, safe='/', errors='replace')}"


def records_query(
    source: str, entities: Mapping[str, str], count: int, start: datetime, end: datetime
) -> str:
    """The query that shows the records of an alert in a workspace that keeps them.

    A single record is asked for by its id; several by what they have in common, three values at most.
    """
    names = [name for name in _ONE if entities.get(name)][:1] if count == 1 else []
    names = names or [name for name in _MANY if entities.get(name)][:_MOST]
    begin, until = _time(shifted(start, -_AROUND)), _time(shifted(end, _AROUND))
    lines = [
        TABLES.get(source, _ELSEWHERE),
        f"| where TimeGenerated between (datetime({begin}) .. datetime({until}))",
        *(f"| where * has {literal(str(entities[name])[:_LONGEST_VALUE])}" for name in names),
    ]
    return "\n".join(lines)


def literal(text: str) -> str:
    """`text` as a string of KQL: printable ASCII in double quotes, the rest as escapes."""
    return json.dumps(text).replace("\x7f", "\\u007f")


def _time(moment: datetime) -> str:
    return rfc3339(moment)[:19] + "Z"

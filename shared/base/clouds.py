"""The addresses that differ between the clouds of Azure: the public one, US Government, and China (21Vianet).

A name is the one that Azure itself has for the cloud (`az cloud list`, `environment().name` in Bicep). Addresses that
are of one resource (namespace, account, data collection rule) are not here: the deployment takes them from Azure.
`infra/clouds.json` is the same for Bicep; a test compares the two.
Sources: the clouds that the Azure CLI knows (arm, logs); `LogsIngestionAudience` in the reference of the Azure SDK
for .NET (ingestion); "National clouds" and "Microsoft Entra admin center FAQ" on Microsoft Learn (portal, entra).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

CloudName = Literal["AzureCloud", "AzureUSGovernment", "AzureChinaCloud"]


class Cloud(NamedTuple):
    """Where one cloud is reached, without a slash at the end.

    arm: Azure Resource Manager. logs: the query API of workspaces. ingestion: for what a token of the Logs Ingestion
    API is. portal: the Azure portal. entra: the Microsoft Entra admin center.
    """

    arm: str
    logs: str
    ingestion: str
    portal: str
    entra: str

    @property
    def ingestion_scope(self) -> str:
        """The scope to ask a token of the Logs Ingestion API with."""
        return f"{self.ingestion}/.default"


PUBLIC: Final = Cloud(
    arm="https://management.azure.com",
    logs="https://api.loganalytics.azure.com",
    ingestion="https://monitor.azure.com",
    portal="https://portal.azure.com",
    entra="https://entra.microsoft.com",
)
CLOUDS: Final[Mapping[CloudName, Cloud]] = MappingProxyType(
    {
        "AzureCloud": PUBLIC,
        "AzureUSGovernment": Cloud(
            arm="https://management.usgovcloudapi.net",
            logs="https://api.loganalytics.us",
            ingestion="https://monitor.azure.us",
            portal="https://portal.azure.us",
            entra="https://entra.microsoft.us",
        ),
        "AzureChinaCloud": Cloud(
            arm="https://management.chinacloudapi.cn",
            logs="https://api.loganalytics.azure.cn",
            ingestion="https://monitor.azure.cn",
            portal="https://portal.azure.cn",
            entra="https://entra.microsoftonline.cn",
        ),
    }
)

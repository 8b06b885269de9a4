"""Refusals of what the app runs on: Functions on Flex Consumption, storage accounts, networks."""

from __future__ import annotations

import re
from ipaddress import ip_network
from typing import Any, Final

from lab.azure.resource_manager.azure import Azure, Put
from lab.azure.resource_manager.refusal import Refusal

_LEARN: Final = "learn.microsoft.com, "
_SITE: Final = "microsoft.web/sites"
_FLEX_SITE_CONFIG: Final = frozenset({"minTlsVersion"})
_FLEX_SETTINGS: Final = frozenset(
    {
        "ENABLE_ORYX_BUILD", "FUNCTIONS_WORKER_RUNTIME", "FUNCTIONS_WORKER_RUNTIME_VERSION",
        "FUNCTIONS_MAX_HTTP_CONCURRENCY", "FUNCTIONS_WORKER_PROCESS_COUNT",
        "FUNCTIONS_WORKER_DYNAMIC_CONCURRENCY_ENABLED", "SCM_DO_BUILD_DURING_DEPLOYMENT",
        "WEBSITE_CONTENTAZUREFILECONNECTIONSTRING", "WEBSITE_CONTENTOVERVNET", "WEBSITE_CONTENTSHARE",
        "WEBSITE_DNS_SERVER", "WEBSITE_MAX_DYNAMIC_APPLICATION_SCALE_OUT", "WEBSITE_NODE_DEFAULT_VERSION",
        "WEBSITE_RUN_FROM_PACKAGE", "WEBSITE_SKIP_CONTENTSHARE_VALIDATION", "WEBSITE_VNET_ROUTE_ALL",
    }
)  # fmt: skip
"""Of "Flex Consumption plan deprecations". FUNCTIONS_EXTENSION_VERSION is there too, and is taken
(Azure/azure-functions-host 10714)."""


def _flex(put: Put, azure: Azure) -> bool:
    plan = azure.get(str(put.properties.get("serverFarmId", "")))
    return plan is not None and (plan.body.get("sku") or {}).get("tier") == "FlexConsumption"


def _site_config(put: Put, azure: Azure) -> str | None:
    if not _flex(put, azure):
        return None
    wrong = sorted(set(put.properties.get("siteConfig") or {}) - _FLEX_SITE_CONFIG)
    if not wrong:
        return None
    names = ", ".join(wrong)
    return (
        f"The following list of {len(wrong)} site configuration properties ({names}) for Flex Consumption sites is "
        "invalid. Please remove or rename them before retrying."
    )


def _app_config(put: Put, azure: Azure) -> str | None:
    if _flex(put, azure) and not put.properties.get("functionAppConfig"):
        return "FunctionAppConfig is required on create for FlexConsumption sites."
    return None


def _scale(put: Put, azure: Azure) -> str | None:
    scale: dict[str, Any] = (put.properties.get("functionAppConfig") or {}).get("scaleAndConcurrency") or {}
    if not _flex(put, azure):
        return None
    if scale.get("instanceMemoryMB", 2048) not in (512, 2048, 4096):
        return f"instanceMemoryMB {scale['instanceMemoryMB']} is none of 512, 2048 and 4096."
    if not 1 <= scale.get("maximumInstanceCount", 100) <= 1000:
        return f"maximumInstanceCount {scale['maximumInstanceCount']} is not within 1 and 1000."
    return None


def _is_settings(put: Put) -> bool:
    return put.id.lower().endswith("/config/appsettings")


def _settings(put: Put, azure: Azure) -> str | None:
    site = azure.get(put.scope)
    if not _is_settings(put) or site is None:
        return None
    plan = azure.get(str(site.properties.get("serverFarmId", "")))
    wrong = sorted(_FLEX_SETTINGS & {name.upper() for name in put.properties})
    if plan is None or (plan.body.get("sku") or {}).get("tier") != "FlexConsumption" or not wrong:
        return None
    return (
        f"The following app setting (Site.SiteConfig.AppSettings.{wrong[0]}) for Flex Consumption sites is invalid. "
        "Please remove or rename it before retrying."
    )


def _setting_names(put: Put, _: Azure) -> str | None:
    if not _is_settings(put):
        return None
    wrong = [name for name in put.properties if not re.fullmatch(r"[A-Za-z0-9_.]+", name)]
    return f"AppSetting with name '{wrong[0]}' is not allowed." if wrong else None


def _subnet(put: Put, azure: Azure) -> str | None:
    identity = str(put.properties.get("virtualNetworkSubnetId") or "")
    if not identity or not _flex(put, azure):
        return None
    network, _, name = identity.rpartition("/subnets/")
    found = azure.get(network)
    subnets = found.properties.get("subnets", []) if found is not None else []
    properties = next((one["properties"] for one in subnets if one["name"] == name), None)
    if properties is None:
        return f"The subnet '{identity}' was not found."
    if "_" in name:
        return f"The subnet '{name}' has an underscore, which Flex Consumption does not take."
    delegated = {one["properties"]["serviceName"] for one in properties.get("delegations", [])}
    if delegated != {"Microsoft.App/environments"}:
        return f"The subnet '{name}' must be delegated to Microsoft.App/environments."
    if ip_network(properties["addressPrefix"]).prefixlen > 27:
        return f"The subnet '{name}' is smaller than /27."
    return None


_ZONES: Final = frozenset({"Standard_ZRS", "Standard_GZRS", "Standard_RAGZRS", "Premium_ZRS"})


def _redundancy(put: Put, _: Azure) -> str | None:
    if put.before is None:
        return None
    was = str((put.before.body.get("sku") or {}).get("name"))
    wanted = str((put.body.get("sku") or {}).get("name"))
    if (was in _ZONES) == (wanted in _ZONES):
        return None
    return f"Storage account type cannot be changed from {was} to {wanted}: a conversion is asked for, not written."


def _encryption(put: Put, _: Azure) -> str | None:
    if put.before is None:
        return None
    was = (put.before.properties.get("encryption") or {}).get("requireInfrastructureEncryption", False)
    wanted = (put.properties.get("encryption") or {}).get("requireInfrastructureEncryption", False)
    if was == wanted:
        return None
    return "The property 'requireInfrastructureEncryption' cannot be updated as it is read-only."


_GROUP_IDS: Final = {
    "microsoft.storage/storageaccounts": {"blob", "table", "queue", "file", "web", "dfs"},
    "microsoft.eventhub/namespaces": {"namespace"},
    "microsoft.web/sites": {"sites"},
    "microsoft.keyvault/vaults": {"vault"},
}


def _endpoint(put: Put, azure: Azure) -> str | None:
    for one in put.properties.get("privateLinkServiceConnections", []):
        target = azure.get(str(one["properties"].get("privateLinkServiceId")))
        if target is None:
            return f"The resource '{one['properties'].get('privateLinkServiceId')}' was not found."
        wrong = set(one["properties"].get("groupIds", [])) - _GROUP_IDS.get(target.type.lower(), set())
        if wrong:
            return f"'{min(wrong)}' is no group id of {target.type}."
    return None


def _zone_link(put: Put, azure: Azure) -> str | None:
    network = str((put.properties.get("virtualNetwork") or {}).get("id")).lower()
    zone = put.scope.rpartition("/")[2].lower()
    for one in azure.of_type(put.type):
        other = one.id.split("/virtualNetworkLinks/")[0].rpartition("/")[2].lower()
        linked = str((one.properties.get("virtualNetwork") or {}).get("id")).lower()
        if one.id.lower() != put.id.lower() and (linked, other) == (network, zone):
            return f"The virtual network '{network}' is linked to another zone '{zone}' already."
    return None


_ACCOUNT: Final = "microsoft.storage/storageaccounts"
_FLEX_PAGE: Final = _LEARN + "Azure Functions Flex Consumption plan hosting"

HOSTING_REFUSALS: Final = (
    Refusal(
        "site configuration that Flex Consumption knows",
        _SITE,
        "51021",
        "Azure/terraform-azurerm-avm-res-web-site issues 345 and 360",
        _site_config,
    ),
    Refusal(
        "a configuration of Flex Consumption",
        _SITE,
        "BadRequest",
        "Azure/terraform-azurerm-avm-res-web-site 195",
        _app_config,
    ),
    Refusal("instances of Flex Consumption", _SITE, "BadRequest", _FLEX_PAGE, _scale),
    Refusal(
        "settings that Flex Consumption has no more",
        f"{_SITE}/config",
        "BadRequest",
        "Azure/azure-functions-host 11908; the list of Flex Consumption plan deprecations from memory",
        _settings,
    ),
    Refusal(
        "names of settings",
        f"{_SITE}/config",
        "BadRequest",
        "Azure/azure-functions-host 11908; polymind-inc/acmebot 254",
        _setting_names,
    ),
    Refusal(
        "the subnet of Flex Consumption",
        _SITE,
        "BadRequest",
        "MicrosoftDocs/azure-docs 123860; Azure/terraform-provider-azapi 625; the size from memory",
        _subnet,
    ),
    Refusal(
        "zone redundancy of a storage account",
        _ACCOUNT,
        "StorageAccountTypeConversionNotAllowed",
        "hashicorp/terraform-provider-azurerm 6526",
        _redundancy,
    ),
    Refusal(
        "infrastructure encryption of a storage account",
        _ACCOUNT,
        "PropertyImmutable",
        "Azure/ResourceModules 4466",
        _encryption,
    ),
    Refusal(
        "group ids of private endpoints",
        "microsoft.network/privateendpoints",
        "PrivateEndpointInvalidGroupId",
        _LEARN + "What is a private endpoint, private-link resource; from memory",
        _endpoint,
    ),
    Refusal(
        "one zone of a name for a network",
        "microsoft.network/privatednszones/virtualnetworklinks",
        "BadRequest",
        "MicrosoftDocs/azure-aks-docs 212; microsoft-foundry/foundry-samples 214",
        _zone_link,
    ),
)

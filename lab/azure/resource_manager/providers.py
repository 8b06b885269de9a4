"""Resource providers: which a deployment registers by itself, and which somebody must have registered before.

A deployment registers the providers of the types that it writes, where the deployer may. What a property names (the
service that a subnet is delegated to) and what a template's own types do not tell is not registered.
Source: learn.microsoft.com, "Azure resource providers and types"; Azure/terraform-provider-azapi 625.
"""

from __future__ import annotations

from typing import Final

from lab.azure.resource_manager.azure import Azure, Put, Refused

_ALWAYS: Final = frozenset({"microsoft.resources", "microsoft.authorization", "microsoft.aadiam"})
_BEFORE: Final = frozenset({"microsoft.app", "microsoft.policyinsights", "microsoft.managedservices"})
RULE: Final = "providers are registered"


def register_for(put: Put, azure: Azure) -> None:
    """Registers the provider of a resource as ARM does. Raises Refused where that is not done or not allowed."""
    subscription = azure.subscriptions.get(put.subscription)
    provider = put.type.partition("/")[0]
    if subscription is None or provider.lower() in _ALWAYS | subscription.registered:
        return
    if provider.lower() in _BEFORE:
        raise _missing(provider, put.subscription)
    try:
        azure.allow(put.caller, f"{provider}/register/action", f"/subscriptions/{subscription.id}")
    except Refused:
        raise _missing(provider, put.subscription) from None
    subscription.registered.add(provider.lower())


def require(provider: str, subscription: str, azure: Azure) -> None:
    """Raises Refused where a provider that no type of the template names is not registered."""
    if provider.lower() not in azure.subscriptions[subscription].registered:
        raise _missing(provider, subscription)


def required_by(put: Put, azure: Azure) -> None:
    """Raises Refused where a property of a resource needs a provider that is not registered."""
    for subnet in put.properties.get("subnets") or []:
        for one in (subnet.get("properties") or {}).get("delegations") or []:
            service = str((one.get("properties") or {}).get("serviceName", ""))
            if service:
                require(service.partition("/")[0], put.subscription, azure)


def _missing(provider: str, subscription: str) -> Refused:
    return Refused(
        "MissingSubscriptionRegistration",
        f"The subscription '{subscription}' is not registered to use namespace '{provider}'.",
        RULE,
    )

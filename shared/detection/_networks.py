"""Conditions on addresses: `src_ip_addr=inside(*PRIVATE_NETWORKS)`, `outside(...)`."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from ipaddress import ip_address
from typing import Final

from shared.base.errors import DeclarationError
from shared.detection._declared import networks_of
from shared.events.conditions import Matcher

PRIVATE_NETWORKS: Final = (
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "100.64.0.0/10",  # RFC 6598: behind a provider's translation, and pods of many clusters
    "127.0.0.0/8",
    "169.254.0.0/16",
    "fc00::/7",
    "fe80::/10",
)
"""Networks that nobody reaches over the internet. Python's `is_private` also holds for addresses of documentation."""


@lru_cache(maxsize=64)  # the same networks are the same condition, with one cache, for all detectors
def inside(*networks: str) -> Matcher:
    """An address of one of `networks`, in CIDR notation. DeclarationError for what is no network."""
    return Matcher("inside", networks, _placed("inside", networks, within=True))


@lru_cache(maxsize=64)
def outside(*networks: str) -> Matcher:
    """An address, and of none of `networks`; what is no address is neither inside nor outside."""
    return Matcher("outside", networks, _placed("outside", networks, within=False))


def _placed(kind: str, texts: tuple[str, ...], *, within: bool) -> Callable[[str], bool]:
    if not texts:
        raise DeclarationError(f"{kind}(): write at least one network, as in {kind}('203.0.113.0/24')")
    networks = networks_of(kind, "networks", texts)

    @lru_cache(maxsize=4096)
    def holds(text: str) -> bool:
        try:
            address = ip_address(text)
        except ValueError:
            return False
        return any(address in network for network in networks) is within

    return holds

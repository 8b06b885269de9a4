"""Bring network addresses into one form: `ip:port`, brackets, CIDR, masked and mapped addresses.

Used by the sources' field declarations for every `..._ip_addr`.
"""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache

_PORT = re.compile(r"(\d{1,3}(?:\.\d{1,3}){3}):\d{1,5}")
_BRACKETS = re.compile(r"\[([0-9A-Fa-f:.%]+)\](?::\d{1,5})?")
_FOUR_PARTS = re.compile(r"\d{1,3}(?:\.(?:\d{1,3}|[Xx*]{1,3})){3}")
_SIX_MASKED = re.compile(r"(?:[0-9A-Fa-f]{1,4}:){2,7}:?[Xx*]{1,4}")
_PREFIXED = re.compile(r"[A-Za-z]{2}:([0-9A-Fa-f]{1,4}:[0-9A-Fa-f:]+)")
_LONGEST = 80


@lru_cache(maxsize=8192)
def normalise_address(text: str) -> str | None:
    """The bare address in `text`: no port, no brackets, IPv4-mapped IPv6 as IPv4; None where there is none.

    Of a list, as proxies write it (`client, proxy1, proxy2`), the first address counts. An address whose last
    part was masked by the sender (`192.0.2.XXX`) is kept as it stands, because it still tells networks apart; the
    single address of a /32 or /128 is kept, a wider network is given as it stands.
    """
    text = text[:_LONGEST].split(",", 1)[0].strip().strip("\"'")
    if not text:
        return None
    match = _PORT.fullmatch(text) or _BRACKETS.fullmatch(text) or _PREFIXED.fullmatch(text)
    if match:
        text = match.group(1)
    try:
        address = ipaddress.ip_address(text.split("%", 1)[0])
    except ValueError:
        return _network_or_masked(text)
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(address)


def _network_or_masked(text: str) -> str | None:
    if "/" in text:
        try:
            network = ipaddress.ip_network(text, strict=False)
        except ValueError:
            return None
        return str(network.network_address) if network.num_addresses == 1 else str(network)
    if _FOUR_PARTS.fullmatch(text):
        return text if re.search(r"[Xx*]", text) else _without_leading_zeros(text)
    return text if _SIX_MASKED.fullmatch(text) else None


def _without_leading_zeros(text: str) -> str | None:
    parts = [int(part) for part in text.split(".")]
    return ".".join(map(str, parts)) if all(part < 256 for part in parts) else None

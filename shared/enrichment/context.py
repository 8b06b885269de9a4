"""Look up a finding's entities in what the customer declared. Applied to findings only, never to every record."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from shared.customer.declarations import Declarations


@dataclass(frozen=True, slots=True)
class Context:
    """What is known about a finding: the criticality of its resource (None: not declared), and tags."""

    criticality: str | None
    tags: tuple[str, ...]


class Enrichment:
    """The customer's knowledge, prepared for look-up.

    criticality: resource id prefix or subscription id -> level. networks: name and network. watchlists: name ->
    (normalised field, values). accounts: tag -> account names or ids.
    """

    def __init__(
        self,
        criticality: Iterable[tuple[str, str]] = (),
        networks: Iterable[tuple[str, ipaddress.IPv4Network | ipaddress.IPv6Network]] = (),
        watchlists: Mapping[str, tuple[str, Iterable[str]]] | None = None,
        accounts: Mapping[str, Iterable[str]] | None = None,
    ) -> None:
        # The longest prefix is the most specific declaration, so it is asked first.
        self._criticality = sorted(
            ((match.casefold().rstrip("/") or "/", level) for match, level in criticality),
            key=lambda pair: -len(pair[0]),
        )
        self._networks = tuple(networks)
        self._watchlists = {
            name: (field, frozenset(value.casefold() for value in values))
            for name, (field, values) in (watchlists or {}).items()
        }
        self._accounts = {
            tag: frozenset(name.casefold() for name in names) for tag, names in (accounts or {}).items()
        }

    @classmethod
    def declared(cls, declarations: Declarations) -> Self:
        """What a customer declares."""
        return cls(
            criticality=[(entry.match, entry.level) for entry in declarations.criticality],
            networks=[(network.name, network.cidr) for network in declarations.own_networks],
            watchlists={name: (entry.field, entry.values) for name, entry in declarations.watchlists.items()},
            accounts={
                "break-glass account": declarations.break_glass_accounts,
                "automation identity": declarations.automation_identities,
            },
        )

    def context(self, fields: Mapping[str, str]) -> Context:
        """What is known about the entities in `fields` (normalised name -> value)."""
        tags = [f"own network: {name}" for name in self._own_networks(fields.get("src_ip_addr"))]
        for name, (field, values) in self._watchlists.items():
            if fields.get(field, "").casefold() in values:
                tags.append(f"watchlist: {name}")
        for tag, names in self._accounts.items():
            if any(
                fields.get(field, "").casefold() in names
                for field in ("actor_username", "actor_user_id", "app_id")
            ):
                tags.append(tag)
        return Context(self._level(fields), tuple(tags))

    def _level(self, fields: Mapping[str, str]) -> str | None:
        resource = fields.get("resource_id", "").casefold()
        subscription = fields.get("subscription_id", "").casefold()
        for match, level in self._criticality:
            if match and (match in (subscription, resource) or resource.startswith(match.rstrip("/") + "/")):
                return level
        return None

    def _own_networks(self, address: str | None) -> list[str]:
        if address is None or not self._networks:
            return []
        try:
            parsed = ipaddress.ip_address(address)
        except ValueError:
            return []
        return [name for name, network in self._networks if parsed in network]

"""What the customer knows of the things in a finding."""

from __future__ import annotations

from ipaddress import ip_network

import pytest

from shared.enrichment import Context, Enrichment

SUBSCRIPTION = "/subscriptions/0000"


@pytest.mark.parametrize(
    ("fields", "level"),
    [
        ({"resource_id": f"{SUBSCRIPTION}/resourcegroups/pay/vm"}, "critical"),
        ({"resource_id": f"{SUBSCRIPTION}/resourceGroups/PAY"}, "critical"),
        (
            {"resource_id": f"{SUBSCRIPTION}/resourcegroups/payments"},
            "low",
        ),  # another group of a similar name
        ({"resource_id": SUBSCRIPTION}, "low"),
        ({"subscription_id": "1111"}, "high"),
        ({"resource_id": "/subscriptions/2222"}, None),
        ({"resource_id": ""}, None),
        ({}, None),
    ],
)
def test_the_closest_declaration_says_how_critical_a_resource_is(
    fields: dict[str, str], level: str | None
) -> None:
    declared = [
        (f"{SUBSCRIPTION}/", "low"),
        (f"{SUBSCRIPTION}/resourceGroups/pay", "critical"),
        ("1111", "high"),
    ]
    assert Enrichment(criticality=declared).context(fields).criticality == level


def test_a_slash_alone_is_every_resource() -> None:
    enrichment = Enrichment(criticality=[("/", "medium"), (SUBSCRIPTION, "high")])
    assert enrichment.context({"resource_id": "/providers/x"}).criticality == "medium"
    assert enrichment.context({"resource_id": f"{SUBSCRIPTION}/x"}).criticality == "high"


@pytest.mark.parametrize(
    ("address", "tags"),
    [
        ("203.0.113.9", ("own network: office", "own network: everything")),
        ("198.51.100.1", ("own network: everything",)),
        ("2001:db8::1", ("own network: six",)),
        ("not an address", ()),
        ("203.0.113.9; DROP TABLE", ()),
        ("", ()),
        ("999.1.1.1", ()),
    ],
)
def test_an_address_is_tagged_with_the_customers_own_networks(address: str, tags: tuple[str, ...]) -> None:
    networks = [("office", "203.0.113.0/24"), ("everything", "0.0.0.0/0"), ("six", "2001:db8::/32")]
    enrichment = Enrichment(networks=[(name, ip_network(cidr)) for name, cidr in networks])
    assert enrichment.context({"src_ip_addr": address}).tags == tags


def test_watchlists_and_accounts_are_compared_without_case() -> None:
    enrichment = Enrichment(
        watchlists={"leavers": ("actor_username", ["ANN@example.com"])},
        accounts={"break-glass account": ["Admin@Example.com", "ID-1"], "automation identity": ["app-7"]},
    )
    assert enrichment.context({"actor_username": "ann@EXAMPLE.com"}).tags == ("watchlist: leavers",)
    assert enrichment.context({"actor_user_id": "id-1"}).tags == ("break-glass account",)
    assert enrichment.context({"app_id": "APP-7"}).tags == ("automation identity",)
    assert enrichment.context({"target_username": "ann@example.com"}).tags == ()


def test_what_nobody_declared_is_not_known() -> None:
    assert Enrichment().context({"actor_username": "", "src_ip_addr": "203.0.113.9"}) == Context(None, ())

"""Which addresses are private, and the conditions `inside` and `outside` on them."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.detection import PRIVATE_NETWORKS, DeclarationError, inside, outside

PRIVATE = inside(*PRIVATE_NETWORKS)
PUBLIC = outside(*PRIVATE_NETWORKS)


@pytest.mark.parametrize(
    ("address", "is_private"),
    [
        ("9.255.255.255", False), ("10.0.0.0", True), ("10.255.255.255", True), ("11.0.0.0", False),
        ("172.15.255.255", False), ("172.16.0.0", True), ("172.29.1.1", True), ("172.31.255.255", True),
        ("172.32.0.0", False), ("172.2.0.1", False), ("172.200.0.1", False), ("172.255.0.1", False),
        ("192.167.255.255", False), ("192.168.0.0", True), ("192.168.255.255", True), ("192.169.0.0", False),
        ("100.63.255.255", False), ("100.64.0.0", True), ("100.127.255.255", True), ("100.128.0.0", False),
        ("127.0.0.1", True), ("169.254.169.254", True), ("169.255.0.0", False),
        ("fbff:ffff::1", False), ("fc00::", True), ("fdff:ffff::1", True), ("fe00::", False),
        ("fe80::1", True), ("febf::1", True), ("fec0::", False), ("2603:1020::1", False),
        ("203.0.113.9", False), ("198.51.100.9", False),
    ],
)  # fmt: skip
def test_private_networks_at_their_edges(address: str, is_private: bool) -> None:
    assert PRIVATE.holds(address) is is_private
    assert PUBLIC.holds(address) is not is_private


@pytest.mark.parametrize("value", [None, "", "host-7", "10.1.2.xxx", "10.0.0.0/8", "10.0.0"])
def test_what_is_no_address_is_neither_inside_nor_outside(value: str | None) -> None:
    assert not PRIVATE.holds(value)
    assert not PUBLIC.holds(value)


@given(st.ip_addresses())
def test_every_address_is_either_inside_or_outside(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    assert PRIVATE.holds(str(address)) is not PUBLIC.holds(str(address))


def test_the_same_networks_give_the_same_condition_so_that_detectors_share_it() -> None:
    assert inside("10.0.0.0/8") is inside("10.0.0.0/8")
    assert inside("10.0.0.0/8") != inside("10.0.0.0/9")


@pytest.mark.parametrize(
    ("networks", "said"),
    [
        ((), "write at least one"),
        (("10.0.0.0/33",), "inside(networks=('10.0.0.0/33',))"),
        (("10.0.0.1/8",), "has host bits set"),
        (("office",), "write it as in '203.0.113.0/24'"),
    ],
)
def test_what_is_no_network_is_refused(networks: tuple[str, ...], said: str) -> None:
    with pytest.raises(DeclarationError) as caught:
        inside(*networks)
    assert said in str(caught.value)

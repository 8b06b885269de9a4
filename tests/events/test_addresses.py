"""Every form in which telemetry writes a network address."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.events._addresses import normalise_address
from shared.events.azure import address


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("192.0.2.1:443", "192.0.2.1"),
        ("192.0.2.1:0", "192.0.2.1"),
        ("2001:DB8::A", "2001:db8::a"),
        ("2001:0db8:0000:0000:0000:0000:0000:000a", "2001:db8::a"),
        ("[2001:db8::a]", "2001:db8::a"),
        ("[2001:db8::a]:8443", "2001:db8::a"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("[::ffff:192.0.2.1]:443", "192.0.2.1"),
        ("fe80::1%eth0", "fe80::1"),
        ("192.0.2.0/24", "192.0.2.0/24"),
        ("192.0.2.7/24", "192.0.2.0/24"),
        ("192.0.2.1/32", "192.0.2.1"),
        ("2001:db8::a/128", "2001:db8::a"),
        ("2001:db8::/32", "2001:db8::/32"),
        ("XX:2001:db8::a", "2001:db8::a"),
        ("NL:2001:db8:0:1:2:3:4:5", "2001:db8:0:1:2:3:4:5"),
        ("198.51.100.XXX", "198.51.100.XXX"),
        ("198.51.xxx.xxx", "198.51.xxx.xxx"),
        ("198.51.100.*", "198.51.100.*"),
        ("2001:db8:1:2::XXXX", "2001:db8:1:2::XXXX"),
        ("000.00.00.000", "0.0.0.0"),
        ("192.000.002.001", "192.0.2.1"),
        ('"192.0.2.1"', "192.0.2.1"),
        (" 192.0.2.1 ", "192.0.2.1"),
        ("203.0.113.9, 10.0.0.1, 10.0.0.2", "203.0.113.9"),
    ],
)
def test_an_address_is_brought_into_one_form(text: str, bare: str) -> None:
    assert normalise_address(text) == bare


@pytest.mark.parametrize(
    "text",
    ["", " ", "<null>", "-", "null", "N/A", "AWS Internal", "ssm.example.com", "999.1.1.1", "192.0.2", "192.0.2.1.5",
     "192.0.2.256", "12", "3232235777", "gateway", ":::", "[]", "[]:80", "192.0.2.0/64", "x" * 500, "1" * 500],
)  # fmt: skip
def test_what_is_no_address_gives_none(text: str) -> None:
    assert address(text) is None


@pytest.mark.parametrize("value", [None, 5, True, {}, [], {"ip": "192.0.2.1"}])
def test_a_value_of_another_type_gives_none(value: object) -> None:
    assert address(value) is None


@given(st.ip_addresses(), st.integers(0, 65535))
def test_a_port_never_changes_the_address(
    given_address: ipaddress.IPv4Address | ipaddress.IPv6Address, port: int
) -> None:
    with_port = f"[{given_address}]:{port}" if given_address.version == 6 else f"{given_address}:{port}"
    assert normalise_address(with_port) == normalise_address(str(given_address))


@given(st.ip_addresses())
def test_a_bare_address_stays_as_it_is(given_address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    once = normalise_address(str(given_address))
    assert once is not None
    assert normalise_address(once) == once


@given(st.text(max_size=100))
def test_no_text_raises(text: str) -> None:
    normalise_address(text)

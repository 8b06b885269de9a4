from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.alerts.alert import event_uid
from shared.base.severity import Severity
from tests.alerts.examples import example

parts = st.lists(st.one_of(st.none(), st.text()), max_size=4)


def test_the_same_parts_give_the_same_uid_everywhere() -> None:
    assert event_uid("rule", "ann@contoso.com", 17) == "b5fef49fb2d1636af722cc08c2f67cef"


@given(parts, parts)
def test_different_parts_give_different_uids(one: list[str | None], other: list[str | None]) -> None:
    assert (event_uid(*one) == event_uid(*other)) == (one == other)


def test_half_a_surrogate_pair_in_a_part_is_no_error() -> None:
    assert event_uid("\ud800") != event_uid("?")


def test_an_alert_is_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        example().severity = Severity.LOW  # type: ignore[misc]  # what is tested

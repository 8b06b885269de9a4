from __future__ import annotations

import re

import pytest

from shared.base.errors import TelltaleError
from shared.coverage.attack import UnknownTechnique, tactics, tactics_of, technique, techniques, version


def test_a_technique_has_a_name_and_tactics() -> None:
    found = technique("T1098.001")

    assert found.name == "Additional Cloud Credentials"
    assert found.tactics == ("Persistence", "Privilege Escalation")
    assert str(found) == "Additional Cloud Credentials (T1098.001)"


def test_a_revoked_technique_raises_an_error_that_names_its_replacement() -> None:
    with pytest.raises(UnknownTechnique, match=r"revoked T1536: write T1578\.004 instead"):
        technique("T1536")


def test_a_technique_withdrawn_without_replacement_raises_an_error_that_says_so() -> None:
    with pytest.raises(UnknownTechnique, match="withdrawn T1034"):
        technique("T1034")


@pytest.mark.parametrize("id_", ["T9999", "t1098", "T1098.999", "", "Account Manipulation"])
def test_what_is_no_technique_raises_an_error_for_people(id_: str) -> None:
    with pytest.raises(UnknownTechnique, match="is not a technique of ATT&CK") as raised:
        technique(id_)

    assert isinstance(raised.value, TelltaleError)
    assert "\n" not in str(raised.value)


def test_tactics_of_several_techniques_come_once_each_in_the_order_of_the_matrix() -> None:
    assert tactics_of(("T1098", "T1110", "T1098.001")) == (
        "Persistence",
        "Privilege Escalation",
        "Credential Access",
    )
    assert tactics_of(()) == ()


def test_the_matrix_runs_from_reconnaissance_to_impact() -> None:
    assert tactics()[:3] == ("Reconnaissance", "Resource Development", "Initial Access")
    assert tactics()[-1] == "Impact"
    assert len(tactics()) == len(set(tactics())) == 14


def test_every_technique_of_the_table_is_well_formed_and_none_is_revoked() -> None:
    assert version().startswith("Enterprise ")
    assert len(techniques()) > 100
    for id_, found in techniques().items():
        assert re.fullmatch(r"T\d{4}(\.\d{3})?", id_)
        assert found.id == id_
        assert found.name
        assert found.tactics
        assert set(found.tactics) <= set(tactics())
        assert technique(id_) is found

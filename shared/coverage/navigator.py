"""Coverage as a layer of the ATT&CK Navigator, which draws it over the matrix.

Source: the layer file format 4.5, github.com/mitre-attack/attack-navigator.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from shared.coverage.attack import version
from shared.coverage.mapping import Cover, Covered

COLORS: Final = {
    Cover.COVERED: "#8ec07c",
    Cover.DEGRADED: "#fabd2f",
    Cover.BLIND: "#fb4934",
    Cover.NO_TELEMETRY: "#a89984",
    Cover.NO_DETECTOR: "#ffffff",
}
_SCORES: Final = {Cover.COVERED: 100, Cover.DEGRADED: 50, Cover.BLIND: 0, Cover.NO_TELEMETRY: 0}


def layer(found: Iterable[Covered], customer: str) -> dict[str, Any]:
    """The layer as JSON values. Techniques without a detector are left plain."""
    return {
        "name": f"Telltale: {customer}",
        "versions": {
            "attack": version().rpartition(" ")[2].partition(".")[0],
            "navigator": "5.1.0",
            "layer": "4.5",
        },
        "domain": "enterprise-attack",
        "description": "What detectors look for, and what they cannot see at the moment. Made by `telltale coverage`.",
        "filters": {
            "platforms": ["Azure AD", "Identity Provider", "IaaS", "SaaS", "Office Suite", "Containers"]
        },
        "sorting": 3,
        "hideDisabled": False,
        "techniques": [_technique(one) for one in found if one.cover is not Cover.NO_DETECTOR],
        "gradient": {"colors": ["#fb4934", "#fabd2f", "#8ec07c"], "minValue": 0, "maxValue": 100},
        "legendItems": [{"label": cover.value, "color": COLORS[cover]} for cover in COLORS],
        "showTacticRowBackground": False,
        "selectTechniquesAcrossTactics": True,
        "selectSubtechniquesWithParent": False,
    }


def _technique(one: Covered) -> dict[str, Any]:
    sights = "\n".join(f"{identity}: {sight.value}" for identity, sight in one.detectors.items())
    return {
        "techniqueID": one.technique.id,
        "score": _SCORES[one.cover],
        "color": COLORS[one.cover],
        "comment": f"{one.cover.value}\n{sights}",
        "enabled": True,
        "showSubtechniques": True,
    }

"""The saved functions and queries of the workspace, from the files under `infra/kql`.

The first comment line of a query is its title in the list of saved queries.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

KQL: Final = Path(__file__).parents[2] / "infra" / "kql"
CATEGORY: Final = "Telltale"

_FILTERS: Final = ", ".join(
    [
        "starttime:datetime=datetime(null)",
        "endtime:datetime=datetime(null)",
        *(
            f"{name}:dynamic=dynamic([])"
            for name in (
                "ipaddr_has_any_prefix",
                "hostname_has_any",
                "username_has_any",
                "attacktactics_has_any",
                "attacktechniques_has_any",
                "threatcategory_has_any",
                "alertverdict_has_any",
                "eventseverity_has_any",
            )
        ),
        "disabled:bool=false",
    ]
)
PARAMETERS: Final = {
    "vimAlertEventTelltale": _FILTERS,
    "ASimAlertEventTelltale": "disabled:bool=false",
}
"""The parameters of the functions that have any: for the ASIM parsers those that the schema documents."""


def functions_json() -> list[dict[str, Any]]:
    """What the template takes for `workspaces/savedSearches` that are functions; those that others call first."""
    functions = [
        {
            "name": path.stem,
            "parameters": PARAMETERS.get(path.stem, ""),
            "category": CATEGORY,
            "query": path.read_text("utf-8"),
        }
        for path in (KQL / "parsers").glob("*.kql")
    ]
    return sorted(functions, key=lambda one: (_depth(str(one["query"])), one["name"]))


def _depth(query: str) -> int:
    """How many steps of functions lie under a query."""
    called = [path for path in (KQL / "parsers").glob("*.kql") if _calls(query, path.stem)]
    return max((1 + _depth(path.read_text("utf-8")) for path in called), default=0)


def _calls(query: str, name: str) -> bool:
    lines = (line for line in query.splitlines() if not line.startswith("//"))
    return any(line == name or line.startswith((f"{name}(", f"{name} ")) for line in lines)


def queries_json() -> list[dict[str, Any]]:
    """What the template takes for the saved queries of an investigation."""
    return [
        {
            "name": f"telltale-{path.stem}",
            "title": _title(path),
            "category": CATEGORY,
            "query": path.read_text("utf-8"),
        }
        for path in sorted((KQL / "investigation").glob("*.kql"))
    ]


def _title(path: Path) -> str:
    first = path.read_text("utf-8").partition("\n")[0].removeprefix("//").strip()
    return f"Telltale: {first.partition(':')[0].rstrip('.')}"

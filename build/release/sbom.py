"""The bill of materials: CycloneDX 1.6 as JSON, from the libraries as they were installed and the hashes as pinned.

Source: CycloneDX specification 1.6. Nothing in it depends on the time, so that it can be built again and compared.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from email.parser import HeaderParser
from pathlib import Path
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from shared.base.version import VERSION

_PIN: Final = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;\\]+)")
_HASH: Final = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def bill_of_materials(libraries: Path, requirements: str) -> dict[str, Any]:
    """Every library in `libraries`, with the hashes that `requirements` allows for it."""
    hashes = pinned_hashes(requirements)
    components = [_component(path, hashes) for path in sorted(libraries.glob("*.dist-info/METADATA"))]
    components.sort(key=lambda component: str(component["bom-ref"]))
    names = "\n".join(str(component["bom-ref"]) for component in components)
    root = f"pkg:generic/telltale@{VERSION}"
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid5(NAMESPACE_URL, root + names)}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": root,
                "name": "telltale",
                "version": VERSION,
                "licenses": [{"license": {"id": "MIT"}}],
            }
        },
        "components": components,
        "dependencies": [{"ref": root, "dependsOn": [component["bom-ref"] for component in components]}],
    }


def pinned_hashes(requirements: str) -> dict[tuple[str, str], list[str]]:
    """The SHA-256 digests that a requirements file allows, by normalised name and version."""
    found: dict[tuple[str, str], list[str]] = {}
    pinned: list[str] = []
    for line in requirements.splitlines():
        if match := _PIN.match(line):
            pinned = found.setdefault((_normalised(match["name"]), match["version"]), [])
        pinned += _HASH.findall(line)
    return found


def _component(metadata: Path, hashes: Mapping[tuple[str, str], list[str]]) -> dict[str, Any]:
    fields = HeaderParser().parsestr(metadata.read_text("utf-8", errors="replace"))
    name, version = _normalised(str(fields["Name"])), str(fields["Version"])
    purl = f"pkg:pypi/{name}@{version}"
    component: dict[str, Any] = {
        "type": "library",
        "bom-ref": purl,
        "name": name,
        "version": version,
        "purl": purl,
    }
    licence = fields.get("License-Expression")
    if licence:
        component["licenses"] = [{"expression": str(licence)}]
    elif (plain := str(fields.get("License") or "").strip()) and len(plain) < 60 and "\n" not in plain:
        component["licenses"] = [{"license": {"name": plain}}]
    if digests := hashes.get((name, version)):
        component["externalReferences"] = [
            {
                "type": "distribution",
                "url": purl,
                "comment": "one of the files that the pinned requirements allow",
                "hashes": [{"alg": "SHA-256", "content": digest}],
            }
            for digest in sorted(digests)
        ]
    return component


def _normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()

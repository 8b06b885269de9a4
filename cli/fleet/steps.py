"""Which commands a customer takes, as lists of arguments of the Azure CLI; nothing is run here."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from cli.fleet.file import INFRA, TEMPLATE, Customer

OUTPUT = "json"


@dataclass(frozen=True, slots=True)
class Release:
    """What is rolled out: the infrastructure of this checkout and, where given, a package."""

    package: Path | None = None

    def fingerprint(self, customer: Customer) -> str:
        """The same for the same files and the same parameters: what tells done from to be done."""
        digest = hashlib.sha256(json.dumps(customer.model_dump(), sort_keys=True, default=str).encode())
        if customer.access == "owner":
            for path in _templates():
                digest.update(str(path.relative_to(INFRA)).encode() + b"\0" + path.read_bytes())
        if self.package is not None:
            digest.update(self.package.read_bytes())
        return digest.hexdigest()[:16]

    def deploys(self, customer: Customer) -> bool:
        """Whether there is anything to do for a customer."""
        return customer.access == "owner" or self.package is not None


def _templates() -> Iterable[Path]:
    """Everything that a deployment is made of."""
    return sorted(path for path in INFRA.rglob("*") if path.suffix in {".bicep", ".json"})


def account(customer: Customer) -> list[str]:
    """Tells whose subscription it is."""
    return ["account", "show", "--subscription", customer.subscription]


def what_if(customer: Customer) -> list[str]:
    """Tells what the deployment would change."""
    return ["deployment", "sub", "what-if", *_deployment(customer), "--no-pretty-print"]


def deploy(customer: Customer) -> list[str]:
    """Deploys the infrastructure."""
    return ["deployment", "sub", "create", *_deployment(customer)]


def find_app(customer: Customer) -> list[str]:
    """Names the function app, which the package is published to."""
    return ["functionapp", "list", *_group(customer), "--query", "[].name"]


def publish(customer: Customer, app: str, package: Path) -> list[str]:
    """Publishes a package."""
    return [
        "functionapp", "deployment", "source", "config-zip", *_group(customer), "--name", app, "--src", str(package),
        "--build-remote", "false",
    ]  # fmt: skip


def commands(customer: Customer, release: Release) -> list[list[str]]:
    """All of them in order, for people; FUNCTION_APP stands for what `find_app` answers."""
    found = [account(customer)]
    if customer.access == "owner":
        found += [what_if(customer), deploy(customer)]
    if release.package is not None:
        found += [find_app(customer), publish(customer, "FUNCTION_APP", release.package)]
    return found


def _group(customer: Customer) -> list[str]:
    return ["--subscription", customer.subscription, "--resource-group", f"rg-{customer.resources}"]


def _deployment(customer: Customer) -> list[str]:
    profile = INFRA / "profiles" / f"profile-{customer.profile}.parameters.json"
    own = [f"customer={customer.name}"]
    own += [f"{name}={_value(value)}" for name, value in sorted(customer.parameters.items())]
    return [
        "--subscription", customer.subscription,
        "--name", customer.resources,
        "--location", customer.location,
        "--template-file", str(TEMPLATE),
        "--parameters", str(profile),
        "--parameters", *own,
    ]  # fmt: skip


def _value(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=str)

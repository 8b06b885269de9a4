"""Quayside: an imaginary company that sells a multi-tenant invoicing product, and everything it owns.

`build_company` is called by the hour, the story and the benchmark mix; every record speaks of what is listed
here. Addresses are documentation ranges (RFC 5737, RFC 3849), autonomous systems those of RFC 5398, domains
end in `.example` (RFC 2606). The addresses that the incident uses are never handed to anybody else.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Final

from lab.traffic import company_names as names
from lab.traffic.identifiers import guid, seeded

EMPLOYEES: Final = 120
SPRAY_ADDRESS: Final = "203.0.113.233"
INTRUDER_ADDRESS: Final = "203.0.113.241"
STUFFING_ADDRESS: Final = "198.51.100.237"
SCANNER_ADDRESS: Final = "198.51.100.244"


@dataclass(frozen=True, slots=True)
class Place:
    """Where an address is, as Entra ID locates it."""

    city: str
    state: str
    country: str
    latitude: float
    longitude: float
    autonomous_system_number: int


@dataclass(frozen=True, slots=True)
class Origin:
    """From where and with what somebody works; an unmanaged device has no id and no name."""

    address: str
    place: Place
    browser: str
    operating_system: str
    user_agent: str
    device_id: str = ""
    device_name: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """A user of one tenant; `product_id` and `session_id` are the product's names for user and session."""

    id: str
    user_principal_name: str
    display_name: str
    title: str
    origin: Origin
    product_id: str
    session_id: str


@dataclass(frozen=True, slots=True)
class ServicePrincipal:
    """A workload or pipeline that signs in by itself; it reads only its own `secrets`."""

    id: str
    app_id: str
    name: str
    address: str
    credential_id: str
    secrets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WebApp:
    """A web application on App Service; some write their HTTP log's properties as JSON in a string."""

    name: str
    host: str
    properties_as_text: bool


@dataclass(frozen=True, slots=True)
class Tenant:
    """An Entra ID tenant with one subscription, either the company's own or a customer's."""

    id: str
    name: str
    domain: str
    people: tuple[Person, ...]
    policies: tuple[tuple[str, str], ...]
    subscription_id: str
    resource_group: str
    web_apps: tuple[WebApp, ...]
    key_vault: str
    storage_accounts: tuple[str, ...]
    service_principals: tuple[ServicePrincipal, ...]
    managed_identities: tuple[ServicePrincipal, ...]

    def resource(self, provider_path: str) -> str:
        """The id of a resource in this tenant's resource group, e.g. of `Microsoft.Web/sites/billing`."""
        group = f"/subscriptions/{self.subscription_id}/resourceGroups/{self.resource_group}"
        return f"{group}/providers/{provider_path}"


@dataclass(frozen=True, slots=True)
class Company:
    """The company: its own tenant, its customers' tenants, its cluster and its AWS account."""

    workforce: Tenant
    customers: tuple[Tenant, ...]
    administrators: tuple[Person, ...]
    cluster: str
    cluster_namespace: str
    virtual_machines: tuple[str, ...]
    aws_account_id: str
    aws_regions: tuple[str, ...]
    aws_trail: str
    aws_buckets: tuple[str, ...]

    @property
    def tenants(self) -> tuple[Tenant, ...]:
        """Every tenant, the company's own first."""
        return (self.workforce, *self.customers)

    @property
    def pipeline(self) -> ServicePrincipal:
        """The service principal that deploys."""
        return self.workforce.service_principals[0]


def _people(
    rng: Random, domain: str, count: int, places: tuple[Place, ...], network: int
) -> tuple[Person, ...]:
    """`count` people; some share their office's egress address, the others have one of their own."""
    everybody = [f"{given} {family}" for family in names.FAMILY_NAMES for given in names.GIVEN_NAMES]
    people = []
    for number, display_name in enumerate(rng.sample(everybody, count)):
        place = places[number % len(places)]
        browser, operating_system, user_agent = rng.choice(names.CLIENTS)
        if number % 2:
            address = f"2001:db8:{network:x}:{number:x}::{rng.randrange(1, 65536):x}"
        elif number % 8 == 0 and number // 8 < 16:
            address = f"203.0.113.{network * 16 + number // 8 + 1}"
        else:
            address = office_address(network, number % len(places))
        managed = rng.random() < 0.8
        origin = Origin(
            address, place, browser, operating_system, user_agent,
            device_id=guid(rng) if managed else "",
            device_name=f"{domain[:3].upper()}-{number + 1:04d}" if managed else "",
        )  # fmt: skip
        people.append(
            Person(
                id=guid(rng),
                user_principal_name=f"{display_name.lower().replace(' ', '.')}@{domain}",
                display_name=display_name,
                title=rng.choice(names.TITLES),
                origin=origin,
                product_id=f"u-{network}{number:05d}",
                session_id=guid(rng),
            )
        )
    return tuple(people)


def office_address(network: int, office: int) -> str:
    """The egress address of an office; network 0 is the company, 1 to 5 are its customers."""
    return f"192.0.2.{10 + office}" if network == 0 else f"198.51.100.{network * 10 + office}"


def _principals(rng: Random, names_of: tuple[str, ...], network: int) -> tuple[ServicePrincipal, ...]:
    return tuple(
        ServicePrincipal(
            id=guid(rng),
            app_id=guid(rng),
            name=name,
            address=f"192.0.2.{100 + network * 20 + number}",
            credential_id=guid(rng),
            secrets=tuple(rng.sample(names.SECRET_NAMES, 3)),
        )
        for number, name in enumerate(names_of)
    )


def _tenant(rng: Random, name: str, domain: str, people: tuple[Person, ...], network: int) -> Tenant:
    slug = domain.partition(".")[0]
    sites = ("app", "api", "admin") if network == 0 else ("app",)
    workloads = (
        "deploy-pipeline",
        "invoice-worker",
        "report-builder",
        "mail-sender",
        "backup-runner",
        "search-indexer",
    )
    return Tenant(
        id=guid(rng),
        name=name,
        domain=domain,
        people=people,
        policies=tuple((guid(rng), policy) for policy in names.POLICY_NAMES),
        subscription_id=guid(rng),
        resource_group=f"rg-{slug}-production",
        web_apps=tuple(
            WebApp(f"{slug}-{site}", f"{site}.{domain}", properties_as_text=site == "api" or network == 3)
            for site in sites
        ),
        key_vault=f"kv-{slug[:12]}-prod",
        storage_accounts=(f"st{slug[:12]}docs", f"st{slug[:12]}exports"),
        service_principals=_principals(
            rng, tuple(f"{slug}-{w}" for w in workloads[: 6 if network == 0 else 2]), network
        ),
        managed_identities=_principals(rng, tuple(f"{slug}-{site}" for site in sites), network),
    )


def build_company(seed: int | str, users_per_customer: int = 150) -> Company:
    """The company that this seed gives; each customer has `users_per_customer` users, at most 2304."""
    rng = seeded(seed, "company")
    offices = (
        Place("Goteborg", "Vastra Gotaland", "SE", 57.71, 11.97, 64500),
        Place("Malmo", "Skane", "SE", 55.6, 13.0, 64501),
    )
    employees = _people(rng, "quayside.example", EMPLOYEES, offices, 0)
    customers = []
    for network, (name, domain, city, state, country, latitude, longitude) in enumerate(
        names.CUSTOMERS, start=1
    ):
        place = Place(city, state, country, latitude, longitude, 64502 + network)
        people = _people(rng, domain, users_per_customer, (place,), network)
        customers.append(_tenant(rng, name, domain, people, network))
    return Company(
        workforce=_tenant(rng, "Quayside", "quayside.example", employees, 0),
        customers=tuple(customers),
        administrators=employees[::20],
        cluster="aks-quayside-prod",
        cluster_namespace=guid(rng).replace("-", "")[:24],
        virtual_machines=("vm-build-01", "vm-build-02", "vm-jump-01"),
        aws_account_id="444455556666",
        aws_regions=("eu-north-1", "eu-west-1"),
        aws_trail="quayside-organization-trail",
        aws_buckets=(
            "quayside-invoice-archive",
            "quayside-exports",
            "quayside-access-logs",
            "quayside-artifacts",
        ),
    )

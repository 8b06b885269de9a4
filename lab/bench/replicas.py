"""Detectors for measuring how cost grows with their number: realistic conditions, constants of their own.

They follow the kinds of conditions of the real detectors (an operation, an application, a country, a part of a
URL, a namespace); none of them matches the benchmark's traffic but by chance.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import cycle, islice
from random import Random

from shared.detection import Detector, Severity, contains, count, detector, prefix
from shared.events import (
    Event,
    application,
    aws_cloudtrail,
    azure_activity,
    azure_aks_audit,
    azure_appservice_http,
    azure_keyvault,
    azure_storage,
    entra_audit,
    entra_signin,
    entra_signin_noninteractive,
    entra_signin_serviceprincipal,
)
from shared.events.source_definition import Selection

Template = Callable[[int, Random], list[Selection]]


def _number(rng: Random) -> str:
    return f"{rng.getrandbits(128):032x}"


TEMPLATES: tuple[Template, ...] = (
    lambda n, rng: [
        entra_audit(operation=[f"Replica operation {n}", f"Update replica {n}"], event_result="Success")
    ],
    lambda n, rng: [entra_audit(operation=["Update user", "Update group"], actor_user_id=_number(rng))],
    lambda n, rng: [
        azure_activity(
            operation=[f"Microsoft.Replica{n}/things/write", f"Microsoft.Replica{n}/things/delete"]
        )
    ],
    lambda n, rng: [
        azure_activity(operation=f"Microsoft.Replica{n}/keys/action", event_result=["Success", "NA"])
    ],
    lambda n, rng: [
        azure_activity(event_result="Success", resource_id=prefix(f"/subscriptions/{_number(rng)}/"))
    ],
    lambda n, rng: [entra_signin(app_id=_number(rng), event_result="Failure")],
    lambda n, rng: [entra_signin(app_name=f"Replica application {n}", src_geo_country=["KP", "IR", "BY"])],
    lambda n, rng: [
        source(event_result_details=str(900_000 + n))
        for source in (entra_signin, entra_signin_noninteractive)
    ],
    lambda n, rng: [entra_signin_serviceprincipal(actor_app_id=_number(rng), src_geo_country=["KP", "RU"])],
    lambda n, rng: [azure_appservice_http(url=contains(f"/replica-{n}/", f"/cgi-bin/{n}"))],
    lambda n, rng: [azure_appservice_http(http_method="POST", url=prefix(f"/admin/{n}/"))],
    lambda n, rng: [azure_keyvault(operation=["SecretGet", "SecretList"], actor_app_id=_number(rng))],
    lambda n, rng: [
        azure_aks_audit(operation=["create", "update"], target_type="pods", namespace=f"replica-{n}")
    ],
    lambda n, rng: [azure_storage(operation=["GetBlob", "DeleteBlob"], account_id=f"replica{n}")],
    lambda n, rng: [aws_cloudtrail(operation=[f"Replica{n}", f"DeleteReplica{n}"])],
    lambda n, rng: [aws_cloudtrail(operation=["AssumeRole", "GetObject"], account_id=f"{n:012d}")],
    lambda n, rng: [application(operation=f"replica_event_{n}")],
    lambda n, rng: [application(operation=["authz_fail", "sensitive_read"], tenant_id=f"replica-{n}")],
)


def replicas(number: int, seed: int = 1) -> tuple[Detector, ...]:
    """`number` detectors, the same for the same seed; every tenth counts in a window."""
    rng = Random(seed)  # repeatable numbers, no secrets
    found: list[Detector] = []
    for n, template in enumerate(islice(cycle(TEMPLATES), number)):
        declare = detector(
            title="{actor_username} did what replica looks for",
            severity=Severity.LOW,
            on=template(n, rng),
            window=count(by="actor_username", threshold=20, period="10m") if n % 10 == 9 else None,
        )
        found.append(replace(declare(replica), id=f"replica.number_{n}"))
    return tuple(found)


def replica(event: Event) -> bool:
    """A replica's body reads a field that its selection did not ask for, as real ones do."""
    return event.actor_username is not None

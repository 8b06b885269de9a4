"""A fleet of three customers in two rings, for the tests of `telltale fleet`."""

from __future__ import annotations

TENANT = "99999999-0000-4000-8000-00000000000"
ALPHA, BRAVO, CHARLIE = (f"11111111-2222-4333-8444-55555555555{n}" for n in range(3))


def customer(name: str, subscription: str, ring: int, *more: str, profile: str = "a") -> str:
    lines = [
        "[[customers]]",
        f'name = "{name}"',
        f'subscription = "{subscription}"',
        f'tenant = "{TENANT}{subscription[-1]}"',
        f'profile = "{profile}"',
        f"ring = {ring}",
        'location = "westeurope"',
        *more,
    ]
    return "\n".join(lines) + "\n"


FLEET = (
    customer("alpha", ALPHA, 0)
    + customer("bravo", BRAVO, 1, "parameters = { hubMaximumCapacity = 4, tags = { team = 'a b' } }")
    + customer("charlie", CHARLIE, 1, profile="C")
)

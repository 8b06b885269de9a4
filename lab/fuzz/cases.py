"""Body number `index` of a run: what it is made of, and what must still be readable in it.

Called by `worker`. The kinds and how often each comes stand in `KINDS`; giants are rare, because each takes as long
as a hundred others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from lab.fuzz.changes import changed
from lab.fuzz.damage import damaged, is_closed, noise
from lab.fuzz.envelopes import Form, anything, form_of, wrapped
from lab.fuzz.generated import generated
from lab.fuzz.giants import giant
from lab.fuzz.seeds import Seeds

GIANT_EVERY: Final = 4_000
"""One body in so many is between 16 KiB and 1 MiB long, or unpacks to more."""

_TRIES: Final = 6


@dataclass(frozen=True, slots=True)
class Good:
    """A record that is read when it stands alone: its text, with a number that no other has, and what it is read as."""

    text: bytes
    number: int
    meaning: Any


@dataclass(frozen=True, slots=True)
class Case:
    """A body. `core` is what was made odd, `write` makes the body of it; `good`: what must be read whatever it is.

    `allowed` says for which cores that is so, for whoever makes the core smaller.
    """

    index: int
    kind: str
    core: bytes
    write: Callable[[bytes], bytes]
    good: tuple[Good, ...] = ()
    allowed: Callable[[bytes], bool] = anything

    @property
    def body(self) -> bytes:
        """What the hub would hand over."""
        return self.write(self.core)


@dataclass(frozen=True, slots=True)
class Material:
    """What cases are made of."""

    seeds: Seeds
    good: Sequence[Good]


def case_of(seed: int | str, index: int, material: Material) -> Case:
    """The body with this number, the same on every machine."""
    rng = Random(f"{seed}/{index}")  # repeatable numbers, no secrets
    if rng.random() * GIANT_EVERY < 1:
        kind, body = giant(rng, material.seeds)
        return Case(index, f"giant: {kind}", body, lambda core: core)
    make = rng.choices(_MAKERS, _WEIGHTS)[0]
    return make(rng, index, material)


def _of_bytes(rng: Random, index: int, material: Material) -> Case:
    """A whole body of the seeds, damaged."""
    body = damaged(rng, rng.choice(material.seeds.bodies), material.seeds.bodies)
    name, wrap = wrapped(rng)
    return Case(index, f"damaged body {name}", body, wrap)


def _of_records(rng: Random, index: int, material: Material) -> Case:
    """Some records, changed or damaged or neither, in some form; all of it may be damaged once more."""
    records = [_odd(rng, material) for _ in range(rng.choice((1, 1, 2, 4)))]
    form = form_of(rng)
    body = form.write(records)
    if rng.random() < 0.3:
        body = damaged(rng, body, material.seeds.texts)
    name, wrap = wrapped(rng)
    return Case(index, f"records: {form.name} {name}", body, wrap)


def _beside_good(rng: Random, index: int, material: Material) -> Case:
    """An odd record between two good ones, which must be read."""
    form = form_of(rng)
    core = next((core for _ in range(_TRIES) if form.keeps(core := _odd(rng, material))), b'{"a":!}')
    return beside_good(index, core, form, rng.sample(material.good, 2), wrapped(rng))


def beside_good(
    index: int, core: bytes, form: Form, good: Sequence[Good], wrap: tuple[str, Callable[[bytes], bytes]]
) -> Case:
    """`core` between two good records in a form that keeps them."""
    first, last = good
    name, wrapper = wrap
    return Case(
        index,
        f"beside good: {form.name} {name}",
        core,
        lambda core: wrapper(form.write((first.text, core, last.text))),
        (first, last),
        form.keeps,
    )


def _of_noise(rng: Random, index: int, material: Material) -> Case:
    """Tokens without a plan, alone or after the beginning of an envelope."""
    start = rng.choice(
        (b"", b"", b'{"records":[', b'{"records":"', b"[", b'{"category":"AuditLogs",', b"\x1f\x8b\x08")
    )
    return Case(index, "noise", start + noise(rng), lambda core: core)


def _of_quirks(rng: Random, index: int, material: Material) -> Case:
    """The hand-written forms next to each other, whole or damaged."""
    texts = material.seeds.texts
    records = [rng.choice(texts) for _ in range(rng.choice((1, 2, 3)))]
    if rng.random() < 0.7:
        records[0] = damaged(rng, records[0], texts)
    form = form_of(rng)
    name, wrap = wrapped(rng)
    return Case(index, f"quirks: {form.name} {name}", form.write(records), wrap)


def _odd(rng: Random, material: Material) -> bytes:
    """A record of the seeds or of a declaration, changed as JSON or damaged as bytes."""
    draw = rng.random()
    if draw < 0.25:
        record = generated(rng)
    elif draw < 0.9:
        record = rng.choice(material.seeds.records)
    else:
        return damaged(rng, rng.choice(material.seeds.texts), material.seeds.texts)
    if draw < 0.05:
        return record
    if rng.random() < 0.75:
        record = changed(rng, record)
        return record if rng.random() < 0.9 else damaged(rng, record, material.seeds.texts)
    return damaged(rng, record, material.seeds.texts)


Maker = Callable[[Random, int, Material], Case]
KINDS: Final[tuple[tuple[Maker, float], ...]] = (
    (_of_bytes, 18),
    (_of_records, 30),
    (_beside_good, 36),
    (_of_noise, 6),
    (_of_quirks, 10),
)
_MAKERS: Final = [maker for maker, _ in KINDS]
_WEIGHTS: Final = [weight for _, weight in KINDS]

__all__ = ["Case", "Good", "Material", "beside_good", "case_of", "is_closed"]

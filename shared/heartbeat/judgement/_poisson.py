"""How likely it is by chance to see so few, or so many, where some are expected: the tails of Poisson's distribution.

The terms are added up from the largest on; in the tails that matter each is far smaller than the one before.
"""

from __future__ import annotations

from math import exp, lgamma, log


def at_most(seen: int, mean: float) -> float:
    """The chance of `seen` or fewer where `mean` are expected; 1 where `seen` is no fewer than expected."""
    if seen < 0:
        return 0.0
    if mean <= 0 or seen >= mean:
        return 1.0
    term = exp(-mean + seen * log(mean) - lgamma(seen + 1))
    total, count = 0.0, seen
    while count >= 0 and term > total * 1e-9:
        total += term
        term *= count / mean
        count -= 1
    return min(1.0, total)


def at_least(seen: int, mean: float) -> float:
    """The chance of `seen` or more where `mean` are expected; 1 where `seen` is no more than expected."""
    if seen <= mean:
        return 1.0
    if mean <= 0:
        return 0.0
    term = exp(-mean + seen * log(mean) - lgamma(seen + 1))
    total, count = 0.0, seen
    while term > total * 1e-9:
        total += term
        count += 1
        term *= mean / count
    return min(1.0, total)

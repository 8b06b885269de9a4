"""Builds the collector that the functions call, once per process, from the environment.

The host runs the functions of one process side by side in threads, so building is guarded. The local host and
the tests put a collector of their own in its place with `configure`.
"""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shared.collector import Collector


class _Composition:
    def __init__(self) -> None:
        self._lock = Lock()
        self._collector: Collector | None = None

    def collector(self) -> Collector:
        """The collector of this process, built on first use; raises TelltaleError where settings are wrong."""
        with self._lock:
            if self._collector is None:
                self._collector = _build()
            return self._collector

    def configure(self, collector: Collector | None) -> None:
        """Use `collector` from now on; None builds one from the environment at the next use."""
        with self._lock:
            self._collector = collector


_composition = _Composition()
collector = _composition.collector
configure = _composition.configure

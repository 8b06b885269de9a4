"""The raw record. Imported by every module of records and by all that carries records onward."""

from __future__ import annotations

from typing import Any

Record = dict[str, Any]
"""A record exactly as its source exports it; loose on purpose, since the sources differ and drift."""

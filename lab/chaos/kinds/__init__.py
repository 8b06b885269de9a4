"""What the runs put into the hub for each kind of detector, and what must come of it.

One file a kind; a new one is added to `ALL`. Windows are planted in bursts that lie within one period and further
apart than an episode reaches, so that the order in which hub partitions are read cannot change how many there are.
"""

from __future__ import annotations

from typing import Final

from lab.chaos.kinds import (
    deletes_again,
    documents_deleted,
    login_failures,
    new_address,
    objects_probed,
    password_changed_at_last,
    permission_changed,
    travelled,
    uploads_refused,
)
from lab.chaos.kinds.kind import Kind

ALL: Final[tuple[Kind, ...]] = (
    login_failures.KIND,
    objects_probed.KIND,
    permission_changed.KIND,
    documents_deleted.KIND,
    deletes_again.KIND,
    password_changed_at_last.KIND,
    uploads_refused.KIND,
    new_address.KIND,
    travelled.KIND,
)

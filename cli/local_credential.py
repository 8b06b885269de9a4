"""A credential for endpoints on this machine: a token that opens nothing, so that no sign-in is needed.

Used by the local host and the tests where Azure takes a managed identity.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from azure.core.credentials import AccessToken

TOKEN = "local-token"  # noqa: S105 - opens nothing
LIFETIME_SECONDS = 3600


class LocalCredential:
    """Hands out the local token for any scope; an `azure.core.credentials.TokenCredential`."""

    def get_token(self, *_scopes: str, **_options: Any) -> AccessToken:
        """The local token, good for an hour."""
        from azure.core.credentials import AccessToken

        return AccessToken(TOKEN, int(time.time()) + LIFETIME_SECONDS)

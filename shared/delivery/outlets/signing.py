"""The signature of a webhook, as the Standard Webhooks specification describes it, and the key for it.

The key is a secret in Azure Key Vault, read by managed identity: it stands in no setting and in no log. Sources:
"Standard Webhooks" specification 1.0; "Get Secret" in the REST reference of Azure Key Vault.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from shared.base.clock import Clock

if TYPE_CHECKING:
    from azure.core.credentials import TokenCredential

API_VERSION: Final = "7.4"
KEY_SECONDS: Final = 3600
"""How long a key is used before it is read again, so that a new version is taken up."""

LEAST_BYTES: Final = 24
_PREFIX: Final = "whsec_"
_READ_SECONDS: Final = 10.0


class KeyUnavailable(Exception):  # noqa: N818 - named for what happened
    """There is no key to sign with; the message is one line for people and does not hold the secret."""


def signature(key: bytes, identity: str, moment: int, body: bytes) -> str:
    """`v1,` and the base64 of HMAC-SHA256 over identity, time (seconds since 1970) and body, parted by dots."""
    signed = f"{identity}.{moment}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode()


def key_of(secret: str) -> bytes:
    """The key that a secret holds: base64 after `whsec_`, else its own bytes. Raises KeyUnavailable."""
    if secret.startswith(_PREFIX):
        try:
            key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
        except binascii.Error:
            raise KeyUnavailable(f"the webhook's secret begins with {_PREFIX} and is not base64") from None
    else:
        key = secret.encode()
    if len(key) < LEAST_BYTES:
        raise KeyUnavailable(f"the webhook's secret has {len(key)} bytes; at least {LEAST_BYTES} are needed")
    return key


class VaultKey:
    """A signing key in a vault. `url` is the secret's identifier, without a version for the newest."""

    def __init__(self, url: str, credential: Callable[[], TokenCredential], clock: Clock) -> None:
        self._url = url
        self._credential = credential
        self._clock = clock
        self._key: bytes | None = None
        self._until: datetime | None = None

    def __call__(self) -> bytes:
        """The key; read again after KEY_SECONDS, and kept where that fails. Raises KeyUnavailable."""
        now = self._clock.now()
        if self._key is None or self._until is None or now >= self._until:
            try:
                self._key = key_of(self._read())
            except KeyUnavailable:
                if self._key is None:
                    raise
            self._until = now + timedelta(seconds=KEY_SECONDS)
        return self._key

    def forget(self) -> None:
        """Has the key read anew at the next use."""
        self._until = None

    def _read(self) -> str:
        import requests
        from azure.core.exceptions import AzureError

        host = urlsplit(self._url).hostname or ""
        try:
            token = self._credential().get_token(f"https://{host.partition('.')[2]}/.default").token
            answer = requests.get(
                self._url,
                params={"api-version": API_VERSION},
                headers={"Authorization": f"Bearer {token}"},
                timeout=_READ_SECONDS,
                allow_redirects=False,
            )
        except (AzureError, requests.RequestException) as error:
            raise KeyUnavailable(f"{host} did not answer: {type(error).__name__}") from error
        if answer.status_code in (401, 403):
            raise KeyUnavailable(
                f"{host} refused the app; give its identity the role Key Vault Secrets User on the secret"
            )
        if answer.status_code != 200:
            raise KeyUnavailable(f"{host} has no such secret (status {answer.status_code})")
        try:
            return str(answer.json()["value"])
        except (ValueError, KeyError, TypeError):
            raise KeyUnavailable(f"{host} did not answer with a secret") from None

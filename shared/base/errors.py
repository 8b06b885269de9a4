"""The errors that a person can cause, and repair.

    * TelltaleError            anything below; the command line prints it as one line and exits with status 2
      - DeclarationError       a detector, source or setting is declared in a way that cannot work

Storage has its own tree (`shared.storage`), because callers handle those errors one by one.
"""

from __future__ import annotations


class TelltaleError(Exception):
    """Something that a person did or must do; the message says what, where and what to do."""


class DeclarationError(TelltaleError):
    """A declaration (detector, source, customer settings) that cannot work as written."""

"""Microsoft Entra: sign-ins, audit, risk, privileged identity management."""

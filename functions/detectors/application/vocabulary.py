"""The words of the applications' detectors. Operations: OWASP, "Logging Vocabulary Cheat Sheet"."""

LOGIN_FAILED = ("authn_login_fail", "authn_login_fail_max")
LOGIN_TRIED = ("authn_login_success", *LOGIN_FAILED)

POWER = ("admin", "owner", "superuser", "root", "global")
"""Parts of the names of rights and roles that rule an application."""

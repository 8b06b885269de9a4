"""The event names of the OWASP Application Logging Vocabulary, with their parameters and what they mean.

https://cheatsheetseries.owasp.org/cheatsheets/Logging_Vocabulary_Cheat_Sheet.html. Part of the contract for
application events (`shared/events/contract`) and of its JSON Schema; detectors select on these names.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Term(NamedTuple):
    """An event name. `parameters` may follow it after a colon, separated by commas."""

    name: str
    parameters: str
    meaning: str


TERMS: Final = (
    Term("authn_login_success", "userid", "someone signed in"),
    Term("authn_login_successafterfail", "userid,retries", "someone signed in after having failed"),
    Term("authn_login_fail", "userid", "a sign-in failed"),
    Term("authn_login_fail_max", "userid,maxlimit", "sign-ins failed as often as is allowed"),
    Term(
        "authn_login_lock", "userid,reason", "an account was locked: maxretries, suspicious, customer, other"
    ),
    Term("authn_password_change", "userid", "a password was changed"),
    Term("authn_password_change_fail", "userid", "a password could not be changed"),
    Term("authn_impossible_travel", "userid,region1,region2", "one user in two places too far apart"),
    Term("authn_token_created", "userid,entitlements", "a token for access to a service was made"),
    Term("authn_token_revoked", "userid,tokenid", "a token was revoked"),
    Term("authn_token_reuse", "userid,tokenid", "a revoked token was used again"),
    Term("authn_token_delete", "appid", "a token was deleted"),
    Term("authz_fail", "userid,resource", "access to a resource was refused"),
    Term("authz_change", "userid,from,to", "the rights of a user or service were changed"),
    Term("authz_admin", "userid,event", "someone privileged did something"),
    Term("crypt_decrypt_fail", "userid", "something could not be decrypted"),
    Term("crypt_encrypt_fail", "userid", "something could not be encrypted"),
    Term("excess_rate_limit_exceeded", "userid,max", "more requests came than are allowed"),
    Term("upload_complete", "userid,filename,type", "a file arrived"),
    Term("upload_stored", "filename,from,to", "a file was put where it stays"),
    Term("upload_validation", "filename,check:outcome", "a file was checked: FAILED, incomplete, passed"),
    Term("upload_delete", "userid,fileid", "an uploaded file was deleted"),
    Term("input_validation_fail", "(fields),userid", "the server refused input"),
    Term("input_validation_discrete_fail", "field,userid", "a value was sent that the form does not offer"),
    Term("malicious_excess_404", "userid|IP,useragent", "many requests for what does not exist"),
    Term("malicious_extraneous", "userid|IP,inputname,useragent", "a field was sent that nobody asked for"),
    Term("malicious_attack_tool", "userid|IP,toolname,useragent", "a known attack tool showed itself"),
    Term("malicious_cors", "userid|IP,useragent,referer", "a request from an origin that is not allowed"),
    Term(
        "malicious_direct_reference", "userid|IP,useragent", "an object was asked for that is someone else's"
    ),
    Term(
        "privilege_permissions_changed", "userid,object,fromlevel,tolevel", "access to an object was changed"
    ),
    Term("sensitive_create", "userid,object", "sensitive data was created"),
    Term("sensitive_read", "userid,object", "sensitive data was read"),
    Term("sensitive_update", "userid,object", "sensitive data was changed"),
    Term("sensitive_delete", "userid,object", "sensitive data was deleted"),
    Term("sequence_fail", "userid", "steps were taken in an order that the application does not offer"),
    Term("session_created", "userid", "a session began"),
    Term("session_renewed", "userid", "a session was extended"),
    Term("session_expired", "userid,reason", "a session ended: logout, timeout, revoked"),
    Term("session_use_after_expire", "userid", "a session was used after its end"),
    Term("sys_startup", "userid", "the system started"),
    Term("sys_shutdown", "userid", "the system stopped"),
    Term("sys_restart", "userid", "the system was restarted"),
    Term("sys_crash", "reason", "the system crashed"),
    Term("sys_monitor_disabled", "userid,monitor", "a monitor or agent was switched off"),
    Term("sys_monitor_enabled", "userid,monitor", "a monitor or agent was switched on"),
    Term("user_created", "userid,newuserid,attributes", "a user was created"),
    Term("user_updated", "userid,onuserid,attributes", "a user was changed"),
    Term("user_archived", "userid,onuserid", "a user was archived"),
    Term("user_deleted", "userid,onuserid", "a user was deleted"),
)

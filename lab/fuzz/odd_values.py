"""Values and keys that parsers stumble over: near a value, beyond a bound, or none at all. Used by `changes`."""

from __future__ import annotations

from typing import Final

RAW_VALUES: Final = (
    *(b'"\\ud83d"', b'"a\\udc00b"', b'"\\ud83d\\ude00"', b'"\\u0000"', b'"\\ud800\\ud800"', b'"a\nb"'),
    *(b'"\t"', b'"\\x"', b'"' + b"\\\\" * 50 + b'"', b'{"a":1,"a":2,"A":3}'),
    *(
        b"9" * 30,
        b"-" + b"9" * 30,
        b"9" * 350,
        b"-" + b"9" * 350,
        b"9" * 4301,
        b"1e400",
        b"-1e400",
        b"1e-400",
    ),
    *(b"-0", b"0e0", b"1E5", b"NaN", b"Infinity", b"123456789012345678"),
    *(b"9223372036854775808", b"18446744073709551615", b"18446744073709551616"),
    *(b"undefined", b"'x'", b"{'a':'it's'}", b"tru"),
)
"""Written as they stand: some are JSON, some are not, some are what one reader takes and another does not."""

TEXTS: Final = (
    *("", " ", "<null>", "null", "-", "N/A", "0", "1", "True", "Success", "Failure", "50126"),
    *("{", "[", '{"a":', "{'a':'b'}", "[1,2", '"', "\\", "'", "{}", "[]", '{"a":{"b":[{"c":"d"}]}}'),
    *("x" * 3000, "é\u202e\0", "\ufeff{}", "ſ", "İ", "ß", "\u0130" * 300, "٣", "²"),
    *("/subscriptions/00000000-0000-0000-0000-000000000001", "a|b", "\x1f", "../..", "=1+1", "*", "%00"),
    *(
        "GET",
        "SecretGet",
        "Add member to role",
        "/admin?q=${jndi:ldap://x}",
        "4294967296",
        "-1",
        "1e5",
        "0x1",
    ),
)

KEYS: Final = (
    *("", "time", "category", "Category", "records", "Records", "properties", "operationName", "resourceId"),
    *(
        "eventSource",
        "tenantId",
        "identity",
        "a.b",
        "0",
        "[x]",
        "k" * 300,
        "é",
        "\0",
        "type",
        "TIME",
        "schema",
    ),
    *("resourceid", "operationname", "flowRecords", "user", "status", "data", "subject", "log"),
    *("callerIpAddress", "flows", "app", "event"),
)

"""Names for people, places, devices and secrets. Called by `company`, and by the incident for secrets."""

from __future__ import annotations

from typing import Final

GIVEN_NAMES: Final = (
    "Alva", "Amadou", "Anneli", "Anouk", "Arvid", "Beatriz", "Bodil", "Caio", "Cecilie", "Daan", "Dagny",
    "Dario",
    "Ebba", "Eero", "Elodie", "Emre", "Esther", "Fatou", "Fenna", "Gaspar", "Greta", "Hilde", "Ilmari",
    "Imke",
    "Ines", "Ivo", "Jannik", "Joana", "Kaisa", "Keiko", "Lars", "Leonor", "Linh", "Maarten", "Mads", "Marit",
    "Mateus", "Nadia", "Noor", "Oskar", "Pilar", "Ravi", "Runa", "Sanna", "Silje", "Tiago", "Tove", "Vera",
)  # fmt: skip

FAMILY_NAMES: Final = (
    "Aalto", "Almeida", "Bakker", "Barros", "Bergqvist", "Brandt", "Carvalho", "Dahl", "Dekker", "Diallo",
    "Eklund", "Engel", "Fabian", "Falk", "Ferreira", "Fjord", "Gruber", "Haas", "Hagen", "Heikkinen", "Hofer",
    "Holm", "Iversen", "Jansen", "Karlsen", "Kerr", "Koskela", "Krog", "Lind", "Lopes", "Maier", "Moreira",
    "Mulder", "Nair", "Nystrom", "Okafor", "Pinto", "Quist", "Rask", "Ribeiro", "Salo", "Steiner", "Strand",
    "Tanaka", "Thorsen", "Visser", "Winkler", "Zeller",
)  # fmt: skip

TITLES: Final = (
    "Software Engineer", "Product Manager", "Account Executive", "Customer Success Manager",
    "Support Engineer",
    "Designer", "Data Analyst", "Finance Controller", "People Partner", "Marketing Specialist",
)  # fmt: skip

_WINDOWS: Final = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)"
_MAC: Final = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)"
_PHONE: Final = "Mozilla/5.0 (iPhone; CPU iPhone OS 26_1 like Mac OS X)"
_CHROME: Final = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
_WEBKIT: Final = "AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1"

# Browser, operating system and user agent.
CLIENTS: Final = (
    ("Edge 142.0.0", "Windows10", f"{_WINDOWS} {_CHROME} Edg/142.0.0.0"),
    ("Chrome 142.0.0", "Windows10", f"{_WINDOWS} {_CHROME}"),
    ("Chrome 142.0.0", "MacOs", f"{_MAC} {_CHROME}"),
    ("Safari 26.1", "MacOs", f"{_MAC} {_WEBKIT} Safari/605.1.15"),
    ("Mobile Safari 26.1", "Ios 26.1", f"{_PHONE} {_WEBKIT} Mobile/15E148 Safari/604.1"),
    ("Firefox 145.0", "Linux", "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"),
)

# Customer and domain, then city, state, country, latitude and longitude.
CUSTOMERS: Final = (
    ("Vliet Logistics", "vlietlogistics.example", "Utrecht", "Utrecht", "NL", 52.09, 5.12),
    ("Nordhavn Dental", "nordhavndental.example", "Aarhus", "Midtjylland", "DK", 56.16, 10.2),
    ("Kuusi Energia", "kuusienergia.example", "Tampere", "Pirkanmaa", "FI", 61.5, 23.76),
    ("Bergmann Werkzeuge", "bergmannwerkzeuge.example", "Kassel", "Hessen", "DE", 51.31, 9.48),
    ("Alpenblick Hotels", "alpenblickhotels.example", "Graz", "Steiermark", "AT", 47.07, 15.44),
)

POLICY_NAMES: Final = (
    "Require multifactor authentication for all users",
    "Block legacy authentication",
    "Require compliant device for administration",
)

SECRET_NAMES: Final = (
    "database-connection", "payment-gateway-key", "smtp-password", "storage-sas-seed", "webhook-signing-key",
    "search-admin-key", "cache-password", "license-signing", "partner-api-token", "report-encryption",
    "oauth-client",
    "feature-flags-key", "geocoder-key", "sms-provider-token", "backup-passphrase", "session-signing",
)  # fmt: skip

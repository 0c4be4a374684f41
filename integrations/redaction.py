"""Takes secrets out of text and headers before anything is logged or shown.

A net, not the rule: the rule is that headers and bodies are not logged at all.
"""

import re
from collections.abc import Mapping, MutableMapping

HIDDEN = "[hidden]"

_HEADER = re.compile(
    r"authorization|cookie|token|secret|signature|api[-_]?key|private[-_]?key|password|crumb"
    r"|trigger[-_]?id|response[-_]?url",
    re.IGNORECASE,
)
_NAMED = r"(?:access_|refresh_|client_|api_|private_|auth_|bot_)?(?:token|secret|password|passwd|key|signature|sig|jwt)"
_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\b\d/\d{9,}(?:/\d{9,})?:\w{16,}"), HIDDEN),  # Asana; "Bearer" would end at the colon
    (re.compile(r"\b(Bearer|Basic)\s+[A-Za-z0-9+/_.~=-]{6,}", re.IGNORECASE), rf"\1 {HIDDEN}"),
    (re.compile(r"\b(token)\s+(?=\S*\d)[\w.~+/=-]{16,}", re.IGNORECASE), rf"\1 {HIDDEN}"),
    (re.compile(r"\bxox[a-z]-[\w-]+|\bxapp-[\w-]+|\bxoxe\.[\w.-]+"), HIDDEN),  # Slack
    (re.compile(r"hooks\.slack\.com/\S+"), f"hooks.slack.com/{HIDDEN}"),
    (re.compile(r"\bgh[pousr]_\w{10,}|\bgithub_pat_\w{10,}"), HIDDEN),
    (re.compile(r"\bgl[a-z]{2,6}-[\w.-]{10,}"), HIDDEN),  # GitLab
    (re.compile(r"\bATATT[\w=-]{10,}|\bATCTT[\w=-]{10,}"), HIDDEN),  # Atlassian
    (re.compile(r"\blin_(?:api|oauth)_\w+|\bpk_\d+_\w+"), HIDDEN),  # Linear, ClickUp
    (re.compile(r"\bya29\.[\w.-]+"), HIDDEN),  # Google
    (re.compile(r"\beyJ[\w-]{5,}(?:\.[\w-]+)*\.?"), HIDDEN),  # JSON in base64, as in web tokens
    (re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*-----|\Z)", re.DOTALL), HIDDEN),
    (re.compile(r"(?<=://)[^/\s:@]*:[^/\s@]+(?=@)"), HIDDEN),
    (
        re.compile(rf"""(\b{_NAMED}["']?\s*[=:]\s*["']?)(?!\[hidden)[^\s&"',;]+""", re.IGNORECASE),
        rf"\1{HIDDEN}",
    ),
)


def redact(text: str) -> str:
    """The text with everything that looks like a secret replaced."""
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return text


def scrub(_logger: object, _method: str, event: MutableMapping[str, object]) -> MutableMapping[str, object]:
    """A structlog processor: the last look over everything that is logged, whatever it is and however deep."""
    for name, value in event.items():
        if not name.startswith("_"):  # structlog's own, which never reach a renderer
            event[name] = HIDDEN if _HEADER.search(name) else _scrubbed(value)
    return event


def _scrubbed(value: object) -> object:
    """Values without secrets. What is no plain data would be written by its repr, so it is turned into text here."""
    match value:
        case None | bool() | int() | float():
            return value
        case str():
            return redact(value)
        case Mapping():
            return {
                str(name): HIDDEN if _HEADER.search(str(name)) else _scrubbed(inner)
                for name, inner in value.items()
            }
        case list() | tuple() | set() | frozenset():
            return [_scrubbed(inner) for inner in value]
        case bytes():
            return f"{len(value)} bytes"
        case _:
            return redact(str(value))

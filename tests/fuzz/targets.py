"""What is fuzzed: each target takes bytes, and raises only for a fault of ours."""

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any

from pydantic import SecretStr

from bot.api.v1.problems import Trouble
from bot.api.v1.reading import _object, _read_cursor, merged, opened_cursor, read_page, sealed_cursor
from bot.commands.moments import parse_flags, parse_moment, parse_person
from bot.commands.naming import split_last_release, split_release
from bot.commands.subwords import days_in, group_in, people_in
from bot.configurations.spans import from_words
from bot.configure import read_partly
from bot.slack.blocks import validate
from bot.slack.intent import key_of, parse, read_value
from bot.views.modals.train_form import Carried, proposed, read_train, texts_of_train, unpack
from integrations import PROVIDERS
from integrations.app_store.settings import AppStoreSecrets, AppStoreSettings
from integrations.registry import Callback
from orchestration.domain.errors import DomainError
from orchestration.ports.errors import Refused
from orchestration.services.pick_reference import links, reference

SECRET = "the-secret-of-the-hook"
KINDS = ("command", "action", "view", "view_closed", "event", "options", "shortcut")
SURFACES = ("message", "modal", "home", "ack", "response")
_NOW = datetime(2026, 9, 21, 14, tzinfo=UTC)
Target = Callable[[bytes], None]


def rest_body(data: bytes) -> None:
    """A body of REST: read strictly, then as a configuration and as a merge patch."""
    with suppress(Trouble):
        found = _object(data)
        merged({"workflows": [1], "pairs": {"a": 1}}, found)
        read_partly(found, "T1")


def cursors(data: bytes) -> None:
    """Cursors and limits; what we sealed ourselves comes back, and nothing else."""
    text = data.decode(errors="replace")
    with suppress(Trouble):
        limit, _after = read_page({"limit": text[:6], "cursor": text[6:]})
        assert 1 <= limit <= 100
    with suppress(Trouble):
        assert "\0" not in _read_cursor(text)
    with suppress(Trouble):
        opened_cursor(text, "about", key="k")
        raise AssertionError("a stranger's cursor was opened")
    clean = "".join(char for char in text if char.isprintable())[:2000]
    assert opened_cursor(sealed_cursor(clean, "about", key="k"), "about", key="k") == clean


def commands(data: bytes) -> None:
    """The words behind /release, and what is typed into forms."""
    text = data.decode(errors="replace")
    intent = parse("command", {"text": text, "team_id": "T1", "user_id": "U1"})
    rest = intent.text
    split_release(rest)
    split_last_release(rest)
    people_in(rest)
    group_in(rest)
    for read in (
        lambda: parse_moment(rest, _NOW, "2026-09-21 10:00"),
        lambda: parse_person(rest),
        lambda: parse_flags(rest, "automation"),
        lambda: days_in(rest),
        lambda: reference(rest),
    ):
        with suppress(DomainError):
            read()
    links(rest)
    with suppress(ValueError):
        from_words(rest)
    read_value(text)


def trains(data: bytes) -> None:
    """The form of a train, with a text in each of its fields in turn."""
    text = data.decode(errors="replace")
    train = proposed("c", "U1", tenant_id="T1", zone="Europe/Berlin", today=date(2026, 9, 21))
    texts = texts_of_train(train)
    name = sorted(texts)[len(text) % len(texts)]
    read_train({**texts, name: text}, Carried(), tenant_id="T1", person="U1", today=date(2026, 9, 21))
    with suppress(ValueError):
        unpack(text)


def payloads(data: bytes) -> None:
    """Requests of Slack's, as JSON of any shape."""
    found = _json(data)
    if isinstance(found, dict):
        kind = KINDS[len(data) % len(KINDS)]
        key_of(kind, found)
        parse(kind, found)


def blocks(data: bytes) -> None:
    """Whatever JSON says it is a message, a form or an acknowledgement: problems, never a crash."""
    found = _json(data)
    if isinstance(found, dict):
        for surface in SURFACES:
            validate(found, surface)


def _json(data: bytes) -> Any:
    with suppress(ValueError, RecursionError):
        return json.loads(data)
    return None


def _digits(data: bytes) -> str:
    return hmac.new(SECRET.encode(), data, hashlib.sha256).hexdigest()


HEADERS: Mapping[str, Callable[[bytes], Mapping[str, str]]] = {
    "github": lambda data: {
        "X-Hub-Signature-256": f"sha256={_digits(data)}",
        "X-GitHub-Event": "workflow_run",
        "X-GitHub-Delivery": "d-1",
    },
    "gitlab": lambda _: {
        "X-Gitlab-Token": SECRET,
        "X-Gitlab-Event": "Pipeline Hook",
        "Idempotency-Key": "d-1",
    },
    "bitbucket": lambda data: {
        "X-Hub-Signature": f"sha256={_digits(data)}",
        "X-Event-Key": ("pipeline:span_created", "repo:commit_status_updated")[len(data) % 2],
        "X-Request-UUID": "d-1",
    },
    "jenkins": lambda _: {"X-Stationmaster-Secret": SECRET},
    "app_store": lambda data: {"X-Apple-Signature": f"hmacsha256={_digits(data)}"},
}
_KEY = {"webhook_secret": SECRET, "token": "t"}
_GIVEN: Mapping[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "github": ({"owner": "acme", "repository": "pixel"}, _KEY),
    "gitlab": ({"project": "acme/pixel"}, _KEY),
    "bitbucket": ({"workspace": "acme", "repository": "pixel"}, _KEY),
    "jenkins": (
        {"base_url": "https://jenkins.example.com", "username": "u"},
        {"token": "t", "callback_secret": SECRET},
    ),
}


def _hook_of(key: str) -> Callable[[bytes, Mapping[str, str]], Callback | None]:
    provider = PROVIDERS[key]
    assert provider.hook is not None
    hook = provider.hook
    settings, secrets = _ready(key)
    return lambda data, headers: hook(settings, secrets, headers, data)


def _ready(key: str) -> tuple[Any, Any]:
    if key == "app_store":
        return AppStoreSettings.model_construct(), AppStoreSecrets.model_construct(
            None, webhook_secret=SecretStr(SECRET)
        )
    given, kept = _GIVEN[key]
    provider = PROVIDERS[key]
    return provider.settings.model_validate(given), provider.secrets.model_validate(kept)


HOOKS = {key: _hook_of(key) for key in HEADERS}


def callbacks(data: bytes) -> None:
    """News of each vendor, rightly signed and not: taken, left aside or refused."""
    for key, hook in HOOKS.items():
        with suppress(Refused):
            news = hook(data, HEADERS[key](data))
            assert news is None or len(news.delivery) <= 64
        with suppress(Refused):
            hook(data, {**HEADERS[key](data + b"x"), "X-Gitlab-Token": "x", "X-Stationmaster-Secret": "x"})
            raise AssertionError(f"{key} took news that nobody signed")


TARGETS: Mapping[str, Target] = {
    each.__name__: each for each in (rest_body, cursors, commands, trains, payloads, blocks, callbacks)
}

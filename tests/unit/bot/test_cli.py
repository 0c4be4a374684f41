"""The command line: a connection is tried before it is saved, secrets stay secret, and every word tells how it went."""

import argparse
import getpass
import io
import re
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from bot import connecting
from bot.cli import main, parser
from bot.opening import open_store
from bot.settings import Settings
from integrations import PROVIDERS
from integrations.vault import parse_ring
from orchestration.store.integrations import IntegrationRow, IntegrationState
from sandbox.checkmate import TOKEN, CheckmateSimulator
from sandbox.checkmate.simulator import READER_TOKEN
from tests.support.databases import new_sqlite

TENANT = "T0001"
CANARY = "canary-4711-token"
OLD, NEW = "a1:" + "QUFB" * 10 + "QUE=", "b2:" + "QkJC" * 10 + "QkI="


class Terminal(io.StringIO):
    """Standard input with a person in front of it."""

    def isatty(self) -> bool:
        """It is one."""
        return True


@pytest.fixture
async def server() -> AsyncIterator[CheckmateSimulator]:
    """A Checkmate that also knows the canary."""
    simulator = CheckmateSimulator()
    simulator.world.users[CANARY] = simulator.world.users[TOKEN]
    await simulator.start()
    yield simulator
    await simulator.stop()


@pytest.fixture
async def settings(tmp_path: Path) -> Settings:
    """Settings of an own data folder, with loopback open."""
    url = await new_sqlite(tmp_path)
    return Settings(data=tmp_path, database_url=url, egress_allow=("127.0.0.1",))


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Callable[..., Awaitable[int]]:
    """Runs a command line with something on standard input."""

    async def run(*words: str, stdin: str | None = "", changed: Settings | None = None) -> int:
        monkeypatch.setattr(sys, "stdin", Terminal() if stdin is None else io.StringIO(stdin))
        arguments = parser().parse_args(words)
        status = await arguments.command(arguments, changed or settings)
        assert isinstance(status, int)
        return status

    return run


Typed = Callable[..., Awaitable[int]]


def connect(server: CheckmateSimulator, **changes: str) -> tuple[str, ...]:
    """The words that connect Checkmate."""
    url = changes.get("url", server.url)
    name = changes.get("id", "checkmate")
    given = f'{{"base_url": "{url}"}}'
    return ("connect", "checkmate", "--tenant", TENANT, "--id", name, "--settings", given)


def secrets(token: str = CANARY) -> str:
    """Standard input."""
    return f'{{"token": "{token}"}}'


async def rows(settings: Settings, tenant: str = TENANT) -> list[IntegrationRow]:
    """What is stored."""
    store = await open_store(settings, owner="test")
    try:
        return list(await store.integrations.list(tenant))
    finally:
        await store.close()


async def put(settings: Settings, row: IntegrationRow) -> None:
    """Store a row behind the command line's back."""
    store = await open_store(settings, owner="test")
    try:
        await store.integrations.add(row)
    finally:
        await store.close()


async def test_connect_tries_then_saves(
    server: CheckmateSimulator, settings: Settings, typed: Typed, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each check is shown, and what holds is saved as verified, its secrets sealed."""
    assert await typed(*connect(server), stdin=secrets()) == 0
    shown = capsys.readouterr().out
    assert shown.count("ok  ") == 3
    assert "connected as checkmate" in shown
    (row,) = await rows(settings)
    assert (row.state, row.provider, row.key_id) == (IntegrationState.VERIFIED, "checkmate", "k1")
    assert row.verified_at is not None
    assert CANARY.encode() not in (row.secrets or b"")


@pytest.mark.parametrize("token", [READER_TOKEN, "unknown"])
async def test_what_does_not_hold_is_not_saved(
    server: CheckmateSimulator,
    settings: Settings,
    typed: Typed,
    capsys: pytest.CaptureFixture[str],
    token: str,
) -> None:
    """One check that fails is enough: exit status 1, nothing saved, and the line that failed is shown."""
    assert await typed(*connect(server), stdin=secrets(token)) == 1
    assert "FAIL" in capsys.readouterr().out
    assert await rows(settings) == []


async def test_a_provider_that_is_away_is_not_saved(
    server: CheckmateSimulator, settings: Settings, typed: Typed
) -> None:
    """What could not be tried is not taken on trust, and there is no way around it."""
    server.fault(path="/user/details", status=503, times=9)
    assert await typed(*connect(server), stdin=secrets()) == 1
    assert await rows(settings) == []
    with pytest.raises(SystemExit):
        parser().parse_args([*connect(server), "--unchecked"])


async def test_a_failed_try_leaves_the_old_connection(
    server: CheckmateSimulator, settings: Settings, typed: Typed
) -> None:
    """Connecting again with a wrong token does not break what works."""
    await typed(*connect(server), stdin=secrets())
    before = await rows(settings)
    assert await typed(*connect(server), stdin=secrets("wrong")) == 1
    assert await rows(settings) == before


async def test_connecting_again_replaces(
    server: CheckmateSimulator, settings: Settings, typed: Typed
) -> None:
    """The same name stays one connection, with a new revision by which it is opened anew."""
    await typed(*connect(server), stdin=secrets())
    assert await typed(*connect(server), stdin=secrets(TOKEN)) == 0
    (row,) = await rows(settings)
    assert row.revision == 1


@pytest.mark.parametrize(
    ("stdin", "says"),
    [
        ("", "no JSON"),
        ("not json " + CANARY, "no JSON"),
        ("[]", "the whole"),
        ("{}", "token"),
        (f'{{"token": ["{CANARY}"]}}', "token"),
        (f'{{"token": "a", "other": "{CANARY}"}}', "other"),
    ],
)
async def test_wrong_secrets_are_told_without_themselves(
    server: CheckmateSimulator, typed: Typed, capsys: pytest.CaptureFixture[str], stdin: str, says: str
) -> None:
    """What is wrong is named by its place; the text that was given is not repeated. Nothing is sent."""
    assert await typed(*connect(server), stdin=stdin) == 2
    told = capsys.readouterr()
    assert says in told.err
    assert CANARY not in told.out + told.err
    assert server.record == []


@pytest.mark.parametrize("given", ["{", "[]", '"text"', CANARY])
def test_settings_must_be_an_object(given: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A secret that lands among the arguments by mistake is at least not repeated."""
    with pytest.raises(SystemExit) as left:
        parser().parse_args(["connect", "jira", "--tenant", "T", "--id", "j", "--settings", given])
    assert left.value.code == 2
    assert CANARY not in capsys.readouterr().err


async def test_wrong_settings_are_told_all_at_once(typed: Typed, capsys: pytest.CaptureFixture[str]) -> None:
    """Each wrong field has its own line."""
    words = ("connect", "github", "--tenant", TENANT, "--id", "g", "--settings", '{"base_url": "x", "a": 1}')
    assert await typed(*words, stdin=secrets()) == 2
    told = capsys.readouterr().err.splitlines()
    assert sorted(line.partition(":")[0] for line in told) == ["a", "base_url", "owner", "repository"]


async def test_secrets_are_asked_for_without_an_echo(
    server: CheckmateSimulator, settings: Settings, typed: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At a terminal each secret is asked for by its title; an empty answer leaves an optional one out."""
    asked: list[str] = []

    def answer(prompt: str) -> str:
        asked.append(prompt)
        return CANARY if prompt == "Token: " else ""

    monkeypatch.setattr(getpass, "getpass", answer)
    assert await typed(*connect(server), stdin=None) == 0
    assert asked == ["Token: "]
    assert len(await rows(settings)) == 1
    given = connecting._read_secrets(PROVIDERS["github"])
    assert asked[1:] == ["Token: ", "Webhook secret (empty: none): "]
    assert given == {"token": CANARY}


async def test_connections_are_listed_without_secrets(
    server: CheckmateSimulator, settings: Settings, typed: Typed, capsys: pytest.CaptureFixture[str]
) -> None:
    """Name, provider, state and when it was verified; those of another workspace are not among them."""
    await typed(*connect(server), stdin=secrets())
    await put(settings, IntegrationRow(id="old", tenant_id=TENANT, provider="gone", name="Gone"))
    await put(settings, IntegrationRow(id="theirs", tenant_id="T0002", provider="jira", name="Jira"))
    capsys.readouterr()
    assert await typed("connections", "--tenant", TENANT) == 0
    head, first, second = capsys.readouterr().out.splitlines()
    assert head.split() == ["CONNECTION", "PROVIDER", "STATE", "LAST", "VERIFIED"]
    assert first.split()[:3] == ["checkmate", "checkmate", "verified"]
    assert first.endswith("UTC")
    assert second.split() == ["old", "gone", "failing", "never"]


async def test_verify_records_what_the_provider_says(
    server: CheckmateSimulator, settings: Settings, typed: Typed, capsys: pytest.CaptureFixture[str]
) -> None:
    """A token that is not accepted any more makes it failing; when it is again, verified."""
    await typed(*connect(server), stdin=secrets())
    user = server.world.users.pop(CANARY)
    assert await typed("verify", "checkmate", "--tenant", TENANT) == 1
    assert (await rows(settings))[0].state is IntegrationState.FAILING
    assert "checkmate: failing" in capsys.readouterr().out
    server.world.users[CANARY] = user
    assert await typed("verify", "--tenant", TENANT) == 0
    assert (await rows(settings))[0].state is IntegrationState.VERIFIED


async def test_verify_judges_no_provider_that_is_away(
    server: CheckmateSimulator, settings: Settings, typed: Typed, capsys: pytest.CaptureFixture[str]
) -> None:
    """An outage says nothing of the credentials: the state stays, the exit status tells."""
    await typed(*connect(server), stdin=secrets())
    server.fault(path="/user/details", status=503, times=9)
    assert await typed("verify", "--tenant", TENANT) == 1
    assert (await rows(settings))[0].state is IntegrationState.VERIFIED
    assert "could not be tried now" in capsys.readouterr().out


async def test_verify_tries_the_others_too(
    server: CheckmateSimulator, settings: Settings, typed: Typed, capsys: pytest.CaptureFixture[str]
) -> None:
    """One that can't be opened, or whose provider is unknown, is told and hinders no other."""
    await typed(*connect(server), stdin=secrets())
    for number, row in enumerate(
        [
            {"provider": "gone"},
            {"provider": "checkmate", "secrets": b"\0" * 40, "key_id": "k1"},
            {"provider": "checkmate", "settings": {"base_url": "https://x", "token": CANARY}},
        ]
    ):
        await put(settings, IntegrationRow(id=f"a{number}", tenant_id=TENANT, name="Odd", **row))  # type: ignore[arg-type]  # fields by name
    capsys.readouterr()
    assert await typed("verify", "--tenant", TENANT) == 1
    shown = capsys.readouterr().out
    assert [line for line in shown.splitlines() if re.match(r"\w+: ", line)] == [
        "a0: failing",
        "a1: failing",
        "a2: failing",
        "checkmate: verified",
    ]
    assert CANARY not in shown


async def test_verify_of_an_unknown_name(typed: Typed, capsys: pytest.CaptureFixture[str]) -> None:
    """A name that is not there is a wrong use, and so is another workspace's."""
    assert await typed("verify", "jira", "--tenant", TENANT) == 2
    assert "no connection jira" in capsys.readouterr().err


async def test_keys_are_changed_without_a_stop(
    server: CheckmateSimulator, settings: Settings, typed: Typed, capsys: pytest.CaptureFixture[str]
) -> None:
    """Sealed with the old key, sealed anew with the first of the ring, opened without the old one."""
    old, both, new = (
        settings.model_copy(update={"key": type(settings)(key=ring).key})  # type: ignore[arg-type]  # a text
        for ring in (OLD, f"{NEW},{OLD}", NEW)
    )
    await typed(*connect(server), stdin=secrets(), changed=old)
    assert await typed("verify", "--tenant", TENANT, changed=both) == 0
    assert await typed("rotate-keys", changed=both) == 0
    assert "key b2: 1." in capsys.readouterr().out
    assert [row.key_id for row in await rows(settings)] == ["b2"]
    assert await typed("verify", "--tenant", TENANT, changed=new) == 0
    assert await typed("verify", "--tenant", TENANT, changed=old) == 1


async def test_keys_of_one_workspace_only(
    server: CheckmateSimulator, settings: Settings, typed: Typed
) -> None:
    """With a workspace named, others keep their key."""
    old, both = (
        settings.model_copy(update={"key": type(settings)(key=ring).key})  # type: ignore[arg-type]  # a text
        for ring in (OLD, f"{NEW},{OLD}")
    )
    await typed(*connect(server), stdin=secrets(), changed=old)
    other = tuple("T0002" if word == TENANT else word for word in connect(server))
    await typed(*other, stdin=secrets(), changed=old)
    assert await typed("rotate-keys", "--tenant", "T0002", changed=both) == 0
    assert [row.key_id for row in await rows(settings)] == ["a1"]
    assert [row.key_id for row in await rows(settings, "T0002")] == ["b2"]


async def test_a_secret_that_does_not_open_is_told_and_left(
    server: CheckmateSimulator, settings: Settings, typed: Typed, capsys: pytest.CaptureFixture[str]
) -> None:
    """The others are sealed anew; exit status 1 says that the old key must stay on the ring."""
    await typed(*connect(server), stdin=secrets())
    await put(
        settings,
        IntegrationRow(
            id="odd", tenant_id=TENANT, provider="jira", name="Jira", secrets=b"?" * 40, key_id="x"
        ),
    )
    assert await typed("rotate-keys") == 1
    told = capsys.readouterr()
    assert "1." in told.out
    assert f"{TENANT} odd: The key x is not on the key ring" in told.err
    assert (await rows(settings))[1].secrets == b"?" * 40


@pytest.mark.parametrize("ring", ["c2VjcmV0LWtleS1tYXRlcmlhbA==", "k1:c2VjcmV0LWtleS1tYXRlcmlhbA=="])
def test_a_bad_ring_is_told_without_the_key(
    ring: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A ring that can't be read is a wrong use, and its text is not shown."""
    monkeypatch.setattr("bot.cli.configure_logs", lambda **_: None)
    monkeypatch.setenv("STATIONMASTER_DATA", str(tmp_path))
    monkeypatch.setenv("STATIONMASTER_KEY", ring)
    assert main(["rotate-keys"]) == 2
    told = capsys.readouterr()
    assert "Key 1 of the ring" in told.err
    assert "c2VjcmV0" not in told.out + told.err


def test_wrong_settings_are_told_without_a_trace(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each wrong variable has a line; no value is repeated."""
    monkeypatch.setenv("STATIONMASTER_HTTP_PORT", CANARY)
    monkeypatch.setenv("STATIONMASTER_LOG_LEVEL", CANARY)
    assert main(["settings"]) == 2
    told = capsys.readouterr().err
    assert "http_port" in told
    assert "log_level" in told
    assert CANARY not in told


async def test_a_configuration_is_stored_from_a_file(
    settings: Settings, typed: Typed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each problem has a line and nothing is stored; without problems it is there for this workspace."""
    path = tmp_path / "pixel.yml"
    path.write_text("id: pixel\nname: Pixel\napp: Pixel\npairs: [IOS-PLAY_STORE]\nscm: github\n")
    assert await typed("configure", str(path), "--tenant", TENANT) == 2
    told = capsys.readouterr().err.splitlines()
    assert sorted(line.partition(":")[0] for line in told) == ["base_branch", "home", "pairs.0"]
    assert await configured(settings) == []
    path.write_text(path.read_text().replace("PLAY", "APP") + "base_branch: main\nhome: C1\n")
    assert await typed("configure", str(path), "--tenant", TENANT) == 0
    assert await configured(settings) == ["pixel"]


async def configured(settings: Settings) -> list[str]:
    """The configurations of the workspace."""
    store = await open_store(settings, owner="test")
    try:
        async with store.look() as work:
            return [each.id for each in await work.directory.configurations(TENANT)]
    finally:
        await store.close()


async def test_settings_are_shown(typed: Typed, capsys: pytest.CaptureFixture[str]) -> None:
    """As lines for a terminal, or as the page of the documentation."""
    assert await typed("settings") == 0
    assert "DATABASE_URL: " in capsys.readouterr().out
    assert await typed("settings", "--markdown") == 0
    assert capsys.readouterr().out.startswith("# Settings\n")


async def test_roles_are_granted_and_taken_back(settings: Settings, typed: Typed) -> None:
    """A role that is none is a wrong use."""
    assert await typed("grant", "U1", "captain", "--tenant", TENANT) == 2
    assert await typed("grant", "U1", "editor", "--tenant", TENANT) == 0
    assert await roles(settings) == {"editor"}
    assert await typed("grant", "U1", "editor", "--tenant", TENANT, "--revoke") == 0
    assert await roles(settings) == set()


async def roles(settings: Settings) -> set[str]:
    """Those of U1."""
    store = await open_store(settings, owner="test")
    try:
        async with store.look() as work:
            return set(await work.directory.roles(TENANT, "U1"))
    finally:
        await store.close()


async def test_an_empty_chain_is_whole(typed: Typed) -> None:
    """There is nothing that could have been changed."""
    assert await typed("audit", "verify", "--tenant", TENANT) == 0


@pytest.mark.parametrize(
    ("tokens", "says"),
    [({}, "SLACK_BOT_TOKEN"), ({"slack_bot_token": "xoxb-1"}, "SLACK_APP_TOKEN")],
)
async def test_a_bot_without_slack_does_not_start(
    typed: Typed,
    settings: Settings,
    capsys: pytest.CaptureFixture[str],
    tokens: dict[str, str],
    says: str,
) -> None:
    """It says which variable is missing."""
    changed = Settings(data=settings.data, **tokens)  # type: ignore[arg-type]  # texts become secrets
    assert await typed("run", changed=changed) == 2
    assert says in capsys.readouterr().err


@pytest.mark.parametrize("words", [[], ["fly"], ["connect", "fax"], ["grant", "U1"]])
def test_unknown_words_are_a_wrong_use(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Exit status 2 and the usage."""
    with pytest.raises(SystemExit) as left:
        parser().parse_args(words)
    assert left.value.code == 2
    assert "usage" in capsys.readouterr().err


def test_every_word_has_its_function_and_its_help() -> None:
    """Nothing is parsed that nobody does."""
    (words,) = (a for a in parser()._actions if isinstance(a, argparse._SubParsersAction))
    assert all(callable(word.get_default("command")) for word in words.choices.values())
    assert {choice.dest for choice in words._choices_actions if choice.help} == set(words.choices)


def test_the_rings_of_these_tests_are_rings() -> None:
    """Two keys of 32 bytes."""
    assert list(parse_ring(f"{NEW},{OLD}")) == ["b2", "a1"]

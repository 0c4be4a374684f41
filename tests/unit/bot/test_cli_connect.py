"""Connections on the command line: tried before they are saved, listed, tried again, and sealed with another key."""

import getpass
import re

import pytest

from bot.cli import parser
from bot.prompting import read_secrets
from bot.settings import Settings
from integrations import PROVIDERS
from orchestration.store.integrations import IntegrationRow, IntegrationState
from sandbox.checkmate import TOKEN, CheckmateSimulator
from sandbox.checkmate.simulator import READER_TOKEN
from tests.unit.bot.cli_rig import CANARY, TENANT, Typed, connect, put, rows, secrets

OLD, NEW = "a1:" + "QUFB" * 10 + "QUE=", "b2:" + "QkJC" * 10 + "QkI="


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
    given = read_secrets(PROVIDERS["gitlab"])
    assert asked[1:] == ["Token: ", "Webhook secret token (empty: none): "]
    assert given == {"token": CANARY}


async def test_connections_are_listed_without_secrets(
    server: CheckmateSimulator, settings: Settings, typed: Typed, capsys: pytest.CaptureFixture[str]
) -> None:
    """Id, provider, state, the times and the name; those of another workspace are not among them."""
    await typed(*connect(server), stdin=secrets())
    await put(settings, IntegrationRow(id="old", tenant_id=TENANT, provider="gone", name="Gone"))
    await put(settings, IntegrationRow(id="theirs", tenant_id="T0002", provider="jira", name="Jira"))
    capsys.readouterr()
    assert await typed("connections", "--tenant", TENANT) == 0
    head, first, second = capsys.readouterr().out.splitlines()
    titles = ["CONNECTION", "PROVIDER", "STATE", "LAST VERIFIED", "GOOD UNTIL", "NAME"]
    assert re.split(r"\s{2,}", head) == titles
    named, provider, state, when, until, name = re.split(r"\s{2,}", first)
    assert (named, provider, state, until, name) == (
        "checkmate",
        "checkmate",
        "verified",
        "not told",
        "Checkmate",
    )
    assert when.endswith("UTC")
    assert re.split(r"\s{2,}", second) == ["old", "gone", "failing", "never", "not told", "Gone"]


async def test_verify_records_what_the_provider_says(
    server: CheckmateSimulator, settings: Settings, typed: Typed, capsys: pytest.CaptureFixture[str]
) -> None:
    """A token that was accepted before and is not any more: revoked; when it is accepted again, verified."""
    await typed(*connect(server), stdin=secrets())
    user = server.world.users.pop(CANARY)
    assert await typed("verify", "checkmate", "--tenant", TENANT) == 1
    assert (await rows(settings))[0].state is IntegrationState.REVOKED
    assert "checkmate: revoked" in capsys.readouterr().out
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


async def test_a_second_connection_takes_the_secrets_of_the_first(
    server: CheckmateSimulator, settings: Settings, typed: Typed, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without typing them again; to another address they do not go, and another provider has none."""
    await typed(*connect(server), stdin=secrets())
    again = (*connect(server, id="second"), "--secrets-of", "checkmate", "--name", "Second")
    assert await typed(*again, stdin=None) == 0
    assert [(row.id, row.name) for row in await rows(settings)] == [
        ("checkmate", "Checkmate"),
        ("second", "Second"),
    ]
    sent = len(server.record)
    elsewhere = (*connect(server, id="third", url="http://127.0.0.1:9"), "--secrets-of", "checkmate")
    assert await typed(*elsewhere, stdin=None) == 2
    assert "for another address (Address)" in capsys.readouterr().err
    assert await typed(*connect(server, id="third"), "--secrets-of", "gone", stdin=None) == 2
    assert "no connection gone" in capsys.readouterr().err
    assert len(server.record) == sent


async def test_a_connection_gets_another_name_and_goes(
    server: CheckmateSimulator, settings: Settings, typed: Typed, capsys: pytest.CaptureFixture[str]
) -> None:
    """The id stays when the name changes; disconnected, the row is gone. What is not there is a wrong use."""
    await typed(*connect(server), stdin=secrets())
    assert await typed("rename", "checkmate", "Lost  and found", "--tenant", TENANT) == 0
    assert [(row.id, row.name) for row in await rows(settings)] == [("checkmate", "Lost and found")]
    assert await typed("rename", "checkmate", " ", "--tenant", TENANT) == 2
    assert await typed("rename", "gone", "Gone", "--tenant", TENANT) == 2
    assert await typed("disconnect", "checkmate", "--tenant", "T0002") == 2
    assert await typed("disconnect", "checkmate", "--tenant", TENANT) == 0
    assert await rows(settings) == []
    assert "its secrets are deleted" in capsys.readouterr().out


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

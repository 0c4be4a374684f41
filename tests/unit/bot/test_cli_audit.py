"""What an operator changes on the command line is in the audit log, and what it is called must be a name."""

import json
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.administration import CLI
from bot.opening import open_store
from bot.settings import Settings
from orchestration.domain.chain import Link, verify
from orchestration.domain.events import Event, EventKind
from orchestration.store.database import open_engine
from orchestration.store.tables import events
from sandbox.checkmate import CheckmateSimulator
from tests.store.samples import NOW
from tests.unit.bot.cli_rig import CANARY, TENANT, Typed, connect, rows, secrets, with_github

CONFIGURATION = (
    "id: pixel\nname: Pixel\napp: Pixel\npairs: [IOS-APP_STORE]\nscm: github\nbase_branch: main\nhome: C1\n"
)


async def recorded(settings: Settings) -> list[tuple[str, dict[str, str]]]:
    """The kinds and data of the workspace's events, each by the command line; the chain is whole."""
    store = await open_store(settings, owner="test")
    try:
        assert await store.broken_at(TENANT) is None
    finally:
        await store.close()
    engine = open_engine(settings.database)
    try:
        async with engine.connect() as connection:
            found = (
                (await connection.execute(select(events).order_by(events.c.tenant_id, events.c.seq)))
                .mappings()
                .all()
            )
    finally:
        await engine.dispose()
    assert {(row["actor_kind"], row["actor_id"]) for row in found} <= {("SYSTEM", "cli")}
    return [(row["kind"], dict(row["data"])) for row in found]


async def test_roles_and_configurations_are_recorded(
    settings: Settings, typed: Typed, tmp_path: Path
) -> None:
    """Granting, revoking and storing a configuration each leave one event, with their names."""
    path = tmp_path / "pixel.yml"
    path.write_text(CONFIGURATION)
    assert await typed("grant", "U1", "editor", "--tenant", TENANT) == 0
    assert await typed("grant", "U1", "editor", "--tenant", TENANT, "--revoke") == 0
    await with_github(settings)
    assert await typed("configure", str(path), "--tenant", TENANT) == 0
    granted, revoked, _connected, saved = await recorded(settings)
    assert granted == (EventKind.ROLE_GRANTED, {"person": "U1", "role": "editor"})
    assert revoked == (EventKind.ROLE_REVOKED, {"person": "U1", "role": "editor"})
    assert saved[0] == EventKind.CONFIGURATION_SAVED
    assert (saved[1]["configuration"], saved[1]["changed"]) == ("pixel", "new")


async def test_connections_and_keys_are_recorded(
    settings: Settings, typed: Typed, server: CheckmateSimulator
) -> None:
    """Connecting, each change of state and new seals leave events without a secret; no change leaves none."""
    assert await typed(*connect(server), stdin=secrets()) == 0
    assert await typed("verify", "--tenant", TENANT) == 0
    user = server.world.users.pop(CANARY)
    assert await typed("verify", "--tenant", TENANT) == 1
    server.world.users[CANARY] = user
    assert await typed("verify", "--tenant", TENANT) == 0
    assert await typed("rotate-keys") == 0
    found = await recorded(settings)
    checkmate = {"connection": "checkmate", "provider": "checkmate"}
    assert found == [
        (EventKind.CONNECTION_SAVED, checkmate),
        (EventKind.CONNECTION_STATE_CHANGED, {**checkmate, "state": "revoked"}),
        (EventKind.CONNECTION_STATE_CHANGED, {**checkmate, "state": "verified"}),
        (EventKind.KEYS_ROTATED, {"connections": "1", "key": "k1"}),
    ]
    assert CANARY not in str(found)


async def test_what_is_no_name_is_refused_all_at_once(
    settings: Settings, typed: Typed, server: CheckmateSimulator, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each wrong name has a line, exit 2, and nothing is stored."""
    assert await typed("grant", "notauser", "captain", "--tenant", "nope") == 2
    assert len(capsys.readouterr().err.splitlines()) == 3
    assert await typed(*connect(server, id="../x y"), stdin=secrets()) == 2
    assert "connection's id" in capsys.readouterr().err
    assert await rows(settings) == []
    assert await recorded(settings) == []


@pytest.mark.parametrize("person", ["U0123", "W0123", "*"])
async def test_people_and_everybody_are_names(settings: Settings, typed: Typed, person: str) -> None:
    """A member, one of an Enterprise Grid and everybody can have a role."""
    assert await typed("grant", person, "viewer", "--tenant", "E0123") == 0
    assert len(await recorded(settings)) == 1


async def _shown(
    typed: Typed, capsys: pytest.CaptureFixture[str], *words: str, tenant: str = TENANT
) -> tuple[list[str], str]:
    """The lines that `audit show` prints, and what it says beside them."""
    capsys.readouterr()
    assert await typed("audit", "show", "--tenant", tenant, *words) == 0
    said = capsys.readouterr()
    return said.out.splitlines(), said.err


async def test_the_log_is_shown_and_narrowed(typed: Typed, capsys: pytest.CaptureFixture[str]) -> None:
    """A line for each event, oldest first: number, time, kind, who and what; kinds, people and numbers narrow it."""
    for person in ("U1", "U2"):
        assert await typed("grant", person, "editor", "--tenant", TENANT) == 0
    assert await typed("grant", "U1", "editor", "--tenant", TENANT, "--revoke") == 0
    lines, beside = await _shown(typed, capsys)
    assert [line.split()[0] for line in lines] == ["1", "2", "3"]
    assert lines[0].endswith('ROLE_GRANTED  by cli  -  {"person": "U1", "role": "editor"}')
    assert beside == ""
    assert await _shown(typed, capsys, "--kind", "role-revoked") == (lines[2:], "")
    assert await _shown(typed, capsys, "--kind", "ROLE_REVOKED", "--kind", "ROLE_GRANTED") == (lines, "")
    assert await _shown(typed, capsys, "--by", "cli", "--after", "1") == (lines[1:], "")
    assert await _shown(typed, capsys, "--by", "U1") == ([], "")
    assert await _shown(typed, capsys, "--release", "REL-AAAAAAA1") == ([], "")
    assert await _shown(typed, capsys, "--after", "3") == ([], "")


async def test_the_log_as_json_is_the_chain(
    settings: Settings, typed: Typed, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each line has all that its hash is made of, so that another system can prove its copy; pages are one list."""
    count = 1_003
    store = await open_store(settings, owner="test")
    try:
        async with store.work() as work:
            told = Event(
                kind=EventKind.KEYS_ROTATED, at=NOW, actor=CLI, release_id=None, data={"key": "\x1b[2J\n"}
            )
            await work.tell(TENANT, [told] * count)
            await work.commit()
    finally:
        await store.close()
    lines, _ = await _shown(typed, capsys, "--json")
    assert len(lines) == count
    assert verify(Link(**json.loads(line)) for line in lines) is None
    plain, _ = await _shown(typed, capsys)
    assert len(plain) == count
    assert not {"\x1b", "\n"} & set("".join(plain))


async def test_an_empty_log_is_told_and_a_wrong_kind_is_guessed(
    typed: Typed, capsys: pytest.CaptureFixture[str]
) -> None:
    """A workspace of which nothing is known is probably a wrong id; a kind that there is not ends with a guess."""
    assert await _shown(typed, capsys, tenant="T9") == ([], "Nothing is recorded of T9: is that its id?\n")
    with pytest.raises(SystemExit):
        await typed("audit", "show", "--tenant", TENANT, "--kind", "ROLE_GRANT")
    assert "Did you mean `ROLE_GRANTED`" in capsys.readouterr().err
    assert await typed("audit", "show") == 2
    assert "--tenant" in capsys.readouterr().err

"""Roles from Slack: shown, granted and taken back, for people and user groups, and read anew whenever somebody acts."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sandbox.slack.screen import text_on
from sandbox.slack.values import Usergroup
from tests.support.ledger import entries
from tests.support.office import Office, installed, office


def _group(o: Office) -> Usergroup:
    return next(iter(o.slack.world.groups.values()))


def _put(o: Office, *people: str) -> None:
    o.slack.world.put_group(replace(_group(o), users=people))


def _deactivate(o: Office, person: str) -> None:
    o.slack.world.users[person] = replace(o.slack.world.users[person], deleted=True)


def _forget(o: Office) -> None:
    """Let two minutes pass for what was heard of people and groups."""
    o.bot._slack._standing._kept.clear()
    o.bot._slack._groups._kept.clear()


async def _mentions(o: Office, words: str) -> str:
    """What Eve is told who mentions the bot: a person of another company has no command of ours."""
    return await o.told(o.eve, o.eve.types(f"@stationmaster {words}", channel="releases"))


async def test_an_owner_shows_grants_and_revokes(tmp_path: Path) -> None:
    """The list names who holds what; a grant is announced, told to the person, in the audit log, and counts at once."""
    async with office(tmp_path, "asking") as o:
        said = await o.says(o.ann, "/release roles")
        assert f"*owner*: <@{o.ann.id}>" in said
        assert f"*viewer*: <@{o.eve.id}>" in said
        assert "You may not" in await o.says(o.eve, "/release hold Wait")
        assert "has the role `editor` now" in await o.says(o.ann, "/release roles grant @eve editor")
        (news,) = await o.until(lambda: o.keyed("news:ROLE_GRANTED", channel="critical"))
        assert text_on(news).startswith(f"<@{o.ann.id}> gave <@{o.eve.id}> the role")
        await o.until(lambda: any("gave" in line for line in o.answers(o.eve)))
        assert "is on hold: Wait" in await o.says(o.eve, "/release hold Wait")
        assert "already" in await o.says(o.ann, "/release roles grant @eve editor")
        assert "no longer has" in await o.says(o.ann, "/release roles revoke @eve editor")
        assert "does not have" in await o.says(o.ann, "/release roles revoke @eve editor")
        assert "You may not" in await o.says(o.eve, "/release resume")
        kept = [e for e in await entries(o.store, o.team) if e.kind.startswith("ROLE_")]
        assert [(e.kind, e.actor) for e in kept] == [("ROLE_GRANTED", o.ann.id), ("ROLE_REVOKED", o.ann.id)]
        assert {(e.data["person"], e.data["role"]) for e in kept} == {(o.eve.id, "editor")}
        assert not o.slack.violations


async def test_only_owners_and_only_what_is_a_role(tmp_path: Path) -> None:
    """Everybody else is refused, and words that name no holder or no role are answered with an example."""
    async with office(tmp_path, "asking") as o:
        for person in (o.bo, o.dan, o.eve):
            for words in ("", " grant @eve owner", " revoke @ann owner"):
                assert "You may not grant roles" in await o.says(person, f"/release roles{words}")
        for words, says in (
            ("grant @eve captain", "captain is no role"),
            ("grant @eve", "Name one person"),
            ("grant editor", "Name one person"),
            ("grant @eve @bo editor", "Name one person"),
            ("grant everybody owner", "Not everybody"),
            ("give @eve editor", "one of `grant`"),
        ):
            assert says in await o.says(o.ann, f"/release roles {words}"), words


async def test_everybody_means_the_company(tmp_path: Path) -> None:
    """Who is of another company and shares a channel has no role of everybody's; one that names them counts."""
    async with office(tmp_path, "asking") as o:
        gate = await o.gate("Approve")
        await o.says(o.ann, "/release roles revoke @eve viewer")
        await o.says(o.ann, "/release roles grant everybody editor")
        await o.eve.types("/release hold Mine", channel="releases")
        await o.until(lambda: any("is on hold: Mine" in line for line in o.answers(o.eve)))
        o.slack.world.users[o.eve.id] = replace(o.slack.world.users[o.eve.id], team_id="T0PARTNER")
        _forget(o)
        assert "You may not" in await _mentions(o, "list")
        assert "You may not" in await _mentions(o, "resume")
        refused = await o.told(o.eve, o.eve.clicks(gate, "gate.approve", confirm=True, stale=True))
        assert refused.startswith("Only approvers")
        await o.says(o.ann, "/release roles grant @eve editor")
        await o.until(lambda: any("gave" in line for line in o.answers(o.eve)))
        assert "goes on" in await _mentions(o, "resume")
        assert not o.slack.violations


async def test_a_form_of_a_person_of_another_company_is_ours(tmp_path: Path) -> None:
    """Slack names the workspace of who fills it in; the role that they were given here counts."""
    async with office(tmp_path, "asking") as o:
        await o.says(o.ann, "/release roles grant @eve editor")
        o.slack.world.users[o.eve.id] = replace(o.slack.world.users[o.eve.id], team_id="T0PARTNER")
        _forget(o)
        await o.eve.clicks(await o.card(), "release.hold")
        form = await o.until(lambda: o.eve.modal)
        assert await o.eve.submits(form, {"Reason": "Crash on start"}) == {}
        await o.until(lambda: any("is on hold: Crash on start" in line for line in o.answers(o.eve)))
        assert not o.slack.violations


async def test_the_last_owner_stays(tmp_path: Path) -> None:
    """Neither a group nor who is deactivated counts: somebody must be left who can grant."""
    async with office(tmp_path, "asking") as o:
        _put(o, o.eve.id)
        assert "Nobody else is an owner" in await o.says(o.ann, "/release roles revoke @ann owner")
        await o.says(o.ann, "/release roles grant @mobile-captains owner")
        assert "Nobody else is an owner" in await o.says(o.ann, "/release roles revoke @ann owner")
        await o.says(o.ann, "/release roles grant @dan owner")
        _deactivate(o, o.dan.id)
        _forget(o)
        assert "Nobody else is an owner" in await o.says(o.ann, "/release roles revoke @ann owner")
        await o.says(o.ann, "/release roles grant @bo owner")
        assert "no longer has" in await o.says(o.ann, "/release roles revoke @ann owner")
        assert "You may not" in await o.says(o.ann, "/release roles")


async def test_a_user_group_holds_a_role(tmp_path: Path) -> None:
    """Who is in the group has the role at the moment of acting; who left it has it no more."""
    async with office(tmp_path, "asking") as o:
        _put(o, o.ann.id, o.eve.id)
        await o.says(o.ann, "/release roles grant @mobile-captains approver:qa")
        assert f"<!subteam^{_group(o).id}>" in await o.says(o.ann, "/release roles")
        gate = await o.gate()
        _put(o, o.ann.id)
        _forget(o)
        said = await o.told(o.eve, o.eve.clicks(gate, "gate.approve", confirm=True))
        assert "Only approvers" in said
        _put(o, o.ann.id, o.eve.id)
        _forget(o)
        assert "approve" in await o.told(o.eve, o.eve.clicks(gate, "gate.approve", confirm=True))
        assert (await o.release()).gates[-1].decision is not None


async def test_a_group_that_cannot_be_read_gives_nothing(tmp_path: Path) -> None:
    """Without the scope, or where the group is gone, the role fails closed and the refusal says why."""
    app = installed()
    async with office(tmp_path, "asking", app=replace(app, scopes=app.scopes - {"usergroups:read"})) as o:
        said = await o.says(o.ann, "/release roles grant @mobile-captains editor")
        assert "can't be looked into" in said
        assert "usergroups:read" in said
        async with o.store.work() as work:
            await work.directory.grant(o.team, _group(o).id, "editor")
            await work.directory.grant(o.team, "S0GONE", "editor")
            await work.commit()
        _put(o, o.eve.id)
        said = await o.says(o.eve, "/release hold Wait")
        assert "You may not change releases" in said
        assert "usergroups:read" in said
        assert not (await o.release()).holds
        assert "on hold" in await o.says(o.dan, "/release hold Wait")


async def test_a_deactivated_person_may_do_nothing(tmp_path: Path) -> None:
    """A request that still comes from them, or that waited, changes nothing, whatever roles they hold."""
    async with office(tmp_path, "asking") as o:
        gate = await o.gate()
        _deactivate(o, o.ann.id)
        _forget(o)
        for words in ("hold Wait", "roles grant @eve owner", "help", "status"):
            assert "deactivated" in await o.says(o.ann, f"/release {words}")
        assert "deactivated" in await o.told(o.ann, o.ann.clicks(gate, "gate.approve", confirm=True))
        assert not (await o.release()).holds
        async with o.store.work() as work:
            await work.directory.grant(o.team, o.bo.id, "owner")
            await work.commit()
        assert "is deactivated in Slack and gets no role" in await o.says(
            o.bo, f"/release roles grant {o.ann.id} editor"
        )


async def test_a_deputy_of_who_was_deactivated_signs_nothing(tmp_path: Path) -> None:
    """What a person lends ends with their account."""
    async with office(tmp_path, "asking") as o:
        await o.says(o.bo, f"/release delegate @eve {_tomorrow(o)}")
        gate = await o.gate()
        _deactivate(o, o.bo.id)
        _forget(o)
        said = await o.told(o.eve, o.eve.clicks(gate, "gate.approve", confirm=True))
        assert "Only approvers" in said


def _tomorrow(o: Office) -> str:
    return f"{datetime.fromtimestamp(o.slack.world.clock(), UTC) + timedelta(days=1):%Y-%m-%d %H:%M}"

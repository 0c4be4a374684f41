"""Tokens from Slack: listed and revoked there, made on a page that shows the text once, and nowhere in Slack."""

import re
from pathlib import Path
from typing import Any

import aiohttp

from orchestration.domain.people import Actor
from orchestration.domain.tokens import Scope, presented
from orchestration.services import tokens
from tests.support.connecting import WEB, browser_of
from tests.support.ledger import entries
from tests.support.office import Office, office

_LINK = re.compile(rf"{re.escape(WEB)}(/tokens/[A-Za-z0-9_.%-]+)")
_TEXT = re.compile(r"sm_[0-9A-Z]{12}_[0-9A-Z]{52}")


async def _link(o: Office, words: str = "nightly-ci build:report 30") -> str:
    await o.says(o.ann, f"/release token create {words}")
    found = _LINK.search(str(o.shown(o.ann)[-1].blocks))
    assert found is not None
    return found[1]


async def test_a_token_is_made_once_on_the_page(tmp_path: Path) -> None:
    """Looking makes nothing, the button makes one and shows it, a second press finds nothing; Slack never saw it."""
    async with office(tmp_path, web_url=WEB) as o:
        link, browser = await _link(o), browser_of(o)
        for _ in range(2):
            page = await browser.get(link)
            assert page.status == 200
            assert "nightly-ci" in page.text
            assert not _TEXT.search(page.text)
        engine = o.bot._open_engine(o.store)
        assert await tokens.list_all(engine, o.team, actor=Actor(id=o.ann.id)) == ()
        made = await browser.post(link, {})
        assert made.status == 200
        assert made.headers["Cache-Control"] == "no-store"
        (text,) = set(_TEXT.findall(made.text))
        token = await tokens.recognise(engine, text)
        assert (token.name, token.scopes, token.created_by) == ("nightly-ci", (Scope.BUILD_REPORT,), o.ann.id)
        assert (token.expires_at - token.created_at).days == 30
        again = await browser.post(link, {})
        assert (again.status, _TEXT.search(again.text)) == (404, None)
        secret = presented(text)
        assert secret is not None
        seen = str([m for c in o.slack.world.messages.values() for m in c.values()]) + str(
            list(o.slack.record)
        )
        assert secret.secret not in seen
        kept = [e for e in await entries(o.store, o.team) if e.kind.startswith("TOKEN_")]
        assert [(e.kind, e.actor) for e in kept] == [("TOKEN_CREATED", o.ann.id)]
        assert secret.secret not in str(kept)


async def test_a_token_is_listed_and_revoked(tmp_path: Path) -> None:
    """The list has no secrets; what is revoked is worth nothing at once."""
    async with office(tmp_path, web_url=WEB) as o:
        made = await browser_of(o).post(await _link(o), {})
        (text,) = set(_TEXT.findall(made.text))
        shown = presented(text)
        assert shown is not None
        said = await o.says(o.ann, "/release token")
        assert shown.id in said
        assert shown.secret not in said
        assert "worth nothing" in await o.says(o.ann, f"/release token revoke {shown.id.lower()}")
        assert "revoked" in await o.says(o.ann, "/release token")
        assert "There is no such token" in await o.says(o.ann, "/release token revoke AAAAAAAAAAAA")
        kinds = [e.kind for e in await entries(o.store, o.team) if e.kind.startswith("TOKEN_")]
        assert kinds == ["TOKEN_CREATED", "TOKEN_REVOKED"]


async def test_a_link_is_for_its_order_and_its_person(tmp_path: Path) -> None:
    """Changed, foreign or from another site it opens nothing; who is no owner any more makes nothing."""
    async with office(tmp_path, web_url=WEB) as o:
        link, browser = await _link(o), browser_of(o)
        parts = link.split(".")
        for strange in (
            link[:-2] + "AA",
            ".".join(["/tokens/T0OTHER", *parts[1:]]),
            "/tokens/x",
            "/tokens/a.b.c",
        ):
            assert (await browser.post(strange, {})).status == 404, strange
        assert (await browser.post(link, {}, **{"Sec-Fetch-Site": "cross-site"})).status == 404
        async with o.store.work() as work:
            await work.directory.revoke(o.team, o.ann.id, "owner")
            await work.commit()
        refused = await browser.post(link, {})
        assert refused.status == 403
        assert "You may not grant" in refused.text
        assert not [e for e in await entries(o.store, o.team) if e.kind.startswith("TOKEN_")]


async def test_what_is_wrong_is_said_before(tmp_path: Path) -> None:
    """No link for an order that could not be carried out, nor for who may not."""
    async with office(tmp_path, web_url=WEB) as o:
        for words, says in (
            ("create", "Give it a name"),
            ("create ci", "at least one scope"),
            ("create read", "Give it a name"),
            ("create ci read 999", "must be from 1 to 366"),
            ("revoke", "Which one?"),
        ):
            assert says in await o.says(o.ann, f"/release token {words}"), words
        for words in (" create ci read", " revoke AAAAAAAAAAAA"):
            assert "You may not grant" in await o.says(o.dan, f"/release token{words}")


async def test_without_a_page_the_command_is_told(tmp_path: Path) -> None:
    """The text of a token may not stand in Slack: then it is made in a terminal."""
    async with office(tmp_path) as o:
        said = await o.says(o.ann, "/release token create nightly ci read 7")
        assert (
            f"stationmaster token create --tenant {o.team} --name 'nightly ci' --scopes read --days 7" in said
        )


async def _ask(
    o: Office, text: str, method: str, path: str, body: object = None
) -> tuple[int, dict[str, Any]]:
    base = f"{o.bot.url}/api/v1/release-management/tenants/{o.team}/releases/{o.release_id}"
    async with (
        aiohttp.ClientSession(headers={"Authorization": f"Bearer {text}"}) as session,
        session.request(method, f"{base}{path}", json=body) as answer,
    ):
        return answer.status, await answer.json()


async def test_a_person_approves_by_rest_with_a_token_of_their_own(tmp_path: Path) -> None:
    """Whoever may look makes one of their own, shown once; what it does they do, by their roles of that moment."""
    async with office(tmp_path, "asking", web_url=WEB) as o:
        await o.says(o.bo, "/release token mine laptop read release:write 7")
        found = _LINK.search(str(o.shown(o.bo)[-1].blocks))
        assert found is not None
        browser = browser_of(o)
        assert "by the roles that you have then" in (await browser.get(found[1])).text
        (text,) = set(_TEXT.findall((await browser.post(found[1], {})).text))
        assert (await browser.post(found[1], {})).status == 404
        token = await tokens.recognise(o.bot._open_engine(o.store), text)
        assert (token.person, token.created_by) == (o.bo.id, o.bo.id)
        said = await o.says(o.bo, "/release token mine")
        assert token.id in said
        assert "You have no token of your own yet" in await o.says(o.dan, "/release token")
        (gate,) = (await _ask(o, text, "GET", "/gates"))[1]["items"]
        status, answer = await _ask(
            o, text, "POST", f"/gates/{gate['id']}/approve", {"digest": gate["evidence"]["digest"]}
        )
        assert status == 200, answer
        kept = [e for e in await entries(o.store, o.team) if e.data.get("by_token") == token.id]
        assert ("APPROVAL_GRANTED", o.bo.id) in {(e.kind, e.actor) for e in kept}
        assert "worth nothing" in await o.says(o.bo, f"/release token revoke {token.id}")
        assert (await _ask(o, text, "GET", "/gates"))[0] == 401


async def test_without_a_page_nobody_has_a_token_of_their_own(tmp_path: Path) -> None:
    """No terminal proves who somebody is, so none is offered."""
    async with office(tmp_path) as o:
        said = await o.says(o.bo, "/release token mine laptop read")
        assert "needs that page" in said
        assert "stationmaster token create" not in said

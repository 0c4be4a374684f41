"""Words about people: me, login, forget-login, delegate, deputies, end-delegation, roles, grant-role, revoke-role."""

import argparse
from collections.abc import Sequence
from typing import Any

from bot.releasing.client import Client, place
from bot.releasing.parsing import word, zoned
from bot.releasing.saying import Json, moment, say, table

_OFF = "off"


def add_words(words: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Each with its function."""
    me = word(words, "me", run_me, "who you are here, what waits for you, and when you are left alone")
    me.add_argument(
        "--quiet", metavar="HOURS", help="19:00-08:00, in which nothing comes that can wait; or off"
    )
    me.add_argument("--weekends", choices=["on", _OFF], help="whether weekends are quiet as well")
    me.add_argument("--digest", metavar="TIME", help="09:00, when all that can wait comes once a day; or off")
    me.add_argument("--zone", help="Europe/Berlin, where these times are meant; off: as Slack tells")
    login = word(words, "login", run_login, "say that a login in source control is yours")
    login.add_argument("login")
    login.add_argument("--person", help="whose it is, where you grant roles: a Slack user id")
    word(words, "forget-login", run_forget, "forget a login of yours").add_argument("login")
    delegate = word(words, "delegate", run_delegate, "name who approves in your place until then")
    delegate.add_argument("colleague", metavar="person", help="a Slack user id")
    delegate.add_argument("until", type=zoned, help="with its zone: 2026-12-04T18:00+01:00")
    word(words, "deputies", run_deputies, "who approves in whose place now")
    word(words, "end-delegation", run_end, "approve alone again")
    word(words, "roles", run_roles, "who holds which role; it needs a token of the scope admin")
    for verb, says in (("grant", "give a role"), ("revoke", "take a role back")):
        made = word(words, f"{verb}-role", run_role, f"{says}; it needs your own token of the scope admin")
        made.add_argument("holder", help="a Slack user id, S… for a user group, or * for everybody")
        made.add_argument("role", help="owner, editor, viewer or approver:<area>")
        made.set_defaults(verb=verb)


async def run_me(client: Client, arguments: argparse.Namespace) -> int:
    """As it is, or as it is after a change of what was read a moment before."""
    client = client.workspace
    me, tag = await client.read("/me")
    if change := _change(arguments):
        me = await client.patch("/me", change, tag=tag)
    waiting = await client.every("/me/waiting")
    return say({**me, "waiting": waiting}, _lines(me, waiting), as_json=arguments.json)


def _change(arguments: argparse.Namespace) -> dict[str, Any]:
    """What was named, as REST wants it."""
    given = {name: getattr(arguments, name) for name in ("quiet", "digest", "zone")}
    found: dict[str, Any] = {
        name: None if text == _OFF else text for name, text in given.items() if text is not None
    }
    return found if arguments.weekends is None else {**found, "weekends": arguments.weekends == "on"}


def _lines(me: Json, waiting: Sequence[Json]) -> list[str]:
    lines = [
        f"{me['id']} with the token {me['token']} ({', '.join(me['scopes'])})",
        f"roles: {', '.join(me['roles']) or 'none'}",
        *me["unread"],
        f"logins: {', '.join(me['logins']) or 'none'}",
    ]
    if me["deputy"] is not None:
        lines.append(f"{me['deputy']['deputy']} approves in your place until {moment(me['deputy']['until'])}")
    lines += [
        f"you approve in the place of {each['person']} until {moment(each['until'])}"
        for each in me["stands_for"]
    ]
    hours = [me["quiet"] or "", "weekends" if me["weekends"] else ""]
    quiet = " and ".join(each for each in hours if each) or _OFF
    lines.append(f"quiet: {quiet}, digest: {me['digest'] or _OFF}, zone: {me['zone'] or '-'}")
    lines += [f"waits: {each['title']} ({each['release']}): {each['says']}" for each in waiting]
    return lines


async def run_login(client: Client, arguments: argparse.Namespace) -> int:
    """One's own, or another's."""
    body = await client.workspace.put(place("logins", arguments.login), {"person": arguments.person})
    return say(body, [f"{body['login']} is {body['person']} from now on."], as_json=arguments.json)


async def run_forget(client: Client, arguments: argparse.Namespace) -> int:
    """Nobody is known by it then."""
    await client.workspace.delete(place("logins", arguments.login))
    return say(None, [f"{arguments.login} is forgotten."], as_json=arguments.json)


async def run_delegate(client: Client, arguments: argparse.Namespace) -> int:
    """In the place of the deputy before."""
    order = {"deputy": arguments.colleague, "until": arguments.until}
    body = await client.workspace.put("/me/deputy", order)
    lines = [f"{body['deputy']} may approve in your place until {moment(body['until'])}."]
    return say(body, lines, as_json=arguments.json)


async def run_deputies(client: Client, arguments: argparse.Namespace) -> int:
    """One line for each."""
    items = await client.workspace.every("/deputies")
    rows = ((each["person"], each["deputy"], moment(each["until"])) for each in items)
    return say(items, table(("PERSON", "DEPUTY", "UNTIL"), rows), as_json=arguments.json)


async def run_end(client: Client, arguments: argparse.Namespace) -> int:
    """From now on."""
    await client.workspace.delete("/me/deputy")
    return say(None, ["Nobody stands in for you."], as_json=arguments.json)


async def run_roles(client: Client, arguments: argparse.Namespace) -> int:
    """One line for each."""
    items = await client.workspace.every("/roles")
    rows = ((each["holder"], each["kind"], each["role"]) for each in items)
    return say(items, table(("HOLDER", "KIND", "ROLE"), rows), as_json=arguments.json)


async def run_role(client: Client, arguments: argparse.Namespace) -> int:
    """Grant and revoke."""
    path = place("roles", arguments.holder, arguments.role)
    if arguments.verb == "grant":
        body = await client.workspace.put(path)
        lines = [f"{arguments.holder} has the role {arguments.role}."]
        return say(body, lines, as_json=arguments.json)
    await client.workspace.delete(path)
    return say(None, [f"{arguments.holder} lost the role {arguments.role}."], as_json=arguments.json)

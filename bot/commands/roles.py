"""`/release roles`: who holds which role; owners grant and revoke them."""

import re

from bot.commands.spec import Word
from bot.commands.subwords import run_subword
from bot.slack.desk import Call
from bot.views.role_list import holder, role_list
from bot.views.text import Mrkdwn, code, say
from orchestration.domain.errors import NotNow
from orchestration.domain.people import EVERYBODY, Grant
from orchestration.ports.runtime import UnitOfWork
from orchestration.services import roles

_GRANT, _REVOKE = "/release roles grant @bo approver:qa", "/release roles revoke @bo approver:qa"
# With `should_escape` Slack writes <@U123|name> and <!subteam^S123|@name>; bare ids are taken too.
_HOLDER = re.compile(
    r"<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>|<!subteam\^(S[A-Z0-9]+)(?:\|[^<>]*)?>|\b([UWS][A-Z0-9]{5,})\b|\b(?i:everybody)\b"
)


async def run(call: Call) -> None:
    """The list, or the word that follows."""
    await run_subword(call, {"grant": _grant, "revoke": _revoke}, alone=_show, word="roles")


async def _show(call: Call, _rest: str) -> None:
    await call.answer(
        role_list(await roles.show(call.engine, call.intent.tenant_id, actor=call.intent.actor))
    )


async def _grant(call: Call, rest: str) -> None:
    wanted = _read(rest, _GRANT)
    said = say("{who} has the role {role} now.", who=holder(wanted.holder), role=code(wanted.role))
    await roles.grant(
        call.engine, call.intent.tenant_id, wanted, actor=call.intent.actor, ending=_told(call, said)
    )


async def _revoke(call: Call, rest: str) -> None:
    held = _read(rest, _REVOKE)
    said = say("{who} no longer has the role {role}.", who=holder(held.holder), role=code(held.role))
    await roles.revoke(
        call.engine, call.intent.tenant_id, held, actor=call.intent.actor, ending=_told(call, said)
    )


def _read(text: str, example: str) -> Grant:
    """One holder and one role, in any order; NotNow."""
    found = list(_HOLDER.finditer(text))
    words = _HOLDER.sub(" ", text).split()
    if len(found) != 1 or len(words) != 1:
        raise NotNow(
            f"Name one person or user group and one role, for example `{example}`; `everybody` works too."
        )
    named = next((name for name in found[0].groups() if name), EVERYBODY)
    return Grant(holder=named, role=words[0].lower())


def _told(call: Call, words: Mrkdwn) -> roles.Ending:
    async def ending(work: UnitOfWork) -> None:
        await call.store_answer(work, words)

    return ending


ROLES = Word(
    word="roles",
    usage="roles [grant | revoke] [@person or @group] [role]",
    does="Who may do what: show, grant and revoke roles",
    example=_GRANT,
    run=run,
)

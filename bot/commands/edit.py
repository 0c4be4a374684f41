"""`/release edit`: change what was ordered, while it is still ahead."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from bot.actions.edit import ask
from bot.actions.replan import offer
from bot.commands.moments import parse_moment
from bot.commands.naming import named_release, required_reason, split_release
from bot.commands.spec import Word
from bot.slack.desk import Call
from bot.slack.typed import parted
from bot.views.values import carried
from orchestration.domain.errors import NotNow
from orchestration.domain.orders import Edit
from orchestration.domain.pairs import TITLES, Pair
from orchestration.domain.release import Release
from orchestration.domain.version import ReleaseType
from orchestration.services import edit_release

EXAMPLE = "/release edit 2.14.0 target 2026-12-04 18:00 The store is closed until then"
_KICK_OFF = "/release edit 2.14.0 kickoff 2026-12-01 09:00"
_EXAMPLES = (
    EXAMPLE,
    _KICK_OFF,
    "/release edit branch release/2.14",
    "/release edit base develop",
    "/release edit type hotfix",
    "/release edit parent v2.14.0",
    "/release edit version android 2.14.1",
    "/release edit drop ios",
    "/release edit replan",
    "/release edit channels critical #alerts",
)
_CHANNEL = re.compile(r"<#([CG][A-Z0-9]+)(?:\|[^<>]*)?>|([CG][A-Z0-9]{6,})")


def parse_target(text: str, old: datetime) -> tuple[datetime, str]:
    """(the moment, the rest) of `2026-12-04 18:00 Why`; NotNow where there is no such moment."""
    return parse_moment(text, old, EXAMPLE)


async def run(call: Call) -> None:
    """The form, or one thing by words."""
    words, rest = split_release(call.intent.text)
    what, rest = parted(rest)
    release = await named_release(call, words)
    if not what:
        await ask(replace(call, intent=replace(call.intent, value=carried(release=release.id))))
        return
    if what.lower() == "replan":
        await offer(call, release.id)
        return
    wanted = parse_edit(release, what.lower(), rest.strip())
    await edit_release.edit(
        call.engine,
        release.tenant_id,
        release.id,
        wanted,
        actor=call.intent.actor,
        along=call.along(lambda change: _said(change.release, wanted)),
    )


def _said(release: Release, wanted: Edit) -> str:
    if wanted.target_at is not None:
        return f"The target date of {release.title} is now {wanted.target_at:%Y-%m-%d %H:%M} UTC: {wanted.reason}"
    return f"{release.title} is edited; its thread says what changed."


def parse_edit(release: Release, what: str, rest: str) -> Edit:
    """What is to be edited, from the word and what follows it; NotNow with examples where that is not clear."""
    read = _READERS.get(what)
    wanted = read(release, rest) if read is not None and (rest or read in {_target, _kick_off}) else None
    if wanted is None:
        examples = ", ".join(f"`{example}`" for example in _EXAMPLES)
        raise NotNow(
            f"What is to be edited? The form opens with `/release edit`; by words for example {examples}."
        )
    return wanted


def _target(release: Release, rest: str) -> Edit:
    at, reason = parse_target(rest, release.target_at)
    return Edit(target_at=at, reason=required_reason(reason, EXAMPLE))


def _kick_off(release: Release, rest: str) -> Edit:
    at, reason = parse_moment(rest, release.kick_off_at, _KICK_OFF)
    return Edit(kick_off_at=at, reason=reason[:500])


def _type(_release: Release, rest: str) -> Edit | None:
    kind = rest.upper()
    return Edit(type=ReleaseType(kind)) if kind in set(ReleaseType) else None


def _known(release: Release) -> dict[str, str]:
    return {plan.pair.key: str(plan.version) for plan in release.plans}


def _versions(release: Release, text: str) -> Mapping[str, str]:
    """Every pair's where no platform is named; a platform that is not in the release yet comes into it."""
    first, rest = parted(text)
    if not rest:
        return dict.fromkeys(_known(release), first)
    return {**_known(release), **{pair.key: rest.strip() for pair in _pairs(release, first)}}


def _without(release: Release, text: str) -> Mapping[str, str]:
    gone = {pair.key for pair in _pairs(release, text)}
    return {key: version for key, version in _known(release).items() if key not in gone}


def _pairs(release: Release, word: str) -> list[Pair]:
    found = [p for p in release.snapshot.pairs if word.upper() in {p.platform, p.key}]
    if not found:
        known = ", ".join(TITLES[p.platform] for p in release.snapshot.pairs)
        raise NotNow(f"{release.snapshot.name} has no {word[:40]}. It has {known}.")
    return found


def _channels(text: str) -> Mapping[str, tuple[str, ...]]:
    bucket, rest = parted(text)
    ids = tuple(a or b for a, b in _CHANNEL.findall(rest))
    if not ids and rest.strip().lower() != "none":
        raise NotNow(f"Name the channels with #, or `none`: for example `{_EXAMPLES[-1]}`.")
    return {bucket.lower(): ids}


_READERS: Mapping[str, Callable[[Release, str], Edit | None]] = {
    "target": _target,
    "kickoff": _kick_off,
    "kick-off": _kick_off,
    "branch": lambda _release, rest: Edit(branch=rest),
    "base": lambda _release, rest: Edit(base_branch=rest),
    "type": _type,
    "parent": lambda _release, rest: Edit(parent=rest),
    "version": lambda release, rest: Edit(versions=_versions(release, rest)),
    "drop": lambda release, rest: Edit(versions=_without(release, rest)),
    "channels": lambda _release, rest: Edit(channels=_channels(rest)),
}
EDIT = Word(
    word="edit",
    usage="edit [release] [target|kickoff|branch|base|type|parent|version|drop|channels|replan] [value] [reason]",
    does="Change what was ordered, while it is ahead; alone it opens a form. Times are UTC unless an offset follows",
    example=EXAMPLE,
    run=run,
)

"""Releases whose every text is as bad as a person or provider can make it: each message of theirs can be sent.

They are judged by the simulator's rules of Block Kit, which share nothing with the bot's own.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import timedelta
from enum import Enum
from typing import Any

import pytest

from bot.slack.fitting import fitted
from bot.views.answers import list_answer, needs_answer, status_answer
from bot.views.blocks import Json
from bot.views.gate_card import gate_card
from bot.views.health import health_answer
from bot.views.home import Page, home_page
from bot.views.home_settings import Mine
from bot.views.link_card import link_card
from bot.views.modals.edit_form import edit_form
from bot.views.modals.hand_build import hand_build
from bot.views.modals.notes_form import notes_form
from bot.views.modals.override import override_form
from bot.views.modals.pick_form import PickForm, pick_form, picked_view
from bot.views.modals.reasons import ReasonAct, reason_form
from bot.views.modals.slot_form import slot_form
from bot.views.modals.start_form import Wanted, pack_wanted, unpack_wanted
from bot.views.modals.start_release import confirm_start, created
from bot.views.modals.whats_new_form import whats_new_form
from bot.views.notices import NOTICES, notice
from bot.views.plan_answer import plan_answer
from bot.views.release_card import release_card
from bot.views.rendered import Rendered
from bot.views.slots import slots_answer
from bot.views.store_card import store_card, stores_answer
from bot.views.why_answer import why_answer
from orchestration.domain.creation import Order, WantedSlot
from orchestration.domain.events import Event
from orchestration.domain.matters import waiting
from orchestration.domain.pairs import Platform, Target
from orchestration.domain.people import Actor, Permission
from orchestration.domain.phase import Phase
from orchestration.domain.release import Release
from orchestration.domain.stages import CycleFlags
from orchestration.domain.standing import Me, Standing
from orchestration.domain.version import ReleaseType
from sandbox.slack.surfaces import (
    MOST_BLOCKS_JSON,
    MOST_UPDATE_BYTES,
    MOST_VIEW_BYTES,
    check_blocks,
    check_view,
    escaped_bytes,
    json_length,
)
from tests.support.release_parts import CAPTAIN, IOS, NOW
from tests.support.releases import crowded, failing, in_phase

CALLS = ("<!channel", "<!here", "<!everyone", "<!subteam", "<https://evil")
TEXTS = {
    "calls": "<!channel> <!here> <!subteam^S0X> <#C0X|general> & *b* `c` ~s~ <https://evil.example|Approve>",
    "long": "x" * 5_000,
    "entities": "&<>" * 1_500,
    "turned": "\u202e\u0627\u0644\u0639\u0631\u0628\u064a\u0629\u2066 " * 200,
    "emoji": "\U0001f469\u200d\U0001f469\u200d\U0001f467" * 300,
    "unseen": "\u200b\u2060\ufeff" * 50,
    "control": "a\x00b\x1b[31m\u2028\u2029\n\n```\n>q\r",
    "halves": "bad \ud83d tail \udc00",
    "blank": "   \n\t ",
    "quotes": '"\\' * 1_200,
}
_OURS = """
id tenant_id key captain by created_by config_id home scm pm test_platform integration cycle_id task_id stage person
people channel channels platform target digest pair matter area areas cause holder submission gate asked_by decided_by
run effect train version for_tasks commit head tested sha
"""
OURS = frozenset(_OURS.split())
"""What names something of ours or of Slack's; everything else is words of people or of providers."""
SAID = ("reason", "what", "title", "name", "why", "tag", "branch", "from", "to", "note", "link")
RELEASES: Mapping[str, Release] = {
    **{where: in_phase(where) for where in Phase},
    "failing": failing(),
    "crowded": crowded(),
}


def spoiled(value: Any, text: str, name: str = "") -> Any:
    """The value with every text in it replaced that is not ours."""
    if isinstance(value, Enum) or name in OURS:
        return value
    if isinstance(value, str):
        address = "https://example.com/" + text[:2_900] if name in {"url", "link", "run_url"} else text
        return address if value else value
    if is_dataclass(value) and not isinstance(value, type):
        parts = {f.name: spoiled(getattr(value, f.name), text, f.name) for f in fields(value) if f.init}
        return replace(value, **parts)
    if isinstance(value, tuple):
        return tuple(spoiled(each, text, name) for each in value)
    if isinstance(value, Mapping):
        return {key: spoiled(each, text, "" if key in OURS else str(key)) for key, each in value.items()}
    return value


def messages(release: Release, text: str) -> Iterator[tuple[str, Rendered]]:
    """Every message that is made of a release, by its name."""
    now = NOW + timedelta(days=3)
    yield "card", release_card(release, now=now)
    yield "why", why_answer(release, now=now, asking=CAPTAIN)
    yield "plan", plan_answer(release, now=now)
    yield "status", status_answer(release, now=now, link="https://acme.slack.com/archives/C0/p1")
    yield "list", list_answer([release] * 60, now=now)
    yield "needs", needs_answer([(release, [text])] * 30)
    yield "link", link_card(release, now=now)
    yield "stores", stores_answer(release, now=now)
    yield "slots", slots_answer(release)
    yield "health", health_answer(release, now=now)
    yield from (
        (f"gate {gate.id}", gate_card(release, gate, now=now, against=text)) for gate in release.gates
    )
    yield from ((f"store {each.id}", store_card(release, each, now=now)) for each in release.submissions)
    for kind in NOTICES:
        for said in (
            {},
            dict.fromkeys(SAID, text),
        ):
            event = Event(kind=kind, at=NOW, actor=Actor(id=CAPTAIN), release_id=release.id, data=said)
            told = notice(event, release, now=now)
            if told is not None:
                yield f"notice {kind}", told.shown(own=False)


def views(release: Release, text: str) -> Iterator[tuple[str, Json]]:
    """The home of whoever leads many of it, and every form that is opened about it."""
    me = Standing(person=CAPTAIN, areas=frozenset({"qa", "product"}), may_approve=True)
    page = Page(
        mine=Mine(person=CAPTAIN, me=Me(logins=(text,), deputy=None, stands_for=())),
        matters=[(release, each) for each in waiting(release, me)],
        active=[replace(release, id=f"REL-{n:06}") for n in range(60)],
        recent=[release] * 5,
        allowed=frozenset(Permission),
        configured=True,
        links={release.id: "https://acme.slack.com/archives/C0/p1"},
    )
    yield "home", home_page(page, now=NOW).view
    yield "edit", edit_form(release, metadata="{}")
    yield "slot", slot_form(release, None, at=NOW, flags=CycleFlags(), metadata="{}")
    yield "plan", confirm_start(release, release.tasks, metadata="{}")
    yield "created", created(release, release.tasks, channel="C0HOME")
    yield "notes", notes_form(release.title, text, metadata="{}")
    yield "texts", whats_new_form(release.title, {(IOS, "de-DE"): text}, metadata="{}")
    yield "pick", pick_form(PickForm(links=[f"https://example.com/{text}"], releases=[release]))
    yield "picked", picked_view(text, asked=False)
    yield from (
        (f"reason {act}", reason_form(act, release.title, metadata="{}", typed=text)) for act in ReasonAct
    )
    yield from ((f"build {task.id}", hand_build(release, task, metadata="{}")) for task in release.tasks)
    yield from (
        (f"force {gate.id}", override_form(release, gate, metadata="{}", reason=text))
        for gate in release.gates
    )


def _marked(value: Any) -> Iterator[str]:
    """Every text that Slack reads as markup."""
    if isinstance(value, dict):
        if value.get("type") == "mrkdwn":
            yield value["text"]
        for each in value.values():
            yield from _marked(each)
    elif isinstance(value, list):
        for each in value:
            yield from _marked(each)


def wrong(rendered: Rendered) -> list[str]:
    """What Slack would refuse of what is sent, and what would call people or lead them elsewhere."""
    text, sent = fitted(rendered)
    blocks = json.loads(json.dumps(sent))
    json.dumps([text, blocks], ensure_ascii=False).encode()
    found = [str(problem) for problem in check_blocks(blocks, "message")]
    found += ["no text"] if not text.strip() else []
    found += ["too long a text"] if escaped_bytes(text) > MOST_UPDATE_BYTES else []
    found += ["too large"] if json_length(blocks) > MOST_BLOCKS_JSON else []
    return found + [words for words in (text, *_marked(blocks)) if any(call in words for call in CALLS)]


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("name", RELEASES)
def test_whatever_people_and_providers_write_can_be_sent(name: str, text: str) -> None:
    """Slack takes every message of it, nobody is called by it, and notifications say something."""
    release = spoiled(RELEASES[name], TEXTS[text])
    found = {what: bad for what, shown in messages(release, TEXTS[text]) if (bad := wrong(shown))}
    assert found == {}


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("name", RELEASES)
def test_whatever_people_and_providers_write_can_be_opened(name: str, text: str) -> None:
    """Slack takes the home and every form of it, and nothing in them leads elsewhere."""
    release = spoiled(RELEASES[name], TEXTS[text])
    for what, made in views(release, TEXTS[text]):
        view = json.loads(json.dumps(made))
        assert [str(problem) for problem in check_view(view, view["type"])] == [], what
        assert len(json.dumps(view).encode()) < MOST_VIEW_BYTES, what
        assert [words for words in _marked(view) if any(call in words for call in CALLS)] == [], what


@pytest.mark.parametrize("sign", ["x", "\u7406", "\U0001f680", '"'])
def test_the_longest_order_survives_the_preview(sign: str) -> None:
    """Whatever is typed as far as the fields go, in any script, for as many pairs as there are."""
    wanted = Wanted(
        configuration="c" * 64,
        order=Order(
            type=ReleaseType.HOTFIX,
            versions={f"{platform}-{target}": "1" * 30 for platform in Platform for target in Target},
            kick_off_at=NOW,
            target_at=NOW,
            slots=tuple(WantedSlot(at=NOW, flags=CycleFlags(automation=True)) for _ in range(3)),
            base_branch="b" * 200,
            branch="r" * 200,
            captain=CAPTAIN,
            parent="p" * 200,
            skip_regression=sign * 300,
        ),
    )
    release = in_phase(Phase.SCHEDULED)
    view = confirm_start(release, [], metadata=pack_wanted(wanted))
    assert check_view(json.loads(json.dumps(view)), "modal") == []
    assert unpack_wanted(str(view["private_metadata"])) == wanted

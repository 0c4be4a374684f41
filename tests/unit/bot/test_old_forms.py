"""A form that an older version opened: whoever submits it is told to open it again, and nothing of it is saved."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from bot.accounts.forms import blank_form, draft_form, edit_form
from bot.configurations.forms import form_of
from bot.router import ACCOUNT_CHECKS, CHECKS, CONFIGURATION_CHECKS, ROUTES, checks_with
from bot.slack.edge import Edge
from bot.views import values
from bot.views.configurations import Carried, Step
from bot.views.modals import (
    config_overview,
    connect_steps,
    freeze_form,
    start_release,
    train_form,
    train_views,
)
from bot.views.modals.config_form import config_form
from bot.views.modals.connect_form import connect_form
from bot.views.modals.deputy_form import deputy_form
from bot.views.modals.edit_form import edit_form as release_form
from bot.views.modals.fields import FIELDS, OLD_FORM, outdated
from bot.views.modals.hand_build import hand_build
from bot.views.modals.login_form import login_form
from bot.views.modals.notes_form import notes_form
from bot.views.modals.override import override_form
from bot.views.modals.pick_form import PickForm, pick_form
from bot.views.modals.reasons import ReasonAct, reason_form
from bot.views.modals.slot_form import slot_form
from bot.views.modals.whats_new_form import whats_new_form
from orchestration.domain.phase import Phase
from orchestration.domain.stages import CycleFlags
from orchestration.domain.version import ReleaseType
from tests.support.config_shapes import facts
from tests.support.engine import SteadyChance
from tests.support.planned_views import CHOICES
from tests.support.release_parts import ANDROID, IOS, NOW
from tests.support.releases import in_phase
from tests.support.trains import MONDAY, train
from tests.unit.bot.test_config_views import ROW, document
from tests.unit.bot.test_connect_fields import EVERY, draft, listed
from tests.unit.bot.test_connect_views import account
from tests.unit.bot.test_edge import Ack, Shelf
from tests.unit.bot.test_views_modals import FORM

AT = {"metadata": "{}"}


@cache
def _forms() -> tuple[Mapping[str, Any], ...]:
    """Every form that has fields, in each of its shapes."""
    return tuple(_made())


def _made() -> Iterator[Mapping[str, Any]]:
    release, early = in_phase(Phase.AWAITING_STAGE_3), in_phase(Phase.SCHEDULED)
    assert release.open_gate is not None
    yield from (reason_form(act, "It", **AT) for act in ReasonAct)
    yield override_form(release, release.open_gate, **AT)
    for kind in ReleaseType:
        yield start_release.start_release(replace(FORM, type=kind, may_skip=True))
    yield pick_form(PickForm(links=["https://x.example/1"], releases=[release]))
    yield pick_form(PickForm(links=["https://x.example/1", "https://x.example/2"], releases=[release]))
    yield slot_form(release, None, at=NOW, flags=CycleFlags(), **AT)
    yield from (notes_form("Pixel", text, **AT) for text in ("", "One", "One\n" * 2_000))
    yield whats_new_form("Pixel", {(ANDROID, "en-US"): "New", (IOS, "de-DE"): ""}, **AT)
    yield from (release_form(each, **AT) for each in (release, early))
    yield deputy_form(until=NOW)
    yield login_form()
    yield from (hand_build(release, task, **AT) for task in release.tasks)
    yield train_views.train_form(train_form.texts_of_train(train()), CHOICES, train_form.Carried())
    yield freeze_form.freeze_form(CHOICES, zone="Europe/Berlin", today=MONDAY)
    for provider in EVERY.values():
        yield connect_form(blank_form(provider, [listed(provider)], home=""))
        yield connect_form(edit_form(provider, listed(provider), {}, home=""))
        yield connect_form(draft_form(provider, draft(provider, {}), whole=True))
    yield connect_steps.rename(account(), home="")
    yield config_overview.copy(ROW, home="")
    for step in Step:
        if step is not Step.BUILDS:
            yield config_form(form_of(document(), facts("github"), Carried(step=step), 0))


def _blocks(view: Mapping[str, Any]) -> list[str]:
    return [block["block_id"] for block in view["blocks"] if block["type"] == "input"]


def _old(form: str, blocks: Sequence[str]) -> bool:
    return outdated(form, shown=blocks, filled=blocks)


def test_every_form_of_today_is_of_today() -> None:
    """Whatever a form shows is named in the table, and each of the table's forms is shown: none is refused as old."""
    seen = set()
    for view in _forms():
        assert not _old(view["callback_id"], _blocks(view)), view["callback_id"]
        seen.add(view["callback_id"])
    assert seen == set(FIELDS)
    assert seen <= {*ROUTES.views, *CHECKS}


@pytest.mark.parametrize("form", sorted(FIELDS))
def test_another_field_or_a_missing_one_is_another_version(form: str) -> None:
    """Read with the fields of today, the one would be dropped unseen, and the other taken for left empty."""
    view = next(view for view in _forms() if view["callback_id"] == form)
    blocks = _blocks(view)
    assert _old(form, [*blocks, "was_called"])
    for name in FIELDS[form].always:
        rest = [block for block in blocks if not block.startswith(name)]
        assert _old(form, rest) is bool(rest)


@pytest.mark.parametrize("form", sorted(FIELDS))
def test_what_was_left_empty_need_not_come_back(form: str) -> None:
    """A form is judged by the fields that it showed; without them by those alone that came back."""
    view = next(view for view in _forms() if view["callback_id"] == form)
    blocks = _blocks(view)
    for filled in ([], blocks[:1]):
        assert not outdated(form, shown=blocks, filled=filled)
        assert not outdated(form, shown=[], filled=filled)
    assert outdated(form, shown=blocks, filled=["was_called"])
    assert outdated(form, shown=[], filled=["was_called"])


class Nobody:
    """An engine that looks nobody up."""

    membership = None


def _edge(shelf: Shelf) -> Edge:
    """An edge whose forms are judged as they are, with nothing to ask behind them."""
    checks = checks_with(Nobody(), None, None)  # type: ignore[arg-type]  # an old form asks nothing else of them
    return Edge(inbox=shelf, wake=asyncio.Event(), chance=SteadyChance(), checks=checks)  # type: ignore[arg-type]  # what it calls


def _submitted(form: str, *blocks: str, metadata: str = "{}") -> dict[str, Any]:
    view = {
        "id": "V1",
        "hash": "h",
        "type": "modal",
        "callback_id": form,
        "private_metadata": metadata,
        "blocks": [{"type": "input", "block_id": block} for block in blocks],
        "state": {"values": {block: {"value": {"value": "typed"}} for block in blocks}},
    }
    return {"team": {"id": "T1"}, "user": {"id": "U1"}, "view": view}


@pytest.mark.parametrize("form", sorted({*FIELDS} & {*CHECKS, *ACCOUNT_CHECKS, *CONFIGURATION_CHECKS}))
async def test_an_old_form_stays_open_and_says_so(form: str) -> None:
    """At a field that it has, so that Slack shows it and what was typed can be copied; nothing is stored or tried."""
    shelf, ack = Shelf(), Ack()
    await _edge(shelf).listener("view")(_submitted(form, "was_called", "other"), ack)  # type: ignore[arg-type]  # Bolt's
    assert ack.given == [{"response_action": "errors", "errors": {"was_called": OLD_FORM}}]
    assert shelf.kept == {}


@pytest.mark.parametrize("form", [values.START_CONFIRM, values.TRAIN_CONFIRM])
@pytest.mark.parametrize("metadata", ["", "{}", '{"order":1}'])
async def test_an_old_preview_says_so(form: str, metadata: str) -> None:
    """What it carries is not read any more: trying again would never help, opening it again does."""
    ack = Ack()
    await _edge(Shelf()).listener("view")(_submitted(form, metadata=metadata), ack)  # type: ignore[arg-type]  # Bolt's
    (answer,) = ack.given
    assert answer["response_action"] == "update"
    assert OLD_FORM in str(answer)


@pytest.mark.parametrize("form", [values.SLOT_FORM, values.DONE, values.EDIT, values.WHATS_NEW])
async def test_a_form_that_carries_no_release_of_ours_says_so(form: str) -> None:
    """The words of the refusal stand in the form, and not those of a fault of ours."""
    ack, blocks = Ack(), FIELDS[form].always
    await _edge(Shelf()).listener("view")(_submitted(form, *blocks), ack)  # type: ignore[arg-type]  # Bolt's
    (answer,) = ack.given
    assert "older version" in str(answer["errors"])

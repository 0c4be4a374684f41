"""Settings as forms, over all providers: every field can be asked for, shown and read back, and Slack takes it."""

from collections.abc import Mapping
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, Field

from bot.accounts.fields import (
    fields_of,
    given_values,
    live_fields,
    partial_model,
    read_settings,
    several_lines,
)
from bot.accounts.forms import blank_form, command_for, draft_form, edit_form
from bot.connections import Listed
from bot.slack.blocks import validate
from bot.views.accounts import CheckLine, Form
from bot.views.modals.connect_form import connect_form, field_of, form_errors, read_connect_form
from integrations import PROVIDERS
from integrations.registry import Check, Provider
from orchestration.store.drafts import Draft
from orchestration.store.integrations import IntegrationState
from tests.support.databases import START
from tests.support.library import BoxSettings, Library

EVERY = {**PROVIDERS, "shelf": Library().provider(), "box": Library().box()}


def listed(provider: Provider, **changes: Any) -> Listed:
    """A connection of a provider."""
    fields: dict[str, Any] = {
        "id": provider.key,
        "tenant_id": "T1",
        "provider": provider.key,
        "name": provider.title,
        "state": IntegrationState.VERIFIED,
        "verified_at": START,
        "tried_at": START,
        "expires_at": None,
        "checks": (),
        "revision": 3,
    }
    return Listed(**{**fields, **changes})


def draft(provider: Provider, settings: Mapping[str, Any]) -> Draft:
    """A draft of one."""
    return Draft(
        id="D1",
        tenant_id="T1",
        person="U1",
        provider=provider.key,
        connection=provider.key,
        name=provider.title,
        settings=settings,
        expires_at=START,
    )


def valid(form: Form) -> dict[str, Any]:
    """The form as Slack gets it, which it takes."""
    view = dict(connect_form(form))
    assert validate(view, "modal") == ()
    return view


def untouched(view: Mapping[str, Any]) -> dict[str, Any]:
    """What Slack sends when somebody submits the form as it opened."""
    state: dict[str, Any] = {}
    for block in view["blocks"]:
        if block["type"] != "input":
            continue
        element = block["element"]
        held: dict[str, Any] = {"type": element["type"]}
        if element["type"] in {"checkboxes", "multi_external_select"}:
            held["selected_options"] = element.get("initial_options", [])
        elif element["type"] in {"static_select", "external_select"}:
            held["selected_option"] = element.get("initial_option")
        else:
            held["value"] = element.get("initial_value")
        state[block["block_id"]] = {element["action_id"]: held}
    return state


@pytest.mark.parametrize("key", sorted(EVERY))
def test_slack_takes_every_form_of_every_provider(key: str) -> None:
    """The first step, the second, an edit, and one after a try that failed: with titles and hints at each field."""
    provider = EVERY[key]
    wrong = (Check(what="The token is accepted", ok=False, says="it is not <b>known</b> & gone " * 30),)
    blank = blank_form(provider, [listed(provider)], home="https://hooks.example/x")
    view = valid(blank)
    shown = {field_of(block["block_id"]) for block in view["blocks"]} - {""}
    assert shown == set(provider.settings.model_fields) - set(live_fields(provider.settings))
    for form in (
        edit_form(provider, listed(provider), {}, home=""),
        draft_form(provider, draft(provider, {}), whole=True, checks=wrong, trouble=("It is odd",)),
        *([draft_form(provider, draft(provider, {}), whole=False)] if live_fields(provider.settings) else []),
    ):
        valid(form)
    hints = {b["block_id"]: b.get("hint") for b in view["blocks"] if b["type"] == "input"}
    assert all(hints.values()), hints


@pytest.mark.parametrize("key", sorted(EVERY))
def test_an_untouched_form_gives_the_defaults(key: str) -> None:
    """What was proposed and left alone is what the model would have taken by itself."""
    model = EVERY[key].settings
    view = valid(blank_form(EVERY[key], [], home=""))
    filled = read_connect_form(untouched(view), view["private_metadata"])
    given = given_values(model, filled.values)
    defaults = {
        name: about.get_default(call_default_factory=True)
        for name, about in model.model_fields.items()
        if not about.is_required() and name not in live_fields(model)
    }
    needed = {name: "x" for name, about in model.model_fields.items() if about.is_required()}
    made = partial_model(model).model_construct(**{**needed, **given})
    for name, value in defaults.items():
        shown = getattr(made, name)
        assert _same(shown, value), name


def _same(shown: object, value: object) -> bool:
    if isinstance(value, bool) or value is None:
        return shown == value
    if isinstance(value, int | float):
        return float(str(shown)) == float(value)
    return shown == list(value) if isinstance(value, tuple) else str(shown) == str(value)


def test_what_no_list_can_hold_is_typed() -> None:
    """A project deep in its groups, as a terminal takes it: Slack's options hold 150 characters."""
    project = "/".join(["group"] * 30 + ["pixel"])
    provider = EVERY["gitlab"]
    view = valid(edit_form(provider, listed(provider), {"project": project}, home=""))
    filled = read_connect_form(untouched(view), view["private_metadata"])
    assert given_values(provider.settings, filled.values)["project"] == project


@pytest.mark.parametrize("key", sorted(EVERY))
def test_the_command_for_a_terminal_names_what_is_missing(key: str) -> None:
    """Whatever provider: the words can be pasted into a shell, and what is still to be chosen stands in them."""
    command = command_for(EVERY[key], draft(EVERY[key], {"a": "it's"}))
    assert command.startswith(f"stationmaster connect {key} --tenant T1 --id {key}")
    for name in live_fields(EVERY[key].settings):
        about = EVERY[key].settings.model_fields[name]
        assert (f"<{about.title}>" in command) == about.is_required()


def test_what_is_typed_becomes_what_the_model_takes() -> None:
    """Texts are trimmed, lines are a list, an emptied number is its default, a box is yes or no."""
    given = given_values(
        BoxSettings,
        {
            "base_url": None,
            "label": " red ",
            "depth": None,
            "wait": "7.5",
            "size": "large",
            "lid": ("on",),
            "words": " one \n\n two",
        },
    )
    assert given == {
        "base_url": "",
        "label": "red",
        "wait": "7.5",
        "size": "large",
        "lid": True,
        "words": ["one", "two"],
    }
    settings, problems = read_settings(BoxSettings, {**given, "base_url": "https://b"})
    assert problems == {}
    assert settings == BoxSettings(
        base_url="https://b", label="red", wait=7.5, size="large", lid=True, words=("one", "two")
    )


def test_everything_wrong_is_told_at_once_and_without_what_was_typed() -> None:
    """One message a field, in words for people."""
    _, problems = read_settings(
        BoxSettings, {"base_url": "canary-x", "label": "canary-y" * 9, "depth": "99", "wait": "no"}
    )
    assert set(problems) == {"base_url", "label", "depth", "wait"}
    assert "canary" not in str(problems)
    assert read_settings(BoxSettings, {})[1] == {"label": "Fill this in"}


def test_numbers_keep_their_bounds() -> None:
    """Slack refuses what the model would refuse, as it is typed."""
    fields = {field.name: field for field in fields_of(BoxSettings, {})}
    assert (fields["depth"].least, fields["depth"].most) == (1.0, 9.0)
    assert (fields["wait"].least, fields["wait"].most) == (0.0, 60.0)
    assert fields["label"].longest == 20


def test_errors_stand_at_their_blocks() -> None:
    """A field within another one has a block of another name; what belongs to no field stands at the first."""
    state: dict[str, dict[str, dict[str, Any]]] = {
        "id": {"value": {}},
        "field:shelf@abc": {"connect.choice": {}},
    }
    assert form_errors({"shelf": "No", "": "Odd", "gone": "Away"}, state) == {
        "field:shelf@abc": "No",
        "id": "Odd. Away",
    }


def test_a_form_that_is_not_ours_is_refused() -> None:
    """A metadata of another version raises one kind of error."""
    for metadata in ("", "[]", "{", '{"other": "x"}', "7"):
        with pytest.raises(ValueError, match=r".*"):
            read_connect_form({}, metadata)


def test_a_key_has_several_lines() -> None:
    """By its name, or because the vendor says so."""

    class Odd(BaseModel):
        """Secrets."""

        model_config = ConfigDict(extra="forbid")

        token: str = Field()
        private_key: str = Field()
        service_account: str = Field()
        other: str = Field(json_schema_extra={"lines": True})

    fields = Odd.model_fields
    assert [name for name in fields if several_lines(name, fields[name])] == [
        "private_key",
        "service_account",
        "other",
    ]


def test_checks_are_lines_with_words() -> None:
    """A sign never stands alone, and what a provider says is no markup."""
    form = draft_form(
        EVERY["box"],
        draft(EVERY["box"], {}),
        whole=True,
        checks=(Check(what="A", ok=False, says="<!channel>"), Check(what="B", ok=False, says="", later=True)),
    )
    text = str(valid(form)["blocks"])
    assert "&lt;!channel&gt;" in text
    assert ":x: No" in text
    assert "Not known" in text
    assert form.checks[0] == CheckLine(what="A", ok=False, says="<!channel>")


@pytest.mark.parametrize("provider", PROVIDERS.values(), ids=lambda p: p.key)
def test_no_title_is_cut(provider: Provider) -> None:
    """Slack takes 24 characters: a longer title would end in the middle of the provider's name."""
    forms = (blank_form(provider, [], home=""), edit_form(provider, listed(provider), {}, home=""))
    for title in (form.title for form in forms):
        assert len(title) <= 24
        assert provider.title in title

"""The rule of health in the forms of a configuration: each field has its own trouble, and no rule is no rule."""

import json

import pytest

from bot.configurations.document import Document, look, put, tidy
from bot.configurations.forms import finished, form_of
from bot.configurations.reading import problems_at
from bot.configurations.summaries import SUMMARIES
from bot.configure import read_partly
from bot.views.configurations import Carried, Step
from bot.views.modals.config_form import NONE, config_form
from tests.support.config_shapes import TENANT, facts

KEY = "ANDROID-PLAY_STORE"
AT = ("stores", KEY, "health")
RULE = {"integration": "sentry", "project": "4501", "app": "com.acme.pixel"}
CARRIED = Carried(step=Step.HEALTH)


def _document(**rule: object) -> Document:
    store = {"integration": "play", **({"health": rule} if rule else {})}
    return {"id": "pixel", "name": "Pixel", "app": "Pixel", "pairs": [KEY], "stores": {KEY: store}}


def _fill(document: Document, **held: str) -> tuple[Document, dict[str, str]]:
    given = {f"stores/{KEY}/health/{name}": value for name, value in held.items()}
    made, _form, wrong = finished(document, facts("sentry", "play"), CARRIED, given)
    return made, {key.rpartition("/")[2]: said for key, said in wrong.items()}


def test_a_rule_is_made_of_its_fields() -> None:
    """Shares with a fraction, no limit as a null, spans in words; what is left empty is as usual."""
    made, wrong = _fill(
        _document(), **RULE, crash_free="99.5 %", drop="No limit", window="6 h", action="pause"
    )
    assert wrong == {}
    found = look(made, AT)
    assert (found["crash_free"], found["drop"], found["window"]) == (99.5, None, "PT6H")
    assert "sessions" not in found
    assert SUMMARIES[Step.HEALTH](made) == "Android sentry, stops the store"
    again, wrong = _fill(made, drop="", crash_free="99")
    assert (wrong, "drop" in look(again, AT), look(again, AT)["crash_free"]) == ({}, False, 99.0)


def test_no_limit_survives_being_looked_at() -> None:
    """A null of the file is shown in words, and a form that is left as it was changes nothing."""
    before = _document(**RULE, drop=None, crash_free=99.0, action="warn")
    form = form_of(before, facts("sentry", "play"), CARRIED, 0)
    shown = {str(field.path[-1]): field.value for field in form.fields}
    assert (shown["drop"], shown["crash_free"]) == ("no limit", "99")
    made, wrong = _fill(before, drop="no limit", crash_free="99", action="warn")
    assert (dict(made), wrong) == (before, {})


@pytest.mark.parametrize(
    ("name", "typed", "says"),
    [
        ("crash_free", "many", "Write a number"),
        ("drop", "a bit", "Write a number"),
        ("sessions", "lots", "Write a whole number"),
        ("window", "soon", "Write it as"),
    ],
)
def test_what_is_no_value_is_told_at_its_field(name: str, typed: str, says: str) -> None:
    """Words where a number or a time is asked for."""
    _made, wrong = _fill(_document(**RULE), **{name: typed})
    assert says in wrong[name]


@pytest.mark.parametrize(
    ("name", "typed", "says"),
    [
        ("crash_free", "101", "at most 100"),
        ("crash_free", "no limit", "one of them judges"),
        ("sessions", "0", "from 1"),
        ("window", "5 min", "from an hour"),
        ("project", "", "is needed"),
    ],
)
def test_what_breaks_a_rule_is_told_at_its_field(name: str, typed: str, says: str) -> None:
    """The rules of the file and of REST, in the same words."""
    drop = {"drop": "no limit"} if typed == "no limit" else {}
    made, wrong = _fill(_document(**RULE), **{name: typed}, **drop)
    assert wrong == {}
    form = form_of(made, facts("sentry", "play"), CARRIED, 0)
    found = problems_at(form, tuple(read_partly(made, TENANT)[1]))
    assert says in found[f"stores/{KEY}/health/{name}"], found


def test_a_rule_that_names_nothing_is_none() -> None:
    """Where connection, project and app are emptied, the rest goes along; half of them is a trouble, not a loss."""
    made, _wrong = _fill(_document(**RULE, action="pause"), integration=NONE, project="", app="")
    half = put(_document(**RULE), (*AT, "integration"), None)
    assert "health" in tidy(half, {"stores"})["stores"][KEY]
    bare = tidy(put(put(half, (*AT, "project"), None), (*AT, "app"), None), {"stores"})
    assert bare["stores"][KEY] == {"integration": "play"}
    assert made["stores"][KEY] == {"integration": "play"}


def test_without_a_store_it_says_where_one_is_chosen() -> None:
    """There is nothing to judge yet."""
    form = form_of({**_document(), "stores": {}}, facts(), CARRIED, 0)
    assert "Choose one in Stores" in json.dumps(config_form(form))

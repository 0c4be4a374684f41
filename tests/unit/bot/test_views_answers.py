"""Answers to one person: valid, complete sentences that say what to do next."""

import json

import pytest

from bot.slack.blocks import Surface, validate
from bot.views import answers
from bot.views.rendered import MESSAGE, Rendered, paragraphs
from bot.views.text import Mrkdwn
from bot.views.values import carried
from bot.views.where_answer import where_answer
from bot.views.why_answer import why_answer
from bot.views.words import owner, person, told
from orchestration.domain.phase import Phase
from orchestration.domain.whereabouts import Located, Place, Whereabouts
from tests.support.release_parts import CAPTAIN, NOW, QA
from tests.support.releases import crowded, failing, in_phase

WORDS = [
    answers.HelpLine(
        word=word, usage=f"{word} [release]", does=f"Does {word} & more", example=f"/release {word} 2.14.0"
    )
    for word in ("start", "status", "why", "approve", "reject", "hold", "resume", "retry", "skip", "list")
]


def checked(rendered: Rendered) -> str:
    """Everything that an answer says; it must be one that Slack takes."""
    payload = (
        {"text": rendered.text, "blocks": list(rendered.blocks)}
        if rendered.blocks
        else {"text": rendered.text}
    )
    assert validate(payload, Surface.MESSAGE) == ()
    assert rendered.size <= MESSAGE
    return rendered.text + str(rendered.blocks)


@pytest.mark.parametrize("where", list(Phase))
def test_status_and_why_answer_in_every_phase(where: Phase) -> None:
    """Both can be asked at any time, and name the release and where it stands."""
    release = in_phase(where)
    for answer in (answers.status_answer(release, now=NOW), why_answer(release, now=NOW)):
        assert "Pixel 2.14.0" in checked(answer)
        assert release.id in checked(answer)


def test_why_lists_every_obstacle_with_owner_and_remedy() -> None:
    """All obstacles and all next steps, not the first three alone."""
    said = checked(why_answer(failing(), now=NOW))
    assert "Open the release ticket (iOS) failed: Bad credentials (401)" in said
    assert "Retry it, skip it with a reason, or mark it done by hand" in said
    assert "Create the test run (iOS): Checkmate answered 503" in said
    assert "Pre-regression build (iOS): an uploaded build" in said


def test_why_of_a_crowded_release_fits() -> None:
    """Long reasons are cut rather than refused."""
    assert "…" in checked(why_answer(crowded(), now=NOW))
    assert "…" in checked(answers.status_answer(crowded(), now=NOW))


def test_the_list_has_a_line_per_release() -> None:
    """Where each stands and what is in its way; no release is a hint how to start one."""
    said = checked(answers.list_answer([in_phase(Phase.KICKOFF), failing()], now=NOW))
    assert "2 releases are running" in said
    assert "2 things in the way" in said
    assert "`/release start`" in checked(answers.list_answer([], now=NOW))
    assert "…and 10 more" in checked(answers.list_answer([crowded()] * 40, now=NOW))


def test_help_is_made_of_the_words() -> None:
    """Each word with its usage, what it does and an example."""
    said = checked(answers.help_answer(WORDS))
    for row in WORDS:
        assert f"`/release {row.usage}`" in said
        assert f"`{row.example}`" in said


@pytest.mark.parametrize(
    ("word", "meant"), [("stauts", "status"), ("APROVE", "approve"), ("resum", "resume")]
)
def test_a_misspelt_word_is_guessed(word: str, meant: str) -> None:
    """The nearest words are offered."""
    said = checked(answers.unknown_word(word, [row.word for row in WORDS]))
    assert f"Did you mean `/release {meant}`" in said


def test_nonsense_is_not_guessed() -> None:
    """Where nothing is near, the list of all words is named."""
    said = checked(answers.unknown_word("<!channel> zzz", [row.word for row in WORDS]))
    assert "Did you mean" not in said
    assert "`/release help`" in said
    assert "<!channel>" not in said


def test_an_old_button_says_that_nothing_was_changed() -> None:
    """One who pressed a button that is out of date knows that nothing happened."""
    assert "nothing was changed" in checked(answers.unknown_button())


def test_refusals_keep_mentions_and_escape_the_rest() -> None:
    """A mention of a person in a sentence of the rules stays one; whatever else looks like markup does not."""
    said = checked(answers.plain_answer(told("Held by <@U0QUALITY>: <!channel> & <https://x|y>")))
    assert "<@U0QUALITY>" in said
    assert "&lt;!channel&gt; &amp; &lt;https://x|y&gt;" in said


@pytest.mark.parametrize(
    ("who", "said"),
    [("system", "Stationmaster"), ("U0QUALITY", "<@U0QUALITY>"), ("qa", "qa"), ("CI", "CI"), ("UX", "UX")],
)
def test_only_people_are_mentioned(who: str, said: str) -> None:
    """An area, a system or a name in capitals is not taken for a person."""
    assert person(who) == said


def test_an_owner_is_named_as_the_rules_name_it() -> None:
    """User ids, several mentions and areas all read well."""
    release = in_phase(Phase.KICKOFF)
    assert owner(release, CAPTAIN) == f"<@{CAPTAIN}>"
    assert owner(release, "<@U0A1>, <@U0B2>") == "<@U0A1>, <@U0B2>"
    assert owner(release, "") == "Stationmaster"
    assert told("<@U0A1|x> <!here>") == "@x &lt;!here&gt;"


def test_lines_are_packed_into_few_texts() -> None:
    """Lines share a text while they fit; one that is too long is cut without leaving half a link."""
    line = Mrkdwn("x" * 40)
    assert [len(text) for text in paragraphs([line] * 3, most=81)] == [81, 40]
    assert paragraphs([Mrkdwn("abc <https://example.com/long|label>")], most=12) == ("abc…",)


def test_what_a_button_carries_is_stable() -> None:
    """The value does not depend on the order of the ids."""
    assert carried(task="t", release="r") == carried(release="r", task="t") == '{"release":"r","task":"t"}'


def test_nobody_is_told_what_time_it_is_where_they_are() -> None:
    """The time of an owner helps others to know whether they can be expected to see to it."""
    zones = {CAPTAIN: "Asia/Tokyo"}
    assert ", where it is " in checked(why_answer(failing(), now=NOW, zones=zones, asking=QA))
    assert ", where it is " not in checked(why_answer(failing(), now=NOW, zones=zones, asking=CAPTAIN))


def test_what_waits_for_somebody_comes_with_how_to_answer_it() -> None:
    """A list alone leads nowhere: the words that decide and explain stand below it."""
    said = checked(answers.needs_answer([(failing(), ("Approve Stage 3",))]))
    for words in ("Approve Stage 3", "/release approve", "/release reject", "/release why"):
        assert words in said


@pytest.mark.parametrize("sign", ["x", "\u7406", '"', "\U0001f680"])
@pytest.mark.parametrize("length", [100, 700, 1_900, 3_000])
def test_what_was_asked_is_carried_where_it_fits(sign: str, length: int) -> None:
    """In any script: the answer is shown anyway, and can be shared where its button can hold what was asked."""
    place = Place.NOT_MERGED
    change = Located(name="9f2c41d", title=sign * length, author="ann", url="", apps=("Pixel",), place=place)
    found = Whereabouts(asked=sign * length, located=(change,))
    answer = where_answer(found, now=NOW)
    assert "Where" in checked(answer)
    blocks = json.loads(json.dumps(answer.blocks))
    shared = [e for block in blocks if block["type"] == "actions" for e in block["elements"]]
    assert [json.loads(e["value"]) for e in shared] in ([], [{"asked": sign * length}])
    assert bool(shared) == (len(json.dumps(carried(asked=sign * length))) <= 2_000)
    assert shared or length > 100

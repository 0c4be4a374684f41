"""Quiet in words: what holds for a person, mentions that call nobody, and the digest of what was kept."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from bot.slack.blocks import validate
from bot.views.blocks import actions, button, section
from bot.views.notices import NOTICES
from bot.views.quiet import DigestLine, digest, mentioned, muted, settings_lines
from bot.views.rendered import Rendered
from bot.views.text import Mrkdwn
from orchestration.domain.events import Event, EventKind
from orchestration.domain.holds import HoldCause
from orchestration.domain.people import SYSTEM
from orchestration.domain.quiet import Attention, Quiet
from orchestration.domain.snapshot import Bucket

NOW = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
SAID = Rendered(
    text="Pixel: ask <@U1> and <@U2|dan>",
    blocks=(
        section(Mrkdwn("*Pixel*: ask <@U1> and <@U2|dan>")),
        actions(button("Go", action_id="go", value='{"who": "<@U1>"}'), block_id="<@U1>"),
    ),
)
NIGHT = Attention(person="U1", name="Bo", zone="America/New_York", quiet=Quiet(start=time(19), end=time(8)))


def test_everybody_who_is_called_is_found_once() -> None:
    """In the text and in the blocks, and not in what buttons carry."""
    assert mentioned(SAID) == ("U1", "U2")
    assert mentioned(Rendered(text="Nobody", blocks=(SAID.blocks[1],))) == ()


def test_a_muted_person_is_named_and_not_called() -> None:
    """Others are still called, buttons still carry what they carried, and a name is text and no markup."""
    soft = muted(SAID, {"U1": "Bo <E>k"})
    assert soft.text == "Pixel: ask @Bo &lt;E&gt;k and <@U2|dan>"
    assert soft.blocks[0] == section(Mrkdwn("*Pixel*: ask @Bo &lt;E&gt;k and <@U2|dan>"))
    assert soft.blocks[1] == SAID.blocks[1]
    assert "the person concerned" in muted(SAID, {"U2": ""}).text


def test_what_holds_is_said_in_sentences() -> None:
    """Who asked for nothing reads how to ask; who did reads each wish, by which clock, and what comes all the same."""
    assert "/release me quiet" in settings_lines(None)[0]
    assert settings_lines(replace(NIGHT, quiet=None)) == settings_lines(None)
    lines = " ".join(settings_lines(replace(NIGHT, weekends=True, digest=time(9))))
    for words in (
        "19:00-08:00",
        "Saturday and Sunday",
        "at 09:00",
        "New York",
        "forced approvals come at once",
    ):
        assert words in lines
    assert "as one digest" in " ".join(settings_lines(NIGHT))


def test_a_digest_is_one_message_within_the_limits() -> None:
    """Oldest first with its time; what does not fit is counted; the text alone says how many there are."""
    many = [DigestLine(at=NOW + timedelta(minutes=n), text=f"Thing {n} " + "x" * 900) for n in range(40)]
    told = digest(many)
    assert validate({"text": told.text, "blocks": list(told.blocks)}, "message") == ()
    assert told.text.startswith("40 things while it was quiet for you")
    assert "15 more" in str(told.blocks)
    assert str(told.blocks).index("Thing 0") < str(told.blocks).index("Thing 9")
    assert "1 thing while" in digest(many[:1]).text


def test_only_what_is_critical_calls_people_in_their_quiet_hours() -> None:
    """Failures, what stops a release or rollout (but no freeze, which was planned), poor health, a forced approval."""

    def urgent(kind: EventKind, **data: str) -> bool:
        return NOTICES[kind].urgent(Event(kind=kind, at=NOW, actor=SYSTEM, release_id="REL-1", data=data))

    assert NOTICES[EventKind.TASK_FAILED].bucket is Bucket.CRITICAL
    assert urgent(EventKind.APPROVAL_GRANTED, reason="Store deadline")
    assert urgent(EventKind.HOLD_PLACED, cause=HoldCause.CREDENTIALS)
    assert not urgent(EventKind.HOLD_PLACED, cause=HoldCause.FREEZE)
    always = {EventKind.ROLLOUT_STOPPED, EventKind.HEALTH_POOR}
    assert all(urgent(kind) for kind in always)
    others = set(NOTICES) - always - {EventKind.HOLD_PLACED, EventKind.STORE_REPLACED}
    assert not [kind for kind in others if urgent(kind)]

"""What is looked for after a doubt keeps Slack's limits too."""

from dataclasses import replace

from bot.slack.limiter import CHANNEL, WORKSPACE, Family
from orchestration.ports.runtime import Letter, Outgoing, OutgoingKind
from tests.unit.bot.test_outbox import Post, answer, sender


def _alert(channel: str, *, uncertain: bool) -> Letter:
    alert = Outgoing(
        kind=OutgoingKind.ALERT,
        lane=f"channel:{channel}",
        key=f"expiring:{channel}",
        payload={"channel": channel, "text": "Ends soon"},
    )
    return replace(answer(), outgoing=alert, uncertain=uncertain)


async def test_lookups_after_an_outage_keep_slacks_limit() -> None:
    """Every message that was in doubt is looked for, so many at once as Slack takes; the others come back later and
    are as doubtful as they were."""
    post, burst = Post(), WORKSPACE[Family.HISTORY].burst
    sending = sender(post)
    for number in range(burst + 5):
        await sending.handle(_alert(f"C{number}", uncertain=True))
    assert len([one for one in post.did if one[0] == "find"]) == burst
    waiting = [one for one in post.ends if one[0] == "later"]
    assert [(seconds > 0, doubt) for _, seconds, _, doubt in waiting] == [(True, True)] * 5


async def test_what_may_not_be_posted_now_is_not_looked_for() -> None:
    """It would be looked for again when it may, and each look counts."""
    post, burst = Post(), CHANNEL[Family.POST].burst
    sending = sender(post)
    for _ in range(burst):
        await sending.handle(_alert("C1", uncertain=False))
    await sending.handle(_alert("C1", uncertain=True))
    assert [one for one in post.did if one[0] == "find"] == []
    assert post.ends[-1][0] == "later"

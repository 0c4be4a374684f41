"""What a new workspace does next."""

from bot.views.text import Mrkdwn, bold, code, joined, say


def first_steps() -> Mrkdwn:
    """The way to the first release, in its order."""
    steps = (
        say("1. Connect source control, CI and the others: {word}", word=code("/release connect")),
        say("2. Say what a release consists of: {word}", word=code("/release config new")),
        say("3. Start the first one: {word}", word=code("/release start")),
    )
    return joined((bold("No release has been set up yet."), *steps))

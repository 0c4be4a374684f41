"""The command line: whoever has a shell on the bot's machine is its operator, for the workspace that is named."""

import argparse
from collections.abc import Callable, Iterator

from bot.administration import CLI
from bot.cli import parser
from bot.commands import WORDS as SLACK
from orchestration.domain.people import ActorKind
from tests.support.access_table import PROPERTY

WORDS = {
    "run": False,
    "demo": False,
    "migrate": False,
    "connect": True,
    "connections": True,
    "verify": True,
    "rename": True,
    "disconnect": True,
    "rotate-keys": True,
    "token create": True,
    "token list": True,
    "token revoke": True,
    "webhook list": True,
    "webhook rotate": True,
    "release list": True,
    "release status": True,
    "release show": True,
    "release where": True,
    "release why": True,
    "release plan": True,
    "release timeline": True,
    "release tasks": True,
    "release report": True,
    "release notes": True,
    "release activity": True,
    "release start": True,
    "release edit": True,
    "release target": True,
    "release calendar": True,
    "release freezes": True,
    "release freeze": True,
    "release end-freeze": True,
    "release ask-exception": True,
    "release grant-exception": True,
    "release decline-exception": True,
    "release captains": True,
    "release captain": True,
    "release hold": True,
    "release archive": True,
    "release resume": True,
    "release retry": True,
    "release skip": True,
    "release done": True,
    "release cycle": True,
    "release slot": True,
    "release pick": True,
    "release build": True,
    "release approve": True,
    "release reject": True,
    "release accept-pick": True,
    "release decline-pick": True,
    "release move-slot": True,
    "release remove-slot": True,
    "release abandon-cycle": True,
    "release stores": True,
    "release health": True,
    "release rollout": True,
    "release overrule": True,
    "release halt": True,
    "release finish": True,
    "release trains": True,
    "release train": True,
    "release add-train": True,
    "release edit-train": True,
    "release pause-train": True,
    "release resume-train": True,
    "release skip-train": True,
    "release restore-train": True,
    "release remove-train": True,
    "release upload-build": True,
    "release fetch-build": True,
    "release me": True,
    "release login": True,
    "release forget-login": True,
    "release delegate": True,
    "release deputies": True,
    "release end-delegation": True,
    "release roles": True,
    "release grant-role": True,
    "release revoke-role": True,
    "release rehearse": True,
    "release evidence": True,
    "doctor": False,
    "capacity": False,
    "metrics": False,
    "configure": True,
    "import": True,
    "grant": True,
    "evidence": True,
    "audit": True,
    "backup": False,
    "restore": False,
    "restored": False,
    "settings": False,
    "openapi": False,
    "providers": False,
}
"""Every word, and whether it works on one workspace, which must be named then."""


def _words(of: argparse.ArgumentParser, before: str = "") -> Iterator[tuple[str, argparse.ArgumentParser]]:
    groups = [a for a in of._actions if isinstance(a, argparse._SubParsersAction)]
    if not groups:
        yield before, of
    for group in groups:
        for word, inner in group.choices.items():
            yield from _words(inner, f"{before} {word}".strip())


def test_every_word_is_in_the_table(record_property: Callable[[str, object], None]) -> None:
    """A new word must say whether it works on a workspace; one that does can't guess which."""
    found = {}
    for word, inner in _words(parser(whole=True)):
        tenant = next((a for a in inner._actions if "--tenant" in a.option_strings), None)
        found[word] = tenant is not None
    assert found == WORDS
    record_property(PROPERTY, ("words of the command line", len(WORDS)))


def test_an_operator_is_no_person() -> None:
    """What is done there is told as done by the command line, and by nobody's Slack account."""
    assert CLI.kind is ActorKind.SYSTEM
    assert not CLI.is_person


ELSEWHERE = {
    "help": "release list",  # `--help` is behind every word
    "config": "configure",
    "connect": "connect",
    "token": "token create",
}
"""Words of `/release` that stand under another name, or beside `release`."""


def test_what_people_type_in_slack_a_shell_can_do() -> None:
    """Every word of `/release` is one of the command line: by its own name, or by the one that stands here."""
    assert {ELSEWHERE.get(each.word, f"release {each.word}") for each in SLACK} <= set(WORDS)

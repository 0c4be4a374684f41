"""Everything that the services raise has words with a remedy, or is on a list that says why it needs none."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator

import orchestration
from bot.errors import INTERNAL, words_for
from orchestration.domain.errors import DomainError, Invalid, NotNow, Problem
from orchestration.ports.errors import AlreadyDifferent, NeedsCredentials, PortError, Refused, TryLater
from orchestration.services.read_release import Ambiguous
from tests.support.releases import Journey

_REMEDIES = ("again", "`/release", "ask", "Ask", "Name", "Look")


def _raised() -> Iterator[type[Exception]]:
    """Every exception that the engine defines."""
    for module in pkgutil.walk_packages(orchestration.__path__, "orchestration."):
        found = importlib.import_module(module.name)
        for _, kind in inspect.getmembers(found, inspect.isclass):
            if issubclass(kind, Exception) and kind.__module__ == module.name:
                yield kind


def test_every_error_of_the_engine_has_words_or_a_reason_why_not() -> None:
    """A new one fails here until it is in the table; what is on the list of the others is still there."""
    kinds = set(_raised())
    with_words_of_their_own = {k for k in kinds if issubclass(k, DomainError | PortError)}
    others = kinds - with_words_of_their_own - {Ambiguous}
    told = {kind for kind in others if words_for(kind()) is not None}
    silent = {kind.__name__ for kind in others - told}
    assert silent == set(INTERNAL) - {kind.__name__ for kind in with_words_of_their_own}
    assert all(INTERNAL.values())


def test_every_sentence_of_the_table_says_what_to_do() -> None:
    """What happened, and a word to type or an act."""
    for kind in _raised():
        if not issubclass(kind, DomainError | PortError) and kind is not Ambiguous:
            said = words_for(kind())
            assert said is None or any(remedy in said for remedy in _REMEDIES), kind


def test_several_releases_are_named_to_choose_from() -> None:
    """The choice is the remedy."""
    release = Journey().release
    said = words_for(Ambiguous((release, release)))
    assert said is not None
    assert said.count(f"`{release.id}`") == 2


def test_a_refusal_tells_its_own_reason() -> None:
    """All problems at once; transient trouble asks for patience; a fault of ours has no words but a reference."""
    problems = [Problem(field="a", message="One"), Problem(field="b", message="Two")]
    assert words_for(Invalid(problems)) == "• One\n• Two"
    assert words_for(NotNow("Not yet")) == "Not yet"
    assert "try again" in (words_for(TryLater("Slack is away")) or "")
    for error in (NeedsCredentials("No token"), Refused("No such branch")):
        assert words_for(error) == error.reason
    different = AlreadyDifferent("The tag", expected="a", found="b")
    assert words_for(different) == different.reason
    assert words_for(KeyError("x")) is None

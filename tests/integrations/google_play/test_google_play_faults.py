"""R7 for Google Play: every request of every verb, spoiled in every way, ends in the right port error; and the repeat
leaves exactly one effect (R2)."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from integrations.answers import Answer
from integrations.breaker import Breakers
from integrations.choices import Asked
from integrations.egress import Egress
from integrations.google_play.choices import read_tracks
from integrations.http import Http
from orchestration.ports.errors import PortError, TryLater
from sandbox.kit import FaultKind
from tests.integrations.google_play.google_play_rig import GooglePlayRig, build, google_play_rig, judge
from tests.support.troubles import HTTP_TROUBLES, JSON, Trouble, after_effect

PATIENCE = 1.0  # seconds, for the request that is spoiled; the others have all the time of a busy machine
MINUTE = timedelta(minutes=1)
REPEATS = 3  # a reading is asked again twice where the trouble may pass
PASSING = frozenset({"502 after success", "reset before", "reset after"})


Verb = Callable[[GooglePlayRig, Http], Awaitable[object]]


@dataclass(frozen=True, kw_only=True)
class Step:
    """One request of a verb. `making`: it is the one with an effect; `in_edit`: a conflict in it redoes the edit."""

    verb: Verb
    method: str
    path: str
    making: bool = False
    in_edit: bool = False
    harmless: bool = False

    def passes(self, trouble: Trouble) -> bool:
        """Whether the verb copes with a trouble by itself: a token is renewed, an edit redone or left to expire."""
        return self.harmless or trouble.name == "401" or (self.in_edit and trouble.name == "409")


def _find(rig: GooglePlayRig, http: Http) -> Awaitable[object]:
    return rig.another(http=http).find_build(version="1.2.0", number=None, not_before=None)


def _tracks(rig: GooglePlayRig, http: Http) -> Awaitable[object]:
    return read_tracks(rig.settings(), rig.secrets(), replace(rig.edge(), http=http), Asked())


def _share(rig: GooglePlayRig, http: Http) -> Awaitable[object]:
    return rig.another(http=http).share_with_testers(build(), group="internal")


RELEASES = "/tracks/internal/releases$"
STEPS = {
    "find": Step(verb=_find, method="GET", path=RELEASES),
    "tracks: open": Step(verb=_tracks, method="POST", path="/edits$"),
    "tracks: read": Step(verb=_tracks, method="GET", path="/tracks$"),
    "tracks: delete": Step(verb=_tracks, method="DELETE", path="/edits/", harmless=True),
    "share: look": Step(verb=_share, method="GET", path=RELEASES),
    "share: open": Step(verb=_share, method="POST", path="/edits$", in_edit=True),
    "share: read": Step(verb=_share, method="GET", path="/tracks/internal$", in_edit=True),
    "share: write": Step(verb=_share, method="PUT", path="/tracks/internal$", in_edit=True),
    "share": Step(verb=_share, method="POST", path=":commit", making=True, in_edit=True),
}
CHANGED: Mapping[str, dict[str, Any]] = {
    "409": {"error": TryLater},  # "concurrentUpdate": Google says to ask again
    "429 that does not": {"after": MINUTE},  # quotas are per minute
    "429 with nonsense": {"after": MINUTE},
}
TROUBLES = (
    *(replace(trouble, **CHANGED.get(trouble.name, {})) for trouble in HTTP_TROUBLES),
    Trouble(
        name="an internal error in Google's form",
        status=500,
        headers=JSON,
        body=json.dumps(
            {"error": {"code": 500, "message": "Internal error encountered.", "status": "INTERNAL"}}
        ),
        unsure=True,
        words="Internal error",
    ),
    after_effect("an error of another shape", 500, '{"error": "no"}'),
    after_effect("nothing in it", 200, '{"id": ""}'),
)
READS_ANYTHING = frozenset({"nothing in it"})
"""A list that is missing is an empty one for Google, so this says nothing at all where a list is read."""

QUICK = frozenset({"403", "409", "429 that does not", "502 after success", "reset after", "null"})
CASES = [
    pytest.param(
        STEPS[what],
        trouble,
        id=f"{what}-{trouble.name}".replace(" ", "_"),
        marks=() if trouble.name in QUICK and what == "share" else pytest.mark.slow,
    )
    for what in STEPS
    for trouble in TROUBLES
    if not (trouble.name in READS_ANYTHING and STEPS[what].method == "GET" and what != "share: read")
]


class Impatient(Http):
    """A client that waits less for the answer to one request."""

    step: Step

    async def request(self, method: str, url: str, **options: Any) -> Answer:
        """As ever, but for that request."""
        path = self.step.path.removesuffix("$")
        hurried = (
            method == self.step.method
            and path in url
            and (not self.step.path.endswith("$") or url.endswith(path))
        )
        return await super().request(method, url, timeout=PATIENCE if hurried else None, **options)


def _ground(rig: GooglePlayRig) -> None:
    """A build with testers, another in the library."""
    rig.app.upload(41, "1.2.0", track="internal")
    rig.app.upload(42, "1.2.0")


@pytest.mark.parametrize(("step", "trouble"), CASES)
async def test_trouble_with_google_play_becomes_a_port_error_and_the_repeat_one_effect(
    step: Step, trouble: Trouble
) -> None:
    """The error says what to do next and whether the effect may be there; the commit was sent once, and the repeat
    finds what the first attempt left, or makes it."""
    async with google_play_rig() as rig:
        _ground(rig)
        http = Impatient(egress=Egress(["127.0.0.1"]), breakers=Breakers(clock=rig.clock), clock=rig.clock)
        http.step = step
        asker = http if trouble.slow else rig.http
        times = REPEATS if trouble.name in PASSING and step.method == "GET" else 1
        rig.simulator.fault(method=step.method, path=step.path, **{**trouble.fault, "times": times})
        if step.passes(trouble):
            await step.verb(rig, asker)
        else:
            with pytest.raises(PortError) as caught:
                await step.verb(rig, asker)
            error = caught.value
            assert isinstance(error, trouble.error)
            assert trouble.words in error.reason
            if isinstance(error, TryLater):
                assert (error.after, error.maybe_done) == (trouble.after, trouble.unsure and step.making)
            assert len(rig.asked(":commit")) <= int(step.making)
        await http.close()
        rig.simulator.faults.clear()
        rig.rest()
        await step.verb(rig, rig.http)
        assert rig.tellings() == int(step.verb is _share)
        assert judge(rig.simulator.record) > 0


@pytest.mark.parametrize("verb", [_find, _tracks, _share])
async def test_no_google_at_home_is_surely_not_done(verb: Verb) -> None:
    """A connection that was refused had no effect, whatever was to be made."""
    async with google_play_rig() as rig:
        await rig.simulator.stop()
        with pytest.raises(TryLater) as caught:
            await verb(rig, rig.http)
        assert not caught.value.maybe_done


async def test_a_commit_that_was_in_doubt_leaves_its_edit_alone() -> None:
    """It may be at work still: the edit is not deleted under it. The next try looks first and finds the build."""
    async with google_play_rig() as rig:
        _ground(rig)
        rig.simulator.fault(path=":commit", kind=FaultKind.DROP_AFTER)
        with pytest.raises(TryLater) as caught:
            await rig.store.share_with_testers(build(), group="internal")
        assert caught.value.maybe_done
        assert rig.asked("/edits/", "DELETE") == []
        await rig.another().share_with_testers(build(), group="internal")
        assert (rig.tellings(), rig.app.commits, len(rig.app.edits)) == (1, 1, 1)

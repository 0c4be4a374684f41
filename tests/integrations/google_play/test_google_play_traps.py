"""What is known to go wrong with Google Play's edits, one rule each."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from aiohttp import web

from integrations.google_play.edits import ATTEMPTS
from integrations.google_play.settings import GooglePlaySettings
from orchestration.ports.errors import Refused, TryLater
from orchestration.ports.making import TooLate, making_while
from sandbox.google_play import PACKAGE, Release
from sandbox.kit import Moment
from tests.integrations.google_play.google_play_rig import GooglePlayRig, build, judged_rig

CHANGED = "POST", "GET", "PUT", "POST"


@pytest.fixture
async def rig() -> AsyncIterator[GooglePlayRig]:
    """An app with a build in its library and an older one with testers. At the end, all that was said is judged."""
    async with judged_rig() as made:
        made.app.upload(41, "1.1.0", track="internal")
        made.app.upload(42, "1.2.0")
        yield made


@dataclass(kw_only=True)
class Once:
    """A hook: right before the next request whose path ends so is answered, something happens; `times` times."""

    ending: str
    act: Callable[[], None]
    method: str = "POST"
    times: int = 1

    async def __call__(self, moment: Moment, asked: web.Request) -> None:
        """Let it happen."""
        fits = asked.method == self.method and asked.path.endswith(self.ending)
        if moment is Moment.ARRIVED and fits and self.times:
            self.times -= 1
            self.act()


async def test_an_edit_is_opened_late_and_committed_soon(rig: GooglePlayRig) -> None:
    """Looked for without one; then four requests in a row, no more, and the build is with the testers."""
    shared = await rig.store.share_with_testers(build(), group="internal")
    assert [e.method for e in rig.simulator.record if "/edits" in e.path] == list(CHANGED)
    assert rig.on("internal") == [42]
    assert shared.testers_url == f"https://play.google.com/apps/testing/{PACKAGE}"


async def test_what_testers_have_already_opens_no_edit(rig: GooglePlayRig) -> None:
    """Opening one would end the edit in which CI is uploading: a second giving only looks."""
    await rig.store.share_with_testers(build(), group="internal")
    before = len(rig.asked("/edits"))
    await rig.another().share_with_testers(build(), group="internal")
    assert len(rig.asked("/edits")) == before
    assert rig.tellings() == 1


@pytest.mark.parametrize("why", ["deleted", "expired", "outside"])
@pytest.mark.parametrize(
    ("method", "ending"), [("GET", "/tracks/internal"), ("PUT", "/internal"), ("POST", ":commit")]
)
async def test_an_edit_that_was_ended_is_redone_from_its_start(
    rig: GooglePlayRig, why: str, method: str, ending: str
) -> None:
    """Whoever ended it, in whatever words Google says so: the track is read anew, so nobody's change is lost."""

    def person() -> None:
        draft = {"name": "by hand", "status": "draft", "versionCodes": []}
        rig.app.tracks["internal"].append(Release(body=draft, lifecycle="DRAFT"))
        rig.app.end_edits(why)

    rig.simulator.hooks.append(Once(method=method, ending=ending, act=person))
    await rig.store.share_with_testers(build(), group="internal")
    assert rig.on("internal") == [42]
    assert "by hand" in [body.get("name") for body in rig.bodies("internal")]
    assert (rig.app.commits, rig.tellings(), len(rig.slept)) == (1, 1, 1)


@pytest.mark.parametrize(
    ("status", "message", "reason"),
    [
        (409, "", "concurrentUpdate"),
        (410, "This Edit has been deleted.", "editDeleted"),
        (404, "Edit not found.", "editNotFound"),
        (400, "This edit has already been successfully committed, please create a new Edit.", ""),
    ],
)
async def test_other_words_for_a_conflict_are_known_too(
    rig: GooglePlayRig, status: int, message: str, reason: str
) -> None:
    """409 is what the reference says, 410 and 404 what was seen: nothing was done, so it is redone."""
    body = json.dumps({"error": {"code": status, "message": message, "errors": [{"reason": reason}]}})
    rig.simulator.fault(method="POST", path=":commit", status=status, body=body)
    await rig.store.share_with_testers(build(), group="internal")
    assert (rig.on("internal"), rig.tellings()) == ([42], 1)


async def test_redoing_has_an_end(rig: GooglePlayRig) -> None:
    """Where somebody keeps changing the app, we come back later; surely nothing was done, and the pauses grow."""
    rig.simulator.hooks.append(Once(method="PUT", ending="/internal", act=rig.app.end_edits, times=99))
    with pytest.raises(TryLater) as caught:
        await rig.store.share_with_testers(build(), group="internal")
    assert (caught.value.after, caught.value.maybe_done) == (timedelta(minutes=1), False)
    assert len(rig.asked("/edits?", "POST")) == ATTEMPTS
    assert rig.slept == [1.0, 2.0]
    assert rig.on("internal") == [41]


async def test_one_process_changes_one_thing_at_a_time(rig: GooglePlayRig) -> None:
    """Two givings at once queue up: neither ends the other's edit."""
    await asyncio.gather(
        *(rig.store.share_with_testers(build(), group=track) for track in ("internal", "alpha"))
    )
    assert (rig.on("internal"), rig.on("alpha")) == ([42], [42])
    assert (len(rig.app.edits), rig.slept) == (2, [])


async def test_two_processes_end_each_others_edits_and_both_get_through(rig: GooglePlayRig) -> None:
    """No lock reaches across processes: the one whose edit was ended redoes it."""
    other = rig.another()
    begun = asyncio.Event()

    async def meanwhile(moment: Moment, asked: web.Request) -> None:
        if moment is Moment.ARRIVED and asked.method == "PUT" and not begun.is_set():
            begun.set()
            await other.share_with_testers(build(), group="alpha")

    rig.simulator.hooks.append(meanwhile)
    await rig.store.share_with_testers(build(), group="internal")
    assert (rig.on("internal"), rig.on("alpha")) == ([42], [42])
    assert (rig.tellings(), len(rig.slept)) == (2, 1)


async def test_a_worker_that_lost_its_work_opens_no_edit(rig: GooglePlayRig) -> None:
    """It would end the edit of the worker that took the work over."""
    with making_while(lambda: False), pytest.raises(TooLate):
        await rig.store.share_with_testers(build(), group="internal")
    assert rig.asked("/edits") == []


async def test_changes_are_sent_for_review_unless_google_says_otherwise(rig: GooglePlayRig) -> None:
    """changesNotSentForReview must not be set where changes are sent automatically, so it is left out."""
    shared = await rig.store.share_with_testers(build(), group="internal")
    (commit,) = rig.asked(":commit")
    assert "changesNotSentForReview" not in commit.query
    assert shared.detail == "on the track internal"


async def test_after_a_rejection_changes_wait_for_a_person(rig: GooglePlayRig) -> None:
    """The first 400 asks for changesNotSentForReview: the same edit is committed with it, and people are told."""
    rig.app.rejected = True
    shared = await rig.store.share_with_testers(build(), group="internal")
    assert ["changesNotSentForReview=true" in e.query for e in rig.asked(":commit")] == [False, True]
    assert (len(rig.app.edits), rig.app.commits) == (1, 1)
    assert shared.detail is not None
    assert "Publishing overview" in shared.detail
    assert await rig.store.share_with_testers(build(), group="internal") == shared
    assert rig.app.commits == 1


async def test_the_opposite_400_takes_the_parameter_back(rig: GooglePlayRig) -> None:
    """Approved between the two commits: the whole edit is redone, without the parameter."""
    rig.app.rejected = True

    def approved() -> None:
        rig.app.rejected = len(rig.asked(":commit")) == 0

    rig.simulator.hooks.append(Once(ending=":commit", act=approved, times=2))
    await rig.store.share_with_testers(build(), group="internal")
    assert ["changesNotSentForReview" in e.query for e in rig.asked(":commit")] == [False, True, False]
    assert (rig.on("internal"), rig.app.commits) == ([42], 1)


async def test_changes_in_review_are_never_pulled_back(rig: GooglePlayRig) -> None:
    """A commit cancels the review and submits all anew, by default: ours is refused instead, and people are told."""
    rig.app.in_review = True
    with pytest.raises(Refused) as caught:
        await rig.store.share_with_testers(build(), group="internal")
    assert "in review" in caught.value.reason
    assert (rig.app.pulled_back, rig.on("internal")) == (0, [41])
    assert rig.asked("/edits/", "DELETE")
    rig.app.in_review = False
    rig.app.rejected = True
    await rig.store.share_with_testers(build(), group="internal")
    assert all("changesInReviewBehavior=ERROR_IF_IN_REVIEW" in e.query for e in rig.asked(":commit"))


async def test_the_other_releases_of_a_track_are_kept(rig: GooglePlayRig) -> None:
    """tracks.update replaces the whole list: drafts go back as they came, with every field."""
    rig.app.upload(40, "1.0.0")
    notes = [{"language": "de-DE", "text": "Neu"}]
    draft = {"name": "next", "status": "draft", "versionCodes": ["40"], "inAppUpdatePriority": 3}
    told = {"name": "told", "status": "draft", "versionCodes": ["40"], "releaseNotes": notes}
    bare = {"name": "begun", "status": "draft"}
    rig.app.tracks["internal"] += [Release(body=body, lifecycle="DRAFT") for body in (draft, told, bare)]
    await rig.store.share_with_testers(build(), group="internal")
    assert rig.bodies("internal") == [
        draft,
        told,
        bare,
        {"name": "1.2.0", "versionCodes": ["42"], "status": "completed"},
    ]


@pytest.mark.parametrize("status", ["inProgress", "halted"])
async def test_an_older_staged_release_of_a_testing_track_makes_room(rig: GooglePlayRig, status: str) -> None:
    """No device would get it any more, and Google refuses a track with such a release."""
    rig.app.upload(40, "1.0.0")
    body = {"name": "s", "status": status, "versionCodes": ["40"], "userFraction": 0.5}
    rig.app.tracks["internal"].append(Release(body=body, lifecycle="PUBLISHED"))
    await rig.store.share_with_testers(build(), group="internal")
    assert [(b["versionCodes"], b["status"]) for b in rig.bodies("internal")] == [(["42"], "completed")]


async def test_a_draft_of_the_build_becomes_its_release(rig: GooglePlayRig) -> None:
    """What CI prepared is rolled out with its name and notes; it is not beside it a second time."""
    notes = [{"language": "en-US", "text": "Faster"}]
    rig.app.upload(42, "1.2.0", track="internal", status="draft", releaseNotes=notes)
    await rig.store.share_with_testers(build(), group="internal")
    (body,) = rig.bodies("internal")
    assert (body["name"], body["status"], body["releaseNotes"]) == ("42 (1.2.0)", "completed", notes)


async def test_version_codes_are_texts(rig: GooglePlayRig) -> None:
    """Numbers in one place, texts in another: a release is written with texts."""
    await rig.store.share_with_testers(build(), group="internal")
    (put,) = rig.asked("/tracks/internal", "PUT")
    assert json.loads(put.request_body)["releases"] == [{"versionCodes": ["42"], "status": "completed"}]


async def test_testers_never_go_back(rig: GooglePlayRig) -> None:
    """No device takes a lower version code: a person is told, and the newer build stays."""
    rig.app.upload(43, "1.3.0", track="internal")
    with pytest.raises(Refused) as caught:
        await rig.store.share_with_testers(build(), group="internal")
    assert "43" in caught.value.reason
    assert rig.on("internal") == [43]


@pytest.mark.parametrize("track", ["production", "Production", "wear:production"])
async def test_production_is_never_touched(rig: GooglePlayRig, track: str) -> None:
    """Neither as a group, nor as the testing track of the settings; nothing is even asked."""
    with pytest.raises(Refused):
        await rig.store.share_with_testers(build(), group=track)
    with pytest.raises(ValueError, match="testing track"):
        GooglePlaySettings(package_name=PACKAGE, track=track)
    assert rig.simulator.record == []

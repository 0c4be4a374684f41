"""Files of builds over REST: sent, kept whole and bounded, read by those who may, and gone with their release."""

import os
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from aiohttp import ClientSession

from bot.api.v1 import build_uploads
from bot.build_files import BuildFiles, named_in
from orchestration.domain.snapshot import BuildMode
from tests.rest.file_digest import digest_of
from tests.rest.rest_rig import TENANT, Reply, rest_on
from tests.rest.test_release_words import Typed, typed
from tests.rest.test_rest_journey import ROOM, Story, started
from tests.support.databases import open_store
from tests.support.engine import Bench
from tests.support.rehearsed import ANN, Company, found, snapshot

__all__ = ["typed"]

APP = b"PK\x03\x04" + b"an app" * 40_000
WANTED = "name=app-release.apk&kind=PRE_REGRESSION&pair=ANDROID-PLAY_STORE"


@pytest.fixture
async def story(sqlite_url: str) -> AsyncIterator[Story]:
    """A release whose builds people make; requests carry the token of a CI job."""
    company = Company()
    store = open_store(sqlite_url)
    async with rest_on(store, ports=company.ports()) as rest:
        bench = Bench(store=store, clock=rest.clock, engine=rest.engine, ports=company.ports())  # type: ignore[arg-type]  # a clock is a clock
        await found(bench, snapshot(build_mode=BuildMode.MANUAL))
        rest.token = await rest.issue("read", "release:write", "build:report")
        yield Story(rest=rest, bench=bench, company=company, refusing=[False])
    await store.close()


async def waiting(story: Story) -> str:
    """The path of a release whose first builds are waited for."""
    one = f"/releases/{await started(story)}"
    await story.live(steps=3, minutes=1)
    return one


async def send(story: Story, one: str, query: str = WANTED, data: bytes = APP, **headers: Any) -> Reply:
    """Upload a file."""
    sent = {"Content_Type": "application/octet-stream", "Content_Digest": digest_of(data), **headers}
    return await story.rest.ask("POST", f"{ROOM}{one}/build-files?{query}", data=data, **sent)


def lying(story: Story) -> list[Path]:
    """Everything in the folder."""
    return files_in(folder(story))


def files_in(place: Path) -> list[Path]:
    """All files below a folder."""
    return [path for path in place.rglob("*") if path.is_file()]


def folder(story: Story) -> Path:
    """Where files are kept."""
    return story.rest.files._folder


async def test_a_file_is_the_build_that_was_waited_for(story: Story) -> None:
    """The task is done, the build shows name, size and digest, and the file comes back byte by byte."""
    one = await waiting(story)
    made = await send(story, one, Idempotency_Key="job-7")
    assert made.status == 201, made.text
    (file,) = made.body["uploads"]
    assert (made.body["state"], made.body["files"]) == ("READY", [])
    assert (file["name"], file["size"]) == ("app-release.apk", len(APP))
    where = f"{story.rest.url}{ROOM}{one}/build-files/{file['file']}"
    async with ClientSession() as session:
        async with session.get(where) as closed:
            assert closed.status == 401
        ci = await story.rest.issue("build:report")
        async with session.get(where, headers={"Authorization": f"Bearer {ci}"}) as closed:
            assert closed.status == 403
        async with session.get(where, headers={"Authorization": f"Bearer {story.rest.token}"}) as answer:
            assert (answer.status, await answer.read()) == (200, APP)
            assert answer.headers["Content-Type"] == "application/octet-stream"
            assert answer.headers["Content-Disposition"] == "attachment; filename*=UTF-8''app-release.apk"
            assert answer.headers["Content-Digest"] == digest_of(APP)
    again = await send(story, one, Idempotency_Key="job-7")
    assert (again.body, again.headers["Idempotent-Replayed"]) == (made.body, "true")
    assert len(lying(story)) == 1
    assert [path.stat().st_mode & 0o777 for path in lying(story)] == [0o600]
    task = next(
        t for t in (await story.ask("GET", f"{one}/tasks")).body["items"] if t["name"] == made.body["task"]
    )
    assert task["state"] == "SUCCEEDED"


@pytest.mark.parametrize(
    ("query", "place"),
    [
        (WANTED.replace(".apk", ".exe"), "name"),
        (WANTED.replace("app-release", "..%2Fapp"), "name"),
        (WANTED.replace("PRE_REGRESSION", "AUTOMATION"), "kind"),
        (WANTED.replace("ANDROID-PLAY_STORE", "NOKIA"), "pair"),
        (f"{WANTED}&number=a%20b", "number"),
    ],
)
async def test_parameters_that_say_nothing_are_refused(story: Story, query: str, place: str) -> None:
    """400 at the parameter; a path in a name is no name."""
    refused = await send(story, await waiting(story), query)
    assert (refused.status, set(refused.places)) == (400, {place})
    assert lying(story) == []


async def test_what_is_not_what_was_sent_is_not_kept(story: Story) -> None:
    """Another digest, none, another kind of file, nothing at all, or too much: refused, and nothing stays."""
    one = await waiting(story)
    other = await send(story, one, Content_Digest=digest_of(b"another"))
    assert (other.status, set(other.places)) == (422, {"Content-Digest"})
    for wrong in ("", "md5=:AAAA:", "sha-256=:AAAA:"):
        none = await send(story, one, Content_Digest=wrong)
        assert (none.status, set(none.places)) == (400, {"Content-Digest"})
    page = await send(story, one, data=b"<html>Please sign in</html>")
    assert (page.status, set(page.places)) == (422, {"name"})
    empty = await send(story, one, data=b"")
    assert empty.status == 422
    assert (await send(story, one, Content_Type="application/json")).status == 415
    story.rest.files.most = len(APP)
    assert (await send(story, one, data=APP + b"!")).status == 413
    assert lying(story) == []
    assert (await send(story, one)).status == 201


async def test_a_file_without_an_end_is_cut_off(story: Story) -> None:
    """B-47: sent in pieces, without a length: it is refused as soon as it is too large, and nothing of it stays."""
    one = await waiting(story)

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(1000):
            yield b"PK" + bytes(65_534)

    headers = {
        "Authorization": f"Bearer {story.rest.token}",
        "Content-Type": "application/octet-stream",
        "Content-Digest": digest_of(b"x"),
    }
    where = f"{story.rest.url}{ROOM}{one}/build-files?{WANTED}"
    async with ClientSession() as session:
        try:
            async with session.post(where, data=endless(), headers=headers) as answer:
                assert answer.status == 413
        except ConnectionError:
            # The server hung up while we still sent, as it may.
            assert lying(story) == []
    assert lying(story) == []


async def test_nobody_fills_the_folder(story: Story) -> None:
    """A file that no task waits for is refused before it is read; so is one for which there is no room."""
    one = await waiting(story)
    assert (await send(story, one)).status == 201
    with patch.object(BuildFiles, "keep", side_effect=AssertionError("it was read")):
        twice = await send(story, one)
        assert twice.status == 409
        store_bound = WANTED.replace("PRE_REGRESSION", "AAB").replace(".apk", ".aab")
        assert (await send(story, one, store_bound)).status == 409
    (folder(story) / TENANT / "REL-OTHER").mkdir()
    (folder(story) / TENANT / "REL-OTHER" / "X").write_bytes(bytes(3 * 2**20))
    ios = WANTED.replace("ANDROID-PLAY_STORE", "IOS-APP_STORE").replace(".apk", ".ipa")
    full = await send(story, one, ios)
    assert (full.status, "no room" in full.body["detail"]) == (409, True)
    assert len(lying(story)) == 2


async def test_a_file_whose_build_is_refused_does_not_stay(story: Story) -> None:
    """The task was done by somebody else while the file came."""
    one = await waiting(story)
    assert (await send(story, one)).status == 201

    async def nothing(*_args: object, **_more: object) -> None:
        return None

    with patch.object(build_uploads, "require_waiting", nothing):
        late = await send(story, one)
    assert late.status == 409
    assert len(lying(story)) == 1


async def test_files_go_with_their_release(story: Story) -> None:
    """What a running release names stays, however old; what nobody names goes after a day; the rest after its time."""
    one = await waiting(story)
    assert (await send(story, one)).status == 201
    (kept,) = lying(story)
    stray = kept.with_name("STRAY")
    stray.write_bytes(b"x")
    now, keep = story.rest.clock.now(), timedelta(days=30)
    for path in (kept, stray):
        os.utime(path, (now.timestamp(), now.timestamp()))
    files, named = story.rest.files, named_in(story.rest.engine)
    assert await files.sweep(named, now=now + timedelta(hours=23), keep=keep) == 0
    assert await files.sweep(named, now=now + timedelta(days=90), keep=keep) == 1
    assert lying(story) == [kept]
    ann = await story.rest.own(ANN.id, "release:write")
    assert (await story.ask("POST", f"{one}/archive", {"reason": "Enough"}, token=ann)).status == 200
    assert await files.sweep(named, now=now + timedelta(days=29), keep=keep) == 0
    assert await files.sweep(named, now=now + timedelta(days=31), keep=keep) == 1
    assert list((folder(story) / TENANT).iterdir()) == []
    (file,) = [f for b in (await story.ask("GET", f"{one}/builds")).body["items"] for f in b["uploads"]]
    assert (await story.ask("GET", f"{one}/build-files/{file['file']}")).status == 404


async def test_a_server_may_take_no_files(story: Story) -> None:
    """0 megabytes: the answer says how to tell of a build then."""
    story.rest.files.most = 0
    refused = await send(story, await waiting(story))
    assert refused.status == 409
    assert "by its number or a link" in refused.body["detail"]


async def test_a_file_by_words(
    story: Story, typed: Typed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A CI job sends it with its token alone; who may read the release gets the same bytes back."""
    one = await waiting(story)
    release = one.rpartition("/")[2]
    file, back = tmp_path / "app.apk", tmp_path / "back.apk"
    ci = await story.rest.issue("build:report")
    words = ["upload-build", release, "PRE_REGRESSION", "ANDROID-PLAY_STORE", str(file)]
    assert await typed(*words, token=ci) == 2
    assert "can't be read" in capsys.readouterr().err
    file.write_bytes(APP)
    assert await typed(*words, token=ci) == 0
    assert "PRE_REGRESSION build of ANDROID-PLAY_STORE: READY" in capsys.readouterr().out
    assert await typed(*words, token=ci) == 1
    assert await typed("fetch-build", release, "other.apk", str(back)) == 2
    assert "(app.apk)" in capsys.readouterr().err
    assert await typed("fetch-build", "2.14.0", "app.apk", str(back)) == 0
    assert back.read_bytes() == APP
    (kept,) = lying(story)
    kept.write_bytes(b"tampered")
    assert await typed("fetch-build", release, "app.apk", str(tmp_path / "bad.apk")) == 2
    assert sorted(path.name for path in files_in(tmp_path) if ".apk" in path.name) == ["app.apk", "back.apk"]

"""Files of builds over REST: sent by whoever reports the build, and read by whoever may read the release."""

import re
from contextlib import suppress
from urllib.parse import quote

from bot.api.v1 import release_views as views
from bot.api.v1.call import Answer, Call
from bot.api.v1.file_reading import OCTETS, Upload, content_digest
from bot.api.v1.problems import Trouble, Wrong, missing, unprocessable
from bot.api.v1.reading import parameter
from bot.api.v1.releases import found
from bot.build_files import NoArchive, OtherDigest, TooLarge
from orchestration.domain.builds import Artifact, BuildKind
from orchestration.domain.given import BUILD_KINDS, is_file
from orchestration.domain.pairs import Pair
from orchestration.domain.release import Release
from orchestration.services.report_build import Reported, report_build, require_waiting

_KINDS = frozenset(BUILD_KINDS.values())
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+() -]{0,119}")
_NUMBER = re.compile(r"[!-~]{1,60}")
_ID_LENGTH = 20


async def upload_build(call: Call) -> Answer:
    """Give a build to the task that waits for it by sending its file, which is kept here."""
    upload, files = call.upload, call.backend.files
    if upload is None:
        raise missing()
    told = _told(call)
    kept = Artifact(
        name=call.query["name"],
        url="",
        size=0,
        kept=call.engine.chance.code(_ID_LENGTH),
        digest=upload.digest,
    )
    wanted = _with(told, kept)
    await require_waiting(call.engine, call.tenant_id, call.names["id"], wanted, actor=call.actor)
    files.require_room()
    place = (call.tenant_id, call.names["id"])
    size = await _taken(call, upload, place, kept)
    try:
        return await _reported(call, _with(told, _sized(kept, size)))
    except Exception:
        await files.forget(place, kept.kept or "")
        raise


async def _taken(call: Call, upload: Upload, place: tuple[str, str], kept: Artifact) -> int:
    """The bytes of the file, which stands in its place. Trouble: 413, 422 at what does not fit."""
    files = call.backend.files
    if upload.size is not None and upload.size > files.most:
        raise Trouble(status=413, detail=f"The file is larger than {files.most // 2**20} MiB.")
    try:
        done = await files.keep(
            place, kept.name, upload.pieces(), file_id=kept.kept or "", digest=upload.digest
        )
    except TooLarge as error:
        raise Trouble(status=413, detail=str(error)) from None
    except OtherDigest as error:
        raise unprocessable((Wrong(name="Content-Digest", message=str(error)),)) from None
    except NoArchive as error:
        raise unprocessable((Wrong(name="name", message=str(error)),)) from None
    return done.size


async def _reported(call: Call, wanted: Reported) -> Answer:
    def shown(release: Release) -> Answer:
        mine = [b for b in release.builds if set(wanted.files) <= set(b.artifacts)]
        return Answer(status=201, body=views.build(release, mine[-1]))

    change = await report_build(
        call.engine, call.tenant_id, call.names["id"], wanted, actor=call.actor, along=call.along(shown)
    )
    return shown(change.release)


async def download_build(call: Call) -> Answer:
    """The file of a build as it was sent."""
    release = await found(call)
    kept = next(
        (a for build in release.builds for a in build.artifacts if a.kept == call.names["file"]), None
    )
    path = None
    if kept is not None:
        path = call.backend.files.find((call.tenant_id, release.id), kept.kept or "")
    if kept is None or path is None:
        raise missing()
    headers = {
        "Content-Type": OCTETS,
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(kept.name)}",
        "Content-Digest": content_digest(kept.digest or ""),
    }
    return Answer(file=path, headers=headers)


def _told(call: Call) -> Reported:
    """What the parameters say. Trouble: 400 at the first that says nothing."""
    given = call.query
    name, number = given.get("name", ""), given.get("number")
    if _NAME.fullmatch(name) is None or not is_file(name):
        raise parameter("name", "must be a plain file name that ends as builds do, such as app-release.aab")
    if given.get("kind") not in _KINDS:
        raise parameter("kind", f"must be one of {', '.join(sorted(_KINDS))}")
    if number is not None and _NUMBER.fullmatch(number) is None:
        raise parameter("number", "must be at most 60 visible ASCII characters")
    pair = None
    with suppress(ValueError):
        pair = Pair.parse(given.get("pair", ""))
    if pair is None:
        raise parameter("pair", "must be a platform and target, such as IOS-APP_STORE")
    return Reported(kind=BuildKind(given["kind"]), pair=pair, number=number)


def _with(told: Reported, kept: Artifact) -> Reported:
    return Reported(kind=told.kind, pair=told.pair, number=told.number, files=(kept,))


def _sized(kept: Artifact, size: int) -> Artifact:
    return Artifact(name=kept.name, url="", size=size, kept=kept.kept, digest=kept.digest)

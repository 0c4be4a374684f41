"""Words about files of builds: upload-build, fetch-build."""

import argparse
import base64
import hashlib
from pathlib import Path

from bot.releasing.client import Client, place
from bot.releasing.naming import release_path
from bot.releasing.parsing import about
from bot.releasing.saying import complain, say

_PIECE = 2**20


def add_words(words: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Each with its function."""
    upload = about(words, "upload-build", run_upload, "report a build that a task waits for with its file")
    upload.add_argument("kind", choices=["PRE_REGRESSION", "REGRESSION", "TEST_FLIGHT", "AAB"])
    upload.add_argument("pair", help="such as IOS-APP_STORE")
    upload.add_argument("file", type=Path)
    upload.add_argument("--number")
    fetch = about(words, "fetch-build", run_fetch, "write the file of a build that was uploaded")
    fetch.add_argument("file", help="its name, or its id as REST shows it")
    fetch.add_argument("into", type=Path, help="where it is written")


async def run_upload(client: Client, arguments: argparse.Namespace) -> int:
    """By the id alone: a token that only reports builds can't look a version up."""
    file: Path = arguments.file
    try:
        digest = _digest(file)
    except OSError as error:
        return complain(f"{file} can't be read: {error.strerror}.")
    body = await client.upload(
        place("releases", arguments.release) + "/build-files",
        file,
        digest,
        name=file.name,
        kind=arguments.kind,
        pair=arguments.pair,
        number=arguments.number,
    )
    return say(body, [f"{body['kind']} build of {body['pair']}: {body['state']}"], as_json=arguments.json)


async def run_fetch(client: Client, arguments: argparse.Namespace) -> int:
    """Whole, or not at all."""
    release = await release_path(client, arguments.release)
    builds = (await client.get(f"{release}/builds", limit="100"))["items"]
    files = [file for build in builds for file in build["uploads"]]
    fitting = [file for file in files if arguments.file in {file["file"], file["name"]}]
    if len(fitting) != 1:
        choice = ", ".join(f"{file['file']} ({file['name']})" for file in fitting or files) or "none"
        return complain(f"Which file? Those that are kept: {choice}.")
    into: Path = arguments.into
    part = into.with_name(f"{into.name}.part")
    try:
        await client.download(f"{release}{place('build-files', fitting[0]['file'])}", part)
        if _digest(part) != _written(fitting[0]["sha256"]):
            return complain(f"{arguments.file} came otherwise than it was sent: fetch it again.")
        part.replace(into)
    finally:
        part.unlink(missing_ok=True)
    return say(fitting[0], [f"{into}: {fitting[0]['size']} bytes"], as_json=arguments.json)


def _digest(file: Path) -> str:
    """Its SHA-256, as a header says it (RFC 9530)."""
    seen = hashlib.sha256()
    with file.open("rb") as data:
        while piece := data.read(_PIECE):
            seen.update(piece)
    return _written(seen.hexdigest())


def _written(digest: str) -> str:
    return f"sha-256=:{base64.b64encode(bytes.fromhex(digest)).decode()}:"

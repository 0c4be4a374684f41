"""Reads a request strictly: its body within bounds, its parameters, and what it expects to find."""

import base64
import binascii
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from bot.api.v1.problems import Trouble, Wrong

MAX_BODY = 256 * 1024
MOST, USUAL = 100, 50
JSON = "application/json"
HTML = "text/html"
MERGE_PATCH = "application/merge-patch+json"
_DEEPEST = 24
_TAG = re.compile(r'(W/)?"([^"]*)"')
_KEY = re.compile(r"[\x21-\x7e]{1,255}")
# The ids of everything fit; what does not is not there.
_NAME = re.compile(r"[^\x00-\x1f\x7f\ud800-\udfff]{1,200}")
NO_CURSOR = "must be the `next` of an earlier page"
_WORDS = re.compile(r"[^\x00-\x1f\x7f\ud800-\udfff]{0,2000}")


async def read_body(
    request: web.Request, kinds: tuple[str, ...], *, needed: bool
) -> tuple[dict[str, Any], bytes]:
    """The JSON object of the body, and its bytes; an empty one where none is sent or needed. Trouble: 400, 413, 415."""
    if not (needed or request.body_exists):
        return {}, b"{}"
    if request.content_type not in kinds:
        raise Trouble(
            status=415, detail=f"Send {' or '.join(kinds)}.", headers=_accepted(request.method, kinds)
        )
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise Trouble(status=415, detail="Send the body as it is, without a Content-Encoding.")
    if (request.content_length or 0) > MAX_BODY:
        raise _too_large()
    body = b""
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > MAX_BODY:
            raise _too_large()
    return _object(body), body


def _accepted(method: str, kinds: tuple[str, ...]) -> Mapping[str, str]:
    return {"Accept-Patch" if method == "PATCH" else "Accept-Post": ", ".join(kinds)}


def _too_large() -> Trouble:
    return Trouble(status=413, detail=f"The body is larger than {MAX_BODY // 1024} KiB.")


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body.decode(), object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        twice = isinstance(error, _Twice)
        says = str(error) if twice else "is no JSON in UTF-8"
        raise _malformed(says) from None
    if not isinstance(found, dict):
        raise _malformed("must be a JSON object")
    if _too_deep(found):
        raise _malformed(f"is nested more than {_DEEPEST} deep")
    return found


def _malformed(says: str) -> Trouble:
    return Trouble(
        status=400, detail="The body can't be read.", errors=(Wrong(pointer="", message=f"The body {says}"),)
    )


class _Twice(ValueError):
    """A name that stands twice in one object: the later one would win without a word."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _Twice("has a name twice in one object")
    return found


def _no_number(word: str) -> None:
    raise ValueError(word)


def _too_deep(value: object) -> bool:
    level = [value]
    for _ in range(_DEEPEST):
        level = [
            inner
            for each in level
            if isinstance(each, dict | list)
            for inner in (each.values() if isinstance(each, dict) else each)
        ]
        if not level:
            return False
    return True


def merged(target: Any, patch: Any) -> Any:  # noqa: ANN401 - JSON
    """The target after a merge patch (RFC 7396): what is absent stays, null removes."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merged(result.get(name), value)
    return result


def expected(request: web.Request, *, needed: bool) -> frozenset[int] | None:
    """The revisions of `If-Match`; None where any will do. Trouble: 400 where it is none, 428 where it is missing."""
    given = listed(request, "If-Match")
    if given is None:
        if needed:
            raise Trouble(status=428, detail="Send If-Match with the ETag that you read.")
        return None
    if given == "*":
        return None
    tags = _TAG.findall(given)
    if not tags or _TAG.sub("", given).strip(", \t"):
        raise parameter("If-Match", "must be an ETag in quotes, or *")
    # A weak tag never matches here (RFC 9110, 13.1.1), nor does one that we never gave.
    revisions = {int(tag[:18]) for weak, tag in tags if not weak and tag.isascii() and tag.isdigit()}
    return frozenset(revisions)


def listed(request: web.Request, name: str) -> str | None:
    """A header that is a list, which may stand on several lines; None where it is absent."""
    return ",".join(request.headers.getall(name)).strip() if name in request.headers else None


def etag(revision: int) -> str:
    """A revision as a strong ETag."""
    return f'"{revision}"'


def known_already(request: web.Request, tag: str) -> bool:
    """Whether `If-None-Match` names this ETag: the client has it already."""
    given = listed(request, "If-None-Match") or ""
    return given == "*" or tag in (f'"{each}"' for _weak, each in _TAG.findall(given))


def idempotency_key(request: web.Request) -> str | None:
    """The client's own name of a request that it may send again. Trouble: 400."""
    given = request.headers.get("Idempotency-Key")
    if given is not None and _KEY.fullmatch(given) is None:
        raise parameter("Idempotency-Key", "must be 1 to 255 visible ASCII characters")
    return given


def parameter(name: str, message: str) -> Trouble:
    """A parameter or header that can't be read."""
    return Trouble(
        status=400, detail=f"{name} can't be read.", errors=(Wrong(name=name, message=f"{name} {message}"),)
    )


def query(request: web.Request, known: tuple[str, ...]) -> dict[str, str]:
    """The query's parameters, each once and known. Trouble: 400 with all that is wrong."""
    errors = []
    found: dict[str, str] = {}
    for name, value in request.query.items():
        if name not in known:
            errors.append(Wrong(name=name, message=f"{name[:80]!r} is no parameter here"))
        elif name in found:
            errors.append(Wrong(name=name, message=f"{name} stands there twice"))
        elif _WORDS.fullmatch(value) is None:
            errors.append(Wrong(name=name, message=f"{name} must be at most 2000 characters of text"))
        found[name] = value
    if errors:
        raise Trouble(status=400, detail="The parameters can't be read.", errors=tuple(errors))
    return found


def named(text: str) -> bool:
    """Whether a part of a path can be the name of anything."""
    return _NAME.fullmatch(text) is not None


def page_of(items: list[Any], keys: list[str], given: Mapping[str, str]) -> tuple[list[Any], str | None]:
    """A page of what is sorted by `keys`, after the cursor; and where to go on. Trouble: 400."""
    limit, after = _asked(given)
    start = next((n for n, key in enumerate(keys) if after is None or key > after), len(keys))
    end = start + limit
    return items[start:end], paged(keys[end - 1]) if end < len(items) else None


def read_page(given: Mapping[str, str]) -> tuple[int, str | None]:
    """How many at most, and the name behind which the database goes on. Trouble: 400."""
    limit, after = _asked(given)
    if after is not None and _WORDS.fullmatch(after) is None:  # a database stands no zero character
        raise parameter("cursor", NO_CURSOR)
    return limit, after


def _asked(given: Mapping[str, str]) -> tuple[int, str | None]:
    limit = number(given, "limit", usual=USUAL, most=MOST)
    return limit, _read_cursor(given["cursor"]) if "cursor" in given else None


def number(given: Mapping[str, str], name: str, *, usual: int, most: int) -> int:
    """A parameter from 1 to `most`. Trouble: 400. What has more digits than the most is none, whatever they say."""
    text = given.get(name, str(usual))
    whole = text.isascii() and text.isdigit() and len(text) <= len(str(most))
    if not whole or not 1 <= int(text) <= most:
        raise parameter(name, f"must be a number from 1 to {most}")
    return int(text)


def sealed_cursor(text: str, about: str, *, key: str) -> str:
    """A provider's cursor, so that only what we gave comes back: its reader need not stand anything else."""
    return f"{paged(text)}.{_seal(text, about, key)}"


def opened_cursor(sealed: str, about: str, *, key: str) -> str:
    """The provider's cursor again. Trouble: 400."""
    written, _, seal = sealed.rpartition(".")
    text = _read_cursor(written)
    if not hmac.compare_digest(seal.encode(), _seal(text, about, key).encode()):
        raise parameter("cursor", NO_CURSOR)
    return text


def _seal(text: str, about: str, key: str) -> str:
    return hmac.new(key.encode(), f"{about}\0{text}".encode(), hashlib.sha256).hexdigest()[:16]


def paged(name: str) -> str:
    """The cursor behind something of this name."""
    return base64.urlsafe_b64encode(name.encode()).decode().rstrip("=")


def _read_cursor(text: str) -> str:
    try:
        found = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        raise parameter("cursor", NO_CURSOR) from None
    if "\0" in found:  # PostgreSQL's texts know no such character, and no name of ours holds it
        raise parameter("cursor", NO_CURSOR)
    return found

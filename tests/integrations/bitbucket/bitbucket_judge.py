"""Holds exchanges with Bitbucket against its description, which is of about 2023 (contracts/SOURCES.md).

What it does not know is named here: the files of a commit (`src`), the parameters that all lists take, and the bodies
of three exchanges that it tells of in words only.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from sandbox.kit import Exchange
from tests.support.oracle import Oracle, oracle

OF_LISTS = ("page", "pagelen", "ctx", "q", "sort", "include", "exclude")
NOT_DESCRIBED = (r"/src(/|$)", r"^/media/")
IN_WORDS = re.compile(r".*/(refs/branches|downloads)$")
"""Where bodies are described in words only: of the requests that make something, and of the list of Downloads."""


@cache
def _described() -> Oracle:
    return oracle(
        "bitbucket.json",
        fold=("name", "spec"),
        extra_query=OF_LISTS,
        skip=NOT_DESCRIBED,
        undescribed=(400, 403, 404, 409, 410, 429),
    )


def judge(exchanges: Sequence[Exchange]) -> int:
    """Check every exchange that is described and return how many; AssertionError tells what is wrong."""
    return _described().check_all([_as_described(exchange) for exchange in exchanges])


def _as_described(exchange: Exchange) -> Exchange:
    if exchange.status == 429:  # which is plain text
        exchange = replace(exchange, spoiled=True)
    if IN_WORDS.fullmatch(exchange.path):
        listed = exchange.path.endswith("/downloads") and exchange.status == 200
        answer = b"" if listed else exchange.response_body
        exchange = replace(exchange, request_body=b"", response_body=answer)
    if exchange.spoiled or not exchange.response_body.startswith(b"{"):
        return exchange
    return replace(exchange, response_body=json.dumps(_mended(json.loads(exchange.response_body))).encode())


def _mended(data: Any) -> Any:
    """A detail of an error may be an object, a conflict is a status of its own, a side of a difference may be null."""
    if isinstance(data, list):
        return [_mended(each) for each in data]
    if not isinstance(data, Mapping):
        return data
    mended = {key: _mended(value) for key, value in data.items() if value is not None}
    if isinstance(mended.get("detail"), dict):
        mended["detail"] = json.dumps(mended["detail"])
    if mended.get("type") == "diffstat" and "conflict" in mended["status"]:
        mended["status"] = "modified"
    return mended

"""Holds exchanges with GitLab against its description, whose known mistakes are mended first.

The description is not GitLab's own: it is derived from two client libraries (contracts/SOURCES.md), whose types
take for given what GitLab leaves null until it is known.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from sandbox.kit import Exchange
from tests.support.oracle import Oracle, oracle

NOT_JUDGED = re.compile(r"/api/v4/(personal_access_tokens/self|projects(/[^/]+)?)")
"""Answers of which the description demands what GitLab does not send (the token itself), or a project's every
field, though they differ by tier and role. Their requests are judged."""

GIVEN: Mapping[str, Any] = {
    "commit": None,
    "created_at": "",
    "duration": 0,
    "expires_at": "",
    "artifacts_expire_at": "",
    "file_format": "",
    "coverage": "",
    "committed_at": "",
    "finished_at": "",
    "last_pipeline": {"id": 0, "ref": "", "sha": "", "status": ""},
    "name": "",
    "queued_duration": 0,
    "release": {"tag_name": "", "description": None},
    "started_at": "",
    "status": "",
    "yaml_errors": "",
    "runner": {
        **dict.fromkeys(("description", "ip_address", "name"), ""),
        **dict.fromkeys(("paused", "is_shared", "online"), False),
        "id": 0,
        "runner_type": "project_type",
        "status": "online",
    },
}
"""What is put in the place of a null."""

LATER_STATUSES = frozenset({"conflict", "need_rebase"})
"""What GitLab's documentation of merge requests lists and the description, which is older there, does not."""

_TEXTS = (
    "avatar_url confirmed_at created_at email last_activity_on last_sign_in_at name state username web_url"
)
_FLAGS = "bot can_create_group can_create_project external two_factor_enabled"
_NULLS = (
    "bio created_by current_sign_in_at discord followers following identities is_admin is_followed job_title "
    "linkedin local_time location locked namespace_id note organization private_profile pronouns public_email "
    "skype twitter website_url work_information"
)
USER_OF_JOB = {
    **dict.fromkeys(_TEXTS.split(), ""),
    **dict.fromkeys(_FLAGS.split(), False),
    **dict.fromkeys(("id", "color_scheme_id", "projects_limit", "theme_id"), 0),
    **dict.fromkeys(_NULLS.split()),
}
"""A job's user is a short one; the description has an administrator's view of an account there."""


@cache
def _described() -> Oracle:
    return oracle("gitlab.json")


def judge(exchanges: Sequence[Exchange]) -> int:
    """Check every exchange and return how many there were; AssertionError tells what is wrong."""
    for exchange in exchanges:
        _described().check(_as_described(exchange))
    return len(exchanges)


def _as_described(exchange: Exchange) -> Exchange:
    if exchange.spoiled or exchange.status == 429:  # which is plain text
        return replace(exchange, spoiled=True)
    if exchange.status >= 400 or not exchange.response_body:
        return exchange
    if NOT_JUDGED.fullmatch(exchange.path):
        return replace(exchange, spoiled=True)
    return replace(exchange, response_body=json.dumps(_mended(json.loads(exchange.response_body))).encode())


def _mended(data: Any) -> Any:
    if isinstance(data, list):
        return [_mended(each) for each in data]
    if not isinstance(data, dict):
        return data
    mended = {key: GIVEN.get(key) if value is None else _mended(value) for key, value in data.items()}
    if data.get("detailed_merge_status") in LATER_STATUSES:
        mended["detailed_merge_status"] = "broken_status"
    if "artifacts_expire_at" in data:
        mended = {"artifacts_file": {"filename": "", "size": 0}, **mended, "user": USER_OF_JOB}
    return mended

"""What the bot did at a provider, in words, from the exchanges that its simulator kept."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.kit import Exchange, Simulator

SHOWN = 12
_READS = frozenset({"GET", "HEAD", "OPTIONS"})
_Table = Sequence[tuple[str, str, str]]

# Method, the end of the path, and the words; `{0}` is what stands in the brackets.
WORDS: Mapping[str, _Table] = {
    "github": (
        ("POST", r"/git/refs", "made a branch or a tag"),
        ("POST", r"/git/tags", "wrote a tag"),
        ("POST", r"/git/(commits|trees|blobs)", "wrote a commit"),
        ("PATCH", r"/git/refs/(.+)", "moved {0}"),
        ("POST", r"/actions/workflows/([^/]+)/dispatches", "started the workflow {0}"),
        ("POST", r"/actions/runs/(\d+)/cancel", "cancelled the run {0}"),
        ("POST", r"/releases", "published a release"),
        ("PATCH", r"/releases/\d+", "changed a release"),
        ("POST", r"/pulls", "opened a pull request"),
        ("POST", r"/merges", "merged a branch"),
        ("POST", r"/app/installations/\d+/access_tokens", "asked for a token"),
    ),
    "gitlab": (
        ("POST", r"/repository/branches", "made a branch"),
        ("POST", r"/repository/tags", "made a tag"),
        ("POST", r"/pipeline", "started a pipeline"),
        ("POST", r"/pipelines/(\d+)/cancel", "cancelled the pipeline {0}"),
        ("POST", r"/repository/commits/\w+/cherry_pick", "picked a commit"),
        ("POST", r"/releases", "published a release"),
        ("POST", r"/merge_requests", "opened a merge request"),
    ),
    "bitbucket": (
        ("POST", r"/refs/branches", "made a branch"),
        ("POST", r"/refs/tags", "made a tag"),
        ("POST", r"/pipelines/?", "started a pipeline"),
        ("POST", r"/pipelines/[^/]+/stopPipeline", "stopped a pipeline"),
        ("POST", r"/downloads", "uploaded a file"),
        ("POST", r"/pullrequests", "opened a pull request"),
    ),
    "jenkins": (("POST", r"/job/([^/]+)/buildWithParameters", "started the job {0}"),),
    "jira": (
        ("POST", r"/issue", "opened a ticket"),
        ("POST", r"/issue/([A-Z]+-\d+)/comment", "wrote to {0}"),
        ("POST", r"/issueLink", "linked two tickets"),
        ("PUT", r"/issue/([A-Z]+-\d+)(?:/properties/.+)?", "changed {0}"),
        ("POST", r"/issue/([A-Z]+-\d+)/transitions", "moved {0}"),
        ("POST", r"/search(?:/jql)?", ""),
    ),
    "checkmate": (
        ("POST", r"/run/create", "made a test run"),
        ("POST", r"/run/.+", "changed a test run"),
        ("PUT", r"/run/.+", "changed a test run"),
    ),
    "app_store": (
        ("POST", r"/betaGroups/[^/]+/relationships/builds", "gave a build to a group of testers"),
        ("POST", r"/betaAppReviewSubmissions", "sent a build to review"),
        ("POST", r"/builds/[^/]+/relationships/betaGroups", "gave a build to a group of testers"),
    ),
    "google_play": (
        ("POST", r"/token", "signed in"),
        ("POST", r"/edits", "began an edit"),
        ("PUT", r"/edits/[^/]+/tracks/(\w+)", "changed the track {0}"),
        ("POST", r"/edits/[^/]+:commit", "put an edit in place"),
        ("DELETE", r"/edits/[^/]+", "threw an edit away"),
    ),
}
# GraphQL and Slack only post: what is asked for stands elsewhere.
_ASKING = re.compile(rb'"query"\s*:\s*"\s*(?:query\b|\{)')
_SLACK = re.compile(r"/api/([\w.]+)")
_SLACK_READS = re.compile(
    r"\.(?:info|list|history|replies|members|lookupByEmail|test)$|^apps\.connections\.open$"
)


def told(simulator: Simulator, key: str) -> list[dict[str, Any]]:
    """The last deeds, newest first: `words`, the answer's `status`, and whether a fault `spoiled` it.

    Looks are counted where they stand between two deeds.
    """
    lines: list[dict[str, Any]] = []
    for exchange in reversed(simulator.record):
        words = _words(exchange, key)
        if words:
            lines.append({"words": words, "status": exchange.status, "spoiled": exchange.spoiled})
        elif lines and "looks" in lines[-1]:
            lines[-1]["looks"] += 1
        else:
            lines.append({"looks": 1})
        if len(lines) > SHOWN:
            return lines[:SHOWN]
    return lines


def _words(exchange: Exchange, key: str) -> str:
    """Empty where it only looked."""
    if key == "slack":
        found = _SLACK.search(exchange.path)
        method = found.group(1) if found else "response_url"
        return "" if _SLACK_READS.search(method) else f"called {method}"
    if exchange.method in _READS or _ASKING.search(exchange.request_body[:200]):
        return ""
    for method, path, words in WORDS.get(key, ()):
        match = re.search(f"{path}$", exchange.path) if method == exchange.method else None
        if match:
            return words.format(*match.groups())
    return f"{exchange.method} {'/'.join(exchange.path.rsplit('/', 2)[-2:])}"

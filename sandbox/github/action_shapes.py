"""GitHub's JSON of workflows, runs and artifacts."""

from typing import Any

from sandbox.github.hosting import when
from sandbox.github.runs import Artifact, Run
from sandbox.github.shapes import Shapes, node_id
from sandbox.github.workflows import Workflow

KEPT = 90 * 86_400.0
"""Seconds that artifacts are kept."""


def workflow_json(shapes: Shapes, workflow: Workflow) -> dict[str, Any]:
    """workflow."""
    return {
        "id": workflow.id,
        "node_id": node_id("Workflow", workflow.id),
        "name": workflow.name,
        "path": workflow.path,
        "state": "active",
        "created_at": when(0),
        "updated_at": when(0),
        "url": f"{shapes.api}/actions/workflows/{workflow.id}",
        "html_url": f"{shapes.web}/blob/{shapes.hosted.default_branch}/{workflow.path}",
        "badge_url": f"{shapes.web}/workflows/{workflow.file}/badge.svg",
    }


def run_json(shapes: Shapes, run: Run) -> dict[str, Any]:
    """workflow-run; longer than the house rule, because it is one answer of GitHub's, field by field."""
    api = f"{shapes.api}/actions/runs/{run.id}"
    actor = shapes.user(run.actor)
    repository = shapes.minimal_repository()
    commit = shapes.hosted.git.commit(run.sha)
    return {
        "id": run.id,
        "name": run.workflow_name,
        "node_id": node_id("WorkflowRun", run.id),
        "check_suite_id": run.id + 7,
        "check_suite_node_id": node_id("CheckSuite", run.id + 7),
        "head_branch": run.ref,
        "head_sha": run.sha,
        "path": run.path,
        "run_number": run.number,
        "run_attempt": 1,
        "event": "workflow_dispatch",
        "display_title": run.title,
        "status": run.status,
        "conclusion": run.conclusion,
        "workflow_id": run.workflow_id,
        "url": api,
        "html_url": f"{shapes.web}/actions/runs/{run.id}",
        "pull_requests": [],
        "created_at": when(run.created),
        "updated_at": when(run.updated),
        "run_started_at": when(run.created),
        "actor": actor,
        "triggering_actor": actor,
        "jobs_url": f"{api}/jobs",
        "logs_url": f"{api}/logs",
        "check_suite_url": f"{shapes.api}/check-suites/{run.id + 7}",
        "artifacts_url": f"{api}/artifacts",
        "cancel_url": f"{api}/cancel",
        "rerun_url": f"{api}/rerun",
        "previous_attempt_url": None,
        "workflow_url": f"{shapes.api}/actions/workflows/{run.workflow_id}",
        "head_commit": {
            "id": commit.sha,
            "tree_id": commit.tree,
            "message": commit.message,
            "timestamp": when(commit.committer.at),
            "author": {"name": commit.author.name, "email": commit.author.email},
            "committer": {"name": commit.committer.name, "email": commit.committer.email},
        },
        "repository": repository,
        "head_repository": repository,
    }


def artifact_json(shapes: Shapes, run: Run, artifact: Artifact) -> dict[str, Any]:
    """artifact."""
    api = f"{shapes.api}/actions/artifacts/{artifact.id}"
    return {
        "id": artifact.id,
        "node_id": node_id("Artifact", artifact.id),
        "name": artifact.name,
        "size_in_bytes": artifact.size,
        "url": api,
        "archive_download_url": f"{api}/zip",
        "expired": artifact.expired,
        "created_at": when(artifact.created),
        "updated_at": when(artifact.created),
        "expires_at": when(artifact.created + KEPT),
        "workflow_run": {
            "id": run.id,
            "repository_id": shapes.hosted.id,
            "head_repository_id": shapes.hosted.id,
            "head_branch": run.ref,
            "head_sha": run.sha,
        },
    }

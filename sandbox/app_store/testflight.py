"""What is written: a build's submission for beta review, and a group's builds."""

from collections.abc import Collection
from typing import Any

from sandbox.app_store.answers import bad_entity, bad_relationship, not_found, not_in_state
from sandbox.app_store.world import Build, Submission, World

TAKEN = ("WAITING_FOR_REVIEW", "IN_REVIEW")


def submit(world: World, body: Any, sees: Collection[str]) -> Submission:
    """POST /v1/betaAppReviewSubmissions."""
    data = _only(body, "", {"data"})["data"]
    relations = _only(data, "/data", {"type", "relationships"})["relationships"]
    if data["type"] != "betaAppReviewSubmissions":
        raise bad_entity("/data/type", "The type must be betaAppReviewSubmissions")
    linked = _only(
        _only(relations, "/data/relationships", {"build"})["build"], "/data/relationships/build", {"data"}
    )
    build = _build(world, linked["data"], "/data/relationships/build", sees)
    _check_valid(world, build)
    if build.audience == "INTERNAL_ONLY":
        raise not_in_state(
            "The build is not in state for external testing.", "It is for internal testing only."
        )
    if build.submission is not None:
        raise bad_relationship(
            "/data/relationships/build", "The build was submitted for beta review already."
        )
    rivals = (other.submission for other in world.builds if other.version is build.version)
    if any(rival is not None and rival.state in TAKEN for rival in rivals):
        raise not_in_state(
            "Another build is in review.", "Another build in the same train is already in beta review."
        )
    build.submission = Submission(id=build.id, state="WAITING_FOR_REVIEW", at=world.clock())
    return build.submission


def give(world: World, group_id: str, body: Any, sees: Collection[str]) -> None:
    """POST /v1/betaGroups/{id}/relationships/builds. Each time counts: it is not known what a second one does."""
    group = next((g for g in world.groups if g.id == group_id and g.app.bundle in sees), None)
    if group is None:
        raise not_found("betaGroups", group_id)
    listed = _only(body, "", {"data"})["data"]
    if not isinstance(listed, list) or not listed:
        raise bad_entity("/data", "There must be at least one build")
    if group.gets_all:
        raise not_in_state(
            "Cannot add internal group to a build.", "The group has access to all builds already."
        )
    builds = [_build(world, key, f"/data/{at}", sees) for at, key in enumerate(listed)]
    for at, build in enumerate(builds):
        if build.version.app is not group.app:
            raise bad_relationship(f"/data/{at}", "The build is of another app than the group.")
        _check_valid(world, build)
        if not group.internal and build.audience == "INTERNAL_ONLY":
            raise not_in_state("Build is not assignable.", "It is for internal testing only.")
    for build in builds:
        build.groups.append((group, world.clock()))


def _check_valid(world: World, build: Build) -> None:
    state = world.internal_state(build)
    if state in ("MISSING_EXPORT_COMPLIANCE", "IN_EXPORT_COMPLIANCE_REVIEW"):
        raise not_in_state("Export compliance is missing.", "The build has no answer on export compliance.")
    if state not in ("READY_FOR_BETA_TESTING", "IN_BETA_TESTING"):
        says = "The build is not in a valid processing state for this operation."
        raise not_in_state(says, says)


def _build(world: World, key: Any, pointer: str, sees: Collection[str]) -> Build:
    found = _only(key, f"{pointer}/data", {"type", "id"})
    if found["type"] != "builds":
        raise bad_entity(f"{pointer}/data/type", "The type must be builds")
    for build in world.shown():
        if build.id == found["id"] and build.version.app.bundle in sees:
            return build
    raise bad_relationship(pointer, f"There is no resource of type 'builds' with id '{found['id']}'")


def _only(value: Any, pointer: str, names: set[str]) -> dict[str, Any]:
    """An object with these keys and no others."""
    if not isinstance(value, dict) or set(value) != names:
        raise bad_entity(pointer or "/", f"There must be {', '.join(sorted(names))}, and nothing else")
    return value

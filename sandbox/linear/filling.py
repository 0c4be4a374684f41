"""What else an issue is made with: each field is checked as its description in the SDL says, and refused else.

The descriptions give no words for a refusal; the sentences here are guesses, and so is that somebody must be in the
team to be assigned.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from sandbox.linear.errors import invalid, not_found, refused
from sandbox.linear.world import PRIORITIES, Label, Project, Team, User, World

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
FILLED = ("labelIds", "assigneeId", "priority", "estimate", "dueDate", "projectId")


class Filling:
    """Turns parts of `IssueCreateInput` into what an issue of the world has."""

    def __init__(self, *, world: World) -> None:
        self.world = world

    def filled(self, team: Team, given: Mapping[str, Any]) -> dict[str, Any]:
        """By the names of `Issue`; null is as if it were not there."""
        parts: tuple[tuple[str, str, Callable[[Team, Any], Any]], ...] = (
            ("labelIds", "labels", self._labels),
            ("assigneeId", "assignee", self._assignee),
            ("priority", "priority", _priority),
            ("estimate", "estimate", _estimate),
            ("dueDate", "due_date", _due_date),
            ("projectId", "project", self._project),
        )
        return {name: read(team, given[sent]) for sent, name, read in parts if given.get(sent) is not None}

    def _labels(self, team: Team, numbers: list[str]) -> list[Label]:
        labels = [self._label(team, number) for number in numbers]
        groups = [label.parent for label in labels if label.parent is not None]
        if len(groups) > len(set(groups)):
            raise refused("LabelIds not exclusive child labels", "Labels of a group exclude each other.")
        return labels

    def _label(self, team: Team, number: str) -> Label:
        label = self.world.rows.get(number)
        if not isinstance(label, Label):
            raise not_found("IssueLabel")
        if label.is_group:
            raise refused("LabelIds invalid", "A label group can't be applied to an issue.")
        if label.retired_at is not None or label.team not in (None, team):
            raise refused("LabelIds invalid", "The label can't be applied to an issue of this team.")
        return label

    def _assignee(self, team: Team, number: str) -> User:
        user = self.world.rows.get(number)
        if not isinstance(user, User):
            raise not_found("User")
        if not user.active or not user.is_assignable or user not in team.members:
            raise refused("AssigneeId invalid", "The user can't be assigned to an issue of this team.")
        return user

    def _project(self, team: Team, number: str) -> Project:
        project = self.world.rows.get(number)
        if not isinstance(project, Project) or project.archived_at is not None:
            raise not_found("Project")
        if project not in team.projects:
            raise refused("ProjectId invalid", "Discrepancy between issue team and project team.")
        return project


def _priority(_team: Team, number: int) -> int:
    if not 0 <= number < len(PRIORITIES):
        raise invalid(f"priority must be between 0 and {len(PRIORITIES) - 1}.")
    return number


def _estimate(team: Team, number: int) -> int:
    if team.issue_estimation_type == "notUsed" and not team.inherit_issue_estimation:
        raise refused("Estimate invalid", "Estimates are not enabled for this team.")
    if number < 0 or (number == 0 and not team.issue_estimation_allow_zero):
        raise invalid("estimate must be a number on the scale of the team.")
    return number


def _due_date(_team: Team, day: object) -> str:
    if not isinstance(day, str) or DAY.fullmatch(day) is None or not _exists(day):
        raise invalid("dueDate must be a date such as 2021-01-01.")
    return day


def _exists(day: str) -> bool:
    try:
        return date.fromisoformat(day).isoformat() == day
    except ValueError:
        return False

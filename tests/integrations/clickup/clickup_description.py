"""ClickUp's description as its server keeps it: the copy, with what contradicts the copy itself put right.

Each change has its reason. None takes away a check but for the wrong words that it replaces.
"""

import copy
from functools import cache
from typing import Any

from tests.support.contracts import description

Json = dict[str, Any]

NAMED: Json = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {"id": {"type": "string"}, "name": {"type": "string"}},
}
TASK_ADDRESS: list[Json] = [
    {"name": "custom_task_ids", "in": "query", "schema": {"type": "boolean"}},
    {"name": "team_id", "in": "query", "schema": {"type": "number"}},
]


@cache
def corrected() -> Json:
    """The description to hold exchanges against. Not to be changed."""
    document = copy.deepcopy(description("clickup.json"))
    paths = document["paths"]
    _folders_are_a_list(paths)
    _alternatives_do_not_exclude(paths)
    _links_are_objects(paths)
    _links_can_be_made(paths)
    _people_and_tags_are_objects(paths)
    _tags_can_be_listed(paths)
    return document


def _answer(paths: Json, path: str, method: str = "get") -> Json:
    schema: Json = paths[path][method]["responses"]["200"]["content"]["application/json"]["schema"]
    return schema


def _folders_are_a_list(paths: Json) -> None:
    """The example of the folders is a list of them, and the schema is that of one; a list in one is no text."""
    folders = _answer(paths, "/v2/space/{space_id}/folder")["properties"]
    folders["folders"] = {"type": "array", "items": folders["folders"]}
    folders["folders"]["items"]["properties"]["lists"] = {"type": "array", "items": NAMED}


def _alternatives_do_not_exclude(paths: Json) -> None:
    """`oneOf` beside an alternative that takes everything forbids the others, which are the real ones."""
    lists = _answer(paths, "/v2/space/{space_id}/list")["properties"]["lists"]["items"]["properties"]
    for name in ("status", "priority"):
        lists[name] = {"anyOf": lists[name]["oneOf"][:2]}


def _links_are_objects(paths: Json) -> None:
    """A task that is read has objects for links; in lists and after a create they are described as texts."""
    of_one = _answer(paths, "/v2/task/{task_id}")["properties"]["linked_tasks"]
    created = _answer(paths, "/v2/list/{list_id}/task", "post")
    listed = _answer(paths, "/v2/list/{list_id}/task")["properties"]["tasks"]["items"]
    for task in (created, listed):
        task["properties"]["linked_tasks"] = of_one


def _links_can_be_made(paths: Json) -> None:
    """The copy was cut without Add Task Link: as https://developer.clickup.com/reference/addtasklink says."""
    path = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in ("task_id", "links_to")
    ]
    task = _answer(paths, "/v2/task/{task_id}")
    answer = {"type": "object", "required": ["task"], "properties": {"task": task}}
    paths["/v2/task/{task_id}/link/{links_to}"] = {
        "post": {
            "parameters": [*path, *TASK_ADDRESS],
            "responses": {
                "200": {"description": "Linked", "content": {"application/json": {"schema": answer}}}
            },
        }
    }


def _people_and_tags_are_objects(paths: Json) -> None:
    """As with links: a task that is read has objects, in lists and after a create they are described as texts."""
    read = _answer(paths, "/v2/task/{task_id}")["properties"]
    created = _answer(paths, "/v2/list/{list_id}/task", "post")
    listed = _answer(paths, "/v2/list/{list_id}/task")["properties"]["tasks"]["items"]
    for task in (created, listed):
        task["properties"] |= {name: read[name] for name in ("assignees", "tags")}


def _tags_can_be_listed(paths: Json) -> None:
    """The copy was cut without Get Space Tags: as https://developer.clickup.com/reference/getspacetags says."""
    tag = {
        "type": "object",
        "required": ["name", "tag_fg", "tag_bg"],
        "properties": {name: {"type": "string"} for name in ("name", "tag_fg", "tag_bg")},
    }
    answer = {
        "type": "object",
        "required": ["tags"],
        "properties": {"tags": {"type": "array", "items": tag}},
    }
    space = {"name": "space_id", "in": "path", "required": True, "schema": {"type": "number"}}
    paths["/v2/space/{space_id}/tag"] = {
        "get": {
            "parameters": [space],
            "responses": {
                "200": {"description": "Tags", "content": {"application/json": {"schema": answer}}}
            },
        }
    }

"""Which release, and which of its tasks, somebody means."""

from typing import Any

from bot.releasing.client import Client, Refusal, place

_NOT_FOUND = 404


async def release_path(client: Client, words: str) -> str:
    """The path of the release of this id or version. Refusal where there is none, or several run."""
    if words.upper().startswith("REL-"):
        return place("releases", words.upper())
    version = words.lstrip("vV")
    for state in ("active", "all"):
        found = (await client.get("/releases", version=version, state=state))["items"]
        if len(found) > 1:
            ids = ", ".join(item["id"] for item in found)
            raise Refusal(_NOT_FOUND, f"Several releases are {version}: name one of {ids}.")
        if found:
            return place("releases", str(found[0]["id"]))
    raise Refusal(_NOT_FOUND, f"There is no release {version}: name its id or its version.")


async def task_path(client: Client, release: str, words: str, states: frozenset[str]) -> str:
    """The path of a task by its name, or by its type where one alone is in one of the states. Refusal."""
    tasks: list[dict[str, Any]] = (await client.get(f"{release}/tasks", limit="100"))["items"]
    fitting = [task for task in tasks if task["name"] == words]
    fitting = fitting or [t for t in tasks if t["type"] == words.upper() and t["state"] in states]
    if len(fitting) == 1:
        return release + place("tasks", str(fitting[0]["name"]))
    choice = ", ".join(t["name"] for t in tasks if t["state"] in states) or "none"
    raise Refusal(_NOT_FOUND, f"Which task? Those that can be named now: {choice}.")

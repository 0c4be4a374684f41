"""What a new issue must hold: all errors at once, each at its field, as Jira tells them."""

from typing import Any

from sandbox.jira import documents
from sandbox.jira.answers import Refusal
from sandbox.jira.field_rules import UnfitValue, held
from sandbox.jira.site import Account, Flavour, Site, screen_fields
from sandbox.jira.world import IssueType, Project

Json = dict[str, Any]

LONGEST_SUMMARY = 255
LONGEST_LABEL = 255
NOT_ON_SCREEN = "Field '{}' cannot be set. It is not on the appropriate screen, or unknown."


def checked(body: Json, *, site: Site, account: Account, version: str) -> Json:
    """The fields of the issue to make. Refusal with one message per field that is wrong."""
    fields = body.get("fields")
    if not isinstance(fields, dict):
        raise Refusal(400, "Field 'fields' is required and must be an object.")
    project = _project(fields.get("project"), site, account)
    if "create" not in account.may:
        raise Refusal(403, "You do not have permission to create issues in this project.")
    errors: dict[str, str] = {}
    kind = _kind(fields.get("issuetype"), project, site, errors)
    given = {name: value for name, value in fields.items() if name not in ("project", "issuetype")}
    allowed = project.screen | {field.id for field in screen_fields(project, account)}
    errors |= {name: NOT_ON_SCREEN.format(name) for name in given if name not in allowed}
    further = _further(given, project, site=site, account=account, version=version, errors=errors)
    summary = _summary(given.get("summary"), errors)
    labels = _labels(given.get("labels"), errors)
    description = _description(given.get("description"), version, errors)
    properties = _properties(body.get("properties"), errors)
    if errors or kind is None:
        raise Refusal(400, errors=errors)
    return {
        "project": project,
        "type": kind,
        "summary": summary,
        "labels": labels,
        "description": description,
        "properties": properties,
        "custom": further,
    }


def _further(
    given: Json, project: Project, *, site: Site, account: Account, version: str, errors: dict[str, str]
) -> Json:
    """What the fields of the project hold; one that is needed may be left out where Jira has a default."""
    found: Json = {}
    for field in screen_fields(project, account):
        value = given.get(field.id)
        if value is None or value == [] or (value == "" and field.of == "string"):
            if field.required and not field.default:
                errors[field.id] = f"{field.name} is required."
            continue
        try:
            found[field.id] = held(field, value, site=site, version=version)
        except UnfitValue as error:
            errors[field.id] = str(error)
    return found


def _project(named: object, site: Site, account: Account) -> Project:
    cloud = site.flavour is Flavour.CLOUD
    key = (named.get("key") or named.get("id")) if isinstance(named, dict) else None
    project = site.world.project(str(key), account.id) if key else None
    if project is None:
        words = "Specify a valid project ID or key" if cloud else "valid project is required"
        raise Refusal(400, errors={"project": words})
    return project


def _kind(named: object, project: Project, site: Site, errors: dict[str, str]) -> IssueType | None:
    cloud = site.flavour is Flavour.CLOUD
    named = named if isinstance(named, dict) else {}
    for kind in project.types:
        if named.get("id") == kind.id or ("id" not in named and named.get("name") == kind.name):
            return kind
    missing = not (named.get("id") or named.get("name"))
    words = "Specify an issue type" if cloud else "issue type is required"
    wrong = "Specify a valid issue type" if cloud else "valid issue type is required"
    errors["issuetype"] = words if missing else wrong
    return None


def _summary(value: object, errors: dict[str, str]) -> str:
    if not isinstance(value, str) or not value.strip():
        errors["summary"] = "You must specify a summary of the issue."
        return ""
    if "\n" in value or "\r" in value:
        errors["summary"] = "The summary is invalid because it contains newline characters."
    elif len(value) > LONGEST_SUMMARY:
        errors["summary"] = f"Summary can't exceed {LONGEST_SUMMARY} characters."
    return value


def _labels(value: object, errors: dict[str, str]) -> list[str]:
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(label, str) for label in value):
        errors["labels"] = "data was not an array of strings"
        return []
    for label in value:
        if any(c.isspace() for c in label):
            errors["labels"] = f"The label '{label}' contains spaces which is invalid."
        elif len(label) > LONGEST_LABEL:
            errors["labels"] = f"The label '{label}' exceeds the maximum length for a single label field."
    return list(dict.fromkeys(value))


def _description(value: object, version: str, errors: dict[str, str]) -> str | None:
    try:
        return documents.read(value, version)
    except documents.UnfitText as error:
        errors["description"] = str(error)
        return None


def _properties(value: object, errors: dict[str, str]) -> Json:
    if value is None:
        return {}
    if not isinstance(value, list) or not all(isinstance(p, dict) and p.get("key") for p in value):
        errors["properties"] = "Each property needs a key and a value."
        return {}
    return {str(p["key"]): p.get("value") for p in value}

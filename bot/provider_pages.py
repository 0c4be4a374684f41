"""The part of a provider's page that is made from the code, so that it can't go stale.

`docs/providers/<key>.md` is written by hand, but for what stands between two marks; `stationmaster providers
--write docs/providers` puts it there, and a test holds the pages against it.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from integrations.choices import kind_of
from integrations.registry import PORTS, Provider

START = "<!-- made from the code: stationmaster providers --write docs/providers -->"
END = "<!-- end of what is made from the code -->"
HEADINGS = (
    "What to create there",
    "Least scopes",
    "Settings",
    "What Stationmaster does with it",
    "Limits",
    "Troubleshooting",
    "How this is checked",
)
_PORT_TITLES: Mapping[str, str] = {
    "scm": "source control",
    "cicd": "CI/CD",
    "pm": "project management",
    "test_platform": "test management",
    "notification": "messages",
    "app_store": "app store",
}


def made_part(provider: Provider) -> str:
    """What it is used for, its settings, its secrets, and what can be chosen live: as Markdown between the marks."""
    ports = ", ".join(_PORT_TITLES[port] for port in PORTS if getattr(provider, port) is not None)
    lines = [START, "", f"Connect it with `/release connect {provider.key}`. Used for: {ports}."]
    if provider.hook is not None:
        lines += ["It may send callbacks to `/hooks/<workspace>/<connection>`; without them it is asked."]
    lines += ["", "| Setting | Name | Default | What it is |", "| --- | --- | --- | --- |"]
    lines += _rows(provider.settings)
    lines += ["", "| Secret | Name | Needed | What it is |", "| --- | --- | --- | --- |"]
    lines += _secret_rows(provider.secrets)
    if provider.choices:
        chosen = ", ".join(sorted(kind.value.replace("_", " ") for kind in provider.choices))
        lines += ["", f"Read live where people choose: {chosen}."]
    return "\n".join([*lines, "", END])


def _rows(model: type[BaseModel]) -> Iterator[str]:
    for name, field in model.model_fields.items():
        says = _sentence(field) + (" Chosen from a list." if kind_of(field) is not None else "")
        yield f"| `{name}` | {field.title} | {_default(field)} | {says} |"


def _secret_rows(model: type[BaseModel]) -> Iterator[str]:
    for name, field in model.model_fields.items():
        needed = "yes" if field.is_required() else "no"
        yield f"| `{name}` | {field.title} | {needed} | {_sentence(field)} |"


def _sentence(field: FieldInfo) -> str:
    text = " ".join((field.description or "").split()).replace("|", "\\|")
    return text if text.endswith((".", "?", "!")) else f"{text}."


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "needed"
    value = field.get_default(call_default_factory=True)
    if value in ("", None, ()):
        return ""
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def renewed(text: str, provider: Provider) -> str:
    """The page with its made part as it is now; ValueError where the marks are missing."""
    before, start, rest = text.partition(START)
    _, end, after = rest.partition(END)
    if not (start and end):
        raise ValueError(f"The page of {provider.key} lacks the marks of what is made from the code")
    return f"{before}{made_part(provider)}{after}"


def write_pages(folder: Path, providers: Mapping[str, Provider]) -> list[Path]:
    """Renew the made part of every page in a folder; the pages that changed."""
    changed = []
    for provider in providers.values():
        path = folder / f"{provider.key}.md"
        text = path.read_text(encoding="utf-8")
        new = renewed(text, provider)
        if new != text:
            path.write_text(new, encoding="utf-8")
            changed.append(path)
    return changed

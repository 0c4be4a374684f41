"""The parts of the providers' pages that are made from the code, so that they can't go stale.

`docs/providers/<key>.md` and their index, README.md, are written by hand, but for what stands between two marks;
`stationmaster providers --write docs/providers` puts it there, and a test holds the pages against it.
"""

from collections.abc import Iterable, Iterator, Mapping
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


def index_part(providers: Iterable[Provider]) -> str:
    """All providers in their order, with what each can be: as Markdown between the marks."""
    lines = [
        START,
        "",
        "| Provider | Connect it with | Used for | Sends callbacks |",
        "| --- | --- | --- | --- |",
    ]
    for provider in providers:
        page, word = f"[{provider.title}]({provider.key}.md)", f"`/release connect {provider.key}`"
        sends = "yes" if provider.hook is not None else ""
        lines.append(f"| {page} | {word} | {_used_for(provider)} | {sends} |")
    return "\n".join([*lines, "", END])


def made_part(provider: Provider) -> str:
    """What it is used for, its settings, its secrets, and what can be chosen live: as Markdown between the marks."""
    lines = [
        START,
        "",
        f"Connect it with `/release connect {provider.key}`. Used for: {_used_for(provider)}.",
    ]
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


def _used_for(provider: Provider) -> str:
    return ", ".join(_PORT_TITLES[port] for port in PORTS if getattr(provider, port) is not None)


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


def renewed(text: str, made: str) -> str:
    """The page with its made part as it is now; ValueError where the marks are missing."""
    before, start, rest = text.partition(START)
    _, end, after = rest.partition(END)
    if not (start and end):
        raise ValueError("the marks of what is made from the code are missing")
    return f"{before}{made}{after}"


def made_parts(providers: Mapping[str, Provider]) -> Mapping[str, str]:
    """What stands between the marks of each page, by the page's name."""
    pages = {f"{provider.key}.md": made_part(provider) for provider in providers.values()}
    return {"README.md": index_part(providers.values()), **pages}


def write_pages(folder: Path, providers: Mapping[str, Provider]) -> list[Path]:
    """Renew the made part of every page in a folder; the pages that changed. ValueError names a page without marks."""
    changed = []
    for name, made in made_parts(providers).items():
        path = folder / name
        text = path.read_text(encoding="utf-8")
        try:
            new = renewed(text, made)
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from None
        if new != text:
            path.write_text(new, encoding="utf-8")
            changed.append(path)
    return changed

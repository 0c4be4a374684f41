"""The parts of the providers' pages that are made from the code, so that they can't go stale.

`docs/providers/<key>.md` is written by hand, but for what stands between two marks, and so is the list of all
providers, README.md beside them. `stationmaster providers --write docs/providers` puts it there, and a test holds the
pages against it, and the short list in the program's own README.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
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
    "release_health": "health of versions",
}


def made_part(provider: Provider) -> str:
    """What it is used for, its settings, its secrets, and what can be chosen live: as Markdown between the marks."""
    used_for = ", ".join(_used_for(provider))
    lines = [START, "", f"Connect it with `/release connect {provider.key}`. Used for: {used_for}."]
    if provider.hook is not None:
        lines += ["It may send callbacks to `/hooks/<workspace>/<connection>`; without them it is asked."]
    lines += ["", "| Setting | Name | Default | What it is |", "| --- | --- | --- | --- |"]
    lines += _rows(provider.settings)
    lines += ["", "| Secret | Name | Needed | What it is |", "| --- | --- | --- | --- |"]
    lines += _secret_rows(provider.secrets)
    if provider.choices:
        lines += ["", f"Read live where people choose: {', '.join(_chosen(provider))}."]
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


def overview(providers: Mapping[str, Provider]) -> tuple[tuple[str, ...], ...]:
    """A row for each provider, the first row their titles: what it is used for, and how much of it is there."""
    head = ("Key", "Provider", "Used for", "Tried when connected", "Callbacks", "Chosen from lists")
    rows = (
        (
            key,
            provider.title,
            ", ".join(_used_for(provider)),
            _yes(provider.verify is not None),
            _yes(provider.hook is not None),
            ", ".join(_chosen(provider)) or "nothing",
        )
        for key, provider in providers.items()
    )
    return (head, *rows)


def list_part(providers: Mapping[str, Provider]) -> str:
    """The list of all providers, as Markdown between the marks, each with a link to its page."""
    head, *rows = overview(providers)
    lines = [f"| {' | '.join(head[1:])} |", f"|{' --- |' * (len(head) - 1)}"]
    lines += [f"| [{title}]({key}.md) | {' | '.join(rest)} |" for key, title, *rest in rows]
    return "\n".join([START, "", *lines, "", END])


def short_list(providers: Mapping[str, Provider]) -> str:
    """One sentence: the providers by what they are used for."""
    by_port = {
        title: [p.title for p in providers.values() if getattr(p, port) is not None]
        for port, title in _PORT_TITLES.items()
    }
    return "; ".join(f"{title}: {', '.join(names)}" for title, names in by_port.items() if names)


def _used_for(provider: Provider) -> list[str]:
    return [_PORT_TITLES[port] for port in PORTS if getattr(provider, port) is not None]


def _chosen(provider: Provider) -> list[str]:
    return sorted(kind.value.replace("_", " ") for kind in provider.choices)


def _yes(holds: bool) -> str:
    return "yes" if holds else "no"


def renewed(text: str, provider: Provider) -> str:
    """A provider's page with its made part as it is now; ValueError where the marks are missing."""
    return _between_marks(text, made_part(provider), of=f"page of {provider.key}")


def renewed_list(text: str, providers: Mapping[str, Provider]) -> str:
    """The page of all providers with its made part as it is now; ValueError where the marks are missing."""
    return _between_marks(text, list_part(providers), of="list of providers")


def _between_marks(text: str, made: str, *, of: str) -> str:
    before, start, rest = text.partition(START)
    _, end, after = rest.partition(END)
    if not (start and end):
        raise ValueError(f"The {of} lacks the marks of what is made from the code")
    return f"{before}{made}{after}"


def write_pages(folder: Path, providers: Mapping[str, Provider]) -> list[Path]:
    """Renew the made part of every page in a folder; the pages that changed."""
    changed = []
    renewals: list[tuple[str, Callable[[str], str]]] = [
        (key, partial(renewed, provider=provider)) for key, provider in providers.items()
    ]
    renewals.append(("README", partial(renewed_list, providers=providers)))
    for name, renew in renewals:
        path = folder / f"{name}.md"
        text = path.read_text(encoding="utf-8")
        new = renew(text)
        if new != text:
            path.write_text(new, encoding="utf-8")
            changed.append(path)
    return changed

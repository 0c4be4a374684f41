"""A provider is whole: folder, settings, rig, simulator and page, each where a newcomer looks for it."""

import tomllib
from pathlib import Path

import pytest

from bot.provider_pages import HEADINGS, renewed, renewed_list, short_list
from integrations import PROVIDERS
from integrations.choices import kind_of, within_of
from integrations.registry import PORTS, Provider
from sandbox.parts import PARTS

ROOT = Path(__file__).parents[2]
each = pytest.mark.parametrize("provider", PROVIDERS.values(), ids=lambda provider: provider.key)


@each
def test_a_provider_has_its_rooms(provider: Provider) -> None:
    """Its folder with the files that every vendor has, a simulator, a rig, and a place in the import contract."""
    for file in ("__init__.py", "settings.py", "errors.py", "verify.py", "choices.py"):
        assert (ROOT / "integrations" / provider.key / file).is_file()
    assert (ROOT / "sandbox" / provider.key / "__init__.py").is_file()
    assert (ROOT / "tests/integrations" / provider.key / f"{provider.key}_rig.py").is_file()
    tools = tomllib.loads((ROOT / "pyproject.toml").read_text())
    contracts = {row["name"]: row for row in tools["tool"]["importlinter"]["contracts"]}
    assert f"integrations.{provider.key}" in contracts["Vendors do not know each other"]["modules"]


@each
def test_what_is_chosen_live_has_its_reader(provider: Provider) -> None:
    """A settings field that is chosen from a list has a reader, and is narrowed by a field that exists."""
    assert provider.choices
    for field in provider.settings.model_fields.values():
        kind, within = kind_of(field), within_of(field)
        assert kind is None or kind in provider.choices
        assert within is None or within in provider.settings.model_fields


@each
def test_a_provider_has_its_page(provider: Provider) -> None:
    """docs/providers/<key>.md has every heading in order, and its made part is as the code is now."""
    page = (ROOT / f"docs/providers/{provider.key}.md").read_text(encoding="utf-8")
    places = [page.find(f"\n## {heading}\n") for heading in HEADINGS]
    assert -1 not in places
    assert places == sorted(places)
    assert renewed(page, provider) == page


@each
def test_a_provider_has_its_place_in_the_world(provider: Provider) -> None:
    """It can be one of the sandbox's, in every role that it has here; so the matrix of whole releases has it too."""
    used_for = {port for port in PORTS if getattr(provider, port) is not None}
    assert set(PARTS[provider.key].roles) == used_for
    assert (ROOT / "sandbox" / provider.key / "member.py").is_file()


def test_the_world_has_nobody_whom_we_do_not_know() -> None:
    """The index of the sandbox's providers is that of ours."""
    assert PARTS.keys() == PROVIDERS.keys()


def test_the_lists_of_providers_are_whole() -> None:
    """docs/providers/README.md and the README's own line are as the code is now."""
    page = (ROOT / "docs/providers/README.md").read_text(encoding="utf-8")
    assert renewed_list(page, PROVIDERS) == page
    assert short_list(PROVIDERS) in (ROOT / "README.md").read_text(encoding="utf-8")

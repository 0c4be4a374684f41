"""A provider is whole: folder, settings, rig, simulator and page, each where a newcomer looks for it."""

import importlib
import pkgutil
import tomllib
from pathlib import Path

import pytest
from pydantic import BaseModel, Field, SecretStr, ValidationError

import integrations
from bot.connections.addresses import is_address
from bot.provider_pages import HEADINGS, renewed, renewed_list, short_list
from integrations import PROVIDERS
from integrations.choices import kind_of, within_of
from integrations.registry import PORTS, Provider
from sandbox.kit import Simulator
from sandbox.parts import PARTS
from tests.support.judged import JUDGES

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "docs/providers"
APART = {"rehearsal", "slack"}
"""Folders of adapters that nobody connects: the twins in memory, and the place where people connect the others."""
each = pytest.mark.parametrize("provider", PROVIDERS.values(), ids=lambda provider: provider.key)


def test_every_folder_is_in_the_index() -> None:
    """A vendor whose line in `integrations` was forgotten could not be connected, and nobody would be told."""
    folders = {module.name for module in pkgutil.iter_modules(integrations.__path__) if module.ispkg}
    assert folders - APART == {provider.key for provider in PROVIDERS.values()}


@each
def test_a_provider_has_its_rooms(provider: Provider) -> None:
    """Its folder with the files that every vendor has, tests of the same names, a place in both import contracts."""
    folder, tests = ROOT / "integrations" / provider.key, ROOT / "tests/integrations" / provider.key
    for file in ("__init__", "settings", "client", "errors", "verify", "choices"):
        assert (folder / f"{file}.py").is_file()
    assert (tests / f"{provider.key}_rig.py").is_file()
    for matter in ("verify", "choices", "traps", "faults"):
        assert (tests / f"test_{provider.key}_{matter}.py").is_file()
    tools = tomllib.loads((ROOT / "pyproject.toml").read_text())
    contracts = {row["name"]: row for row in tools["tool"]["importlinter"]["contracts"]}
    assert f"integrations.{provider.key}" in contracts["Vendors do not know each other"]["modules"]
    assert (
        f"integrations.{provider.key}"
        in contracts["A vendor is named by the index alone"]["protected_modules"]
    )


@each
def test_a_provider_has_a_simulator(provider: Provider) -> None:
    """A server that speaks its protocol, with the control of every simulator: a record, and faults to order."""
    package = importlib.import_module(f"sandbox.{provider.key}")
    found = [value for value in vars(package).values() if isinstance(value, type)]
    assert any(issubclass(value, Simulator) for value in found)


@each
def test_a_provider_can_be_tried(provider: Provider) -> None:
    """Nothing is saved untried, so what can't be tried could never be connected."""
    assert provider.verify is not None


@each
def test_a_form_can_be_made_of_its_settings(provider: Provider) -> None:
    """Both models are frozen and know no other fields; each field has a name for people and says what it is."""
    for model in (provider.settings, provider.secrets):
        assert (model.model_config.get("frozen"), model.model_config.get("extra")) == (True, "forbid")
        for field in model.model_fields.values():
            assert field.title
            assert field.description


@each
def test_secrets_are_secrets(provider: Provider) -> None:
    """A secret's own type keeps it out of texts; nothing of the kind stands among the settings, which are shown."""
    assert provider.secrets.model_fields
    for field in provider.secrets.model_fields.values():
        assert field.annotation in {SecretStr, SecretStr | None}
    assert not any("Secret" in str(field.annotation) for field in provider.settings.model_fields.values())


@each
def test_its_addresses_are_known_as_such(provider: Provider) -> None:
    """What holds an address is judged by the egress guard and decides where secrets go, so it is recognised."""
    fields = provider.settings.model_fields
    known = {name for name, field in fields.items() if is_address(name, field)}
    assert "base_url" in known
    assert known == {name for name in fields if holds_an_address(provider.settings, name)}


def holds_an_address(model: type[BaseModel], name: str) -> bool:
    """Whether addresses are taken there, and other words are not."""
    return not _wrong(model, name, "https://x.example") and _wrong(model, name, "no address at all")


def _wrong(model: type[BaseModel], name: str, text: str) -> bool:
    try:
        model.model_validate({name: text})
    except ValidationError as error:
        return any(each["loc"] and each["loc"][0] == name for each in error.errors())
    return False


class Gateway(BaseModel):
    """Settings with an address under another name than ours have."""

    gateway: str = Field(pattern=r"^https://\S+$")
    words: str = Field(default="", max_length=20)


def test_an_address_under_another_name_would_be_seen() -> None:
    """The rule above can fail: it goes by what a field takes, and not by what it is called."""
    assert [name for name in Gateway.model_fields if holds_an_address(Gateway, name)] == ["gateway"]
    assert not is_address("gateway", Gateway.model_fields["gateway"])


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
    page = (PAGES / f"{provider.key}.md").read_text(encoding="utf-8")
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
    """The index of the sandbox's providers is that of ours, and so is that of those who judge whole releases."""
    assert PARTS.keys() == PROVIDERS.keys()
    assert JUDGES.keys() - {"slack"} == PROVIDERS.keys()


def test_the_lists_of_providers_are_whole() -> None:
    """docs/providers/README.md and the README's own line are as the code is now."""
    page = (PAGES / "README.md").read_text(encoding="utf-8")
    assert renewed_list(page, PROVIDERS) == page
    assert short_list(PROVIDERS) in (ROOT / "README.md").read_text(encoding="utf-8")


def test_no_page_is_of_a_provider_that_is_gone() -> None:
    """Every page is one of the index, or Slack's."""
    assert {page.stem for page in PAGES.glob("*.md")} == {*PROVIDERS, "README", "slack"}

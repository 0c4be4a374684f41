"""A provider in memory that can be everything, in whatever mood the test wants, and a second one that can little."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from integrations.choices import Asked, Kind, Option, Page, Reader, live, matching
from integrations.edge import Edge
from integrations.registry import Check, Provider, unmet
from orchestration.ports.errors import NeedsCredentials, Refused, TryLater

PAGE = 2


class TwinSettings(BaseModel):
    """Settings with an address, something live and something with a default."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    base_url: str = Field(default="https://twin.example", title="Address", pattern=r"^https://[^\s]+$")
    project: str = Field(title="Project", min_length=1, json_schema_extra=live(Kind.PROJECTS))
    delay: float = Field(default=1.0, ge=0, le=60)


class TwinSecrets(BaseModel):
    """One that is needed and one that is not."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    token: SecretStr = Field(title="Token", min_length=3)
    hook: SecretStr | None = Field(default=None, title="Webhook secret")


@dataclass
class Twin:
    """What the provider does: `mood` is fine, no (with the token in its words), gone or away."""

    mood: str = "fine"
    tried: list[tuple[str, str]] = field(default_factory=list)
    asked: list[tuple[Kind, Asked]] = field(default_factory=list)
    lists: dict[Kind, tuple[str, ...]] = field(default_factory=dict)
    needed: frozenset[str] = frozenset()
    during: Callable[[], Any] | None = None

    async def verify(self, settings: TwinSettings, secrets: TwinSecrets, _edge: Edge) -> Sequence[Check]:
        """As its mood is."""
        token = secrets.token.get_secret_value()
        self.tried.append((settings.base_url, token))
        if self.during is not None:
            await self.during()
        who = Check(what="Who we are", ok=True, says="a robot")
        if self.mood == "no":
            return (who, Check(what="May write", ok=False, says=f"{token} may not write"))
        if self.mood == "gone":
            return (unmet("Who we are", NeedsCredentials("The token is refused")),)
        if self.mood == "away":
            return (unmet("Who we are", TryLater("Twin does not answer", after=timedelta(seconds=7))),)
        return (who,)

    def reader(self, kind: Kind) -> Reader:
        """Two options a page."""

        async def read(_settings: Any, _secrets: Any, _edge: Edge, asked: Asked) -> Page:
            self.asked.append((kind, asked))
            if self.mood == "away":
                raise TryLater("Twin does not answer", after=timedelta(seconds=7))
            if self.mood == "gone":
                raise NeedsCredentials("The token is refused")
            named = tuple(
                Option(value=v, label=f"The {v}", detail=asked.within, needed=v in self.needed)
                for v in self.lists.get(kind, ())
            )
            fitting = matching(named, asked.words)
            start = int(asked.cursor or 0)
            more = str(start + PAGE) if start + PAGE < len(fitting) else None
            return Page(options=fitting[start : start + PAGE], next=more)

        return read

    def providers(self) -> Mapping[str, Provider]:
        """`twin` can be everything; `plain` is a repository and lists nothing."""
        twin = Provider(
            key="twin",
            title="Twin",
            settings=TwinSettings,
            secrets=TwinSecrets,
            verify=self.verify,
            scm=_port,
            cicd=_port,
            pm=_port,
            test_platform=_port,
            app_store=_port,
            choices={kind: self.reader(kind) for kind in Kind},
        )
        plain = Provider(
            key="plain",
            title="Plain",
            settings=TwinSettings,
            secrets=TwinSecrets,
            verify=self.verify,
            scm=_port,
        )
        return {"twin": twin, "plain": plain}


class Silent:
    """A port of which every verb is refused."""

    def __getattr__(self, name: str) -> Any:
        """A verb."""

        async def verb(*_given: object, **_more: object) -> Any:
            raise Refused(f"Twin takes no {name}")

        return verb


def _port(_settings: Any, _secrets: Any, _edge: Edge) -> Any:
    """Nothing here talks to a port."""
    return Silent()

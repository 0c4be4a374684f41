"""Find a commit, a pull request or a ticket in the releases: read only, and asked of every repository in use."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from orchestration.catalogue.specs import connected
from orchestration.domain.errors import NotNow
from orchestration.domain.people import Actor, Permission
from orchestration.domain.release import Release
from orchestration.domain.stages import Stage, StageState
from orchestration.domain.train_view import TrainView
from orchestration.domain.whereabouts import Departure, Located, Place, Whereabouts
from orchestration.ports.errors import PortError, Refused
from orchestration.ports.pm import ProjectManagement
from orchestration.ports.runtime import Configuration
from orchestration.ports.scm import Commit, PullRequest, SourceControl
from orchestration.services.engine import Engine
from orchestration.services.locating import behind_nothing, holding, searched
from orchestration.services.pick_reference import Reference, reference, same_place, unquoted
from orchestration.services.saving import require, roles_of
from orchestration.services.trains import list_trains

_IS = re.compile(r"^is\s+", re.IGNORECASE)
"""“Where is #123?” asks for #123."""
_RELEASES = 12
"""Releases of an app that are looked through, the newest."""
_COMMITS = 5
"""Commits of a ticket that are followed, the newest."""


@dataclass(kw_only=True, slots=True)
class _Repository:
    """A repository in use: what it is called, the configurations and releases made of it, and its tickets."""

    scm: str
    configurations: list[Configuration] = field(default_factory=list)
    releases: list[Release] = field(default_factory=list)
    departures: list[tuple[str, Departure]] = field(default_factory=list)

    @property
    def apps(self) -> tuple[str, ...]:
        """The apps that are made of it."""
        return tuple(dict.fromkeys(c.snapshot.app for c in self.configurations))

    @property
    def bases(self) -> tuple[str, ...]:
        """The branches that its releases are cut from."""
        return tuple(dict.fromkeys(c.snapshot.base_branch for c in self.configurations))

    @property
    def trackers(self) -> tuple[str, ...]:
        """The ticket systems that its releases use."""
        names = (c.snapshot.pm for c in self.configurations)
        return tuple(dict.fromkeys(name for name in names if name is not None))

    def next_of(self, base: str) -> Departure | None:
        """The next release that will be cut from a branch."""
        ahead = [departure for branch, departure in self.departures if branch == base]
        return min(ahead, key=lambda each: each.cut_at, default=None)


async def where(engine: Engine, tenant_id: str, text: str, *, actor: Actor) -> Whereabouts:
    """Where what somebody names is. NotNow where it names nothing that we know, or nothing is configured.

    What one repository can't tell just now is a trouble of the answer; what the others tell stands beside it.
    """
    asked = unquoted(_IS.sub("", unquoted(text), count=1))
    if not asked:
        raise NotNow("Where is what? Name a commit, a pull request or a ticket: `/release where #123`.")
    repositories = await _repositories(engine, tenant_id, actor)
    if not repositories:
        raise NotNow("No release configuration is there yet, so there is no repository to look into.")
    ports = await engine.integrations(tenant_id)
    wanted, tickets = _read(asked, repositories, ports.pm)
    located: list[Located] = []
    troubles: list[str] = []
    for each in repositories:
        try:
            scm = connected(ports.scm, each.scm)
            if wanted is not None:
                located += await _changes(scm, each, wanted)
            else:
                located += await _of_ticket(scm, each, tickets)
        except Refused as error:
            if not _nothing_there(wanted):
                troubles.append(f"{', '.join(each.apps)}: {error.reason}")
        except PortError as error:
            troubles.append(f"{', '.join(each.apps)} could not be asked: {error.reason}")
    return Whereabouts(asked=asked, located=tuple(located), troubles=tuple(troubles))


def _nothing_there(wanted: Reference | None) -> bool:
    """A repository that does not know a commit refuses it: that is an answer, and no trouble."""
    return wanted is not None and wanted.commit is not None


def _read(
    asked: str, repositories: Sequence[_Repository], trackers: Mapping[str, ProjectManagement]
) -> tuple[Reference | None, tuple[str, ...]]:
    """(the change that is named, or the keys of the ticket). A key such as MOB-12 is no commit and no number."""
    known = [trackers[name] for each in repositories for name in each.trackers if name in trackers]
    try:
        return reference(asked), ()
    except NotNow:
        keys = tuple(dict.fromkeys(key for port in known for key in port.keys_in(asked)))
        if keys:
            return None, keys
        raise NotNow(
            f"“{asked[:80]}” is no commit, no pull request and no key of a ticket that is known here. For example: "
            "`/release where 9f2c41d07b`, `/release where #123`, `/release where MOB-42`, or a link to one of them."
        ) from None


async def _repositories(engine: Engine, tenant_id: str, actor: Actor) -> list[_Repository]:
    trains = await list_trains(engine, tenant_id, actor=actor, most=1)
    found: dict[str, _Repository] = {}
    async with engine.look() as work:
        require(await roles_of(work, None, actor, tenant_id), Permission.READ)
        configurations = {c.id: c for c in await work.directory.configurations(tenant_id)}
        for each in configurations.values():
            place = found.setdefault(each.snapshot.scm, _Repository(scm=each.snapshot.scm))
            place.configurations.append(each)
        soon = engine.clock.now() + timedelta(seconds=1)
        apps = {c.snapshot.app for c in configurations.values()}
        for app in sorted(apps):
            for release in await work.releases.earlier(tenant_id, app, before=soon, limit=_RELEASES):
                place = found.setdefault(release.snapshot.scm, _Repository(scm=release.snapshot.scm))
                place.releases.append(release)
    for view in trains:
        configuration = configurations.get(view.train.config_id)
        if configuration is not None and view.train.paused is None:
            branch = configuration.snapshot.base_branch
            found[configuration.snapshot.scm].departures += [(branch, each) for each in _coming(view)]
    for place in found.values():
        place.departures += [(r.base_branch, _planned(r)) for r in place.releases if _ahead(r)]
    return [place for place in found.values() if place.configurations]


def _coming(view: TrainView) -> list[Departure]:
    """The dates of a train that have no release yet."""
    return [
        Departure(
            what=view.train.name,
            cut_at=coming.timetable.kick_off_at,
            target_at=coming.timetable.target_at,
        )
        for coming in view.coming
        if coming.run is None
    ]


def _planned(release: Release) -> Departure:
    return Departure(
        what=release.title,
        cut_at=release.kick_off_at,
        target_at=release.target_at,
        release_id=release.id,
    )


def _ahead(release: Release) -> bool:
    """Whether it will be cut from the head of its branch: one that is made of a fixed commit takes nothing new."""
    return release.in_state(Stage.KICKOFF, StageState.PENDING) and release.base_commit is None


async def _changes(scm: SourceControl, place: _Repository, wanted: Reference) -> list[Located]:
    """The change that is named, in this repository; nothing where it is another's.

    A number is a pull request's. Where no release has that, or there is none, the commits that name it count too.
    """
    if wanted.number is None:
        commit = await scm.head_of(wanted.commit or "")
        if wanted.link is not None and not same_place(commit.url, wanted.link):
            return []
        return [await _located(scm, place, commit, name=commit.sha[:10])]
    pull = await scm.find_pull_request(wanted.number)
    if wanted.link is not None and (pull is None or not same_place(pull.url, wanted.link)):
        return []
    named = rf"(?<!\w)[#!]{wanted.number}(?!\w)"
    if pull is None:
        return await _naming(scm, place, named)
    found = await _of_pull(scm, place, pull)
    others = [] if found.held else await _naming(scm, place, named)
    return [found, *(each for each in others if each.held)]


async def _of_pull(scm: SourceControl, place: _Repository, pull: PullRequest) -> Located:
    name = f"#{pull.number}"
    if pull.merge_commit is None:
        return Located(
            name=name,
            title=pull.title,
            author="",
            url=pull.url,
            apps=place.apps,
            place=Place.NOT_MERGED,
            note=f"It is {pull.state}, to be merged into {pull.base}.",
        )
    commit = await scm.head_of(pull.merge_commit)
    return await _located(scm, place, commit, name=name, title=pull.title, url=pull.url)


async def _of_ticket(scm: SourceControl, place: _Repository, keys: Sequence[str]) -> list[Located]:
    """The commits whose titles name one of the keys, the newest first."""
    return await _naming(scm, place, "|".join(rf"(?<![\w-]){re.escape(key)}(?![\w-])" for key in keys))


async def _naming(scm: SourceControl, place: _Repository, wanted: str) -> list[Located]:
    """The commits whose titles fit a pattern, the newest first."""
    pattern = re.compile(wanted, re.IGNORECASE)
    commits = await searched(scm, place.releases, place.bases, lambda c: pattern.search(c.title) is not None)
    return [await _located(scm, place, commit, name=commit.sha[:10]) for commit in commits[:_COMMITS]]


async def _located(
    scm: SourceControl,
    place: _Repository,
    commit: Commit,
    *,
    name: str,
    title: str = "",
    url: str = "",
) -> Located:
    """In which releases a commit is; where in none, whether it is on the way into one."""
    held = await holding(scm, commit.sha, place.releases)
    on = Place.IN_RELEASE if held else Place.NOT_MERGED
    coming, note = None, None
    if not held:
        for base in place.bases:
            if await behind_nothing(scm, commit.sha, base):
                on, coming = Place.MERGED, place.next_of(base)
                note = f"It is on {base}."
                break
        else:
            note = f"It is neither on {' nor on '.join(place.bases)} nor in a release."
    return Located(
        name=name,
        title=title or commit.title,
        author=commit.author,
        url=url or commit.url,
        apps=place.apps,
        place=on,
        held=held,
        next=coming,
        note=note,
    )

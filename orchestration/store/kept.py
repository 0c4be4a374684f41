"""Releases as they were read or saved last, kept in memory: whoever wants one asks for its revision first.

A release with all its parts is what its id and its revision name: every save raises the revision, and nothing else
writes it. A writer remembers when its commit has come, so nothing that may still be rolled back.
"""

from collections import OrderedDict
from collections.abc import Iterable

from orchestration.domain.release import Release

_MOST = 1_024


class KeptReleases:
    """The releases that were used last, at most `most`."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._kept: OrderedDict[str, Release] = OrderedDict()

    def at(self, release_id: str, revision: int) -> Release | None:
        """The release of this revision; None where it is not here."""
        found = self._kept.get(release_id)
        if found is None or found.revision != revision:
            return None
        self._kept.move_to_end(release_id)
        return found

    def keep(self, releases: Iterable[Release]) -> None:
        """Remember them; an older revision never takes the place of a newer one."""
        for release in releases:
            known = self._kept.get(release.id)
            if known is None or known.revision <= release.revision:
                self._kept[release.id] = release
                self._kept.move_to_end(release.id)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)

"""Google Play as it behaves towards a client of its Developer API v3: sign-in, edits, tracks, bundles, quotas.

Source: https://developers.google.com/android-publisher/api-ref/rest and its discovery document. What is not simulated
is an unknown address, and an unknown parameter is refused as Google refuses it.
"""

import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import web

from sandbox.google_play.accounts import (
    PERMISSIONS,
    RELEASE_TO_ALL,
    RELEASE_TO_TESTERS,
    VIEW,
    Account,
    SignIn,
)
from sandbox.google_play.answers import Refusal, answered, refused
from sandbox.google_play.control import add_control
from sandbox.google_play.track_rules import releases_of
from sandbox.google_play.world import SHOWN, App, Edit, Release
from sandbox.kit import Simulator

PACKAGE = "com.acme.pixel"
TRACKS = ("production", "beta", "alpha", "internal", "wear:production")
BASE = "/androidpublisher/v3/applications/{package}"
EDIT = BASE + "/edits/{edit:[^/:]+}"
PER_MINUTE = 3000
BEHAVIOURS = frozenset({"CANCEL_IN_REVIEW_AND_SUBMIT", "ERROR_IF_IN_REVIEW"})
COMMIT = frozenset({"changesInReviewBehavior", "changesNotSentForReview"})

Handler = Callable[[web.Request, Account, App], Awaitable[web.Response]]


class GooglePlaySimulator(Simulator):
    """One app, an invited account, and CI's own. `per_minute` is the quota of all accounts together."""

    name = "google_play"

    def __init__(self, *, clock: Callable[[], float] = time.time) -> None:
        super().__init__()
        self.clock = clock
        self.per_minute = PER_MINUTE
        self.api_enabled = True
        self._minute, self._used = -1, 0
        self.captain = Account(
            email="captain@pixel-sandbox.iam.gserviceaccount.com",
            key_id="c4p7a1n",
            invited={PACKAGE: PERMISSIONS},
        )
        self.ci = Account(
            email="ci@pixel-sandbox.iam.gserviceaccount.com", key_id="c1", invited={PACKAGE: PERMISSIONS}
        )
        self.sign_in = SignIn(clock=clock, accounts={a.email: a for a in (self.captain, self.ci)})
        self.pixel = App(package=PACKAGE, clock=clock, tracks={track: [] for track in TRACKS})
        self.apps = {PACKAGE: self.pixel}
        add_control(self)
        self._add_routes()

    @property
    def token_uri(self) -> str:
        """Where its accounts sign in."""
        return f"{self.url}/token"

    def _add_routes(self) -> None:
        router = self.app.router
        router.add_post("/token", self._token)
        router.add_get(BASE + "/tracks/{track}/releases", self._asked(self._summaries))
        router.add_post(BASE + "/edits", self._asked(self._insert))
        router.add_get(EDIT, self._asked(self._get))
        router.add_delete(EDIT, self._asked(self._delete))
        router.add_post(EDIT + ":validate", self._asked(self._validate))
        router.add_post(EDIT + ":commit", self._asked(self._commit, query=COMMIT))
        router.add_get(EDIT + "/tracks", self._asked(self._tracks))
        router.add_get(EDIT + "/tracks/{track}", self._asked(self._track))
        router.add_put(EDIT + "/tracks/{track}", self._asked(self._update))
        router.add_get(EDIT + "/details", self._asked(self._details))
        router.add_get(EDIT + "/bundles", self._asked(self._bundles))

    def _asked(
        self, handler: Handler, *, query: frozenset[str] = frozenset()
    ) -> Callable[[web.Request], Awaitable[web.Response]]:
        """A handler behind sign-in, quota, permission and the check of its parameters."""

        async def handle(request: web.Request) -> web.Response:
            try:
                account = self.sign_in.caller(request)
                self._spend()
                app = self._allowed(request.match_info["package"], account)
                _bound(request, query)
                app.settle()
                return await handler(request, account, app)
            except Refusal as refusal:
                return refused(refusal)

        return handle

    def _spend(self) -> None:
        minute = int(self.clock() // 60)
        if minute != self._minute:
            self._minute, self._used = minute, 0
        self._used += 1
        if self._used > self.per_minute:
            raise Refusal(
                429,
                "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute' of service "
                "'androidpublisher.googleapis.com' for consumer 'project_number:104710'.",
                reason="rateLimitExceeded",
                info="RATE_LIMIT_EXCEEDED",
            )

    def _allowed(self, package: str, account: Account) -> App:
        if not self.api_enabled:
            raise Refusal(
                403,
                "Google Play Android Developer API has not been used in project 104710 before or it is disabled. "
                "Enable it by visiting https://console.developers.google.com/apis/api/androidpublisher.googleapis.com/"
                "overview?project=104710 then retry.",
                reason="accessNotConfigured",
                info="SERVICE_DISABLED",
            )
        if package not in self.apps:
            raise Refusal(404, f"Package not found: {package}.", reason="applicationNotFound")
        _need(account, package, VIEW)
        return self.apps[package]

    async def _token(self, request: web.Request) -> web.Response:
        return await self.sign_in.grant(request, audience=self.token_uri)

    async def _summaries(self, request: web.Request, _account: Account, app: App) -> web.Response:
        track = request.match_info["track"]
        rows = [_summary(track, release) for release in _of(app.tracks, track)[:SHOWN]]
        return answered({"releases": rows} if rows else {})

    async def _insert(self, request: web.Request, account: Account, app: App) -> web.Response:
        if await request.read() not in (b"", b"{}"):
            raise Refusal(400, "An edit is made without fields: they are output only.")
        return _edit(app.open_edit(account.email))

    async def _get(self, request: web.Request, account: Account, app: App) -> web.Response:
        return _edit(_open(request, account, app))

    async def _delete(self, request: web.Request, account: Account, app: App) -> web.Response:
        _open(request, account, app).ended = "deleted"
        return web.Response()

    async def _validate(self, request: web.Request, account: Account, app: App) -> web.Response:
        return _edit(_open(request, account, app))

    async def _commit(self, request: web.Request, account: Account, app: App) -> web.Response:
        edit = _open(request, account, app)
        for track in edit.changed:
            _need(
                account, app.package, RELEASE_TO_ALL if track.endswith("production") else RELEASE_TO_TESTERS
            )
        behaviour = request.query.get("changesInReviewBehavior", "CANCEL_IN_REVIEW_AND_SUBMIT")
        not_sent = request.query.get("changesNotSentForReview", "false")
        if behaviour not in BEHAVIOURS or not_sent not in {"true", "false"}:
            raise Refusal(400, "Invalid value for a query parameter.")
        app.commit(edit, not_sent=not_sent == "true", keep_reviews=behaviour == "ERROR_IF_IN_REVIEW")
        return _edit(edit)

    async def _tracks(self, request: web.Request, account: Account, app: App) -> web.Response:
        edit = _open(request, account, app)
        rows = [_track(name, releases) for name, releases in edit.tracks.items()]
        return answered({"kind": "androidpublisher#tracksListResponse", "tracks": rows})

    async def _track(self, request: web.Request, account: Account, app: App) -> web.Response:
        track = request.match_info["track"]
        return answered(_track(track, _of(_open(request, account, app).tracks, track)))

    async def _update(self, request: web.Request, account: Account, app: App) -> web.Response:
        edit, track = _open(request, account, app), request.match_info["track"]
        before = _of(edit.tracks, track)
        try:
            body = await request.json()
        except ValueError as error:
            raise Refusal(400, "Invalid JSON payload received. Unexpected end of string.") from error
        edit.tracks[track] = releases_of(app, track, body, before)
        edit.changed.add(track)
        return answered(_track(track, edit.tracks[track]))

    async def _details(self, request: web.Request, account: Account, app: App) -> web.Response:
        _open(request, account, app)
        return answered({"defaultLanguage": app.language, "contactEmail": "pixel@acme.invalid"})

    async def _bundles(self, request: web.Request, account: Account, app: App) -> web.Response:
        _open(request, account, app)
        rows = [{"versionCode": code, "sha256": f"{code:064x}"} for code in sorted(app.bundles)]
        return answered({"kind": "androidpublisher#bundlesListResponse", "bundles": rows})


def _bound(request: web.Request, known: frozenset[str]) -> None:
    for name in sorted(set(request.query) - known):
        raise Refusal(
            400,
            f'Invalid JSON payload received. Unknown name "{name}": Cannot bind query parameter. Field '
            f"'{name}' could not be found in request message.",
        )


def _need(account: Account, package: str, permission: str) -> None:
    if permission not in account.invited.get(package, ()):
        raise Refusal(403, "The caller does not have permission")


def _open(request: web.Request, account: Account, app: App) -> Edit:
    return app.edit(request.match_info["edit"], account.email)


def _of(tracks: Mapping[str, list[Release]], track: str) -> list[Release]:
    if track not in tracks:
        raise Refusal(404, f"Track not found: {track}.")
    return tracks[track]


def _edit(edit: Edit) -> web.Response:
    return answered({"id": edit.id, "expiryTimeSeconds": str(int(edit.expires))})


def _track(track: str, releases: list[Release]) -> dict[str, Any]:
    return {"track": track, **({"releases": [r.body for r in releases]} if releases else {})}


def _summary(track: str, release: Release) -> dict[str, Any]:
    return {
        "releaseName": release.body.get("name", ""),
        "activeArtifacts": [{"versionCode": code} for code in release.codes],
        "releaseLifecycleState": f"RELEASE_LIFECYCLE_STATE_{release.lifecycle}",
        "track": track,
    }

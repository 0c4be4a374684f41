"""The requests that we send, each with an access token; nothing but port errors comes out.

Source: https://developers.google.com/android-publisher/api-ref/rest. The token is had for a signed assertion
(RFC 7523) and kept in memory until shortly before it ends.
"""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote, urlencode

from integrations.answers import Answer
from integrations.google_play.account import ServiceAccount
from integrations.google_play.answers import Details, Edit, Release, Summaries, Token, Track, Tracks
from integrations.google_play.errors import PROVIDER, check, check_grant, check_track, parsed
from integrations.google_play.settings import GooglePlaySecrets, GooglePlaySettings
from integrations.http import Http

GRANT: Final = "urn:ietf:params:oauth:grant-type:jwt-bearer"
FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}
EARLY: Final = 120.0
"""Seconds before a token's end from which on it is no longer used."""

REFUSED: Final = 401
KEEP_REVIEWS: Final = "ERROR_IF_IN_REVIEW"
PULL_BACK: Final = "CANCEL_IN_REVIEW_AND_SUBMIT"
"""Google's own default: any commit would pull back what is in review."""


class PlayClient:
    """One app with one service account. `clock` gives unix seconds."""

    def __init__(
        self,
        *,
        settings: GooglePlaySettings,
        secrets: GooglePlaySecrets,
        http: Http,
        tenant: str,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.package = settings.package_name
        self._app = f"{settings.base_url}/androidpublisher/v3/applications/{quote(self.package, safe='')}"
        self._account = ServiceAccount.read(secrets.service_account)
        self._http = http
        self._tenant = tenant
        self._clock = clock
        self._token: Token | None = None
        self._until = 0.0
        self._signing_in = asyncio.Lock()

    @property
    def email(self) -> str:
        """Whose key it is."""
        return self._account.email

    async def sign_in(self) -> None:
        """Have a token; NeedsCredentials where the key is not accepted."""
        await self._bearer()

    async def releases(self, track: str) -> Summaries:
        """What is on a track, without an edit. NoSuchTrack where it is not there."""
        answer = await self._send("GET", f"tracks/{_part(track)}/releases")
        check_track(answer, track)
        return parsed(Summaries, answer)

    async def open_edit(self) -> Edit:
        """Begin an edit, which ends the one that this account had open for this app."""
        return parsed(Edit, await self._send("POST", "edits"), in_edit=True)

    async def delete_edit(self, edit: Edit) -> None:
        """End an edit without effect."""
        check(await self._send("DELETE", f"edits/{_part(edit.id)}"), in_edit=True)

    async def tracks(self, edit: Edit) -> Tracks:
        """All tracks."""
        return parsed(Tracks, await self._send("GET", f"edits/{_part(edit.id)}/tracks"), in_edit=True)

    async def track(self, edit: Edit, track: str) -> Track:
        """A track with its releases."""
        path = f"edits/{_part(edit.id)}/tracks/{_part(track)}"
        return parsed(Track, await self._send("GET", path), in_edit=True)

    async def put_track(self, edit: Edit, track: str, releases: Sequence[Release]) -> None:
        """Replace the whole list of a track's releases within the edit. Nobody sees it before the commit."""
        body = {"track": track, "releases": [release.as_sent() for release in releases]}
        path = f"edits/{_part(edit.id)}/tracks/{_part(track)}"
        parsed(Track, await self._send("PUT", path, json=body), in_edit=True)

    async def default_language(self, edit: Edit) -> str:
        """In which language the app's page is shown to those whose own it lacks."""
        path = f"edits/{_part(edit.id)}/details"
        return parsed(Details, await self._send("GET", path), in_edit=True).language

    async def commit(self, edit: Edit, *, not_sent: bool, pull_back: bool = False) -> None:
        """Let the edit have its effect: the one request with an effect. Refused while anything is in review.

        `pull_back`: what is in review is cancelled instead, and sent again with this.
        """
        query = {"changesInReviewBehavior": PULL_BACK if pull_back else KEEP_REVIEWS}
        if not_sent:
            query["changesNotSentForReview"] = "true"
        path = f"edits/{_part(edit.id)}:commit"
        parsed(Edit, await self._send("POST", path, params=query, making=True), in_edit=True)

    async def _send(
        self,
        method: str,
        path: str,
        *,
        json: object = None,
        params: Mapping[str, str] | None = None,
        making: bool = False,
    ) -> Answer:
        """Ask; once more with a fresh token where the old one is no longer taken, which is before any effect."""
        token = await self._bearer()
        answer = await self._ask(method, path, token, json=json, params=params, making=making)
        if answer.status == REFUSED:
            if self._token is token:
                self._token = None
            answer = await self._ask(
                method, path, await self._bearer(), json=json, params=params, making=making
            )
        return answer

    async def _ask(self, method: str, path: str, token: Token, **options: Any) -> Answer:  # noqa: ANN401 - those of Http
        return await self._http.request(
            method,
            f"{self._app}/{path}",
            provider=PROVIDER,
            tenant=self._tenant,
            headers={"Authorization": f"Bearer {token.access_token}"},
            **options,
        )

    async def _bearer(self) -> Token:
        async with self._signing_in:
            now = self._clock()
            if self._token is None or now >= self._until:
                self._token = await self._granted(now)
                self._until = now + self._token.expires_in - EARLY
            return self._token

    async def _granted(self, now: float) -> Token:
        form = {"grant_type": GRANT, "assertion": self._account.assertion(now)}
        answer = await self._http.request(
            "POST",
            self._account.token_uri,
            provider=PROVIDER,
            tenant=self._tenant,
            headers=FORM,
            data=urlencode(form).encode(),
        )
        check_grant(answer)
        return parsed(Token, answer)


def _part(text: str) -> str:
    """One part of a path."""
    return quote(text, safe="")

"""PyGithub behind our edge: in threads, through the egress guard, without its own retries, pacing or sleeps.

Three of PyGithub's habits are kept away here. Its connection object holds the request between two calls
(`request`, `getresponse`), which mixes requests up when threads share a client: ours keeps it per thread.
It turns a body that is not JSON into `{"data": "..."}`: here such an answer is a failed request.
And it follows the redirect of a renamed repository without the query, and not at all for most writings: here it is
followed whole, within the server that was set.
"""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import urljoin

import requests
from github.Auth import Auth, Token
from github.GithubObject import CompletableGithubObject
from github.Repository import Repository
from github.Requester import Requester, RequestsResponse
from pydantic import BaseModel

from integrations.answers import parsed
from integrations.edge import Edge
from integrations.github.app import AppAuth, InstallationAuth, NoAuth
from integrations.github.errors import Failed, translate
from integrations.github.settings import GithubSecrets, GithubSettings
from integrations.github.wire import Anything, read
from integrations.origin import below, origin
from integrations.threads import guarded_session, never_sent
from integrations.unanswered import in_words
from orchestration.ports.errors import NeedsCredentials

T = TypeVar("T")
Model = TypeVar("Model", bound=BaseModel)

PER_PAGE = 100
VERB_SECONDS = 25.0
"""One verb may take several requests; the sum stays below a worker's lease (30 s by default)."""

REDIRECTS = frozenset(
    {HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.TEMPORARY_REDIRECT, HTTPStatus.PERMANENT_REDIRECT}
)
"""GitHub wants the same request at the other address, also where it is no reading."""
MOST_REDIRECTS = 3


class Connection:
    """What PyGithub's Requester expects of a connection, on one guarded session for all threads."""

    def __init__(self, session: requests.Session, base: str, host: str) -> None:
        self.host = host
        self._session = session
        self._base = base
        self._asked = threading.local()

    def request(self, verb: str, url: str, body: Any, headers: dict[str, str], _stream: bool = False) -> None:  # noqa: ANN401 - PyGithub's signature
        self._asked.call = (verb, url, body, headers)

    def getresponse(self) -> RequestsResponse:
        verb, url, body, headers = self._asked.call
        address = f"{self._base}{url}"
        for _ in range(MOST_REDIRECTS + 1):
            answer = self._session.request(verb, address, data=body, headers=headers, allow_redirects=False)
            if answer.status_code not in REDIRECTS or "location" not in answer.headers:
                break
            address = urljoin(address, answer.headers["location"])
            if origin(address) != self._base:
                raise Failed(verb, status=answer.status_code, message="it leads to another server")
        else:
            raise Failed(verb, status=answer.status_code, message="it leads on and on")
        if verb == "GET" and answer.status_code == HTTPStatus.ACCEPTED:
            # PyGithub would sleep and ask again, without an end.
            raise Failed(verb, status=answer.status_code, message="it is still being worked out")
        return RequestsResponse(answer)

    def close(self) -> None:
        self._session.close()


class _Nowhere:
    """PyGithub opens a second, unguarded connection for links to other hosts; here there is none."""

    def __init__(self, host: str, *_args: object, **_options: object) -> None:
        raise Failed("GET", message=f"an answer pointed to another host, {host}")


class GuardedRequester(Requester):
    """A Requester whose only failure is `Failed`, and which speaks through the guarded session alone."""

    _Requester__httpConnectionClass = _Nowhere
    _Requester__httpsConnectionClass = _Nowhere

    def __init__(self, settings: GithubSettings, auth: Auth, session: requests.Session) -> None:
        super().__init__(
            auth=auth,
            base_url=settings.base_url,
            timeout=1,  # the session's adapter holds the real time-outs
            user_agent="stationmaster",
            per_page=PER_PAGE,
            verify=True,
            retry=None,
            pool_size=None,
            seconds_between_requests=None,
            seconds_between_writes=None,
            api_version=settings.api_version,
        )
        self._Requester__connection = Connection(session, origin(settings.base_url), self.hostname)

    def requestJson(  # noqa: N802 - PyGithub's name
        self,
        verb: str,
        url: str,
        *args: Any,  # noqa: ANN401 - PyGithub's signature
        **kwargs: Any,  # noqa: ANN401 - PyGithub's signature
    ) -> tuple[int, dict[str, Any], str]:
        """Send; raises Failed for no answer, an error status, a redirect not followed, a body that is no JSON."""
        try:
            status, headers, body = super().requestJson(verb, url, *args, **kwargs)
        except requests.RequestException as error:
            raise Failed(verb, message=in_words(error), unsent=never_sent(error)) from error
        except (OverflowError, ValueError) as error:  # the library makes numbers and addresses of them
            raise Failed(verb, message="the answer's headers cannot be read") from error
        if status >= HTTPStatus.MULTIPLE_CHOICES:
            raise Failed(verb, status=status, message=_message(body), headers=headers)
        if status != HTTPStatus.NO_CONTENT and not _is_json(body, headers):
            raise Failed(verb, status=status, message="it is not JSON", headers=headers)
        return status, headers, body


class Client:
    """One repository at GitHub. Its methods block and raise Failed; `run` is the way in from asyncio."""

    def __init__(
        self,
        settings: GithubSettings,
        secrets: GithubSecrets,
        edge: Edge,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.settings = settings
        self._edge = edge
        session = guarded_session(
            edge.threads.egress,
            settings.base_url,
            connect=min(5.0, settings.timeout),
            read=settings.timeout,
            total=2 * settings.timeout,
        )
        self.app: GuardedRequester | None = None
        if settings.app_id and secrets.private_key is not None:
            assertion = AppAuth(settings.app_id, secrets.private_key.get_secret_value(), clock)
            self.app = GuardedRequester(settings, assertion, session)
        self.auth = _auth(settings, secrets, self.app, clock)
        self.requester = GuardedRequester(settings, self.auth, session)
        self._session = session
        self.path = f"/repos/{settings.owner}/{settings.repository}"
        self.repo = Repository(self.requester, headers={}, attributes={"url": self.path}, completed=True)
        self.web = settings.web_url

    async def run(self, fn: Callable[..., T], /, *args: object) -> T:
        """Call `fn` in a thread; raises port errors only."""

        def translated() -> T:
            try:
                return fn(*args)
            except Failed as failed:
                if failed.status == HTTPStatus.UNAUTHORIZED and isinstance(self.auth, InstallationAuth):
                    self.auth.forget()
                raise translate(failed) from failed

        return await self._edge.threads.ask((self._edge.tenant, "github"), translated, timeout=VERB_SECONDS)

    def with_token(self, token: str) -> GuardedRequester:
        """The same way to GitHub with another token."""
        return GuardedRequester(self.settings, Token(token), self._session)

    def ask(
        self,
        model: type[Model],
        verb: str,
        call: Callable[..., CompletableGithubObject],
        *args: object,
        **options: object,
    ) -> Model:
        """Call a method of PyGithub's `repo` that sends one request, and read the answer.

        PyGithub builds its object from whatever JSON there was, and stumbles over a list in place of an object.
        """
        try:
            data = call(*args, **options).raw_data
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise Failed(verb, status=HTTPStatus.OK, message="not what GitHub describes") from error
        return read(model, verb, data)

    def get(self, model: type[Model], path: str, **parameters: str | int) -> Model:
        """GET one object below the repository."""
        _, data = self.requester.requestJsonAndCheck("GET", self.path + path, parameters=parameters)
        return read(model, "GET", data)

    def check_in_sight(self) -> None:
        """Raise NeedsCredentials where the repository is out of sight: then GitHub says 404 of all that is in it."""
        try:
            self.get(Anything, "")
        except Failed as failed:
            if failed.status != HTTPStatus.NOT_FOUND:
                raise
            words = "GitHub shows the token no such repository: it is gone or private"
            raise NeedsCredentials(words) from failed

    def get_as_of(self, version: str, model: type[Model], path: str) -> Model:
        """As `get`, in another version of the API than the connection's."""
        settings = self.settings.model_copy(update={"api_version": version})
        _, data = GuardedRequester(settings, self.auth, self._session).requestJsonAndCheck(
            "GET", self.path + path
        )
        return read(model, "GET", data)

    def send(
        self, model: type[Model], verb: str, path: str, body: Mapping[str, Any] | None = None
    ) -> Model | None:
        """A writing request below the repository; None where the answer is empty (204)."""
        _, data = self.requester.requestJsonAndCheck(verb, self.path + path, input=body)
        return None if data is None else read(model, verb, data)

    def pages(self, model: type[Model], path: str, **parameters: str | int) -> Iterator[Model]:
        """GET a list, page after page, following the `Link` header."""
        url: str = self.path + path
        asked: dict[str, Any] = {"per_page": PER_PAGE, **parameters}
        seen: set[str] = set()
        while url:
            if url in seen:
                raise Failed("GET", status=HTTPStatus.OK, message="its pages lead in a circle")
            seen.add(url)
            headers, data = self.requester.requestJsonAndCheck("GET", url, parameters=asked)
            yield read(model, "GET", data)
            url, asked = self._next(str(headers.get("link", ""))), {}

    def _next(self, link: str) -> str:
        found = (
            {item.get("rel"): item["url"] for item in requests.utils.parse_header_links(link)} if link else {}
        )
        if "next" not in found:
            return ""
        url = below(self.settings.base_url, found["next"])
        if url is None:
            raise Failed("GET", message="the next page is at another address than the one that was set")
        return url


def _auth(
    settings: GithubSettings, secrets: GithubSecrets, app: GuardedRequester | None, clock: Callable[[], float]
) -> Auth:
    if app is not None:
        return InstallationAuth(app, f"{settings.owner}/{settings.repository}", clock)
    if settings.app_id:
        return NoAuth("The settings name a GitHub App, but there is no private key of it: enter that")
    if secrets.token is None:
        return NoAuth("There is no token; a private key alone needs the id of its GitHub App in the settings")
    return Token(secrets.token.get_secret_value())


def _is_json(body: str, headers: Mapping[str, Any]) -> bool:
    if "json" not in str(headers.get("content-type", "")):
        return False
    try:
        return isinstance(parsed(body), dict | list)
    except ValueError:
        return False


def _message(body: str) -> str:
    """GitHub's own words: the message, and the words or codes of each error below it."""
    try:
        data = parsed(body)
    except ValueError:
        return body[:200]
    if not isinstance(data, dict):
        return ""
    errors = data.get("errors")
    words = [str(data.get("message", ""))]
    for error in errors if isinstance(errors, list) else []:
        if isinstance(error, dict):
            words.append(str(error.get("message") or f"{error.get('field')}: {error.get('code')}"))
        else:
            words.append(str(error))
    return "; ".join(word for word in words if word)[:500]

"""python-gitlab behind our edge: in threads, through the egress guard, without its own retries or sleeps.

Left alone, the library sleeps in its thread after a 429 and drops the headers of every error answer, so that
`Retry-After` would be lost: here a hook of the session raises before the library sees such an answer. A list
without `get_all` is cut at 20 rows, silently: here lists are always read to their end, by their links.
"""

import contextlib
from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import parse_qs, quote, urlsplit

import requests
from gitlab import Gitlab
from gitlab.exceptions import GitlabError, GitlabParsingError
from pydantic import BaseModel, ValidationError

from integrations.answers import parsed
from integrations.edge import Edge
from integrations.gitlab.errors import Failed, translate
from integrations.gitlab.settings import GitlabSecrets, GitlabSettings
from integrations.threads import guarded_session, never_sent
from integrations.unanswered import in_words

T = TypeVar("T")
Model = TypeVar("Model", bound=BaseModel)

PER_PAGE = 100
VERB_SECONDS = 25.0
"""One verb may take several requests; the sum stays below a worker's lease (30 s by default)."""

NO_REPEATS: dict[str, Any] = {"obey_rate_limit": False, "retry_transient_errors": False}


class Client:
    """One project at GitLab. Its methods block and raise Failed; `run` is the way in from asyncio."""

    def __init__(self, settings: GitlabSettings, secrets: GitlabSecrets, edge: Edge) -> None:
        self.settings = settings
        self._edge = edge
        self.session = guarded_session(
            edge.threads.egress,
            settings.base_url,
            connect=min(5.0, settings.timeout),
            read=settings.timeout,
            total=2 * settings.timeout,
        )
        self.session.hooks["response"] += [_refuse, _refuse_circle]
        # keep_base_url: a server behind a proxy writes its inner address into the links of a list.
        self._gitlab = Gitlab(
            url=settings.base_url,
            private_token=secrets.token.get_secret_value(),
            user_agent="stationmaster",
            keep_base_url=True,
            retry_transient_errors=False,
            session=self.session,
        )
        self.path = f"/projects/{quote(settings.project, safe='')}"
        self.web = settings.web_url

    async def run(self, fn: Callable[..., T], /, *args: object) -> T:
        """Call `fn` in a thread; raises port errors only."""

        def translated() -> T:
            try:
                return fn(*args)
            except Failed as failed:
                raise translate(failed) from failed

        return await self._edge.threads.ask((self._edge.tenant, "gitlab"), translated, timeout=VERB_SECONDS)

    def get(self, model: type[Model], path: str, **query: str | int) -> Model:
        """GET one object below the project."""
        return self.send(model, "GET", self.path + path, query=query)

    def post(self, model: type[Model], path: str, body: Mapping[str, Any] | None = None) -> Model:
        """POST below the project and read the answer."""
        return self.send(model, "POST", self.path + path, body=body)

    def send(
        self,
        model: type[Model],
        verb: str,
        path: str,
        *,
        query: Mapping[str, str | int] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> Model:
        """One request to the API and its answer; `path` begins below /api/v4."""
        try:
            answer = self._gitlab.http_request(
                verb,
                path,
                query_data=dict(query or {}),
                post_data=None if body is None else dict(body),
                **NO_REPEATS,
            )
        except (ValueError, requests.RequestException) as error:
            raise _unanswered(verb, error) from error
        except GitlabError as error:
            raise Failed(verb, status=error.response_code, message=str(error)[:500]) from error
        return read(model, verb, _json(verb, answer))

    def rows(self, model: type[Model], path: str, **query: str | int) -> Iterator[Model]:
        """GET a list below the project to its end, page after page; it never trusts a total, which may be missing."""
        try:
            yield from (read(model, "GET", row) for row in self._listed(path, query))
        except (ValueError, requests.RequestException) as error:
            raise _unanswered("GET", error) from error
        except (GitlabParsingError, KeyError, TypeError) as error:
            # The library takes whatever JSON there was for a list.
            raise Failed("GET", status=HTTPStatus.OK, message="not a list") from error
        except GitlabError as error:
            raise Failed("GET", status=error.response_code, message=str(error)[:500]) from error

    def _listed(self, path: str, query: Mapping[str, str | int]) -> Iterator[Any]:
        return iter(
            self._gitlab.http_list(
                self.path + path, query_data=dict(query), iterator=True, per_page=PER_PAGE, **NO_REPEATS
            )
        )


def read(model: type[Model], verb: str, data: object) -> Model:
    """The part of an answer that we read; Failed where it is not what GitLab describes."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        wrong = ", ".join(".".join(map(str, each["loc"])) or "all" for each in error.errors()[:3])
        words = f"not what GitLab describes ({wrong})"
        raise Failed(verb, status=HTTPStatus.OK, message=words) from error


def _refuse(answer: requests.Response, **_options: object) -> None:
    """An error answer with its headers, before the library sleeps over it or forgets them."""
    if answer.status_code >= HTTPStatus.BAD_REQUEST:
        headers = {name.lower(): value for name, value in answer.headers.items()}
        raise Failed(
            str(answer.request.method), status=answer.status_code, message=_message(answer), headers=headers
        )


def _refuse_circle(answer: requests.Response, **_options: object) -> None:
    """A page that names itself as the next one: the library would ask for it without an end."""
    following = answer.links.get("next", {}).get("url")
    if following and _place(following) == _place(str(answer.request.url)):
        raise Failed("GET", status=answer.status_code, message="its pages lead in a circle")


def _place(address: str) -> tuple[str, dict[str, list[str]]]:
    """Which page it is; a server behind a proxy names it by another host and path."""
    parts = urlsplit(address)
    return parts.path.rpartition("/")[2], parse_qs(parts.query)


def _unanswered(verb: str, error: ValueError | requests.RequestException) -> Failed:
    if not isinstance(error, requests.RequestException):  # the library makes addresses of them
        return Failed(verb, message="the answer's headers cannot be read")
    return Failed(verb, message=in_words(error), unsent=never_sent(error))


def _json(verb: str, answer: requests.Response) -> object:
    data: object = None
    with contextlib.suppress(ValueError):
        data = parsed(answer.content)
    if data is None or "json" not in answer.headers.get("content-type", ""):
        raise Failed(verb, status=answer.status_code, message="it is not JSON")
    return data


def _message(answer: requests.Response) -> str:
    """GitLab's own words, which stand under `message` (text, list or object) or under `error`."""
    try:
        data = parsed(answer.content)
    except ValueError:
        return answer.text[:200]
    if not isinstance(data, dict):
        return ""
    parts = [data[key] for key in ("message", "error", "error_description", "error_code") if data.get(key)]
    return "; ".join(words for part in parts for words in _words(part))[:500]


def _words(part: object) -> Iterator[str]:
    if isinstance(part, dict):
        for key, value in part.items():
            yield f"{key}: {', '.join(_words(value))}"
    elif isinstance(part, list):
        for each in part:
            yield from _words(each)
    else:
        yield str(part)

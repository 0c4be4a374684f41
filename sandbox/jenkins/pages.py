"""How Jenkins says no: pages for people, made by its servlet container or by itself."""

import html
from collections.abc import Mapping
from http import HTTPStatus

from aiohttp import web

VERSION = "2.528.1"
BARE = {"X-Content-Type-Options": "nosniff"}
EVERY = {**BARE, "X-Jenkins": VERSION, "X-Hudson": "1.395", "X-Jenkins-Session": "7e1d2c3b"}
"""What Jenkins says of itself; pages of the servlet container, such as any 404, lack it."""


class Answered(Exception):
    """Stops a handler with an answer other than the usual."""

    def __init__(self, status: int, message: str = "", *, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.headers = dict(headers or {})


def page(stop: Answered, path: str) -> web.Response:
    """The page of an error, or the empty answer of a redirect."""
    told = "X-Required-Permission" in stop.headers
    headers = {**(EVERY if told else BARE), **stop.headers}
    if stop.status in (201, 204, 302):
        return web.Response(status=stop.status, headers=headers)
    if told:
        text = _forbidden(stop.message, path)
    else:
        text = _container(stop.status, stop.message or HTTPStatus(stop.status).phrase, path)
    return web.Response(
        status=stop.status, headers=headers, text=text, content_type="text/html", charset="utf-8"
    )


def _container(status: int, message: str, path: str) -> str:
    title = f"Error {status} {html.escape(message)}"
    return (
        '<html>\n<head>\n<meta http-equiv="Content-Type" content="text/html;charset=utf-8"/>\n'
        f"<title>{title}</title>\n</head>\n<body>\n<h2>HTTP ERROR {status} {html.escape(message)}</h2>\n<table>\n"
        f"<tr><th>URI:</th><td>{html.escape(path)}</td></tr>\n<tr><th>STATUS:</th><td>{status}</td></tr>\n"
        f"<tr><th>MESSAGE:</th><td>{html.escape(message)}</td></tr>\n<tr><th>SERVLET:</th><td>Stapler</td></tr>\n"
        "</table>\n<hr/><i><small>Powered by Jetty:// 12</small></i><hr/>\n</body>\n</html>\n"
    )


def _forbidden(message: str, path: str) -> str:
    where = f"/login?from={html.escape(path)}"
    return (
        f"<html><head><meta http-equiv='refresh' content='1;url={where}'/><script id='redirect' data-redirect-url="
        f"'{where}' src='/static/7e1d2c3b/scripts/redirect.js'></script></head>"
        "<body style='background-color:white; color:white;'>"
        f"Authentication required\n<!--\n{html.escape(message)}\n-->\n</body></html>"
    )

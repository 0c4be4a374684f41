"""Panels at the side of the page: each is one module in `static/panels/` and, where it needs one, a `Panel` here.

`static/panels/<name>.js` exports a default object; `static/panels.js` says what of. Its routes stand under
`/page/panel/<name>/` behind the page's own guard; when `told` is called, every open page asks for `state` anew.
"""

from collections.abc import Callable
from typing import Any, Protocol

from aiohttp import web

Routes = dict[tuple[str, str], Callable[[web.Request], Any]]


class Panel(Protocol):
    """What a panel's server side offers."""

    @property
    def name(self) -> str:
        """What it is called in addresses."""
        ...

    def state(self) -> Any:
        """What the panel shows, as JSON; sent with the page's state and after every change of the panel."""
        ...

    def routes(self) -> Routes:
        """Handlers by method and path below the panel's own, such as `("POST", "fault")`."""
        ...

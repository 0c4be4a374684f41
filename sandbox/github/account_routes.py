"""Who asks, and the repository itself."""

from typing import Any

from aiohttp import web

from sandbox.github.calls import Call, Route
from sandbox.github.hosting import Account, when
from sandbox.github.shapes import simple_user


def public_user(root: str, account: Account) -> dict[str, Any]:
    """public-user: what GET user shows to a token without the scope `user`."""
    empty = (
        "name",
        "company",
        "location",
        "email",
        "hireable",
        "bio",
        "twitter_username",
        "notification_email",
    )
    counts = ("public_repos", "public_gists", "followers", "following")
    return {
        **simple_user(root, account.login, account.id),
        **dict.fromkeys(empty),
        **dict.fromkeys(counts, 0),
        "blog": "",
        "user_view_type": "public",
        "created_at": when(0),
        "updated_at": when(0),
    }


async def get_repository(call: Call) -> web.Response:
    """GET the repository, with the rights of who asks."""
    return web.json_response(call.shapes.repository(pushes=call.account.pushes))


ROUTES = (Route(method="GET", path="", handler=get_repository),)

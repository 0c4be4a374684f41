"""Who asks, and the repository itself."""

from collections.abc import Iterable
from typing import Any

from aiohttp import web

from sandbox.github.answers import GithubError, paged
from sandbox.github.calls import Call, Route, sees
from sandbox.github.hosting import Account, Hosted, when
from sandbox.github.shapes import Shapes, simple_user


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


def list_repositories(
    request: web.Request, root: str, account: Account, hosted: Iterable[Hosted]
) -> web.Response:
    """GET user/repos, or installation/repositories for an app: what the token shows, last changed first."""
    for_app = request.path == "/installation/repositories"
    if for_app is (account.installation is None):
        kind = "installation" if for_app else "user"
        raise GithubError(
            403, f"You must authenticate with a {kind} access token in order to list repositories"
        )
    shown = [
        Shapes(root, each).repository(pushes=account.pushes)
        for each in sorted(hosted, key=lambda each: -each.id)
        if sees(account, each)
    ]
    return paged(request, root, shown, wrap="repositories" if for_app else None)


ROUTES = (Route(method="GET", path="", handler=get_repository),)

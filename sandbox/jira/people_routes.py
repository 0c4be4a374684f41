"""Who can be given an issue."""

from aiohttp import web

from sandbox.jira.answers import Refusal, answer, number
from sandbox.jira.site import Account, Flavour, Site

FARTHEST = 1000


class PeopleRoutes:
    """Handler of user/assignable/search."""

    def __init__(self, site: Site) -> None:
        self.site = site

    async def assignable(self, request: web.Request, account: Account) -> web.Response:
        """GET user/assignable/search: first a range of those who fit, then of these who can be assigned.

        So a page may be short, or empty, with more behind it. An address is searched though it is not shown.
        """
        words = self._words(request)
        key = request.query.get("project", "")
        if not key:
            raise Refusal(400, "Either the project or the issue key must be provided.")
        project = self.site.world.project(key, account.id)
        if project is None:
            raise Refusal(404, f"No project could be found with key '{key}'.")
        if "assign" not in account.may:
            raise Refusal(401, "You do not have permission to search for users.")
        start, size = number(request.query, "startAt", 0), number(request.query, "maxResults", 50)
        fitting = [each for each in self.site.accounts if self._fits(each, words)]
        part = fitting[start : min(start + size, FARTHEST)]
        version = request.match_info["version"]
        return answer([self.site.user(each, version) for each in part if each.assignable and each.active])

    def _words(self, request: web.Request) -> str:
        """Data Center calls the words `username`, which Cloud has no more."""
        if self.site.flavour is Flavour.DATA_CENTER:
            return request.query.get("username", "").casefold()
        if not request.query.get("query"):
            raise Refusal(400, "Either the query or the account id must be provided.")
        return request.query["query"].casefold()

    def _fits(self, account: Account, words: str) -> bool:
        names = [account.name, *account.name.split(), account.email]
        names += [account.id] if self.site.flavour is Flavour.DATA_CENTER else []
        return any(name.casefold().startswith(words) for name in names)

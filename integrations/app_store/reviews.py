"""Submissions for review: a draft, what is in it, and that it is sent or taken back.

An app has one submission with a version at a time that is not finished, and one more of other things, such as events.
Apple's older way, appStoreVersionSubmissions, is gone.
Source: https://developer.apple.com/documentation/appstoreconnectapi/review-submissions,
https://developer.apple.com/help/app-store-connect/manage-submissions-to-app-review/submit-for-review
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from integrations.app_store.builds import PLATFORM
from integrations.app_store.client import Client
from integrations.app_store.errors import parsed
from integrations.app_store.version_answers import Item, Items, MadeReview, Review, Reviews
from orchestration.ports.errors import Refused, TryLater

SUBMISSIONS: Final = "/v1/reviewSubmissions"
DRAFT: Final = "READY_FOR_REVIEW"
UNRESOLVED: Final = "UNRESOLVED_ISSUES"
CANCELING: Final = "CANCELING"
UNDER_WAY: Final = frozenset({"WAITING_FOR_REVIEW", "IN_REVIEW", "COMPLETING"})
UNFINISHED: Final = (DRAFT, "WAITING_FOR_REVIEW", "IN_REVIEW", UNRESOLVED, CANCELING, "COMPLETING")
REMOVED: Final = "REMOVED"
SOON: Final = timedelta(minutes=1)


class ReviewDesk:
    """The submissions of one connection's app."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def send(self, app: str, version: str, *, page: str, to: str) -> None:
        """Send a version (its id) for review, unless it is there already.

        What a person has begun is used: a draft that holds nothing else, and a submission that was sent back to us
        with this version in it. Refused where something else would be sent along, or is in the way.
        """
        unfinished = await self._unfinished(app, to=to)
        own = next((review for review in unfinished if review.version == version), None)
        if own is not None and own.state in UNDER_WAY:
            return
        if any(review.state == CANCELING for review in unfinished):
            raise TryLater("Apple is still taking the last submission back", after=SOON, link=page)
        drafts = [review for review in unfinished if review.state == DRAFT]
        for review in unfinished:
            if review is not own and review not in drafts and review.version is not None:
                said = review.state.lower().replace("_", " ")
                raise Refused(
                    f"We can't {to}: Apple takes one version at a time, and another one's submission is {said}. Finish"
                    " it or take it back in App Store Connect, under App Review",
                    link=page,
                )
        draft = own or next(iter(drafts), None) or await self._begin(app, to=to)
        if draft.state != UNRESOLVED:  # there the version is in it already
            await self._put(draft, version, page=page, to=to)
        await self._patch(draft, "submitted", to=to)

    async def take_back(self, app: str, version: str, *, page: str, to: str) -> None:
        """Ask for the submission with a version to be cancelled, once; everything in it comes back."""
        unfinished = await self._unfinished(app, to=to)
        own = next((review for review in unfinished if review.version == version), None)
        if own is None:
            raise TryLater(
                f"App Store Connect shows no submission, so that we can't {to}", after=SOON, link=page
            )
        if own.state != CANCELING:
            await self._patch(own, "canceled", to=to)

    async def _unfinished(self, app: str, *, to: str) -> Sequence[Review]:
        query = {
            "filter[app]": app,
            "filter[platform]": PLATFORM,
            "filter[state]": ",".join(UNFINISHED),
            "include": "appStoreVersionForReview",
        }
        pages = self._client.pages(Reviews, SUBMISSIONS, query, to=to)
        found = [review async for page in pages for review in page.data]
        # What filters found is compared, as with versions; a draft may have no platform yet.
        return [r for r in found if r.state in UNFINISHED and r.attributes.platform in (PLATFORM, None)]

    async def _begin(self, app: str, *, to: str) -> Review:
        body = {
            "data": {
                "type": "reviewSubmissions",
                "attributes": {"platform": PLATFORM},
                "relationships": {"app": {"data": {"type": "apps", "id": app}}},
            }
        }
        return parsed(MadeReview, await self._client.make(SUBMISSIONS, body, to=to), to=to).data

    async def _put(self, draft: Review, version: str, *, page: str, to: str) -> None:
        """Put the version into the draft, unless it is in it."""
        items = await self._items(draft, to=to)
        if any(item.version != version for item in items):
            raise Refused(
                f"We can't {to}: somebody has put other things into the draft submission, which would go along. Submit"
                " it in App Store Connect, or take them out",
                link=page,
            )
        if items:
            return
        body = {
            "data": {
                "type": "reviewSubmissionItems",
                "relationships": {
                    "reviewSubmission": {"data": {"type": "reviewSubmissions", "id": draft.id}},
                    "appStoreVersion": {"data": {"type": "appStoreVersions", "id": version}},
                },
            }
        }
        await self._client.make("/v1/reviewSubmissionItems", body, to=to)

    async def _items(self, draft: Review, *, to: str) -> Sequence[Item]:
        path = f"{SUBMISSIONS}/{draft.id}/items"
        pages = self._client.pages(Items, path, {"include": "appStoreVersion"}, to=to)
        found = [item async for page in pages for item in page.data]
        return [item for item in found if item.attributes.state != REMOVED]

    async def _patch(self, review: Review, attribute: str, *, to: str) -> None:
        body = {"data": {"type": "reviewSubmissions", "id": review.id, "attributes": {attribute: True}}}
        answer = await self._client.change("PATCH", f"{SUBMISSIONS}/{review.id}", body, to=to)
        parsed(MadeReview, answer, to=to)

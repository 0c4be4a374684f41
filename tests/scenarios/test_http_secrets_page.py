"""The page for secrets over HTTP: one link, one browser, one use; and nothing of a secret anywhere."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.api.secrets_page import MOST_BYTES
from orchestration.store.database import Database, open_engine
from tests.support.connecting import (
    Browser,
    Page,
    browser_of,
    command,
    library_office,
    link_on,
    rows_of,
    shown,
)
from tests.support.library import CANARY, Library
from tests.support.office import Office
from tests.support.prepared import FILE, TEAM

UNKNOWN = "/connect/" + "x" * 43
REFUSED = "This link can't be used"


@asynccontextmanager
async def _asked(folder: Path, library: Library, provider: str = "box") -> AsyncIterator[tuple[Office, str]]:
    """An office in which Ann has the link for a connection."""
    async with library_office(folder, library) as o:
        await o.ann.submits(await command(o, o.ann, provider), {"Label": "red"} if provider == "box" else {})
        yield o, link_on(await shown(o, o.ann, "Enter the secrets"))


def _is_refused(page: Page) -> bool:
    return page.status == 404 and REFUSED in page.text and CANARY not in page.text


async def _order(o: Office, statement: str) -> None:
    database = Database(open_engine(f"sqlite:///{o.settings.data / FILE}", durable=False))
    async with database.writing() as connection:
        await connection.execute(text(statement))
    await database.dispose()


async def test_the_page_is_closed_to_everything_else(tmp_path: Path) -> None:
    """No script, no frame, no referrer, no cache; the cookie is for this page alone. Looking consumes nothing."""
    async with _asked(tmp_path, Library()) as (o, link):
        browser = browser_of(o)
        first = await browser.get(link)
        assert first.headers["Content-Security-Policy"] == (
            "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
        )
        assert first.headers["Referrer-Policy"] == "no-referrer"
        assert first.headers["Cache-Control"] == "no-store"
        assert first.headers["Server"] == "Stationmaster"
        assert first.headers["Content-Type"].startswith("text/html")
        cookie = first.headers["Set-Cookie"]
        assert f"Path={link}" in cookie
        assert "HttpOnly" in cookie
        assert "SameSite=Strict" in cookie
        assert "Secure" not in cookie
        for words in ("Box", "Slack workspace", "Asked for by", 'type="password"', "Token"):
            assert words in first.text
        assert "<script" not in first.text
        assert (await browser.get(link)).status == 200
        style = await browser.get("/static/secrets.css")
        assert (style.status, style.headers["Content-Type"]) == (200, "text/css; charset=utf-8")
        assert (await browser.enters(link, token=CANARY)).status == 200


async def test_over_tls_the_cookie_stays_in_tls(tmp_path: Path) -> None:
    """Where the page's own address is https the browser sends its cookie over nothing else."""
    async with library_office(tmp_path, Library(), web_url="https://bot.acme.example") as o:
        await o.ann.submits(await command(o, o.ann, "box"), {"Label": "red"})
        link = link_on(await shown(o, o.ann, "Enter the secrets"))
        cookie = (await browser_of(o).get(link)).headers["Set-Cookie"]
        assert {"Secure", "HttpOnly", "SameSite=Strict"} <= {each.strip() for each in cookie.split(";")}


async def test_a_link_works_once(tmp_path: Path) -> None:
    """After the secrets were taken it is like one that never was, for the same browser too."""
    async with _asked(tmp_path, Library()) as (o, link):
        browser = browser_of(o)
        page = await browser.get(link)
        assert (await browser.post(link, {"csrf": page.csrf, "token": CANARY})).status == 200
        browser.cookies = {k: v for k, v in browser.cookies.items() if v}
        assert _is_refused(await browser.post(link, {"csrf": page.csrf, "token": CANARY}))
        assert _is_refused(await browser.get(link))
        assert len(await o.store.integrations.list(TEAM)) == 3


async def test_only_the_browser_that_opened_it_first_goes_on(tmp_path: Path) -> None:
    """Another one is refused, with whatever cookie, and so is a form that the page did not make."""
    async with _asked(tmp_path, Library()) as (o, link):
        mine, other = browser_of(o), browser_of(o)
        page = await mine.get(link)
        assert _is_refused(await other.get(link))
        other.cookies = {"stationmaster_connect": "guessed"}
        assert _is_refused(await other.get(link))
        assert _is_refused(await other.post(link, {"csrf": page.csrf, "token": CANARY}))
        assert _is_refused(await mine.post(link, {"csrf": "0" * 64, "token": CANARY}))
        assert _is_refused(await mine.post(link, {"token": CANARY}))
        assert (await mine.post(link, {"csrf": page.csrf, "token": CANARY})).status == 200


async def test_every_refusal_is_the_same_page(tmp_path: Path) -> None:
    """Unknown, foreign, over and used links can't be told apart: same status, same words, same headers."""
    async with _asked(tmp_path, Library()) as (o, link):
        unknown = await browser_of(o).get(UNKNOWN)
        await browser_of(o).get(link)
        foreign = await browser_of(o).get(link)
        await _order(o, "UPDATE connection_drafts SET expires_ms = 1")
        over = await browser_of(o).get(link)
        await _order(o, "DELETE FROM connection_drafts")
        used = await browser_of(o).get(link)
        pages = ((unknown, UNKNOWN), (foreign, link), (over, link), (used, link))
        assert {(page.status, page.text) for page, _ in pages} == {(404, unknown.text)}
        headers = [
            {name: value.replace(path, "PATH") for name, value in page.headers.items() if name != "Date"}
            for page, path in pages
        ]
        assert headers[0]["Refresh"] == "0; url=?again=1"
        assert headers == [headers[0]] * 4


async def test_a_strict_cookie_that_was_kept_back_is_asked_for_once(tmp_path: Path) -> None:
    """A link that is clicked again in Slack comes without the cookie: the refusal reloads itself, one time."""
    async with _asked(tmp_path, Library()) as (o, link):
        browser = browser_of(o)
        await browser.get(link)
        kept, browser.cookies = browser.cookies, {}
        again = await browser.get(link)
        assert again.headers["Refresh"] == "0; url=?again=1"
        browser.cookies = kept
        assert (await browser.get(f"{link}?again=1")).status == 200
        stranger = browser_of(o)
        assert "Refresh" not in (await stranger.get(f"{link}?again=1")).headers


async def test_looking_ahead_binds_nothing(tmp_path: Path) -> None:
    """HEAD is not served, so a tool that only looks ahead does not take the link from the person."""
    async with _asked(tmp_path, Library()) as (o, link):
        assert (await browser_of(o).get(link, method="HEAD")).status == 405
        assert (await browser_of(o).get(link)).status == 200


async def test_five_tries_that_fail_are_all(tmp_path: Path) -> None:
    """Each tells what failed and what is left; the sixth is refused, with the right secret too. Nothing is saved."""
    async with _asked(tmp_path, Library()) as (o, link):
        browser = browser_of(o)
        for left in (4, 3, 2, 1, 0):
            page = await browser.enters(link, token="wrong")
            assert page.status == 422
            assert f"Tries left with this link: {left}" in page.text
            assert "The token is accepted" in page.text
            assert "wrong" not in page.text.replace("what is wrong", "").replace('class="wrong"', "")
        assert _is_refused(await browser.enters(link, token=CANARY))
        assert len(await o.store.integrations.list(TEAM)) == 2


async def test_a_provider_that_is_away_costs_no_try(tmp_path: Path) -> None:
    """Its absence is not the person's mistake: the form may be sent again and again."""
    library = Library(away=True)
    async with _asked(tmp_path, library) as (o, link):
        browser = browser_of(o)
        for _ in range(6):
            page = await browser.enters(link, token=CANARY)
            assert page.status == 422
            assert "Not known" in page.text
        library.away = False
        assert (await browser.enters(link, token=CANARY)).status == 200


async def test_what_is_missing_is_told_at_its_field(tmp_path: Path) -> None:
    """An empty field is marked for eyes and screen readers; the try is not counted."""
    async with _asked(tmp_path, Library()) as (o, link):
        browser = browser_of(o)
        for _ in range(6):
            page = await browser.enters(link, token=" ", private_key=CANARY)
            assert page.status == 422
            assert 'aria-invalid="true"' in page.text
            assert 'id="token-wrong">Fill this in' in page.text
            assert CANARY not in page.text
        assert (await browser.enters(link, token=CANARY)).status == 200


@pytest.mark.parametrize(
    ("body", "content", "status"),
    [
        (b"csrf=a&token=" + b"x" * MOST_BYTES, "application/x-www-form-urlencoded", 413),
        (b'{"token": "a"}', "application/json", 400),
        (b"csrf=a&csrf=b", "application/x-www-form-urlencoded", 400),
        (b"token=%ff", "application/x-www-form-urlencoded", 400),
        (b"\xff\xfe", "application/x-www-form-urlencoded", 400),
        (b"&".join(b"f%d=1" % n for n in range(50)), "application/x-www-form-urlencoded", 400),
        (b"nonsense", "application/x-www-form-urlencoded", 400),
    ],
    ids=["large", "json", "double", "not utf-8", "bytes", "many", "nonsense"],
)
async def test_what_no_form_sends_is_not_taken(
    tmp_path: Path, body: bytes, content: str, status: int
) -> None:
    """Bounded, and refused before anything is looked up or counted."""
    async with _asked(tmp_path, Library()) as (o, link):
        browser = browser_of(o)
        await browser.get(link)
        page = await browser.post(link, body, **{"Content-Type": content})
        assert page.status == status
        assert page.headers["Referrer-Policy"] == "no-referrer"
        tries = (await rows_of(o, "SELECT tries FROM connection_drafts"))[0]["tries"]
        assert str(tries) == "0"


async def test_a_form_that_another_site_sends_is_not_taken(tmp_path: Path) -> None:
    """Browsers say from where a form is sent."""
    async with _asked(tmp_path, Library()) as (o, link):
        browser = browser_of(o)
        page = await browser.get(link)
        fields = {"csrf": page.csrf, "token": CANARY}
        assert (await browser.post(link, fields, **{"Sec-Fetch-Site": "cross-site"})).status == 400
        assert (await browser.post(link, fields, **{"Sec-Fetch-Site": "same-origin"})).status == 200


async def test_a_page_is_sent_twice_at_once_and_saved_once(tmp_path: Path) -> None:
    """A double click makes one connection; the other answer is the refusal."""
    async with _asked(tmp_path, Library()) as (o, link):
        browser = browser_of(o)
        fields = {"csrf": (await browser.get(link)).csrf, "token": CANARY}
        pages = await asyncio.gather(
            *(Browser(base=o.bot.url, cookies=dict(browser.cookies)).post(link, fields) for _ in range(3))
        )
        assert sorted(page.status for page in pages).count(200) == 1
        assert all(page.status in {200, 404} for page in pages)
        assert len(await o.store.integrations.list(TEAM)) == 3


async def test_a_key_of_several_lines_arrives_whole(tmp_path: Path) -> None:
    """It has a field of several lines; the network's ends of lines become a file's."""
    library = Library()
    async with _asked(tmp_path, library) as (o, link):
        browser = browser_of(o)
        assert '<textarea id="private_key"' in (await browser.get(link)).text
        await browser.enters(link, token=CANARY, private_key="BEGIN\r\nabc\r\nEND\r\n")
        found = await o.bot._book.find(TEAM, "box")
        assert found is not None
        assert found.secrets.private_key.get_secret_value() == "BEGIN\nabc\nEND"  # type: ignore[attr-defined]  # its own model


async def test_secrets_stand_nowhere(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """Neither the secret, nor the link's token, nor the cookie is in a log, a row or a request of Slack's."""
    library = Library()
    async with _asked(tmp_path, library, "shelf") as (o, link):
        with caplog.at_level(logging.DEBUG):
            browser = browser_of(o)
            await browser.enters(link, token="wrong-" + CANARY)
            await shown(o, o.ann, "Room")
            await browser.get("/connect/unknown-" + CANARY[:3])
        token, cookie = link.rpartition("/")[2], browser.cookies.get("stationmaster_connect", "")
        said = capsys.readouterr()
        logs = said.out + said.err + caplog.text
        rows = [await rows_of(o, f"SELECT * FROM {table}") for table in _TABLES]  # noqa: S608 - our own names
        dump = str(rows)
        slack = "\n".join(str(entry) for entry in o.slack.record if "views." not in entry.path)
        assert "secrets_link_refused" in logs
        for where in (logs, dump, slack):
            assert CANARY not in where
            assert token not in where
            assert not cookie or cookie not in where
        assert "secrets" in dump


_TABLES = ("connection_drafts", "integrations", "events", "inbox", "outbox", "messages", "tenants")


async def test_a_fault_of_ours_shows_no_inside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A reference on the page and in the log, and not one word of the error, which may hold what was typed."""
    async with _asked(tmp_path, Library()) as (o, link):
        browser = browser_of(o)
        page = await browser.get(link)

        async def broken(*_given: object, **_more: object) -> None:
            raise RuntimeError(f"it was {CANARY}")

        monkeypatch.setattr(o.bot._accounts, "try_draft", broken)
        answer = await browser.post(link, {"csrf": page.csrf, "token": CANARY})
        logs = capsys.readouterr().out
        assert answer.status == 500
        assert "Reference" in answer.text
        assert CANARY not in answer.text + logs
        assert "secrets_page_fault" in logs

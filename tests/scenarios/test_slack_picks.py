"""Cherry-picks in Slack: the word, the shortcut of a message, the captain's buttons, the card and `why`."""

from dataclasses import replace
from pathlib import Path

from orchestration.domain.events import EventKind
from orchestration.domain.picks import PickState
from sandbox.slack.screen import text_on
from sandbox.slack.values import Message, View
from tests.support.office import Office, office


def _announced(o: Office, text: str, *attachments: dict[str, str]) -> Message:
    """A message about a pull request, as another app posts it into the channel."""
    like = o.keyed("card:")[0]
    fresh = replace(
        like, ts=o.slack.world.new_ts(), text=text, blocks=(), metadata=None, attachments=tuple(attachments)
    )
    return o.slack.world.put_message(fresh)


def _late(o: Office) -> str:
    assert o.company is not None
    return o.company.scm.grow("main", ["fix: the <crash>"])


async def _question(o: Office) -> Message:
    def look() -> Message | None:
        found = [m for m in o.keyed("notice:") if "do you take it in" in text_on(m)]
        return found[-1] if found else None

    return await o.until(look)


async def test_a_viewer_asks_and_the_captain_accepts_by_button(tmp_path: Path) -> None:
    """Asked, told to the captain with buttons, accepted, on the branch; card and `why` list it with its candidate."""
    async with office(tmp_path, "asking") as o:
        late = _late(o)
        said = await o.says(o.eve, f"/release pick {late} 2.14.0")
        assert said.startswith(f"Asked <@{o.ann.id}> to take")
        assert "1. " in text_on(await o.card("waits for"))
        assert "/release pick accept 1" in await o.says(o.ann, "/release why")
        question = await _question(o)
        refused = await o.told(o.eve, o.eve.clicks(question, "pick.accept"))
        assert "may not" in refused
        accepted = await o.told(o.ann, o.ann.clicks(question, "pick.accept"))
        assert "You accepted" in accepted
        assert "v2.14.0-rc.2 once you run /release cycle" in accepted.replace("`", "")
        await o.card("on the branch, enters")
        assert "v2.14.0-rc.2" in await o.says(o.ann, "/release why")
        twice = await o.told(o.ann, o.ann.clicks(question, "pick.accept", stale=True))
        assert "accepted by" in twice
        assert len(await o.events(EventKind.PICK_ACCEPTED)) == 1
        assert not o.slack.violations


async def test_the_captain_declines_with_a_reason(tmp_path: Path) -> None:
    """The form wants a reason; the one who asked is told it, and nothing is picked."""
    async with office(tmp_path, "asking") as o:
        late = _late(o)
        await o.says(o.dan, f"/release pick {late}")
        await o.ann.clicks(await _question(o), "pick.decline")
        form = await o.until(lambda: o.ann.modal)
        assert await o.ann.submits(form, {"reason": " "}) == {"reason": "Please say why"}
        said = await o.told(o.ann, o.ann.submits(form, {"reason": "Too late"}))
        assert "You declined" in said
        await o.until(lambda: any("Too late" in line and o.dan.id in line for line in o.thread()))
        assert [p.state for p in (await o.release()).picks] == [PickState.DECLINED]
        assert "accept 1" not in await o.says(o.ann, "/release why")


async def _called_on(o: Office, message: Message) -> View:
    """The form that the shortcut opens on a message."""
    before = o.dan.modal
    await o.dan.runs_shortcut("Pick into a release", message=message)
    return await o.until(lambda: o.dan.modal if o.dan.modal is not before else None)


async def _ended(o: Office, words: str) -> str:
    return await o.until(
        lambda: text_on(o.dan.modal) if o.dan.modal and words in text_on(o.dan.modal) else None
    )


async def test_the_shortcut_opens_the_form_filled_in(tmp_path: Path) -> None:
    """The link may stand in the text, in a block or only in what an app attached; the form shows how it ended."""
    async with office(tmp_path, "asking") as o:
        assert o.company is not None
        await o.card()
        scm = o.company.scm
        await scm.fork_out_branch("fix/crash", "main")
        scm.grow("fix/crash", ["fix: the crash"])
        pull = await scm.open_pull_request(head="fix/crash", base="main", title="Mend", body="")
        form = await _called_on(o, _announced(o, f"Please: <{pull.url}|#1>"))
        assert "The captain of the release is asked" in text_on(form)
        assert await o.dan.submits(form, {"Change": "main"}) == {
            "change": "Write a link to a pull request or a commit, or #123"
        }
        await o.dan.submits(form, {"Change": pull.url})
        assert "Nothing was asked for" in await _ended(o, "is not merged")
        scm.merge(pull.number)
        attached = _announced(o, "A request was merged", {"title": "Mend", "title_link": f"{pull.url}"})
        await o.dan.submits(await _called_on(o, attached))
        await _ended(o, "Asked")
        assert [p.wanted.source for p in (await o.release()).picks] == ["#1"]
        assert not o.slack.violations


async def test_the_shortcut_lets_one_of_several_links_be_chosen(tmp_path: Path) -> None:
    """Links of each source control are offered; a message without any is answered, and no form opens."""
    async with office(tmp_path, "asking") as o:
        await o.card()
        late = _late(o)
        urls = (
            "https://gitlab.invalid/acme/app/-/merge_requests/7",
            "https://bitbucket.invalid/acme/app/pull-requests/8",
            f"https://rehearsal.invalid/commit/{late}",
        )
        assert o.company is not None
        commit = (await o.company.scm.head_of(late)).url
        form = await _called_on(o, _announced(o, " and ".join([*urls[:2], commit])))
        assert "merge_requests/7" in text_on(form)
        assert "pull-requests/8" in text_on(form)
        await o.dan.submits(form, {"Change": commit})
        await _ended(o, "Asked")
        nothing = await o.told(o.dan, o.dan.runs_shortcut("release.pick", message=_announced(o, "Hello")))
        assert "links to no pull request" in nothing


async def test_a_conflict_tells_the_author_and_the_captain_what_to_do(tmp_path: Path) -> None:
    """The thread names the command that resolves it, the branch, and both people; nothing is left half-done."""
    async with office(tmp_path, "asking") as o:
        late = _late(o)
        assert o.company is not None
        o.company.scm.conflicts.add((late, "release/2.14.0"))
        await o.says(o.dan, f"/release pick {late}")
        await o.says(o.ann, "/release pick accept 1")
        told = await o.until(
            lambda: next((line for line in o.thread() if "git cherry-pick -x" in line), None)
        )
        assert late[:12] in told
        assert f"<@{o.dan.id}>" in told
        assert f"<@{o.ann.id}>" in told
        assert "rehearsal wrote it" in told
        assert "could not be picked" in text_on(await o.card("could not be picked"))
        o.company.scm.conflicts.clear()
        assert "runs again" in await o.says(o.ann, "/release retry")
        await o.card("on the branch, enters")


async def test_what_is_no_change_is_answered_with_examples(tmp_path: Path) -> None:
    """A branch, nothing, an unknown number of a pick: each answer says how it is written."""
    async with office(tmp_path, "asking") as o:
        assert "Which change?" in await o.says(o.dan, "/release pick")
        assert "Which change?" in await o.says(o.dan, "/release pick main")
        assert "Asked for so far: none" in await o.says(o.ann, "/release pick accept 3")
        late = _late(o)
        await o.says(o.dan, f"/release pick {late}")
        assert "Please say why" in await o.says(o.ann, "/release pick decline 1")
        assert "You declined" in await o.says(o.ann, "/release pick decline 1 Too late")

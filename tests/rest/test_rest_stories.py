"""The journeys of people over REST alone: what Slack's stories play, asked for by programs and with people's tokens."""

from datetime import timedelta

from orchestration.domain.gates import Condition, SignOff
from orchestration.domain.snapshot import GateSettings
from orchestration.ports.errors import Refused
from tests.rest.rest_rig import CONFIG, CONNECT, RELEASES, Rest
from tests.rest.story_rig import gate_of, telling
from tests.rest.test_rest_journey import Story, started
from tests.support.rehearsed import ANN, BO, finish_by_hand, snapshot

BRANCH = "release/2.14.0"
BY_HAND = {"build_mode": "MANUAL", "pre_regression_builds": False}


async def to_the_gate(story: Story, one: str) -> None:
    """Live on to the gate, with everything outside done."""
    await story.live(steps=12, minutes=3)
    finish_by_hand(story.company, await story.bench.release(one.rpartition("/")[2]))
    await story.live(steps=2, minutes=1)


async def test_a_workspace_is_set_up_by_a_program(quick: Rest) -> None:
    """Connect, configure, look whether everything is there, give a token for CI, and order the first release."""
    wrong = await quick.ask("POST", "/integrations", {**CONNECT, "settings": {}})
    assert wrong.status == 422
    made = await quick.ask("POST", "/integrations", CONNECT)
    assert (made.status, made.body["state"]) == (201, "verified")
    assert (await quick.ask("POST", "/integrations/twin/verify")).body["state"] == "verified"
    choices = await quick.ask("GET", "/integrations/twin/choices/projects")
    assert choices.status == 200, choices.text
    configured = await quick.ask("POST", "/release-configs", {**CONFIG, **BY_HAND, "id": "pixel"})
    assert configured.status == 201, configured.text
    checked = await quick.ask("POST", "/release-configs/pixel/verify")
    assert checked.body["checks"]
    token = await quick.ask("POST", "/tokens", {"name": "jobs", "scopes": ["release:write"], "days": 30})
    now = quick.clock.now()
    order = {
        "configuration": "pixel",
        "versions": {"ANDROID-PLAY_STORE": "1.0.0"},
        "target_at": (now + timedelta(days=9)).isoformat(),
        "slots": [{"at": (now + timedelta(days=3)).isoformat()}],
        "kick_off_at": (now + timedelta(days=1)).isoformat(),
        "captain": ANN.id,
    }
    release = await quick.ask("POST", RELEASES, order, token=token.body["text"])
    assert release.status == 201, release.text
    assert (await quick.ask("GET", f"{RELEASES}/{release.body['id']}/why")).body["obstacles"] == []


async def test_a_kick_off_is_previewed_ordered_and_edited(sqlite_url: str) -> None:
    """The proposal, the whole plan before anything happens, an edit of what is ahead, and the branch at its time."""
    async with telling(sqlite_url) as story:
        ann = await story.rest.own(ANN.id, "read", "release:write")
        proposal = (await story.ask("GET", "/proposal?configuration=pixel", token=ann)).body
        assert (proposal["captain"], proposal["base_branch"]) == (ANN.id, "main")
        begin = story.rest.clock.now() + timedelta(hours=2)
        slot = {"at": (begin + timedelta(hours=1)).isoformat(), "automation": True}
        order = {**story.order(), "kick_off_at": begin.isoformat(), "slots": [slot]}
        del order["captain"]
        plan = await story.ask("POST", "/preview", order, token=ann)
        assert (plan.status, plan.body["release"]["captain"]) == (200, ANN.id)
        assert (await story.ask("GET", "/releases")).body["items"] == []
        made = await story.ask("POST", "/releases", order, token=ann)
        one = f"/releases/{made.body['id']}"
        titles = [task["title"] for task in (await story.ask("GET", f"{one}/plan")).body["tasks"]]
        assert titles == [task["title"] for task in plan.body["tasks"]]
        later = {"kick_off_at": (begin + timedelta(minutes=30)).isoformat()}
        edited = await story.ask("PATCH", one, later, token=ann, **made.etag)
        assert edited.status == 200, edited.text
        await story.live(steps=3, minutes=42)
        assert story.company.scm.kept.branches.get(BRANCH) is None
        await story.live(steps=2, minutes=20)
        assert BRANCH in story.company.scm.kept.branches
        moments = (await story.ask("GET", f"{one}/timeline")).body["items"]
        assert "Kick-off began" in {each["what"] for each in moments}


async def test_progress_is_read_at_any_time(sqlite_url: str) -> None:
    """Each phase once and in order; what is in the way has an owner and a remedy; what comes has its time."""
    async with telling(sqlite_url) as story:
        one = f"/releases/{await started(story)}"
        phases: list[str] = []
        for _ in range(14):
            now = (await story.ask("GET", one)).body["phase"]
            phases += [now] if now not in phases else []
            why = (await story.ask("GET", f"{one}/why")).body
            assert why["phase"] == now
            assert all(each["owner"] and each["remedy"] for each in why["obstacles"])
            await story.live(steps=1, minutes=3)
        assert phases[-1] == "AWAITING_STAGE_3"
        assert "REGRESSION" in phases
        (asked,) = [g for g in (await story.ask("GET", f"{one}/gates")).body["items"] if g["state"] == "OPEN"]
        unmet = [each for each in asked["evidence"]["findings"] if not each["met"]]
        assert {each["condition"] for each in unmet} >= {Condition.TESTS_PASSED, Condition.TICKETS_DONE}
        builds = (await story.ask("GET", f"{one}/builds")).body["items"]
        assert {each["pair"] for each in builds} == {"ANDROID-PLAY_STORE", "IOS-APP_STORE"}


async def test_cycles_notes_and_commits_that_came_too_late(sqlite_url: str) -> None:
    """Two slots are two candidates; notes tell what is in; what came after the tested commit is left out by name."""
    async with telling(sqlite_url) as story:
        one = f"/releases/{await started(story)}"
        second = (story.rest.clock.now() + timedelta(minutes=60)).isoformat()
        assert (await story.ask("POST", f"{one}/slots", {"at": second})).status == 200
        await story.live(steps=10, minutes=3)
        fix = story.company.scm.grow(BRANCH, ["fix: the crash"])
        await story.live(steps=14, minutes=3)
        cycles = (await story.ask("GET", one)).body["cycles"]
        assert [each["tag"] for each in cycles] == ["v2.14.0-rc.1", "v2.14.0-rc.2"]
        notes = (await story.ask("GET", f"{one}/notes")).body
        assert (notes["to"], notes["commits"][-1]["sha"]) == ("v2.14.0-rc.2", fix)
        assert "fix: the crash" in notes["text"]
        edit = {"text": "It crashes no more", "head": fix}
        assert (await story.ask("POST", f"{one}/notes", edit)).status == 200
        edited = (await story.ask("GET", f"{one}/notes")).body
        assert (edited["text"], edited["made"], edited["later"]) == (edit["text"], notes["text"], 0)
        assert edited["edited_by"] is not None
        assert (await story.ask("POST", f"{one}/notes", {"text": " "})).status == 422
        assert (await story.ask("DELETE", f"{one}/notes")).status == 204
        assert (await story.ask("DELETE", f"{one}/notes")).status == 409
        assert (await story.ask("GET", f"{one}/notes")).body == notes
        await to_the_gate(story, one)
        late = story.company.scm.grow(BRANCH, ["docs: a word"])
        await story.live(steps=2, minutes=1)
        gate = await gate_of(story, one)
        (drift,) = [each for each in gate["evidence"]["findings"] if each["key"] == late]
        assert (drift["met"], any("docs: a word" in line for line in drift["lines"])) == (False, True)
        ann = await story.rest.own(ANN.id, "read", "release:write")
        left = {"head": late, "reason": "Docs only"}
        done = await story.ask("POST", f"{one}/gates/{gate['id']}/accept-drift", left, token=ann)
        assert done.status == 200, done.text
        after = await gate_of(story, one)
        assert all(each["met"] for each in after["evidence"]["findings"])
        assert after["evidence"]["commit"] == fix


async def test_an_approval_counts_for_what_was_seen(sqlite_url: str) -> None:
    """Two must agree; a change taken in voids the first yes; then both sign the new candidate."""
    both = GateSettings(sign_offs=(SignOff(area="qa", needed=2, people=(BO.id, ANN.id)),))
    async with telling(sqlite_url, snapshot(gate=both)) as story:
        one = f"/releases/{await started(story)}"
        await to_the_gate(story, one)
        ann, bo = [await story.rest.own(who.id, "read", "release:write") for who in (ANN, BO)]
        gate = await gate_of(story, one)
        seen = {"digest": gate["evidence"]["digest"]}
        where = f"{one}/gates/{gate['id']}"
        signed = await story.ask("POST", f"{where}/approve", seen, token=bo)
        assert [each["by"] for each in signed.body["signatures"]] == [BO.id]
        assert [each["needed"] for each in signed.body["missing"]] == [1]
        late = story.company.scm.grow("main", ["fix: the crash"])
        asked = await story.ask("POST", f"{one}/picks", {"change": late}, token=bo)
        pick = asked.body["picks"][-1]["id"]
        accepted = await story.ask("POST", f"{one}/picks/{pick}/accept", token=ann)
        assert accepted.status == 200, accepted.text
        refused = await story.ask("POST", f"{where}/approve", seen, token=ann)
        assert refused.status == 409
        assert (await story.ask("POST", f"{one}/cycles", {"automation": True})).status == 200
        await to_the_gate(story, one)
        again = await gate_of(story, one)
        assert (again["signatures"], again["evidence"]["tag"]) == ([], "v2.14.0-rc.2")
        new = {"digest": again["evidence"]["digest"]}
        for token in (bo, ann):
            yes = await story.ask("POST", f"{one}/gates/{again['id']}/approve", new, token=token)
            assert yes.status == 200, yes.text
        await story.live(steps=5, minutes=1)
        done = (await story.ask("GET", one)).body
        assert (done["phase"], done["tested_commit"]) == ("AWAITING_SUBMISSION", again["evidence"]["commit"])
        assert story.company.scm.kept.tags["v2.14.0"] == again["evidence"]["commit"]


async def test_what_failed_is_tried_again_skipped_or_done_by_hand(sqlite_url: str) -> None:
    """Three tasks fail, each goes its own way, per platform; nothing else is redone, and the reasons are kept."""
    refusing = [True]

    def hook(port: str, verb: str) -> None:
        failing = {("pm", "create_release_ticket"), ("cicd", "trigger_planned_release")}
        if refusing[0] and (port, verb) in failing:
            raise Refused("No more today")

    async with telling(sqlite_url, hook=hook) as story:
        one = f"/releases/{await started(story)}"
        await story.live(steps=3, minutes=1)
        tasks = (await story.ask("GET", f"{one}/tasks?limit=100")).body["items"]
        failed = {task["name"] for task in tasks if task["state"] == "FAILED"}
        kinds = ("CREATE_PROJECT_MANAGEMENT_TICKET", "TRIGGER_PRE_REGRESSION_BUILDS")
        pairs = ("ANDROID-PLAY_STORE", "IOS-APP_STORE")
        assert failed == {f"kickoff.{kind}.{pair}" for kind in kinds for pair in pairs}
        skip, retry = (f"{one}/tasks/kickoff.{kinds[0]}.{pair}" for pair in pairs)
        assert (await story.ask("POST", f"{skip}/skip", {})).status == 422
        skipped = await story.ask("POST", f"{skip}/skip", {"reason": "Not this time"})
        assert skipped.body["state"] == "SKIPPED"
        by_hand = f"{one}/tasks/kickoff.{kinds[1]}.{pairs[0]}"
        unsaid = await story.ask("POST", f"{by_hand}/done", {"evidence": "I did it"})
        assert unsaid.status == 409
        link = {"evidence": "https://files.example/app.apk", "number": "417"}
        assert (await story.ask("POST", f"{by_hand}/done", link)).body["state"] == "SUCCEEDED"
        refusing[0] = False
        assert (await story.ask("POST", f"{retry}/retry")).status == 200
        last = f"{one}/tasks/kickoff.{kinds[1]}.{pairs[1]}"
        assert (await story.ask("POST", f"{last}/retry")).status == 200
        await story.live(steps=2, minutes=2)
        assert (len(story.company.pm.kept), len(story.company.cicd.kept)) == (1, 1)
        after = (await story.ask("GET", f"{one}/tasks?limit=100")).body["items"]
        states = {task["name"]: task["state"] for task in after if task["name"] in failed}
        assert states.pop(f"kickoff.{kinds[0]}.{pairs[0]}") == "SKIPPED"
        assert set(states.values()) == {"SUCCEEDED"}
        told = (await story.ask("GET", f"{one}/activity?limit=100")).body["items"]
        assert {"Not this time", link["evidence"]} <= {
            str(each["data"].get("reason") or each["data"].get("evidence")) for each in told
        }

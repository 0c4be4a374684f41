"""The preview of a plan, beyond the tasks of its stages."""

import json
from dataclasses import replace

from bot.views.modals.plan import plan_preview
from orchestration.domain.phase import Phase
from orchestration.domain.rollout_plan import RolloutPlan
from orchestration.domain.snapshot import StorePlan
from tests.support.release_parts import ANDROID, IOS
from tests.support.releases import in_phase
from tests.unit.bot.test_views_modals import planned


def test_the_plan_leads_to_the_users() -> None:
    """Each store stands in it with its approval and its pace, or that a person submits; no id that nobody has yet."""
    release = in_phase(Phase.SCHEDULED)
    stores = {
        ANDROID.key: StorePlan(integration="play", rollout=RolloutPlan(steps=(5.0, 50.0))),
        IOS.key: StorePlan(integration="app-store-1", submit=False),
    }
    ours = replace(release, snapshot=replace(release.snapshot, stores=stores))
    told = json.dumps(plan_preview(ours, planned()), ensure_ascii=False)
    assert "*Distribution*: after the release is tagged" in told
    assert (
        "1. Android to the Play Store, after its own approval: 5 % → 50 %, step by step, each by a person"
        in told
    )
    assert "2. iOS to the App Store, submitted by a person" in told
    assert release.id not in told
    assert release.id in json.dumps(plan_preview(ours, planned(), made=True))

"""A release as people live it."""
import asyncio
from pathlib import Path
from datetime import timedelta
from random import Random
import time

from orchestration.domain.creation import Order, WantedSlot
from orchestration.domain.stages import CycleFlags
from orchestration.domain.version import ReleaseType
from orchestration.ports.runtime import Configuration
from orchestration.services.start_release import start_release
from orchestration.services import decide
from orchestration.domain.phase import phase
from orchestration.store.integrations import IntegrationRow, IntegrationState
from orchestration.domain.tasks import TaskType
from integrations.rehearsal.test_platform import CaseState
from tests.support.rehearsed import snapshot, ANN, BO, ANDROID, IOS
from tests.simulation.world import World, BEGIN


async def story(world):
    for _ in range(3): world.born()
    p=world.processes[0]
    tenant="T0001"
    s=snapshot()
    async with p.store.work() as work:
        await work.directory.save_configuration(Configuration(id=s.config_id, tenant_id=tenant, name=s.name, snapshot=s, default=True))
        await work.directory.grant(tenant, ANN.id, "editor")
        await work.commit()
    for name in sorted(s.integrations()):
        await p.store.integrations.add(IntegrationRow(id=name, tenant_id=tenant, provider=name, name=name, state=IntegrationState.VERIFIED))
    now=BEGIN+timedelta(seconds=world.loop.time())
    order=Order(type=ReleaseType.MINOR, versions={ANDROID.key:"2.14.0", IOS.key:"2.14.0"}, target_at=now+timedelta(days=7), slots=(WantedSlot(at=now+timedelta(minutes=20), flags=CycleFlags(automation=True)),))
    r=await start_release(p.engine, tenant, "pixel", order, actor=ANN)
    while True:
        await asyncio.sleep(120)
        async with p.store.look() as work:
            release=await work.releases.get(tenant, r.id)
        ph=phase(release)
        prov=world.providers[tenant]
        for plan in release.plans:
            suite = release.output(TaskType.CREATE_TEST_SUITE, "id", pair=plan.pair)
            ticket = release.output(TaskType.CREATE_PROJECT_MANAGEMENT_TICKET, "key", pair=plan.pair)
            if suite is not None: prov.tests.fill(suite, CaseState.PASSED)
            if ticket is not None: prov.pm.move(ticket, "Done")
        g=release.open_gate
        if g is not None and g.evidence is not None:
            if not g.evidence.unmet:
                await decide.approve(p.engine, tenant, r.id, g.id, digest=g.evidence.digest, actor=ANN)
        if ph.value=="AWAITING_SUBMISSION": break
    await asyncio.sleep(100)
    print(ph, [ (t.type.value,t.state.value) for t in release.tasks if t.state.value!="SUCCEEDED"])
    await world.end()

if __name__=="__main__":
    import asyncio, tempfile
    from orchestration.store.migrate import upgrade
    d=Path(tempfile.mkdtemp(dir="/dev/shm"))
    asyncio.run(upgrade(f"sqlite:///{d}/t.db"))
    import cProfile,pstats,sys
    for seed in range(3):
        t=time.time()
        w=World(seed,d,d/"t.db",[])
        asyncio.set_event_loop(w.loop)
        w.loop.run_until_complete(story(w))
        print(seed,time.time()-t,w.loop.steps,w.loop.time(),w.judge.commits, {k:len(v) for k,v in w.slack.shown.items() if 'card' in k})
        w.close(); w.loop.close()
    if len(sys.argv)>1:
        w=World(7,d,d/"t.db",[])
        pr=cProfile.Profile(); pr.enable()
        w.loop.run_until_complete(story(w))
        pr.disable(); pstats.Stats(pr).sort_stats("cumtime").print_stats(50)

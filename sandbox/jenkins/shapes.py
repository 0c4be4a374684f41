"""Things as Jenkins' remote API shows them (`…/api/json`). `root` is what Jenkins takes its own address for."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from sandbox.jenkins.access import USER
from sandbox.jenkins.world import Build, Item, Job, World

FREESTYLE = ("hudson.model.FreeStyleProject", "hudson.model.FreeStyleBuild")
PIPELINE = (
    "org.jenkinsci.plugins.workflow.job.WorkflowJob",
    "org.jenkinsci.plugins.workflow.job.WorkflowRun",
)
FOLDER = "com.cloudbees.hudson.plugins.folder.Folder"
MULTIBRANCH = "org.jenkinsci.plugins.workflow.multibranch.WorkflowMultiBranchProject"
PLAIN = "!$&'()*+,=@"
SHOWN = 100
"""How many builds `builds` holds at most; `allBuilds` has no limit."""


def job_url(root: str, name: str) -> str:
    """The job's page, with each part escaped once more, as hudson.Util#rawEncode does."""
    return root + "".join(f"/job/{quote(part, safe=PLAIN)}" for part in name.split("/")) + "/"


def shape_job(root: str, job: Job) -> dict[str, Any]:
    """A job with its parameters and builds."""
    kind = (PIPELINE if job.pipeline else FREESTYLE)[0]
    builds = [shape_build(root, job, build) for build in job.builds]
    properties: list[dict[str, Any]] = [{"_class": "jenkins.model.BuildDiscarderProperty"}]
    if job.parameters is not None:
        definitions = [_definition(d.name, d.default, d.choices) for d in job.parameters]
        name = "hudson.model.ParametersDefinitionProperty"
        properties.append({"_class": name, "parameterDefinitions": definitions})
    return {
        "_class": kind,
        "actions": [{}],
        "description": "",
        "displayName": job.name.rpartition("/")[2],
        "fullName": job.name,
        "name": job.name.rpartition("/")[2],
        "url": job_url(root, job.name),
        "buildable": not job.disabled,
        "color": "disabled" if job.disabled else "blue",
        "allBuilds": builds,
        "builds": builds[:SHOWN],
        "lastBuild": builds[0] if builds else None,
        "inQueue": False,
        "keepDependencies": False,
        "nextBuildNumber": job.next_number,
        "property": properties,
        "concurrentBuild": False,
    }


def shape_folder(root: str, name: str, jobs: Sequence[Job]) -> dict[str, Any]:
    """A folder has jobs and no builds."""
    return {
        "_class": FOLDER,
        "fullName": name,
        "name": name.rpartition("/")[2],
        "url": job_url(root, name),
        "jobs": [_brief(root, job) for job in jobs],
    }


def shape_build(root: str, job: Job, build: Build) -> dict[str, Any]:
    """A build. While it goes on its result is null."""
    actions: list[dict[str, Any]] = [
        {"_class": "hudson.model.CauseAction", "causes": [_cause()]},
        *_parameters(build.parameters),
        {},
    ]
    actions += [
        {"_class": "hudson.plugins.git.util.BuildData", "lastBuiltRevision": {"SHA1": commit}}
        for commit in build.commits
    ]
    return {
        "_class": (PIPELINE if job.pipeline else FREESTYLE)[1],
        "actions": actions,
        "artifacts": [
            {"displayPath": path, "fileName": path.rpartition("/")[2], "relativePath": path}
            for path, _ in build.files
        ],
        "building": build.building,
        "description": None,
        "displayName": f"#{build.number}",
        "duration": 0,
        "estimatedDuration": -1,
        "fullDisplayName": f"{job.name.replace('/', ' » ')} #{build.number}",
        "id": str(build.number),
        "keepLog": False,
        "number": build.number,
        "queueId": build.item,
        "result": build.result,
        "timestamp": int(build.began * 1000),
        "url": f"{job_url(root, job.name)}{build.number}/",
    }


def shape_item(root: str, item: Item, now: float) -> dict[str, Any]:
    """A queue item: waiting for its quiet period, for an executor, or gone from the queue."""
    quiet = item.left is None and now < item.quiet_until
    kind = "LeftItem" if item.left is not None else "WaitingItem" if quiet else "BuildableItem"
    left = round(item.quiet_until - now, 1)
    why = f"In the quiet period. Expires in {left:g} sec" if quiet else "Waiting for next available executor"
    shape: dict[str, Any] = {
        "_class": f"hudson.model.Queue${kind}",
        "actions": [
            *_parameters(item.parameters),
            {"_class": "hudson.model.CauseAction", "causes": [_cause()]},
        ],
        "blocked": False,
        "buildable": kind == "BuildableItem",
        "id": item.id,
        "inQueueSince": int(item.since * 1000),
        "params": "".join(f"\n{name}={value}" for name, value in item.parameters.items()),
        "stuck": False,
        "task": _brief(root, item.job),
        "url": f"queue/item/{item.id}/",
        "why": None if item.left is not None else why,
    }
    if item.left is not None:
        shape["cancelled"] = item.cancelled
        build = None if item.build is None else item.job.numbered(item.build)
        shape["executable"] = None if build is None else _executable(root, item.job, build)
    return shape


def shape_server(root: str, world: World, *, visible: bool) -> dict[str, Any]:
    """The root: what there is at the top."""
    return {
        "_class": "hudson.model.Hudson",
        "mode": "NORMAL",
        "nodeDescription": "the Jenkins controller's built-in node",
        "nodeName": "",
        "numExecutors": 2,
        "jobs": _inside(root, world, "") if visible else [],
        "quietingDown": world.quieting,
        "url": f"{root}/",
        "useCrumbs": True,
        "useSecurity": True,
    }


def _inside(root: str, world: World, above: str) -> list[dict[str, Any]]:
    """What stands directly in a folder, each folder with its own content."""
    names = sorted({n[len(above) :].partition("/")[0] for n in world.jobs if n.startswith(above)})
    shown = []
    for name in names:
        full = f"{above}{name}"
        job = world.jobs.get(full)
        if job is not None:
            shown.append({**_brief(root, job), "name": name, "buildable": not job.disabled})
            continue
        branches = full in world.multibranch
        kind = MULTIBRANCH if branches else FOLDER
        shown.append(
            {
                "_class": kind,
                "name": name,
                "url": job_url(root, full),
                "jobs": _inside(root, world, f"{full}/"),
            }
        )
    return shown


def _brief(root: str, job: Job) -> dict[str, Any]:
    kind = (PIPELINE if job.pipeline else FREESTYLE)[0]
    name = job.name.rpartition("/")[2]
    return {"_class": kind, "name": name, "url": job_url(root, job.name), "color": "blue"}


def _executable(root: str, job: Job, build: Build) -> dict[str, Any]:
    kind = (PIPELINE if job.pipeline else FREESTYLE)[1]
    return {"_class": kind, "number": build.number, "url": f"{job_url(root, job.name)}{build.number}/"}


def _parameters(given: Mapping[str, str]) -> list[dict[str, Any]]:
    if not given:
        return []
    values = [
        {"_class": "hudson.model.StringParameterValue", "name": name, "value": value}
        for name, value in given.items()
    ]
    return [{"_class": "hudson.model.ParametersAction", "parameters": values}]


def _definition(name: str, default: str, choices: tuple[str, ...] | None) -> dict[str, Any]:
    kind = "StringParameterDefinition" if choices is None else "ChoiceParameterDefinition"
    value = {"_class": "hudson.model.StringParameterValue", "name": name, "value": default}
    shape = {
        "_class": f"hudson.model.{kind}",
        "defaultParameterValue": value,
        "description": "",
        "name": name,
        "type": kind,
    }
    return shape if choices is None else {**shape, "choices": list(choices)}


def _cause() -> dict[str, Any]:
    return {
        "_class": "hudson.model.Cause$UserIdCause",
        "shortDescription": f"Started by user {USER}",
        "userId": USER,
        "userName": "Stationmaster",
    }

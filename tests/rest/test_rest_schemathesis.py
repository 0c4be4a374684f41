"""schemathesis against the running server: every operation of the served description, with all of its checks on."""

import asyncio
import re
from collections.abc import Callable
from pathlib import Path

from orchestration.domain.tokens import Scope
from tests.rest.rest_rig import RELEASES, Rest
from tests.rest.test_rest_access import TRAIN
from tests.support.access_table import PROPERTY

ROOT = Path(__file__).parents[2]
_COUNTS = re.compile(r"(\d+) generated")
_TESTED = re.compile(r"Selected: (\d+)/(\d+)\n\s+Tested: (\d+)")
# What fits the schema may still not fit the state or the rules; what does not fit it is never carried out.
CONFIG = """
[checks.positive_data_acceptance]
expected-statuses = ["2xx", 400, 404, 409, 412, 422, 503]
[checks.negative_data_rejection]
expected-statuses = [400, 401, 403, 404, 405, 406, 409, 412, 413, 415, 422, 428, 503]
[checks.missing_required_header]
expected-statuses = [400, 401, 428]
[parameters]
"path.tenant" = "T0001"
[[operations]]
include-path-regex = "/releases/"
parameters = {{ "path.id" = "{release}", "path.slot" = "s1", "path.task" = "kickoff.NEVER", "path.gate" = "g1" }}
[[operations]]
include-path-regex = "/submissions/"
parameters = {{ "path.submission" = "d1" }}
[[operations]]
include-path-regex = "/integrations/"
parameters = {{ "path.id" = "twin", "path.kind" = "projects" }}
[[operations]]
include-path-regex = "/release-configs/"
parameters = {{ "path.id" = "pixel" }}
[[operations]]
include-path-regex = "/webhooks/"
parameters = {{ "path.id" = "{webhook}" }}
[[operations]]
include-path-regex = "/freezes/"
parameters = {{ "path.id" = "{freeze}" }}
[[operations]]
include-path-regex = "/trains/"
parameters = {{ "path.id" = "weekly" }}
[[operations]]
include-path-regex = "/tokens/"
parameters = {{ "path.id" = "{token}" }}
[phases.stateful]
enabled = false
"""


async def test_the_served_description_holds(
    quick: Rest, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """Statuses, content types, schemas and headers are as described; wrong data is refused; it prints its counts."""
    await quick.connected()
    release = await quick.started()
    token = await quick.own("U000ANN01", *Scope, role="owner")
    hook = await quick.ask("POST", "/webhooks", {"url": "https://hooks.example/in", "events": ["*"]})
    window = {"reason": "x", "starts_at": "2027-01-10T10:00:00Z", "ends_at": "2027-01-12T10:00:00Z"}
    freeze = await quick.ask("POST", RELEASES.replace("/releases", "/freezes"), window, token=token)
    train = await quick.ask("POST", RELEASES.replace("/releases", "/trains"), TRAIN, token=token)
    assert train.body["id"] == "weekly"
    config = tmp_path / "schemathesis.toml"
    # Not the one that asks: revoked, it would be refused everywhere.
    other = (await quick.own("U000ANN01", Scope.READ)).split("_")[1]
    names = {"webhook": hook.body["id"], "freeze": freeze.body["id"], "token": other}
    config.write_text(CONFIG.format(release=release.id, **names))
    process = await asyncio.create_subprocess_exec(
        str(ROOT / ".venv" / "bin" / "schemathesis"),
        "--config-file",
        str(config),
        "run",
        f"{quick.url}/api/v1/openapi.json",
        *("--checks", "all", "-n", "3", "--generation-deterministic", "--suppress-health-check", "all"),
        *("--no-color", "--workers", "2", "--phases", "examples,coverage,fuzzing", "--max-failures", "30"),
        *("-H", f"Authorization: Bearer {token}"),
        cwd=tmp_path,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    told = (await process.communicate())[0].decode()
    failures = told.partition("= FAILURES =")[2].partition("= WARNINGS =")[0] or told[-3000:]
    assert process.returncode == 0, failures[:6000]
    selected, whole, tested = map(int, _TESTED.findall(told)[0])
    cases = int(_COUNTS.findall(told)[0])
    record_property(PROPERTY, ("schemathesis operations", tested))
    record_property(PROPERTY, ("schemathesis requests", cases))
    assert selected == whole == tested > 80
    assert cases > 1000

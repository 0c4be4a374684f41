"""What a button or a modal carries back to us: ids in JSON, and the names that the router knows them by."""

import json

HOLD = "release.hold"
RESUME = "release.resume"
WHY = "release.why"
RETRY = "task.retry"
SKIP = "task.skip"
DONE = "task.done"
APPROVE = "gate.approve"
REJECT = "gate.reject"
ARCHIVE = "release.archive"
START = "release.start"
START_CONFIGURATION = "release.start.configuration"
START_TYPE = "release.start.type"
START_CONFIRM = "release.start.confirm"
CONNECT = "connect.provider"
CONNECT_ACT = "connect.act"
CONNECT_FORM = "connect.form"
CONNECT_CHOICE = "connect.choice"
CONNECT_SECRETS = "connect.secrets"
CONNECT_RESUME = "connect.resume"
CONNECT_RENAME = "connect.rename"
CONNECT_DISCONNECT = "connect.disconnect"


def carried(**ids: str) -> str:
    """The ids as one line of JSON; at most 2,000 characters fit into a button. Read by `intent.read_value`."""
    return json.dumps(ids, separators=(",", ":"), sort_keys=True)

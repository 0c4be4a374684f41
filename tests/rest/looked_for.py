"""What a configuration names at providers, for tests in which they are asked whether it is there."""

from typing import Any

LOOKED: dict[str, Any] = {
    "pm": "twin",
    "test_platform": "twin",
    "workflows": [
        {"key": "a", "integration": "twin", "kind": "AAB", "platform": "ANDROID", "job": "aab.yml"},
        {"key": "b", "integration": "twin", "kind": "AUTOMATION", "platform": "ANDROID", "job": "ui.yml"},
    ],
    "tickets": {
        "IOS-APP_STORE": {
            "project": "MOB",
            "issue_type": "Task",
            "done_statuses": ["Done", "Shipped"],
            "fields": {"priority": "High", "Team": "Mobile"},
        }
    },
    "test_plans": {"IOS-APP_STORE": {"project": "1", "squads": ["7"]}},
    "stores": {"IOS-APP_STORE": {"integration": "twin", "group": "Internal"}},
}

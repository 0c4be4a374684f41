"""`make audit`: the pinned libraries against the advisories where a network allows; it says loudly where not."""

import importlib.util
import subprocess
import sys
from pathlib import Path

CONSTRAINTS = Path(__file__).parents[1] / "constraints.txt"
NOT_DONE = 3
_AWAY = (
    "ConnectionError",
    "Max retries exceeded",
    "ProxyError",
    "NameResolutionError",
    "Temporary failure",
    "timed out",
)


def outcome(code: int, said: str) -> tuple[int, str]:
    """The exit code, and the last line: nothing known, something known, or not asked at all."""
    if code == 0:
        return 0, "AUDIT: no advisory is known for any pinned library."
    if any(word in said for word in _AWAY):
        return NOT_DONE, "AUDIT NOT DONE: the advisories could not be reached, so NOTHING IS KNOWN."
    return 1, "AUDIT: there are advisories, or the audit broke; see above."


def main() -> int:
    """Run pip-audit; 0 only where it was asked and knew of nothing."""
    if importlib.util.find_spec("pip_audit") is None:
        sys.stdout.write(
            "AUDIT NOT DONE: pip-audit is missing, so NOTHING IS KNOWN. Run: pip install pip-audit\n"
        )
        return NOT_DONE
    done = subprocess.run(
        [sys.executable, "-m", "pip_audit", "--no-deps", "--disable-pip", "-r", str(CONSTRAINTS)],
        capture_output=True,
        text=True,
        check=False,
    )
    code, words = outcome(done.returncode, done.stdout + done.stderr)
    sys.stdout.write(f"{done.stdout}{done.stderr}\n{words}\n")
    return code


if __name__ == "__main__":
    sys.exit(main())

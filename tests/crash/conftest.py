"""Says at the end of a run how many bots were killed, and where: the promise is a number."""

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One table for each test that killed; the reports come from all workers."""
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            told = dict(getattr(report, "user_properties", ()))
            if "kills" in told and report.when == "call":
                terminalreporter.section(f"{told['kills']} kills in {report.nodeid}")
                terminalreporter.write_line(str(told.get("where", "")))

"""The settings: their names, their defaults, and that nobody else reads the environment."""

import ast
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.cli import main
from bot.settings import Settings, settings_page, variable

ROOT = Path(__file__).parents[3]
READERS = {"environ", "environb", "getenv", "getenvb", "BaseSettings", "dotenv", "load_dotenv"}
NAMES = {
    "data": "STATIONMASTER_DATA",
    "database_url": "DATABASE_URL",
    "slack_bot_token": "SLACK_BOT_TOKEN",
    "slack_app_token": "SLACK_APP_TOKEN",
    "slack_signing_secret": "SLACK_SIGNING_SECRET",
    "key": "STATIONMASTER_KEY",
    "egress_allow": "STATIONMASTER_EGRESS_ALLOW",
    "traces": "OTEL_EXPORTER_OTLP_ENDPOINT",
    "only_traces": "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
}


@pytest.fixture(autouse=True)
def _nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No variables and no `.env` of whoever runs the tests."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(variable(name), raising=False)


def test_everything_has_a_default() -> None:
    """An empty environment gives a bot on SQLite in the data folder, which only lacks Slack."""
    settings = Settings()
    assert settings.database == "sqlite:///data/stationmaster.db"
    assert settings.slack_bot_token is None
    assert settings.http_port is None
    assert settings.egress_allow == ()
    assert settings.lease == timedelta(seconds=30)


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_field_is_read_from_its_variable(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name that the reference gives is the name that works."""
    values = {
        "egress_allow": '["10.0.0.0/8"]',
        "log_format": "json",
        "log_level": "ERROR",
        "metrics_token": "a-token-of-sixteen-or-more",
        "migrate": "false",
        "ping_url": "https://ping.acme.example/7",
        "tenant": "T0123",
        "url": "https://bot.acme.example",
        "web_url": "https://bot.acme.example",
    }
    if name == "clock_file":
        monkeypatch.setenv("STATIONMASTER_SLACK_API_URL", "http://127.0.0.1:1/api/")
    monkeypatch.setenv(variable(name), values.get(name, "7"))
    assert getattr(Settings(), name) != Settings.model_fields[name].default
    assert variable(name) == NAMES.get(name, f"STATIONMASTER_{name.upper()}")


@pytest.mark.parametrize(
    "url", ["https://slack.com/api/", "http://127.0.0.1.example/api/", "http://10.0.0.1/"]
)
def test_the_clock_of_a_sandbox_is_refused_off_loopback(url: str, tmp_path: Path) -> None:
    """Nobody's real release goes by a time that a file makes up."""
    with pytest.raises(ValidationError, match="only for a local sandbox"):
        Settings(clock_file=tmp_path / "clock.json", slack_api_url=url)
    assert Settings(clock_file=tmp_path / "clock.json", slack_api_url="http://127.0.0.1:1/api/").clock_file


def test_a_file_is_read_and_the_environment_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`.env` is for a machine of one's own."""
    (tmp_path / ".env").write_text("STATIONMASTER_HTTP_PORT=8000\nDATABASE_URL=postgresql://file\nOTHER=1\n")
    monkeypatch.setenv("DATABASE_URL", "postgresql://environment")
    settings = Settings()
    assert (settings.http_port, settings.database) == (8000, "postgresql://environment")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("lease_seconds", "0.1"),
        ("tick_seconds", "0"),
        ("concurrency", "0"),
        ("drain_seconds", "-1"),
        ("slack_pace", "-1"),
        ("log_format", "xml"),
        ("log_level", "LOUD"),
        ("http_port", "http"),
        ("egress_allow", "10.0.0.0/8"),
    ],
)
def test_values_that_make_no_sense_are_refused(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the start, not in the middle of a release."""
    monkeypatch.setenv(variable(name), value)
    with pytest.raises((ValidationError, ValueError)):
        Settings()


def test_secrets_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings may be logged or printed by mistake."""
    for name in ("slack_bot_token", "slack_app_token", "slack_signing_secret", "key"):
        monkeypatch.setenv(variable(name), "canary")
    assert "canary" not in repr(Settings())
    assert "canary" not in Settings().model_dump_json()


def test_settings_do_not_change() -> None:
    """What was read at the start holds until the end."""
    with pytest.raises(ValidationError):
        Settings().concurrency = 2


def test_the_reference_is_up_to_date() -> None:
    """`docs/configuration.md` is what `stationmaster settings --markdown` prints."""
    assert (ROOT / "docs" / "configuration.md").read_text() == settings_page(markdown=True)


@pytest.mark.parametrize("markdown", [True, False])
def test_the_reference_explains_every_setting(markdown: bool) -> None:
    """Each variable has its line with words."""
    page = settings_page(markdown=markdown)
    for name, about in Settings.model_fields.items():
        assert about.description
        (line,) = [
            each
            for each in page.splitlines()
            if variable(name) in each.replace("`", "").split(":")[0].split()
        ]
        assert about.description in line


def test_nothing_else_reads_the_environment() -> None:
    """One place says what can be set; a variable that is read elsewhere would be in no reference."""
    readers = set()
    for room in ("bot", "orchestration", "integrations", "sandbox", "migrations"):
        for path in (ROOT / room).rglob("*.py"):
            text = path.read_text()
            if any(word in text for word in READERS) and any(map(_reads, ast.walk(ast.parse(text)))):
                readers.add(str(path.relative_to(ROOT)))
    assert readers == {"bot/settings.py"}


def _reads(node: ast.AST) -> bool:
    """Whether code, and not only words, names one of the ways."""
    names = [
        getattr(node, "attr", None),
        getattr(node, "id", None),
        *(alias.name for alias in getattr(node, "names", ()) if isinstance(alias, ast.alias)),
    ]
    return any(name in READERS for name in names)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://bot.acme.example", "https://bot.acme.example"),
        ("https://bot.acme.example:8443/", "https://bot.acme.example:8443"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_secrets_are_typed_over_tls_or_on_the_machine_itself(given: str, kept: str) -> None:
    """An address of the page for secrets is https, or never leaves the machine."""
    assert Settings(web_url=given).web_url == kept


@pytest.mark.parametrize(
    "given",
    [
        "http://bot.acme.example",
        "http://10.0.0.7:8000",
        "http://127.0.0.1.evil.example",
        "http://localhost.evil.example",
        "ftp://localhost",
        "bot.acme.example",
        "https://ann:pw@bot.acme.example",
        "https://bot.acme.example/bot",
        "https://bot.acme.example?a=b",
    ],
)
def test_no_other_address_is_taken_for_the_page(given: str) -> None:
    """Plain http elsewhere, a path, credentials or no address at all: refused at the start."""
    with pytest.raises(ValidationError):
        Settings(web_url=given)


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("STATIONMASTER_HTTP_PORT", "http", "STATIONMASTER_HTTP_PORT: Input should be a valid integer"),
        ("STATIONMASTER_EGRESS_ALLOW", "10.0.0.0/8", "STATIONMASTER_EGRESS_ALLOW: must be a JSON list"),
        ("STATIONMASTER_WEB_URL", "bot.acme.example", "STATIONMASTER_WEB_URL: must be an address"),
        ("DATABASE_URL", "mysql://ann:canary@db", "DATABASE_URL: 'mysql' is neither sqlite nor postgresql"),
    ],
)
def test_what_is_wrong_is_told_at_its_variable(
    name: str,
    value: str,
    says: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Each line names the variable that was set, and nothing of its value that may be secret; no traceback."""
    monkeypatch.setenv(name, value)
    assert main(["doctor"]) == 2
    heading, told = capsys.readouterr().err.splitlines()
    assert heading == "The settings are wrong:"
    assert told.startswith(says)
    assert "canary" not in told

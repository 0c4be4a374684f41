"""GitHub and GitHub Actions."""

from integrations.github.callback import receive
from integrations.github.choices import CHOICES
from integrations.github.cicd import GithubCicd
from integrations.github.scm import GithubScm
from integrations.github.settings import GithubSecrets, GithubSettings
from integrations.github.verify import verify
from integrations.registry import Provider

PROVIDER = Provider(
    key="github",
    title="GitHub",
    settings=GithubSettings,
    secrets=GithubSecrets,
    verify=verify,
    scm=GithubScm,
    cicd=GithubCicd,
    hook=receive,
    choices=CHOICES,
)

__all__ = ["PROVIDER", "GithubCicd", "GithubScm", "GithubSecrets", "GithubSettings"]

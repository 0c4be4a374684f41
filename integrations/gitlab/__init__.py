"""GitLab and GitLab CI."""

from integrations.gitlab.callback import receive
from integrations.gitlab.choices import CHOICES
from integrations.gitlab.cicd import GitlabCicd
from integrations.gitlab.scm import GitlabScm
from integrations.gitlab.settings import GitlabSecrets, GitlabSettings
from integrations.gitlab.verify import verify
from integrations.registry import Provider

PROVIDER = Provider(
    key="gitlab",
    title="GitLab",
    settings=GitlabSettings,
    secrets=GitlabSecrets,
    verify=verify,
    scm=GitlabScm,
    cicd=GitlabCicd,
    hook=receive,
    choices=CHOICES,
)

__all__ = ["PROVIDER", "GitlabCicd", "GitlabScm", "GitlabSecrets", "GitlabSettings"]

"""Jenkins."""

from integrations.jenkins.callback import receive
from integrations.jenkins.choices import CHOICES
from integrations.jenkins.cicd import JenkinsCicd
from integrations.jenkins.settings import JenkinsSecrets, JenkinsSettings
from integrations.jenkins.verify import verify
from integrations.registry import Provider

PROVIDER = Provider(
    key="jenkins",
    title="Jenkins",
    settings=JenkinsSettings,
    secrets=JenkinsSecrets,
    verify=verify,
    cicd=JenkinsCicd,
    hook=receive,
    choices=CHOICES,
)

__all__ = ["PROVIDER", "JenkinsCicd", "JenkinsSecrets", "JenkinsSettings"]

"""Bitbucket Cloud and Bitbucket Pipelines."""

from integrations.bitbucket.callback import receive
from integrations.bitbucket.choices import CHOICES
from integrations.bitbucket.cicd import BitbucketCicd
from integrations.bitbucket.scm import BitbucketScm
from integrations.bitbucket.settings import BitbucketSecrets, BitbucketSettings
from integrations.bitbucket.verify import verify
from integrations.registry import Provider

PROVIDER = Provider(
    key="bitbucket",
    title="Bitbucket Cloud",
    settings=BitbucketSettings,
    secrets=BitbucketSecrets,
    verify=verify,
    scm=BitbucketScm,
    cicd=BitbucketCicd,
    hook=receive,
    choices=CHOICES,
)

__all__ = ["PROVIDER", "BitbucketCicd", "BitbucketScm", "BitbucketSecrets", "BitbucketSettings"]

"""The vendors: one folder each, the same file names in each. This list is the index; a test proves it whole."""

from integrations import bitbucket, checkmate, github, gitlab, jenkins, jira, linear
from integrations.registry import Provider

PROVIDERS: dict[str, Provider] = {
    provider.key: provider
    for provider in (
        github.PROVIDER,
        gitlab.PROVIDER,
        bitbucket.PROVIDER,
        jenkins.PROVIDER,
        jira.PROVIDER,
        linear.PROVIDER,
        checkmate.PROVIDER,
    )
}

"""The vendors: one folder each, the same file names in each. This list is the index; a test proves it whole."""

from integrations import (
    app_store,
    asana,
    bitbucket,
    checkmate,
    clickup,
    github,
    gitlab,
    google_play,
    jenkins,
    jira,
    linear,
    monday,
    sentry,
)
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
        asana.PROVIDER,
        monday.PROVIDER,
        clickup.PROVIDER,
        checkmate.PROVIDER,
        app_store.PROVIDER,
        google_play.PROVIDER,
        sentry.PROVIDER,
    )
}

"""What can be connected, made from the providers' own models."""

from bot.api.v1.call import Answer, Call
from bot.api.v1.problems import missing
from bot.api.v1.shapes import LiveField, ProviderShape
from integrations.choices import kind_of, within_of
from integrations.registry import PORTS, Provider


async def list_providers(call: Call) -> Answer:
    """All providers, by key, with the schemas of what they need."""
    return call.page({key: _shape(provider) for key, provider in call.backend.providers.items()})


async def read_provider(call: Call) -> Answer:
    """A provider, with the schemas of what it needs."""
    provider = call.backend.providers.get(call.names["key"])
    if provider is None:
        raise missing()
    return Answer(body=_shape(provider))


def _shape(provider: Provider) -> ProviderShape:
    fields = provider.settings.model_fields
    live = [(name, kind_of(field), within_of(field)) for name, field in fields.items()]
    return ProviderShape(
        key=provider.key,
        title=provider.title,
        ports=tuple(port for port in PORTS if getattr(provider, port) is not None),
        settings=provider.settings.model_json_schema(),
        secrets=provider.secrets.model_json_schema(),
        live=tuple(LiveField(field=name, kind=kind, within=within) for name, kind, within in live if kind),
        choices=tuple(kind.value for kind in provider.choices),
        callbacks=provider.hook is not None,
    )

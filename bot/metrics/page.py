"""The reference of metrics, made from the instruments themselves."""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry
from prometheus_client.metrics import MetricWrapperBase

from bot.metrics.instruments import Instruments

_HEAD = """# Metrics

`GET /metrics` on the bot's web server gives these in Prometheus' text format.
On a loopback address everybody may read them; anywhere else the page exists only with `STATIONMASTER_METRICS_TOKEN`, and a reader shows it as `Authorization: Bearer …`.
No label names a tenant, a person, a release or a secret, so the number of series depends on our tables, not on how many people use the bot.
What the database counts (queues, tasks, waits, releases, connections) is counted at most once in ten seconds, whoever asks; several replicas on one database each show the same of it, so take `max` of those and `sum` of the counters.

[Alerts](runbooks/README.md) and dashboards in `deploy/` are made of them.
This page is made by `stationmaster metrics`; a test keeps it true.

| Metric | Kind | Labels | What it says |
| --- | --- | --- | --- |
"""


def instruments() -> Iterator[MetricWrapperBase]:
    """Each metric, in the order in which it was made."""
    on = Instruments(CollectorRegistry())
    yield from (value for value in vars(on).values() if isinstance(value, MetricWrapperBase))


def exposed(metric: MetricWrapperBase) -> str:
    """The name as Prometheus sees it; a histogram has it before `_bucket`, `_sum` and `_count`."""
    described = metric.describe()[0]
    return f"{described.name}_total" if described.type == "counter" else described.name


def metrics_page() -> str:
    """Every metric with its kind, labels and meaning."""
    rows = []
    for metric in instruments():
        described = metric.describe()[0]
        labels = ", ".join(f"`{name}`" for name in metric._labelnames)  # noqa: SLF001 - there is no public word for it
        rows.append(f"| `{exposed(metric)}` | {described.type} | {labels} | {described.documentation} |\n")
    return _HEAD + "".join(rows)

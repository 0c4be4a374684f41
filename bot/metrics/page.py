"""The reference of metrics, made from the instruments themselves."""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry
from prometheus_client.metrics import MetricWrapperBase

from bot.metrics.instruments import Instruments

_HEAD = """# Metrics

`GET /metrics` on the bot's web server gives these in Prometheus' text format.
On a loopback address everybody may read them.
Anywhere else the page exists only with `STATIONMASTER_METRICS_TOKEN`: a reader shows it as `Authorization: Bearer …`.
No label names a tenant, a person, a release or a secret: the number of series does not grow with who uses the bot.
What the database counts (queues, tasks, waits, releases, connections) is counted once in ten seconds at most.
Replicas on one database all show the same of it: take `max` of those gauges, and `sum` of counters.

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
    described = next(iter(metric.describe()))
    return f"{described.name}_total" if described.type == "counter" else described.name


def metrics_page() -> str:
    """Every metric with its kind, labels and meaning."""
    rows = []
    for metric in instruments():
        described = next(iter(metric.describe()))
        labels = ", ".join(f"`{name}`" for name in metric._labelnames)  # noqa: SLF001 - there is no public word for it
        rows.append(f"| `{exposed(metric)}` | {described.type} | {labels} | {described.documentation} |\n")
    return _HEAD + "".join(rows)

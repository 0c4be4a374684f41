"""Every metric that we have, on a registry that is given: no global one, so that two bots in one process don't mix."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_PREFIX = "stationmaster"
_QUICK = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)
_CALLS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30)
_LONG = (1, 5, 15, 60, 300, 900, 1800, 3600, 4 * 3600, 12 * 3600, 86_400, 3 * 86_400)
_STAGES = (60, 600, 3600, 6 * 3600, 86_400, 2 * 86_400, 4 * 86_400, 7 * 86_400, 14 * 86_400)
_TRIES = (1, 2, 3, 4, 6, 8, 12)


class Instruments:
    """The metrics. Those of the loops first, then tasks, releases, providers, Slack, and what the database counts."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.registry = registry
        self._loops()
        self._engine()
        self._outside()
        self._stored()

    def _counter(self, name: str, says: str, *labels: str) -> Counter:
        return Counter(name, says, labels, namespace=_PREFIX, registry=self.registry)

    def _gauge(self, name: str, says: str, *labels: str) -> Gauge:
        return Gauge(name, says, labels, namespace=_PREFIX, registry=self.registry)

    def _histogram(self, name: str, says: str, *labels: str, buckets: tuple[float, ...]) -> Histogram:
        return Histogram(name, says, labels, namespace=_PREFIX, registry=self.registry, buckets=buckets)

    def _loops(self) -> None:
        self.info = self._gauge("info", "The version that runs; always 1", "version")
        self.tick = self._gauge("tick_timestamp_seconds", "When the scheduler gave the time last")
        self.look = self._gauge(
            "loop_good_look_timestamp_seconds", "When a loop last got an answer to what is due", "loop"
        )
        self.look_seconds = self._histogram(
            "loop_look_seconds", "How long it took to claim what is due", "loop", buckets=_QUICK
        )
        self.look_failures = self._counter(
            "loop_look_failures", "Looks that the database did not answer", "loop"
        )
        self.claimed = self._counter("loop_claimed", "Pieces of work that were claimed", "loop")
        self.work_seconds = self._histogram(
            "loop_work_seconds", "How long a piece of work took", "loop", "outcome", buckets=_CALLS
        )
        self.leases_lost = self._counter("leases_lost", "Leases that another worker took over", "loop")

    def _engine(self) -> None:
        self.task_ends = self._counter("task_ends", "Tasks that ended, failed ones too", "type", "outcome")
        self.task_retries = self._counter("task_retries", "Tries that are repeated later", "type")
        self.task_attempts = self._histogram(
            "task_attempts", "Tries of a task until it ended", "type", buckets=_TRIES
        )
        self.task_seconds = self._histogram(
            "task_seconds", "From the first start of a task to its end", "type", buckets=_LONG
        )
        self.wait_seconds = self._histogram(
            "task_wait_seconds",
            "How long a task waited for CI, a store or a person",
            "type",
            "owner",
            buckets=_LONG,
        )
        self.stage_seconds = self._histogram(
            "stage_seconds", "From the start of a stage to its end", "stage", buckets=_STAGES
        )
        self.events = self._counter("release_events", "Facts about releases, by kind", "kind")

    def _outside(self) -> None:
        self.calls = self._counter(
            "provider_calls", "Calls of a provider's verbs", "provider", "port", "verb", "outcome"
        )
        self.call_seconds = self._histogram(
            "provider_call_seconds", "How long a call took", "provider", "port", "verb", buckets=_CALLS
        )
        self.requests = self._counter(
            "provider_http_requests", "HTTP requests over our own client", "provider", "method", "status"
        )
        self.breakers = self._gauge("provider_breakers", "Circuit breakers by state", "provider", "state")
        self.acks = self._counter(
            "slack_requests", "Requests from Slack, by how they were answered", "kind", "outcome"
        )
        self.ack_seconds = self._histogram(
            "slack_ack_seconds",
            "Until a request from Slack was stored and acknowledged",
            "kind",
            buckets=_QUICK,
        )
        self.messages = self._counter(
            "slack_messages", "Messages to Slack, by what became of a try", "kind", "outcome"
        )
        self.held_back = self._histogram(
            "slack_held_back_seconds",
            "Waits for Slack's limits: our pace, or its Retry-After",
            "method",
            "why",
            buckets=_CALLS,
        )
        self.connected = self._gauge("slack_connected", "1 while Slack answers and can reach us")

    def _stored(self) -> None:
        self.database_up = self._gauge("database_up", "1 where the database answered the last count")
        self.counted = self._gauge("counted_timestamp_seconds", "When the database was counted last")
        self.connections_in_use = self._gauge("database_connections", "Connections of the pool", "state")
        self.waiting = self._gauge("queue_waiting", "What is planned or due", "queue")
        self.due = self._gauge("queue_due", "What is due and not done", "queue")
        self.oldest = self._gauge(
            "queue_oldest_due_seconds", "For how long the oldest of it should have been done", "queue"
        )
        self.dead = self._gauge("outbox_dead", "Messages that were given up and are kept")
        self.failed_tasks = self._gauge(
            "tasks_failed", "Tasks of running releases that wait for a person", "type"
        )
        self.overdue = self._gauge("waits_overdue", "Waits past their deadline")
        self.longest = self._gauge("waits_longest_overdue_seconds", "For how long the oldest of them is")
        self.releases = self._gauge("releases", "Running releases by phase", "phase")
        self.in_phase = self._gauge(
            "release_oldest_in_phase_seconds", "The longest that one is in its phase", "phase"
        )
        self.accounts = self._gauge("connections", "Connected accounts by state", "provider", "state")
        self.expiry = self._gauge(
            "connection_expiry_timestamp_seconds", "When the first of a provider's tokens ends", "provider"
        )

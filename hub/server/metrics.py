"""What Prometheus may know of the hub: counts and durations, never who."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_1_0_0

from hub.protocol import Outcome

CONTENT_TYPE = CONTENT_TYPE_PLAIN_1_0_0
_WAIT_BUCKETS = (1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600)
_FAST_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)


class Metrics:
    """One registry per hub, so that several hubs live in one test process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.connections = Gauge("visio_connections", "Open sockets.", ["kind"], registry=self.registry)
        self.offers = Counter(
            "visio_offers", "Calls proposed to a station, by what became of it.", ["outcome"], registry=self.registry
        )
        self.calls = Counter("visio_calls", "Calls ended.", ["outcome"], registry=self.registry)
        self.live_calls = Gauge("visio_live_calls", "Calls that are not ended.", ["state"], registry=self.registry)
        self.transfers = Counter(
            "visio_transfers", "Calls passed on, by what became of it.", ["outcome"], registry=self.registry
        )
        self.numbers = Counter(
            "visio_numbers", "Places kept under a number, by what became of them.", ["step"], registry=self.registry
        )
        self.routing_stalls = Counter(
            "visio_routing_stalls",
            "Times that a free station and a caller it may take coexisted for 2 s; anything but 0 is a defect.",
            registry=self.registry,
        )
        self.lost_races = Counter(
            "visio_lost_races",
            "Decisions that another writer's made impossible, stopped by the database and taken again.",
            registry=self.registry,
        )
        self.queue_wait_s = Histogram(
            "visio_queue_wait_seconds", "From request to answer.", buckets=_WAIT_BUCKETS, registry=self.registry
        )
        self.offer_to_accept_s = Histogram(
            "visio_offer_to_accept_seconds",
            "From the ring to the agent's answer.",
            buckets=(0.5, 1, 2, 3, 5, 8, 13, 20, 30, 60),
            registry=self.registry,
        )
        self.database_s = Histogram(
            "visio_database_seconds",
            "From a request to its commit.",
            ["work"],
            buckets=_FAST_BUCKETS,
            registry=self.registry,
        )
        self.loop_lag_s = Histogram(
            "visio_event_loop_lag_seconds",
            "How late the loop runs what is due.",
            buckets=_FAST_BUCKETS,
            registry=self.registry,
        )
        self.protocol_errors = Counter(
            "visio_protocol_errors", "Messages that could not be used.", ["kind", "code"], registry=self.registry
        )
        self.http_requests = Counter(
            "visio_http_requests", "Requests, by status class.", ["status"], registry=self.registry
        )
        self.sign_ins = Counter("visio_sign_ins", "Sign-ins, by result.", ["result"], registry=self.registry)
        self.enrolments = Counter("visio_enrolments", "Enrolments, by result.", ["result"], registry=self.registry)
        for outcome in Outcome:
            self.calls.labels(outcome.value)
        for kind in ("kiosk", "station"):
            self.connections.labels(kind)

    def text(self) -> bytes:
        """The exposition format of Prometheus, with content type `CONTENT_TYPE`."""
        return generate_latest(self.registry)

    @contextmanager
    def time_database(self, work: str) -> Iterator[None]:
        """Measure a transaction; `work` is one of a few names made by the code."""
        started = time.perf_counter()
        try:
            yield
        finally:
            self.database_s.labels(work).observe(time.perf_counter() - started)

    async def watch_loop(self, every_s: float = 1.0) -> None:
        """Observe the loop's lag until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + every_s
            await asyncio.sleep(every_s)
            self.loop_lag_s.observe(max(0.0, loop.time() - due))

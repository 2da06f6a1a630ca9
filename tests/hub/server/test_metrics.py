"""What is counted, and that it says nothing of anybody."""

import asyncio
import time
from contextlib import suppress

from prometheus_client.parser import text_string_to_metric_families

from hub.protocol import CallTransferred, KeepPlace, PlaceKept, TransferCall, TransferTarget
from hub.server.metrics import Metrics
from tests.fakes.hub_clients import connect_media
from tests.fakes.running_hub import RunningHub


def sample(metrics: Metrics, name: str, **labels: str) -> float | None:
    return metrics.registry.get_sample_value(name, labels)


def test_two_hubs_in_one_process_count_apart() -> None:
    one, other = Metrics(), Metrics()
    one.calls.labels("completed").inc()
    assert sample(one, "visio_calls_total", outcome="completed") == 1
    assert sample(other, "visio_calls_total", outcome="completed") == 0


def test_the_text_can_be_read_back() -> None:
    metrics = Metrics()
    metrics.connections.labels("kiosk").set(3)
    metrics.queue_wait_s.observe(42)
    families = {family.name: family for family in text_string_to_metric_families(metrics.text().decode())}
    assert families["visio_connections"].samples[0].value == 3
    assert "visio_queue_wait_seconds" in families


def test_labels_are_closed_words_never_identities() -> None:
    names = {name for family in Metrics().registry.collect() for each in family.samples for name in each.labels}
    assert names <= {"kind", "outcome", "state", "work", "code", "status", "result", "step", "le"}


def test_database_work_is_timed_even_when_it_fails() -> None:
    metrics = Metrics()
    with suppress(RuntimeError), metrics.time_database("decide"):
        raise RuntimeError
    assert sample(metrics, "visio_database_seconds_count", work="decide") == 1


async def test_a_loop_that_is_held_up_is_seen() -> None:
    metrics = Metrics()
    watch = asyncio.create_task(metrics.watch_loop(0.01))
    await asyncio.sleep(0)
    time.sleep(0.15)  # what is measured: somebody who holds the loop
    while not sample(metrics, "visio_event_loop_lag_seconds_count"):
        await asyncio.sleep(0.005)
    watch.cancel()
    await asyncio.gather(watch, return_exceptions=True)
    assert (sample(metrics, "visio_event_loop_lag_seconds_sum") or 0) >= 0.1


async def test_numbers_transfers_and_decisions_are_counted(hub: RunningHub) -> None:
    metrics = hub.hub.switchboard.metrics
    station, kiosk = await hub.available("caf-1"), await hub.joined(1)
    other = await hub.joined(2)
    queued = await kiosk.place_call("caf")
    await station.accept()
    await connect_media(kiosk, station, queued.call_id)
    waiting = await other.place_call("caf")
    await other.send(KeepPlace(call_id=waiting.call_id))
    await other.expect(PlaceKept)
    await hub.available("msa-1")
    await station.send(TransferCall(call_id=queued.call_id, to=TransferTarget(kind="partner", id="msa")))
    await kiosk.expect(CallTransferred)
    assert sample(metrics, "visio_numbers_total", step="kept") == 1
    assert sample(metrics, "visio_transfers_total", outcome="asked") == 1
    assert sample(metrics, "visio_live_calls", state="kept") == 1
    assert (sample(metrics, "visio_database_seconds_count", work="decide") or 0) > 5
    assert sample(metrics, "visio_routing_stalls_total") == sample(metrics, "visio_lost_races_total") == 0

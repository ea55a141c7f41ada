"""A bulk receiver that answers wrongly, in every way: the rest goes on and everything counts."""

import time

import pytest

from container_log import ContainerLog
from http_receiver import Fault
from self_metrics import (
    LOG_DELIVERED_BYTES, LOG_FILTERED_BYTES, LOG_LIMITED_BYTES, LOG_LOST_BYTES, LOG_PENDING_BYTES,
    LOG_READ_BYTES, LOG_REJECTED_RECORDS, SINK_REQUEST_FAILURES, SINK_REQUESTS,
)
from sink_configuration import container_logs, elasticsearch
from slow_disk import slow_disk
from waiting import wait_until


@pytest.fixture
def log(pod_logs):
    return ContainerLog(pod_logs)


@pytest.fixture
def agent(make_agent, bulk_receiver, pod_logs):
    sink = elasticsearch(bulk_receiver.url, timeout="3s")
    return make_agent({"logs": container_logs(pod_logs, sink)}).start()


def all_arrived(receiver, log):
    return log.expected.keys() <= receiver.field_counts().keys()


def check_ledger(agent, log):
    """Bytes read = delivered + filtered + limited + lost + pending, once nothing moves."""
    labels = {"namespace": log.namespace, "pod": log.pod, "container": log.container}

    def adds_up():
        now = agent.metrics()
        read = now.total(LOG_READ_BYTES, **labels)
        accounted = sum(now.total(name, **labels) for name in (
            LOG_DELIVERED_BYTES, LOG_FILTERED_BYTES, LOG_LIMITED_BYTES, LOG_LOST_BYTES,
            LOG_PENDING_BYTES,
        ))
        return read > 0 and read == accounted

    wait_until(adds_up, 15, "the ledger to add up")
    return agent.metrics().total(LOG_READ_BYTES, **labels)


TRANSIENT = {
    "500": Fault.answer(500),
    "503": Fault.answer(503),
    "429": Fault.answer(429),
    "hang": Fault.hang(8),
    "close": Fault.close(),
    "close midway": Fault.close_midway(),
    "not HTTP": Fault.not_http(),
    "garbage": Fault.garbage(),
}


@pytest.mark.parametrize("fault", TRANSIENT.values(), ids=TRANSIENT.keys())
def test_what_may_pass_is_retried_and_nothing_is_lost(agent, bulk_receiver, log, fault):
    bulk_receiver.faults.append(fault)
    log.write(300)
    log.finish_partials()
    wait_until(lambda: all_arrived(bulk_receiver, log), 40, "every record despite the fault")
    assert bulk_receiver.field_counts().keys() == log.expected.keys()
    assert agent.metric(SINK_REQUEST_FAILURES, sink="es") >= 1
    assert agent.metric(SINK_REQUESTS, sink="es") >= 2
    assert agent.metric(LOG_LOST_BYTES) == 0
    read = check_ledger(agent, log)
    assert read == log.path.stat().st_size


def test_retry_after_is_honoured(agent, bulk_receiver, log):
    bulk_receiver.faults.append(Fault.answer(429, Retry_After=4))
    log.record()
    wait_until(lambda: all_arrived(bulk_receiver, log), 40, "the record")
    (refused, _), (accepted, _) = bulk_receiver.arrivals[:2]
    assert accepted - refused >= 3.9, "asked to wait 4 s, came back sooner"


def test_a_failure_that_lasts_is_reported_without_a_flood(agent, bulk_receiver, log):
    bulk_receiver.fault_for = lambda body: Fault.answer(500)
    log.write(300)
    log.finish_partials()
    wait_until(lambda: bulk_receiver.requests >= 3, 40, "several attempts")
    time.sleep(5)
    complaints = [line for line in agent.errors().splitlines() if "es" in line and "500" in line]
    assert 1 <= len(complaints) <= 10
    assert bulk_receiver.requests < 40, "hammering a receiver that is in trouble"
    bulk_receiver.fault_for = None
    wait_until(lambda: all_arrived(bulk_receiver, log), 60, "every record after the trouble")


def test_a_batch_refused_for_good_is_counted_and_the_rest_goes_on(agent, bulk_receiver, log):
    bulk_receiver.faults.append(Fault.answer(400))
    refused = log.record("this one is refused")
    wait_until(lambda: bulk_receiver.requests == 1, 20, "the refusal")
    accepted = log.record("this one is accepted")
    wait_until(lambda: bulk_receiver.field_counts()[accepted] == 1, 20, "the next record")
    assert bulk_receiver.field_counts()[refused] == 0
    assert agent.metric(LOG_REJECTED_RECORDS, sink="es") == 1
    assert agent.metric(LOG_LOST_BYTES, sink="es") > 0
    assert "400" in agent.errors()
    check_ledger(agent, log)


def test_too_large_a_request_is_split(agent, bulk_receiver, log):
    bulk_receiver.fault_for = (
        lambda body: Fault.answer(413) if len(body) > 20_000 else None
    )
    log.write(1000)
    log.finish_partials()
    wait_until(lambda: all_arrived(bulk_receiver, log), 60, "every record in smaller requests")
    assert agent.metric(LOG_LOST_BYTES) == 0


def test_one_record_too_large_for_any_request_is_rejected_alone(agent, bulk_receiver, log):
    bulk_receiver.fault_for = (
        lambda body: Fault.answer(413) if len(body) > 20_000 else None
    )
    log.raw(b"")
    before = log.record("before")
    log.line("stdout", "F", "y" * 40_000)
    after = log.record("after")
    wait_until(lambda: bulk_receiver.field_counts()[after] >= 1, 40, "the record after")
    assert bulk_receiver.field_counts()[before] >= 1
    wait_until(lambda: agent.metric(LOG_REJECTED_RECORDS, sink="es") == 1, 20, "the rejection")
    check_ledger(agent, log)


def test_only_the_items_that_were_turned_away_are_sent_again(agent, bulk_receiver, log):
    turned_away = set()

    def once(document):
        text = document["log"]
        if len(log.expected) and hash(text) % 10 == 0 and text not in turned_away:
            turned_away.add(text)
            return 429, "es_rejected_execution_exception"
        return None

    bulk_receiver.item_status = once
    log.write(1000)
    log.finish_partials()
    wait_until(lambda: all_arrived(bulk_receiver, log), 40, "every record")
    assert turned_away, "the test did not do its own work"
    assert set(bulk_receiver.field_counts().values()) == {1}, "accepted items were sent again"
    assert agent.metric(LOG_LOST_BYTES) == 0


def test_items_refused_for_good_are_counted_with_their_reason(agent, bulk_receiver, log):
    bulk_receiver.item_status = (
        lambda document: (400, "mapper_parsing_exception") if "poison" in document["log"] else None
    )
    for number in range(50):
        log.record(f"{'poison' if number % 10 == 3 else 'fine'} {number}")
    fine = {text for text in log.expected if "fine" in text}
    wait_until(lambda: bulk_receiver.field_counts().keys() == fine, 30, "the good records")
    wait_until(lambda: agent.metric(LOG_REJECTED_RECORDS, sink="es") == 5, 20, "five rejections")
    assert "mapper_parsing_exception" in agent.errors()
    assert set(bulk_receiver.field_counts().values()) == {1}
    check_ledger(agent, log)


def test_a_slow_sink_does_not_hold_up_another(make_agent, bulk_receiver, pod_logs, log):
    slow = elasticsearch("http://127.0.0.1:9", timeout="3s") | {"name": "unreachable"}
    agent = make_agent({
        "logs": container_logs(pod_logs, slow, elasticsearch(bulk_receiver.url)),
    }).start()
    log.write(2000)
    log.finish_partials()
    wait_until(lambda: all_arrived(bulk_receiver, log), 30, "every record at the good sink")
    assert agent.metric(LOG_PENDING_BYTES, sink="unreachable") > 0


def test_a_disk_that_takes_its_time_holds_nothing_up(
    make_agent, bulk_receiver, pod_logs, log, tmp_path,
):
    """Checkpoints are brought to a disk on which somebody has just written gigabytes."""
    seconds = 4
    agent = make_agent(
        {"logs": container_logs(pod_logs, elasticsearch(bulk_receiver.url))},
        environment=slow_disk(tmp_path, seconds),
    ).start()
    log.record()
    wait_until(lambda: all_arrived(bulk_receiver, log), 30, "the first record")
    end = time.monotonic() + 3 * seconds
    while time.monotonic() < end:
        log.record()
        wait_until(lambda: all_arrived(bulk_receiver, log), seconds / 2, "the next record at once")
        time.sleep(0.1)
    # What the file says is true all the same.
    wait_until(lambda: agent.metric(LOG_PENDING_BYTES) == 0, seconds / 2, "the confirmation")
    agent.kill()
    agent.start(timeout=60)
    last = log.record()
    wait_until(lambda: bulk_receiver.field_counts()[last], 30, "the record after the restart")
    assert set(bulk_receiver.field_counts().values()) == {1}

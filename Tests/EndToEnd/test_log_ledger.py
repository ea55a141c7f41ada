"""The ledger adds up while records come, are left out, are refused and get lost."""

import os
import threading

from container_log import ContainerLog
from http_receiver import Fault
from log_ledger import entries, lost
from self_metrics import (
    LOG_DELIVERED_BYTES, LOG_FILTERED_BYTES, LOG_LIMITED_BYTES, LOG_LOST_BYTES, LOG_PENDING_BYTES,
    LOG_READ_BYTES,
)
from sink_configuration import container_logs, elasticsearch
from waiting import wait_until

SAMPLE = {"name": "tenth", "match": {"pods": ["noisy-*"]}, "steps": [{"type": "sample", "one_in": 10}]}


def metrics_add_up(agent):
    """In one exposition, for every container and sink."""
    now = agent.metrics()
    read = now.total(LOG_READ_BYTES)
    return read, read == sum(now.total(name) for name in (
        LOG_DELIVERED_BYTES, LOG_FILTERED_BYTES, LOG_LIMITED_BYTES, LOG_LOST_BYTES,
        LOG_PENDING_BYTES,
    ))


def test_it_adds_up_at_every_moment(make_agent, bulk_receiver, pod_logs):
    logs = container_logs(pod_logs, elasticsearch(bulk_receiver.url, max_request_bytes=65536))
    agent = make_agent({"logs": {**logs, "rules": [SAMPLE]}}).start()
    quiet = ContainerLog(pod_logs, pod="quiet-1")
    noisy = ContainerLog(pod_logs, pod="noisy-1")
    bulk_receiver.item_status = lambda document: (
        (400, "mapper_parsing_exception") if "refuse me" in document.get("log", "") else None)
    bulk_receiver.faults.extend([Fault.answer(503), Fault.answer(429)])
    writing = threading.Event()

    def write():
        for _ in range(40):
            noisy.write(200)
            quiet.write(20)
            quiet.record(f"refuse me {quiet.lines}")
        noisy.finish_partials()
        quiet.finish_partials()
        writing.set()

    writer = threading.Thread(target=write)
    writer.start()
    looks = 0
    while not writing.is_set() or looks < 20:
        entries(agent)
        assert metrics_add_up(agent)[1], "the metrics don't add up"
        looks += 1
    writer.join()

    def settled():
        found = entries(agent)
        return len(found) == 2 and all(
            entry["pending"]["records"] == 0 and entry["lag_bytes"] == 0 for entry in found)

    wait_until(settled, 60, "everything to be settled")
    (entry,) = entries(agent, pod="noisy-1", sink="es")
    assert entry["read"]["bytes"] == noisy.path.stat().st_size
    assert entry["read"]["records"] == len(noisy.expected)
    assert entry["delivered"]["records"] == -(-len(noisy.expected) // 10)
    assert lost(entry) == 0
    (entry,) = entries(agent, namespace="shop", pod="quiet-1", container="app")
    assert entry["read"]["bytes"] == quiet.path.stat().st_size
    assert entry["lost"]["rejected"]["records"] == 40
    assert entry["filtered"]["records"] == 0
    assert entry["delivered"]["records"] == len(quiet.expected) - 40
    assert entries(agent, pod="nobody") == []
    assert metrics_add_up(agent) == (quiet.path.stat().st_size + noisy.path.stat().st_size, True)


def test_what_a_truncation_took_is_lost_with_its_reason(make_agent, bulk_receiver, pod_logs):
    agent = make_agent({"logs": container_logs(pod_logs, elasticsearch(bulk_receiver.url))})
    log = ContainerLog(pod_logs)
    agent.start()
    log.record("kept")
    wait_until(lambda: bulk_receiver.count() == 1, 30, "the first record")
    bulk_receiver.faults.extend([Fault.answer(503)] * 4)
    log.record("under way")
    wait_until(lambda: entries(agent)[0]["pending"]["records"] == 1, 30, "a record under way")
    (before,) = entries(agent)[0]["files"]
    os.truncate(log.path, 0)
    log.record("after")

    def arrived():
        entries(agent)
        return {"kept", "under way", "after"} <= bulk_receiver.field_counts().keys()

    wait_until(arrived, 60, "the record after the truncation")
    wait_until(lambda: entries(agent)[0]["pending"]["records"] == 0, 30, "nothing under way")
    (entry,) = entries(agent)
    assert entry["delivered"]["records"] == 3
    file = entry["files"][-1]
    assert file["identity"] != before["identity"] and file["generation"] > before["generation"]
    assert file["path"] == str(log.path) and file["state"] == "live"
    assert file["offset"] == file["size"] == log.path.stat().st_size


def test_losses_are_there_at_once_with_their_reasons(make_agent, bulk_receiver, pod_logs):
    source = {
        "name": "containers", "type": "kubernetes", "path": str(pod_logs), "max_deleted_bytes": 0,
    }
    sink = elasticsearch(bulk_receiver.url, max_request_bytes=65536, max_backoff="1s")
    bulk_receiver.fault_for = lambda body: Fault.answer(503)
    agent = make_agent({"logs": {"sources": [source], "sinks": [sink]}}).start()
    logs = {}
    sizes = {}
    for pod in ("truncated-1", "deleted-1", "whole-1"):
        log = logs[pod] = ContainerLog(pod_logs, pod=pod)
        for _ in range(3000):
            log.record(f"{pod} {log.lines} {'x' * 80}")
        sizes[pod] = log.path.stat().st_size
        # What is found while the sink is away is in the ledger, too.
        wait_until(lambda: [entry["lag_bytes"] for entry in entries(agent, pod=pod)] == [sizes[pod]],
                   30, f"the size of {pod}")
    logs["deleted-1"].path.unlink()
    logs["deleted-1"].close()
    wait_until(lambda: "given_up" in entries(agent, pod="deleted-1")[0]["lost"], 30,
               "what was given up, though the sink is away")
    os.truncate(logs["truncated-1"].path, 0)
    after = logs["truncated-1"].record("after the truncation")
    wait_until(lambda: len(entries(agent, pod="truncated-1")[0]["files"]) == 2, 30,
               "the truncation to be seen")
    bulk_receiver.fault_for = None
    wait_until(lambda: bulk_receiver.field_counts()[after] == 1, 60, "the record after all")

    def settled():
        return all(entry["pending"]["bytes"] == 0 == entry["lag_bytes"] for entry in entries(agent))

    wait_until(settled, 30, "everything to be settled")
    for pod, reason in (("truncated-1", "rewritten"), ("deleted-1", "given_up"), ("whole-1", None)):
        (entry,) = entries(agent, pod=pod)
        more = logs[pod].path.stat().st_size if reason == "rewritten" else 0
        assert entry["read"]["bytes"] == sizes[pod] + more
        assert entry["lost"].keys() == ({reason} if reason else set())
        assert lost(entry, "bytes") == agent.metric(LOG_LOST_BYTES, pod=pod)
    counts = bulk_receiver.field_counts()
    assert set(counts.values()) == {1}
    assert logs["whole-1"].expected.keys() <= counts.keys()


def test_the_page_has_it(make_agent, bulk_receiver, pod_logs):
    logs = container_logs(pod_logs, elasticsearch(bulk_receiver.url))
    agent = make_agent({"logs": {**logs, "rules": [SAMPLE]}})
    noisy = ContainerLog(pod_logs, pod="noisy-1")
    for _ in range(20):
        noisy.record()
    agent.start()
    wait_until(lambda: bulk_receiver.count() == 2, 30, "two of twenty records")

    def shown():
        containers = agent.get("/api/v1/status").json()["log_containers"]
        return [row for row in containers if row["pending"] == 0 and row["filtered"] == 18]

    (row,) = wait_until(shown, 30, "the ledger on the page")
    assert (row["pod"], row["sink"], row["delivered"], row["lag"]) == ("noisy-1", "es", 2, 0)
    assert row["lost"] == {}

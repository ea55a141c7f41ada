"""Both receivers are down for a minute and come back: nothing is lost."""

import time

import pytest

from container_log import ContainerLog
from sink_configuration import container_logs, elasticsearch, static_job
from waiting import wait_until

OUTAGE_SECONDS = 60


@pytest.mark.long
def test_nothing_is_lost_in_a_minute_without_receivers(
    make_agent, bulk_receiver, remote_write_receiver, scrape_target, pod_logs,
):
    log = ContainerLog(pod_logs)
    agent = make_agent({
        "scrape_configs": [static_job("library", scrape_target.address)],
        "remote_write": [{"url": remote_write_receiver.remote_write_url}],
        "logs": container_logs(pod_logs, elasticsearch(bulk_receiver.url)),
    })
    agent.start()
    log.record("before the outage")
    wait_until(lambda: bulk_receiver.count() == 1, 20, "the first record")
    wait_until(lambda: remote_write_receiver.samples("scrape_sequence_total"), 20, "samples")

    bulk_receiver.stop()
    remote_write_receiver.stop()
    lines_before = len(agent.errors().splitlines())
    begin = time.monotonic()
    while (elapsed := time.monotonic() - begin) < OUTAGE_SECONDS:
        log.write(50)
        log.finish_partials()
        if elapsed > OUTAGE_SECONDS / 2 and not log.rotated:
            log.rename()
            log.reopen()
        time.sleep(0.5)
    assert agent.get("/-/healthy").status == 200, "a receiver's outage is no reason to be restarted"
    complaints = agent.errors().splitlines()[lines_before:]
    assert 1 <= len(complaints) <= 60, f"{len(complaints)} lines of log in a minute of outage"
    page = agent.get("/").text
    assert bulk_receiver.url in page and "es" in page

    bulk_receiver.start()
    remote_write_receiver.start()
    wait_until(lambda: log.expected.keys() <= bulk_receiver.field_counts().keys(), 60,
               "the records of the outage")
    assert bulk_receiver.field_counts().keys() == log.expected.keys()
    last = len(scrape_target.served)
    wait_until(
        lambda: any(value >= last for _, value in
                    remote_write_receiver.samples("scrape_sequence_total")),
        60, "the samples of the outage",
    )
    values = sorted(value for _, value in remote_write_receiver.samples("scrape_sequence_total"))
    assert values == [float(n) for n in range(1, int(values[-1]) + 1)], "a sample is missing"
    assert remote_write_receiver.malformed == [] and bulk_receiver.malformed == []


def test_an_agent_that_starts_before_its_receivers_delivers_when_they_come(
    make_agent, bulk_receiver, remote_write_receiver, scrape_target, pod_logs,
):
    bulk_receiver.stop()
    remote_write_receiver.stop()
    log = ContainerLog(pod_logs)
    agent = make_agent({
        "scrape_configs": [static_job("library", scrape_target.address)],
        "remote_write": [{"url": remote_write_receiver.remote_write_url}],
        "logs": container_logs(pod_logs, elasticsearch(bulk_receiver.url)),
    })
    agent.start()
    log.write(100)
    log.finish_partials()
    time.sleep(3)
    bulk_receiver.start()
    remote_write_receiver.start()
    wait_until(lambda: log.expected.keys() == bulk_receiver.field_counts().keys(), 40,
               "the records")
    wait_until(lambda: remote_write_receiver.samples("scrape_sequence_total"), 40, "the samples")
    assert remote_write_receiver.samples("scrape_sequence_total")[0][1] == 1.0

"""A remote write receiver that answers wrongly: samples are retried or counted, never forgotten."""

import time

import pytest

from http_receiver import Fault
from self_metrics import REMOTE_SAMPLES, REMOTE_SAMPLES_FAILED, REMOTE_SAMPLES_RETRIED
from sink_configuration import static_job
from waiting import wait_until


def start(make_agent, receivers, target, **remote_write):
    """An agent that scrapes `target` every second and writes to each of `receivers`."""
    return make_agent({
        "scrape_configs": [static_job("library", target.address)],
        "remote_write": [
            {"name": name, "url": url, "remote_timeout": "2s", **remote_write}
            for name, url in receivers.items()
        ],
    }).start()


def sequence(receiver):
    return [value for _, value in receiver.samples("scrape_sequence_total")]


def wait_for_the_newest(receiver, target):
    """Waits until a sample arrives that was scraped after this call."""
    now = len(target.served)
    wait_until(lambda: any(value > now for value in sequence(receiver)), 40, "newer samples")


TRANSIENT = {
    "500": Fault.answer(500),
    "503": Fault.answer(503, Retry_After=1),
    "hang": Fault.hang(6),
    "close": Fault.close(),
    "close midway": Fault.close_midway(),
    "not HTTP": Fault.not_http(),
}


@pytest.mark.parametrize("fault", TRANSIENT.values(), ids=TRANSIENT.keys())
def test_what_may_pass_is_retried_and_nothing_is_lost(
    make_agent, remote_write_receiver, scrape_target, fault,
):
    remote_write_receiver.faults.extend([fault, fault])
    url = remote_write_receiver.remote_write_url
    agent = start(make_agent, {"there": url}, scrape_target)
    wait_until(lambda: remote_write_receiver.requests >= 3, 40, "attempts")
    wait_for_the_newest(remote_write_receiver, scrape_target)
    got = sequence(remote_write_receiver)
    # A request that hung may have been taken; so may one whose answer was cut off.
    assert sorted(set(got)) == [float(n) for n in range(1, int(max(got)) + 1)]
    assert agent.metric(REMOTE_SAMPLES_RETRIED, remote_name="there") > 0
    assert agent.metric(REMOTE_SAMPLES_FAILED) == 0
    assert agent.metric(REMOTE_SAMPLES, remote_name="there") > 0


@pytest.mark.parametrize("status", [400, 401, 404, 413])
def test_samples_refused_for_good_are_counted_and_the_rest_goes_on(
    make_agent, remote_write_receiver, scrape_target, status,
):
    remote_write_receiver.faults.append(Fault.answer(status, body=b"the reason, in its own words"))
    agent = start(make_agent, {"there": remote_write_receiver.remote_write_url}, scrape_target)
    wait_for_the_newest(remote_write_receiver, scrape_target)
    assert agent.metric(REMOTE_SAMPLES_FAILED, remote_name="there") > 0
    complaints = [line for line in agent.errors().splitlines() if "in its own words" in line]
    assert len(complaints) == 1 and str(status) in complaints[0]


def test_429_is_retried_after_the_time_it_names_where_that_is_configured(
    make_agent, remote_write_receiver, scrape_target,
):
    remote_write_receiver.faults.append(Fault.answer(429, Retry_After=4))
    start(
        make_agent, {"there": remote_write_receiver.remote_write_url}, scrape_target,
        queue_config={"retry_on_http_429": True, "max_shards": 1},
    )
    wait_for_the_newest(remote_write_receiver, scrape_target)
    (refused, _), (accepted, _) = remote_write_receiver.arrivals[:2]
    assert accepted - refused >= 3.9, "asked to wait 4 s, came back sooner"
    got = sequence(remote_write_receiver)
    assert got == [float(n) for n in range(1, len(got) + 1)]


def test_429_does_not_stop_what_comes_after(make_agent, remote_write_receiver, scrape_target):
    remote_write_receiver.faults.append(Fault.answer(429, Retry_After=1))
    start(make_agent, {"there": remote_write_receiver.remote_write_url}, scrape_target)
    wait_for_the_newest(remote_write_receiver, scrape_target)


def test_the_body_of_a_success_does_not_matter(make_agent, remote_write_receiver, scrape_target):
    remote_write_receiver.faults.extend([Fault.garbage(), Fault.garbage()])
    agent = start(make_agent, {"there": remote_write_receiver.remote_write_url}, scrape_target)
    wait_for_the_newest(remote_write_receiver, scrape_target)
    assert agent.metric(REMOTE_SAMPLES_FAILED) == 0
    assert agent.metric(REMOTE_SAMPLES_RETRIED) == 0


def test_one_receiver_that_is_gone_does_not_hold_up_another(
    make_agent, remote_write_receiver, scrape_target,
):
    receivers = {
        "gone": "http://127.0.0.1:9/api/v1/write",
        "there": remote_write_receiver.remote_write_url,
    }
    agent = start(make_agent, receivers, scrape_target)
    for _ in range(3):
        wait_for_the_newest(remote_write_receiver, scrape_target)
    got = sequence(remote_write_receiver)
    assert got == [float(n) for n in range(1, len(got) + 1)]
    assert agent.get("/-/healthy").status == 200
    complaints = [line for line in agent.errors().splitlines() if "gone" in line]
    time.sleep(3)
    assert 1 <= len(complaints) <= 10

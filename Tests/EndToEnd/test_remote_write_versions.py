"""Remote write 2.0, and what happens where only 1.0 is understood."""

import pytest

from remote_write_v2_receiver import RemoteWriteV2Receiver
from sink_configuration import static_job
from waiting import wait_until

V2 = "io.prometheus.write.v2.Request"


@pytest.fixture
def receiver():
    receiver = RemoteWriteV2Receiver().start()
    yield receiver
    receiver.stop()


def start(make_agent, url, target, **remote_write):
    return make_agent({
        "scrape_configs": [static_job("library", target.address)],
        "remote_write": [{"url": url, "protobuf_message": V2, **remote_write}],
    }).start()


def sequence(receiver):
    return [value for _, value in receiver.samples("scrape_sequence_total")]


def test_the_second_version_carries_values_and_metadata(make_agent, receiver, scrape_target):
    agent = start(make_agent, receiver.remote_write_url, scrape_target)
    wait_until(lambda: len(sequence(receiver)) >= 3, 30, "samples")
    assert receiver.malformed == []
    assert set(receiver.versions) == {"2.0.0"}
    got = sequence(receiver)
    assert got == [float(n) for n in range(1, len(got) + 1)]
    by_name = {series["labels"]["__name__"]: series for series in receiver.decoded}
    assert by_name["scrape_sequence_total"]["metadata"]["type"] == "counter"
    assert by_name["scrape_sequence_total"]["metadata"]["help"] == "Scrapes so far."
    assert by_name["constant_value"]["metadata"]["type"] == "gauge"
    assert by_name["request_seconds_bucket"]["metadata"]["type"] == "histogram"
    assert by_name["up"]["labels"]["job"] in ("library", "node-exporter", "martlet")
    assert "ünïcode" in by_name["constant_value"]["labels"]["text"] or any(
        "ünïcode" in series["labels"].get("text", "") for series in receiver.decoded
    )
    # Every series of a scrape in one request: what a target says is not torn apart.
    assert agent.metric("prometheus_remote_storage_samples_failed_total") == 0


def test_exemplars_and_start_times_of_the_real_library_arrive(make_agent, receiver, scrape_target):
    from prometheus_client import Counter

    traced = Counter("traced", "With a trace.", ["path"], registry=scrape_target.registry)
    traced.labels(path="/a").inc(3, exemplar={"trace_id": "0123abcd"})
    start(make_agent, receiver.remote_write_url, scrape_target, send_exemplars=True)

    def series():
        return [series for series in receiver.decoded
                if series["labels"]["__name__"] == "traced_total"]

    wait_until(lambda: len(series()) >= 3, 30, "samples")
    assert receiver.malformed == []
    created = traced.labels(path="/a")._created
    for one in series():
        ((at, value, _, since),) = one["samples"]
        assert value == 3 and abs(since - created * 1000) < 2 and since <= at
    exemplars = [exemplar for one in series() for exemplar in one["exemplars"]]
    ((labels, value, at),) = exemplars  # the same one is sent once
    assert labels == {"trace_id": "0123abcd"} and value == 3
    assert abs(at - created * 1000) < 5000


@pytest.mark.parametrize("status", [415, 204])
def test_a_receiver_of_the_first_version_gets_everything_in_that(
    make_agent, receiver, scrape_target, status,
):
    receiver.refuse_v2 = status
    agent = start(make_agent, receiver.remote_write_url, scrape_target)
    wait_until(lambda: len(sequence(receiver)) >= 3, 30, "samples")
    assert receiver.malformed == []
    versions = list(receiver.versions)
    first = versions.index("0.1.0")
    assert set(versions[:first]) == {"2.0.0"} and set(versions[first:]) == {"0.1.0"}
    got = sequence(receiver)
    assert got == [float(n) for n in range(1, len(got) + 1)], "a sample is missing or twice"
    assert agent.metric("prometheus_remote_storage_samples_failed_total") == 0


def test_a_real_prometheus_that_knows_only_the_first_version(
    make_agent, prometheus, scrape_target,
):
    """Debian's release takes a 2.0 request for an empty one and answers 204."""
    agent = start(make_agent, prometheus.remote_write_url, scrape_target)
    selector = f'scrape_sequence_total{{instance="{scrape_target.address}"}}'
    wait_until(lambda: prometheus.query(selector), 30, "samples in Prometheus")
    taken = len(scrape_target.served) - 1  # the last one may be under way
    agent.terminate()
    (samples,) = prometheus.raw_samples(selector).values()
    assert len(samples) >= taken
    assert [value for _, value in samples] == [float(n) for n in range(1, len(samples) + 1)]


def test_a_partial_write_is_counted_and_not_sent_again(make_agent, receiver, scrape_target):
    original = receiver.handle_post
    refused = []

    def refuse_once(path, headers, body):
        status, fields, answer = original(path, headers, body)
        if not refused:
            refused.append(fields)
            fields = {**fields, "X-Prometheus-Remote-Write-Samples-Written": "1"}
            return 400, fields, b"out of order sample"
        return status, fields, answer

    receiver.handle_post = refuse_once
    agent = start(make_agent, receiver.remote_write_url, scrape_target)
    wait_until(lambda: len(sequence(receiver)) >= 3, 30, "samples")
    got = sequence(receiver)
    assert len(got) == len(set(got)), "a request was sent again"
    sent = int(refused[0]["X-Prometheus-Remote-Write-Samples-Written"])
    assert agent.metric("prometheus_remote_storage_samples_failed_total") == sent - 1
    assert "out of order sample" in agent.errors()

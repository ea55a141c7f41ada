"""A minute of metrics into a real Prometheus: every sample is queried back and is right."""

import math
import time

import pytest

from agent import NODE_NAME
from exposition import Exposition
from sink_configuration import static_job
from waiting import wait_until

SECONDS = 60
LIBRARY = {"job": "library", "shop": "corner", "cluster": "end-to-end"}
OWN = {"job": "node-exporter", "instance": NODE_NAME, "cluster": "end-to-end"}
# Values that stay the same while this test runs, so Prometheus must hold exactly the peer's.
STATIC = [
    "node_memory_MemTotal_bytes", "node_memory_SwapTotal_bytes", "node_boot_time_seconds",
    "node_filefd_maximum", "node_uname_info", "node_filesystem_size_bytes",
    "node_filesystem_files", "node_filesystem_readonly",
]


def selector(labels):
    return "{" + ",".join(f"{name}=\"{value}\"" for name, value in labels.items()) + "}"


def labels_of(series):
    return dict(series)


@pytest.mark.long
def test_prometheus_holds_every_sample_for_a_minute(
    make_agent, prometheus, remote_write_receiver, scrape_target, node_exporter,
):
    agent = make_agent({
        "global": {"scrape_interval": "5s", "external_labels": {"cluster": "end-to-end"}},
        "scrape_configs": [static_job("library", scrape_target.address, shop="corner")],
        "remote_write": [
            {"name": "prometheus", "url": prometheus.remote_write_url},
            {"name": "witness", "url": remote_write_receiver.remote_write_url},
        ],
    })
    peer_before = node_exporter.metrics()
    agent.start()
    time.sleep(SECONDS)
    status, _ = agent.terminate()
    assert status == 0
    peer_after = node_exporter.metrics()
    assert remote_write_receiver.malformed == []

    target = selector({**LIBRARY, "instance": scrape_target.address})
    check_every_scrape_arrived(prometheus.raw_samples(target), scrape_target)
    check_constants(prometheus.raw_samples(target), scrape_target)
    check_node_metrics(prometheus.raw_samples(selector(OWN)), peer_before, peer_after)
    check_both_receivers_hold_the_same(
        prometheus.raw_samples('{cluster="end-to-end"}'), remote_write_receiver.series,
    )


def check_every_scrape_arrived(stored, target):
    """One sample for each scrape the target served, with its number and at its time."""
    by_name = {labels_of(series)["__name__"]: samples for series, samples in stored.items()
               if labels_of(series)["__name__"] in ("scrape_sequence_total", "up")}
    sequence = by_name["scrape_sequence_total"]
    assert len(target.served) >= SECONDS * 0.8, "the target was scraped far too seldom"
    assert [value for _, value in sequence] == [float(n) for _, n in target.served]
    for (stored_at, _), (served_at, _) in zip(sequence, target.served):
        assert abs(stored_at - served_at) < 2, "a sample's time is not that of its scrape"
    times = [at for at, _ in sequence]
    assert times == sorted(set(times))
    gaps = sorted(later - earlier for earlier, later in zip(times, times[1:]))
    assert abs(gaps[len(gaps) // 2] - 1) < 0.05, "the median gap is not the scrape interval"
    assert by_name["up"] == [(at, 1.0) for at in times]


def check_constants(stored, target):
    """Every series of the target, at every scrape, has the value the library serves."""
    names = {"scrape_sequence_total", "scrape_sequence_created"}
    expected = {
        frozenset({**sample.labels, "__name__": sample.name}.items()): sample.value
        for family in target.registry.collect() for sample in family.samples
        if sample.name not in names
    }
    own = {**LIBRARY, "instance": target.address}.items()
    seen = {}
    for series, samples in stored.items():
        name = labels_of(series)["__name__"]
        if name not in names and name != "up" and not name.startswith("scrape_"):
            seen[frozenset(series - own)] = samples
    assert seen.keys() == expected.keys()
    for series, samples in seen.items():
        assert len(samples) == len(target.served), f"{dict(series)}: scrapes are missing"
        assert {value for _, value in samples} == {expected[series]}, dict(series)


def check_node_metrics(stored, before, after):
    """The agent's own node metrics agree with node_exporter's at either end of the minute."""
    by_series = {}
    for series, samples in stored.items():
        labels = {name: value for name, value in series if name not in OWN}
        by_series.setdefault(labels.pop("__name__"), []).append((labels, samples))
    for name in STATIC:
        for sample in before.samples.get(name, []):
            wanted = {key: value for key, value in sample.labels.items() if value}.items()
            found = [samples for labels, samples in by_series.get(name, [])
                     if wanted <= labels.items()]
            assert len(found) == 1, f"{name}{sample.labels}: {len(found)} series in Prometheus"
            values = {value for _, value in found[0]}
            assert values == {sample.value}, f"{name}{sample.labels}: {values}"
            assert len(found[0]) >= SECONDS / 5 * 0.7, f"{name}: only {len(found[0])} samples"
    for mode in ("user", "system", "idle"):
        for sample in before.matching("node_cpu_seconds_total", mode=mode):
            found, = [samples for labels, samples in by_series["node_cpu_seconds_total"]
                      if labels == sample.labels]
            values = [value for _, value in found]
            last = after.value("node_cpu_seconds_total", **sample.labels)
            assert values == sorted(values), "a counter went back"
            assert sample.value <= values[0] and values[-1] <= last


def check_both_receivers_hold_the_same(stored, witnessed):
    """Two receivers of one agent hold the same samples, to the bit."""
    def comparable(value):
        return "NaN" if math.isnan(value) else value

    theirs = {
        series: sorted({(round(at * 1000), comparable(value)) for at, value in samples})
        for series, samples in stored.items()
    }
    ours = {
        series: sorted({(at, comparable(value)) for at, value in samples})
        for series, samples in witnessed.items()
    }
    assert theirs.keys() == ours.keys()
    for series, samples in theirs.items():
        assert samples == ours[series], dict(series)
    print(f"{len(theirs)} series, {sum(map(len, theirs.values()))} samples, all the same")


def test_a_target_that_goes_away_is_down_and_its_series_end(
    make_agent, remote_write_receiver, scrape_target,
):
    agent = make_agent({
        "scrape_configs": [static_job("library", scrape_target.address)],
        "remote_write": [{"url": remote_write_receiver.remote_write_url}],
    })
    agent.start()

    def up():
        return [value for _, value in remote_write_receiver.samples(
            "up", job="library", instance=scrape_target.address)]

    wait_until(lambda: 1.0 in up(), 20, "the target to be up")
    assert remote_write_receiver.stale == []
    scrape_target.stop()
    wait_until(lambda: up()[-1] == 0.0, 20, "the target to be down")
    ended = {labels["__name__"] for labels, _ in remote_write_receiver.stale}
    assert {"scrape_sequence_total", "constant_value", "request_seconds_bucket"} <= ended
    assert "up" not in ended
    scrape_target.start()
    wait_until(lambda: up()[-1] == 1.0, 20, "the target to be up again")


def test_own_expositions_arrive_as_targets_of_their_own(make_agent, remote_write_receiver):
    agent = make_agent({
        "global": {"scrape_interval": "1s"},
        "remote_write": [{"url": remote_write_receiver.remote_write_url}],
    })
    agent.start()
    wait_until(lambda: remote_write_receiver.samples(
        "up", job="node-exporter", instance=NODE_NAME), 20, "the node's own target")
    served = agent.metrics("/metrics/node")
    wait_until(
        lambda: {
            dict(series)["__name__"] for series in list(remote_write_receiver.series)
            if dict(series).get("job") == "node-exporter"
        } >= served.names("node_"),
        20, "every family of /metrics/node to arrive",
    )
    assert isinstance(served, Exposition)

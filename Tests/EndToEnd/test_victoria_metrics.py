"""VictoriaMetrics and vmagent as receivers: every sample arrives as it was scraped."""

import pytest

from sink_configuration import static_job
from victoria_metrics import VictoriaMetrics, VMAgent
from waiting import wait_until


@pytest.fixture
def victoria_metrics(tmp_path):
    folder = tmp_path / "victoria-metrics"
    folder.mkdir()
    server = VictoriaMetrics(folder)
    yield server.start()
    server.kill()
    server.print_tail()


@pytest.fixture
def vmagent(tmp_path, remote_write_receiver):
    folder = tmp_path / "vmagent"
    folder.mkdir()
    agent = VMAgent(folder, remote_write_receiver.remote_write_url)
    yield agent.start()
    agent.kill()
    agent.print_tail()


@pytest.mark.parametrize(
    "message", ["prometheus.WriteRequest", "io.prometheus.write.v2.Request"], ids=["1.0", "2.0"],
)
def test_victoria_metrics_holds_every_sample(
    make_agent, victoria_metrics, scrape_target, message,
):
    agent = make_agent({
        "scrape_configs": [static_job("library", scrape_target.address)],
        "remote_write": [{
            "url": victoria_metrics.remote_write_url, "protobuf_message": message,
        }],
    }).start()
    wait_until(lambda: len(scrape_target.served) >= 6, 30, "scrapes")
    taken = len(scrape_target.served) - 1  # the last one may be under way
    agent.terminate()
    instance = scrape_target.address
    stored = victoria_metrics.export(f'{{job="library",instance="{instance}"}}')
    by_name = {}
    for series, samples in stored.items():
        by_name.setdefault(dict(series)["__name__"], []).append((dict(series), samples))
    ((_, sequence),) = by_name["scrape_sequence_total"]
    assert len(sequence) >= taken
    assert [value for _, value in sequence] == [float(n) for n in range(1, len(sequence) + 1)]
    texts = {labels["text"]: samples for labels, samples in by_name["constant_value"]}
    assert {value for _, value in texts['quotes " and \\ and ünïcode']} == {123.456}
    assert {value for _, value in texts["negative"]} == {-1e-09}
    bounds = {labels["le"]: samples[-1][1] for labels, samples in by_name["request_seconds_bucket"]}
    assert bounds == {"0.1": 2, "1.0": 5, "10.0": 9, "+Inf": 10}
    assert {value for _, value in by_name["up"][0][1]} == {1}


def test_vmagent_takes_what_is_sent_and_passes_it_on(
    make_agent, vmagent, remote_write_receiver, scrape_target,
):
    """vmagent's own answers decide here: whatever it refused would be missing behind it."""
    agent = make_agent({
        "scrape_configs": [static_job("library", scrape_target.address)],
        "remote_write": [{"url": vmagent.remote_write_url}],
    }).start()
    wait_until(lambda: len(scrape_target.served) >= 5, 30, "scrapes")
    last = len(scrape_target.served) - 1  # the last one may be under way
    agent.terminate()

    def sequence():
        return [value for _, value in remote_write_receiver.samples("scrape_sequence_total")]

    wait_until(lambda: float(last) in sequence(), 30, "the last sample behind vmagent")
    assert sorted(set(sequence()))[:last] == [float(n) for n in range(1, last + 1)]

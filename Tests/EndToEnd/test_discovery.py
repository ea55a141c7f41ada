"""Targets that are found: by files, by a URL, by names, and in further configuration files."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from name_server import A, CNAME, SERVER_FAILURE, SRV, NameServer, address, service, wire_name
from waiting import wait_until


@pytest.fixture
def name_server():
    server = NameServer().start()
    yield server
    server.stop()


class GroupServer:
    """Serves `answer`, a (status, content type, text), to who asks for target groups."""

    def __init__(self):
        self.answer = (200, "application/json", "[]")
        self.requests = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *arguments):
                pass

            def do_GET(self):
                outer.requests.append((self.path, dict(self.headers)))
                status, kind, text = outer.answer
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.end_headers()
                self.wfile.write(text.encode())

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/targets"
        threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True,
        ).start()

    def stop(self):
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def group_server():
    server = GroupServer()
    yield server
    server.stop()


def job(name, **keys):
    return {"job_name": name, "scrape_interval": "1s", "scrape_timeout": "1s", **keys}


def targets(agent, state="active", pool=None):
    query = f"?state={state}" + (f"&scrapePool={pool}" if pool else "")
    answer = agent.get("/api/v1/targets" + query).json()
    assert answer["status"] == "success"
    return answer["data"]["activeTargets" if state == "active" else "droppedTargets"]


def instances(agent, pool=None):
    return sorted(target["labels"]["instance"] for target in targets(agent, pool=pool))


def write(path, text):
    fresh = path.with_suffix(".fresh")
    fresh.write_text(text)
    fresh.replace(path)


def test_files_are_followed(make_agent, scrape_target, remote_write_receiver):
    agent = make_agent({
        "scrape_configs": [job(
            "files", file_sd_configs=[{"files": ["targets-*.json", "more.yml"]}],
            relabel_configs=[
                {"source_labels": ["zone"], "regex": "hidden", "action": "drop"},
                {"source_labels": ["__meta_filepath"], "regex": ".*/(.*)", "target_label": "file"},
            ],
        )],
        "remote_write": [{"url": remote_write_receiver.remote_write_url}],
        "self_scrape": False,
    })
    folder = agent.config_path.parent
    first = folder / "targets-1.json"
    write(first, json.dumps([
        {"targets": [scrape_target.address], "labels": {"zone": "a"}},
        {"targets": ["hidden:1"], "labels": {"zone": "hidden"}},
    ]))
    agent.start()
    wait_until(lambda: instances(agent) == [scrape_target.address], 10, "the file's target")
    wait_until(lambda: targets(agent)[0]["health"] == "up", 10, "a scrape")
    found = targets(agent)[0]
    assert found["labels"] == {
        "job": "files", "instance": scrape_target.address, "zone": "a", "file": "targets-1.json",
    }
    assert found["discoveredLabels"]["__meta_filepath"] == str(first)
    dropped = targets(agent, "dropped")
    assert [target["discoveredLabels"]["__address__"] for target in dropped] == ["hidden:1"]
    assert dropped[0]["reason"] == 'relabel_configs[0]: drop [zone] regex "hidden"'

    # A damaged file keeps its targets; another file beside it counts all the same.
    write(first, '[{"targets": ["127.0')
    write(folder / "more.yml", "- targets: ['127.0.0.1:1']\n")
    wait_until(
        lambda: instances(agent) == sorted(["127.0.0.1:1", scrape_target.address]), 20,
        "the second file's target",
    )
    assert agent.metric("prometheus_sd_file_read_errors_total") == 1
    assert agent.metric("prometheus_sd_discovered_targets", config="files") == 3
    page = agent.get("/api/v1/status").json()
    assert any("targets-1.json" in problem["what"] for problem in page["problems"])

    # A file that is gone takes its targets with it, and their series end.
    first.unlink()
    wait_until(lambda: instances(agent) == ["127.0.0.1:1"], 20, "the target's end")
    status, _ = agent.terminate()
    assert status == 0
    assert remote_write_receiver.malformed == []


def test_a_url_is_asked_for_targets(make_agent, group_server, scrape_target):
    group_server.answer = (200, "application/json; charset=utf-8", json.dumps(
        [{"targets": [scrape_target.address], "labels": {"__meta_shop": "corner"}}],
    ))
    agent = make_agent({"scrape_configs": [job(
        "url", http_sd_configs=[{"url": group_server.url, "refresh_interval": "1s"}],
        relabel_configs=[{"source_labels": ["__meta_shop"], "target_label": "shop"}],
    )]}).start()
    wait_until(lambda: instances(agent) == [scrape_target.address], 10, "the URL's target")
    wait_until(lambda: targets(agent)[0]["health"] == "up", 10, "a scrape")
    found = targets(agent)[0]
    assert found["labels"]["shop"] == "corner"
    assert found["discoveredLabels"]["__meta_url"] == group_server.url
    path, headers = group_server.requests[0]
    assert path == "/targets"
    assert headers["Accept"] == "application/json"
    assert headers["X-Prometheus-Refresh-Interval-Seconds"] == "1"

    failures = agent.metric("prometheus_sd_http_failures_total")
    assert failures == 0
    group_server.answer = (200, "text/plain", "[]")
    wait_until(
        lambda: agent.metric("prometheus_sd_http_failures_total") > 1, 10, "failures to count",
    )
    assert instances(agent) == [scrape_target.address]
    group_server.answer = (200, "application/json", "[]")
    wait_until(lambda: instances(agent) == [], 15, "the target's end")


def test_names_are_looked_up(make_agent, name_server, scrape_target):
    name_server.records = {
        ("_metrics._tcp.example", SRV): [(SRV, service("localhost", scrape_target.port))],
        ("many.example", A): [
            (CNAME, wire_name("other.example")),
            *[(A, address(f"127.0.9.{n}")) for n in range(1, 101)],
        ],
        ("silent.example", A): None,
    }
    agent = make_agent({"scrape_configs": [
        job("services", dns_sd_configs=[{
            "names": ["_metrics._tcp.example"], "refresh_interval": "1s",
            "nameservers": [name_server.address],
        }]),
        job("addresses", dns_sd_configs=[{
            "names": ["silent.example", "many.example"], "type": "A", "port": 1,
            "refresh_interval": "1s", "nameservers": [name_server.address],
        }]),
    ]}).start()
    wait_until(
        lambda: instances(agent, "services") == [f"localhost:{scrape_target.port}"], 15,
        "the service's target",
    )
    wait_until(lambda: targets(agent, pool="services")[0]["health"] == "up", 15, "a scrape")
    labels = targets(agent, pool="services")[0]["discoveredLabels"]
    assert labels["__meta_dns_name"] == "_metrics._tcp.example"
    assert labels["__meta_dns_srv_record_target"] == "localhost."
    assert labels["__meta_dns_srv_record_port"] == str(scrape_target.port)
    # A long answer comes over TCP, and a name that nobody answers for does not hold it up for long.
    wait_until(lambda: len(instances(agent, "addresses")) == 100, 20, "all addresses")
    assert ("tcp", "many.example", A) in name_server.asked
    assert agent.metric("prometheus_sd_dns_lookup_failures_total") >= 1
    assert agent.metric("prometheus_sd_dns_lookups_total") >= 3

    # A server that fails keeps the targets; a name that is gone does not.
    name_server.records[("_metrics._tcp.example", SRV)] = SERVER_FAILURE
    before = agent.metric("prometheus_sd_refresh_failures_total", mechanism="dns")
    wait_until(
        lambda: agent.metric("prometheus_sd_refresh_failures_total", mechanism="dns") > before + 1,
        15, "failures to count",
    )
    assert instances(agent, "services") == [f"localhost:{scrape_target.port}"]
    del name_server.records[("_metrics._tcp.example", SRV)]
    wait_until(lambda: instances(agent, "services") == [], 20, "the target's end")


def test_further_files_are_read_and_followed(make_agent, scrape_target):
    agent = make_agent({"scrape_config_files": ["jobs/*.yml"]})
    folder = agent.config_path.parent / "jobs"
    folder.mkdir()
    static = [{"targets": [scrape_target.address]}]
    write(folder / "a.yml", json.dumps({"scrape_configs": [job("a", static_configs=static)]}))
    agent.start()
    assert agent.get("/api/v1/scrape_pools").json()["data"]["scrapePools"] == ["a"]
    write(folder / "b.yml", json.dumps({"scrape_configs": [job("b", static_configs=static)]}))
    pools = lambda: agent.get("/api/v1/scrape_pools").json()["data"]["scrapePools"]
    wait_until(lambda: pools() == ["a", "b"], 15, "the second file's job")
    # A name that stands twice is refused, and what runs goes on.
    write(folder / "c.yml", json.dumps({"scrape_configs": [job("a", static_configs=static)]}))
    wait_until(
        lambda: agent.metric("martlet_config_last_reload_successful") == 0, 15, "the refusal",
    )
    assert "c.yml" in agent.get("/-/ready").text
    assert pools() == ["a", "b"]
    (folder / "c.yml").unlink()
    (folder / "b.yml").unlink()
    wait_until(lambda: pools() == ["a"], 15, "the second job's end")


def test_the_api_has_prometheus_shape(make_agent, scrape_target):
    agent = make_agent({"scrape_configs": [
        job("library", static_configs=[{"targets": [scrape_target.address]}],
            basic_auth={"username": "u", "password": "sesame"}, series_limit=5),
        job("over", target_limit=1, static_configs=[{"targets": ["127.0.0.1:1", "127.0.0.1:2"]}]),
    ]}).start()
    wait_until(lambda: agent.metric("martlet_scrape_scrapes_total") >= 4, 15, "scrapes")
    active = {target["scrapeUrl"]: target for target in targets(agent)}
    up = active[f"http://{scrape_target.address}/metrics"]
    assert up["health"] == "up" and up["lastError"] == ""
    assert up["globalUrl"] == f"http://node-under-test:{scrape_target.port}/metrics"
    assert up["martlet"]["seriesInWindow"] == 5
    assert up["martlet"]["samplesOverSeriesLimit"] > 0
    assert up["martlet"]["cpuSecondsTotal"] > 0
    over = active["http://127.0.0.1:1/metrics"]
    assert over["health"] == "down"
    assert over["lastError"] == "target_limit exceeded (number of targets: 2, limit: 1)"
    assert agent.metric("martlet_scrape_series_limit_samples_dropped_total", job="library") > 0
    assert agent.metric("martlet_scrape_cpu_seconds_total", job="library") > 0
    assert agent.metric("prometheus_target_scrape_pool_targets", scrape_job="over") == 2
    assert agent.metric("prometheus_target_interval_length_seconds_count", interval="1s") > 0

    metadata = agent.get(
        "/api/v1/targets/metadata?metric=constant_value&match_target=%7Bjob%3D%22library%22%7D",
    ).json()["data"]
    assert metadata == [{
        "target": {"instance": scrape_target.address, "job": "library"},
        "type": "gauge", "help": "Always the same.", "unit": "",
    }]
    bad = agent.get("/api/v1/targets/metadata?match_target=%7B")
    assert bad.status == 400 and bad.json()["errorType"] == "bad_data"
    config = agent.get("/api/v1/status/config").json()["data"]["yaml"]
    assert "sesame" not in config and "password: <secret>" in config
    counts = agent.get("/api/v1/targets/cardinality?scrapePool=library").json()["data"]
    assert counts["series"] == 5 and counts["complete"]
    for path in ("status/buildinfo", "status/runtimeinfo", "metadata?limit=1"):
        assert agent.get(f"/api/v1/{path}").json()["status"] == "success"

"""The agent's node metrics beside Debian's node_exporter, and Prometheus's own linter."""

import subprocess
import time

import pytest

from agent import command
from exposition import Exposition, peer_differences
from prometheus_server import NODE_COLLECTORS

# What node_exporter 1.5 exports of /proc/meminfo and later releases, whose names ours are, do not.
MEMINFO_DROPPED = {
    f"node_memory_{key}_bytes" for key in (
        "FileHugePages", "FilePmdMapped", "Hugetlb", "KReclaimable", "SecPageTables",
        "Unaccepted", "Balloon", "GPUActive", "GPUReclaim",
    )
}


def skipped(name):
    return (
        name.startswith(("node_scrape_collector_", "promhttp_", "node_exporter_build_info"))
        or name in MEMINFO_DROPPED
    )


def test_values_agree_with_node_exporter(make_agent, node_exporter):
    agent = make_agent().start()
    # Readings far apart would hide a wrong value; three tries keep a busy machine from failing.
    for attempt in range(3):
        before = node_exporter.metrics()
        ours = agent.metrics("/metrics/node")
        after = node_exporter.metrics()
        differences = peer_differences(before, ours, after, skipped)
        if not differences:
            break
        time.sleep(1)
    assert differences == []
    compared = [name for name in before.samples if not skipped(name)]
    assert len(compared) > 100
    print(f"{len(compared)} names agree")


def test_types_agree_with_node_exporter(make_agent, node_exporter):
    agent = make_agent().start()
    ours = agent.metrics("/metrics/node")
    theirs = node_exporter.metrics()
    wrong = {
        name: (kind, ours.types.get(name)) for name, kind in theirs.types.items()
        if not skipped(name) and ours.types.get(name) != kind
    }
    assert wrong == {}


def test_every_collector_reports_its_duration_and_success(make_agent, node_exporter):
    ours = make_agent().start().metrics("/metrics/node")
    theirs = node_exporter.metrics()
    for name in NODE_COLLECTORS:
        ours.value("node_scrape_collector_duration_seconds", collector=name)
        success = ours.value("node_scrape_collector_success", collector=name)
        # A kernel without pressure stall information, say, is "no data", which counts as 0.
        assert success == theirs.value("node_scrape_collector_success", collector=name), name


# Later releases than Debian's have these as well, camel case and all.
NETSTAT_ADDED = ("node_netstat_TcpExt_TCPOFOQueue ", "node_netstat_TcpExt_TCPRcvQDrop ")


def complaints(text):
    """What `promtool check metrics` says, line by line; fails where it can't parse the text."""
    result = subprocess.run(
        ["promtool", "check", "metrics"], input=text, capture_output=True, text=True, timeout=60,
    )
    assert result.returncode in (0, 3), result.stderr
    lines = (result.stdout + result.stderr).splitlines()
    return {line for line in lines if not line.startswith(NETSTAT_ADDED)}


@pytest.mark.parametrize("path", ["/metrics", "/metrics/node", "/metrics/agent"])
def test_promtool_accepts_the_exposition_without_complaint(make_agent, node_exporter, path):
    text = make_agent().start().get(path).text
    assert text.strip()
    # The linter dislikes names like node_memory_MemFree_bytes. They are node_exporter's, which
    # dashboards select, so what it says of node_exporter itself is not ours to mend.
    assert complaints(text) - complaints(node_exporter.text()) == set()


@pytest.mark.parametrize("path", ["/metrics", "/metrics/node", "/metrics/agent"])
def test_openmetrics_is_served_to_those_who_accept_it(make_agent, path):
    agent = make_agent().start()
    accept = "application/openmetrics-text;version=1.0.0;q=0.8,*/*;q=0.1"
    answer = agent.get(path, {"Accept": accept})
    assert answer.headers["Content-Type"].startswith("application/openmetrics-text; version=1.0.0")
    openmetrics = Exposition(answer.text, openmetrics=True)
    plain = agent.get(path)
    assert plain.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    assert openmetrics.samples.keys() == Exposition(plain.text).samples.keys()


def test_collect_chooses_collectors_as_in_node_exporter(make_agent):
    agent = make_agent().start()
    chosen = agent.metrics("/metrics/node?collect[]=loadavg&collect[]=uname")
    names = {name for name in chosen.names("node_") if not name.startswith("node_scrape_")}
    assert names == {
        "node_load1", "node_load5", "node_load15", "node_uname_info", "node_exporter_build_info",
    }
    assert "node_load1" not in agent.metrics("/metrics/node?exclude[]=loadavg").samples
    for query in ("collect[]=nonsense", "collect[]=loadavg&exclude[]=uname"):
        answer = agent.get(f"/metrics/node?{query}")
        assert answer.status == 400 and answer.text.strip()


def test_one_exposition_goes_to_standard_output(node_exporter):
    result = command("metrics", "node")
    assert result.returncode == 0, result.stderr
    printed = Exposition(result.stdout)
    assert printed.value("node_uname_info") == 1 and printed.total("node_load1") >= 0
    assert complaints(result.stdout) - complaints(node_exporter.text()) == set()


class TestBrokenHost:
    """A /proc of files that are missing, empty or malformed: the rest goes on."""

    GOOD = {
        "loadavg": "0.21 0.37 0.39 1/719 19737\n",
        "meminfo": "MemTotal:       3742148 kB\nMemFree:         225472 kB\n",
        "stat": "cpu  1 2 3 4\ncpu0 301854 612 111922 8979004 3552 2 3944 0 0 0\nintr 8885917\n"
                "ctxt 38014093\nbtime 1418183276\nprocesses 26442\nprocs_running 2\n"
                "procs_blocked 1\n",
    }

    def agent(self, make_agent, tmp_path, **changes):
        proc = tmp_path / "proc"
        proc.mkdir()
        for name, content in {**self.GOOD, **changes}.items():
            if content is not None:
                (proc / name).write_text(content)
        return make_agent({"host": {"procfs": str(proc)}}).start()

    @pytest.mark.parametrize(
        "content", [None, "", "one two three\n", "\0\xff" * 500, "9" * 100_000],
        ids=["missing", "empty", "malformed", "binary", "endless number"],
    )
    def test_one_bad_file_fails_one_collector(self, make_agent, tmp_path, content):
        agent = self.agent(make_agent, tmp_path, loadavg=content)
        ours = agent.metrics("/metrics/node")
        assert ours.value("node_scrape_collector_success", collector="loadavg") == 0
        assert "node_load1" not in ours.samples
        assert ours.value("node_scrape_collector_success", collector="meminfo") == 1
        assert ours.value("node_memory_MemTotal_bytes") == 3742148 * 1024

    def test_an_error_is_logged_once_not_at_every_scrape(self, make_agent, tmp_path):
        agent = self.agent(make_agent, tmp_path, loadavg="one two three\n")
        for _ in range(30):
            agent.metrics("/metrics/node")
        assert 1 <= agent.errors().count("loadavg") <= 5

    def test_a_file_that_recovers_is_read_again(self, make_agent, tmp_path):
        agent = self.agent(make_agent, tmp_path, loadavg="")
        assert agent.metrics("/metrics/node").value(
            "node_scrape_collector_success", collector="loadavg") == 0
        (tmp_path / "proc/loadavg").write_text(self.GOOD["loadavg"])
        assert agent.metrics("/metrics/node").value("node_load1") == 0.21

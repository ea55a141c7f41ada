"""Debian's Prometheus and node_exporter, run for one test."""

import json
import shutil
import urllib.parse
import urllib.request

from child_process import ChildProcess
from exposition import Exposition
from waiting import free_port

# The agent's collectors that node_exporter 1.5 has as well.
NODE_COLLECTORS = [
    "arp", "conntrack", "cpu", "diskstats", "entropy", "filefd", "filesystem", "loadavg", "meminfo",
    "netclass", "netdev", "netstat", "os", "pressure", "schedstat", "sockstat", "softnet", "stat",
    "thermal_zone", "time", "timex", "udp_queues", "uname", "vmstat",
]


def _found(program):
    path = shutil.which(program)
    assert path, f"{program} is not installed: run scripts/install-packages test"
    return path


class PrometheusServer(ChildProcess):
    """`prometheus --web.enable-remote-write-receiver` with an empty data folder."""

    def __init__(self, folder, scrape_configs="[]", features=None):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.remote_write_url = f"{self.url}/api/v1/write"
        config = folder / "prometheus.yml"
        config.write_text(f"global: {{scrape_interval: 15s}}\nscrape_configs: {scrape_configs}\n")
        super().__init__("prometheus", [
            _found("prometheus"), "--web.enable-remote-write-receiver",
            f"--config.file={config}", f"--storage.tsdb.path={folder / 'tsdb'}",
            f"--web.listen-address=127.0.0.1:{self.port}", "--log.level=warn",
            *([f"--enable-feature={features}"] if features else []),
        ], folder)

    def start(self):
        self.spawn()
        self.wait_for_http(f"{self.url}/-/ready")
        return self

    def query(self, expression):
        """The result list of an instant query, as the API gives it."""
        query = urllib.parse.urlencode({"query": expression})
        with urllib.request.urlopen(f"{self.url}/api/v1/query?{query}", timeout=30) as response:
            answer = json.load(response)
        assert answer["status"] == "success", answer
        return answer["data"]["result"]

    def raw_samples(self, selector, window="10m"):
        """Every stored sample: {labels: [(seconds, value), ...]}, stale markers left out."""
        return {
            frozenset(series["metric"].items()):
                [(float(time), float(value)) for time, value in series["values"]]
            for series in self.query(f"{selector}[{window}]")
        }


class NodeExporter(ChildProcess):
    """`prometheus-node-exporter` with exactly the collectors the agent has."""

    def __init__(self, folder):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}/metrics"
        super().__init__("node-exporter", [
            _found("prometheus-node-exporter"), "--collector.disable-defaults",
            "--web.disable-exporter-metrics",
            # The default of release 1.12, whose names and defaults the agent has; 1.5 keeps zram.
            r"--collector.diskstats.device-exclude="
            r"^(z?ram|loop|fd|(h|s|v|xv)d[a-z]|nvme\d+n\d+p)\d+$",
            *(f"--collector.{name}" for name in NODE_COLLECTORS),
            f"--web.listen-address=127.0.0.1:{self.port}",
        ], folder)

    def start(self):
        self.spawn()
        self.wait_for_http(self.url)
        return self

    def text(self):
        with urllib.request.urlopen(self.url, timeout=15) as response:
            return response.read().decode()

    def metrics(self):
        return Exposition(self.text())

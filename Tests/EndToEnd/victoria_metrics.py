"""Debian's VictoriaMetrics and vmagent, run for one test."""

import json
import re
import shutil
import urllib.parse
import urllib.request

from agent import Answer
from child_process import ChildProcess
from waiting import free_port


def _found(program):
    path = shutil.which(program)
    assert path, f"{program} is not installed: run scripts/install-packages test"
    return path


class VictoriaMetrics(ChildProcess):
    """`victoria-metrics` with an empty data folder."""

    def __init__(self, folder):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.remote_write_url = f"{self.url}/api/v1/write"
        super().__init__("victoria-metrics", [
            _found("victoria-metrics"), f"-storageDataPath={folder / 'data'}",
            f"-httpListenAddr=127.0.0.1:{self.port}", "-retentionPeriod=1",
        ], folder)

    def start(self):
        self.spawn()
        self.wait_for_http(f"{self.url}/health")
        return self

    def export(self, selector):
        """Every stored sample: {labels: [(milliseconds, value), ...]}."""
        # Ingested samples can be asked for after a flush.
        urllib.request.urlopen(f"{self.url}/internal/force_flush", timeout=15).close()
        query = urllib.parse.urlencode({"match[]": selector})
        with urllib.request.urlopen(f"{self.url}/api/v1/export?{query}", timeout=30) as response:
            # This release writes infinity in Go's way, which is no JSON.
            text = re.sub(r"(?<=[\[,])([+-]?)(Inf|inf)(?=[],])", r"\1Infinity", response.read().decode())
            lines = [json.loads(line.replace("+Infinity", "Infinity")) for line in text.splitlines()]
        return {
            frozenset(line["metric"].items()): list(zip(line["timestamps"], line["values"]))
            for line in lines
        }


class VMAgent(ChildProcess):
    """`vmagent` as a receiver that passes on to another one."""

    def __init__(self, folder, forward_to, scrape_config=None):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.remote_write_url = f"{self.url}/api/v1/write"
        arguments = [
            _found("vmagent"), f"-remoteWrite.url={forward_to}",
            f"-remoteWrite.tmpDataPath={folder / 'queue'}",
            f"-httpListenAddr=127.0.0.1:{self.port}",
        ]
        if scrape_config:
            arguments.append(f"-promscrape.config={scrape_config}")
        super().__init__("vmagent", arguments, folder)

    def start(self):
        self.spawn()
        self.wait_for_http(f"{self.url}/health")
        return self

    def get(self, path):
        """One answer, as an agent's `get` has it."""
        with urllib.request.urlopen(self.url + path, timeout=15) as response:
            return Answer(response.status, response.headers, response.read())

"""The real martlet binary, as an operator runs it."""

import json
import os
import signal
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

import yaml

from child_process import ChildProcess
from exposition import Exposition
from waiting import free_port

REPOSITORY = Path(__file__).resolve().parents[2]
NODE_NAME = "node-under-test"


def binary():
    """The program under test: MARTLET_BINARY, or the release build of this checkout."""
    return Path(os.environ.get("MARTLET_BINARY", REPOSITORY / ".build/release/martlet"))


def command(*arguments, timeout=60, environment=None, stdin=None):
    """Runs one `martlet` command to its end; the result has returncode, stdout and stderr."""
    return subprocess.run(
        [str(binary()), *map(str, arguments)], capture_output=True, text=True, timeout=timeout,
        env={**os.environ, **(environment or {})}, input=stdin, errors="replace",
    )


class Answer:
    """One HTTP answer, of whatever status."""

    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body
        self.text = body.decode(errors="replace")

    def json(self):
        return json.loads(self.body)


class Agent(ChildProcess):
    """`martlet run --config FILE` with a state folder and a port of its own."""

    def __init__(self, folder, config=None, environment=None, wrapper=()):
        self.port = free_port()
        self.address = f"127.0.0.1:{self.port}"
        self.url = f"http://{self.address}"
        self.config_path = folder / "martlet.yaml"
        self.state_folder = folder / "state"
        super().__init__(
            "martlet", [*wrapper, binary(), "run", "--config", self.config_path], folder,
            environment,
        )
        self.configure(config or {})

    def configure(self, config):
        """Writes the configuration; a mapping gets port, node name and state folder added."""
        if isinstance(config, dict):
            config = dict(config)
            config.setdefault("server", {"listen": self.address})
            config.setdefault("kubernetes", {"node_name": NODE_NAME})
            config["logs"] = {
                "state_dir": str(self.state_folder), "sources": [], **config.get("logs", {}),
            }
            config = yaml.safe_dump(config, sort_keys=False)
        # Swapped in whole, as a ConfigMap volume does.
        fresh = self.config_path.with_suffix(".new")
        fresh.write_text(config)
        fresh.replace(self.config_path)

    def start(self, timeout=30):
        """Starts the agent and waits until it is ready."""
        self.spawn()
        self.wait_for_http(f"{self.url}/-/ready", timeout)
        return self

    def reload(self):
        self.signal(signal.SIGHUP)

    def get(self, path, headers=None, method="GET", timeout=15):
        request = urllib.request.Request(self.url + path, headers=headers or {}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=timeout) as response:
                return Answer(response.status, response.headers, response.read())
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, error.headers, error.read())

    def metrics(self, path="/metrics"):
        """The parsed exposition; fails the test unless it parses."""
        answer = self.get(path)
        assert answer.status == 200, f"{path} answered {answer.status}: {answer.text[:500]}"
        return Exposition(answer.text)

    def metric(self, name, /, **labels):
        """The sum of the samples of `name` that have `labels`; 0.0 where there are none."""
        return self.metrics().total(name, **labels)

    def log_records(self):
        """What the agent wrote to standard error, which is JSON lines when it is no terminal."""
        return [json.loads(line) for line in self.errors().splitlines() if line.strip()]

    def resident_bytes(self):
        """Resident memory now."""
        return self._memory("VmRSS")

    def peak_bytes(self):
        """The most resident memory that it ever had."""
        return self._memory("VmHWM")

    def _memory(self, key):
        """One line of /proc/PID/status."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith(f"{key}:"):
                return int(line.split()[1]) * 1024
        raise AssertionError(f"no {key} in /proc/PID/status")

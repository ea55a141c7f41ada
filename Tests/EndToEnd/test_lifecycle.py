"""Starting, draining, reloading, and what systemd is told."""

import os
import shutil
import signal
import socket
import subprocess
import threading
import time
import urllib.request
from pathlib import Path

import pytest

from agent import REPOSITORY, binary
from child_process import ChildProcess
from container_log import ContainerLog
from http_receiver import Fault
from self_metrics import CONFIG_RELOAD_SUCCESSFUL
from sink_configuration import container_logs, elasticsearch, static_job
from waiting import wait_until

# The stated time to drain, and some more for a busy machine.
DRAIN_LIMIT = 30 + 10


@pytest.fixture
def default_port():
    """The page's address where nothing is configured; skips where something else has it."""
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", 9470)) == 0:
            pytest.skip("port 9470, the default, is in use on this machine")
    return "http://127.0.0.1:9470/"


def test_without_configuration_it_serves_the_page_on_loopback(martlet, tmp_path, default_port):
    agent = ChildProcess("martlet", [martlet, "run"], tmp_path)
    agent.spawn()
    try:
        agent.wait_for_http(default_port)
        assert default_port in agent.output() + agent.errors()
        listening = subprocess.run(
            ["ss", "-tlnH", "sport = :9470"], capture_output=True, text=True,
        ).stdout if shutil.which("ss") else "127.0.0.1:9470"
        assert "127.0.0.1:9470" in listening and "0.0.0.0:9470" not in listening
        status, seconds = agent.terminate()
        assert status == 0 and seconds < 15
    finally:
        agent.kill()


def test_make_run_builds_starts_and_prints_the_address(tmp_path, default_port):
    if REPOSITORY not in binary().parents:
        pytest.skip("MARTLET_BINARY is not this checkout's build")
    run = ChildProcess("make", ["make", "-C", REPOSITORY, "run"], tmp_path)
    run.spawn()
    try:
        run.wait_for_http(default_port, timeout=240)
        said = run.output() + run.errors()
        assert default_port in said and said.count("==> ") >= 3, said
        with urllib.request.urlopen(f"{default_port}metrics", timeout=15) as response:
            assert b"node_load1" in response.read()
    finally:
        # make passes no signal on: end the agent it started, which is its only child.
        for pid in Path(f"/proc/{run.pid}/task/{run.pid}/children").read_text().split():
            os.kill(int(pid), signal.SIGTERM)
        run.wait(30)


def test_a_second_agent_on_the_same_port_says_so_and_exits(make_agent):
    first = make_agent().start()
    second = make_agent({"server": {"listen": first.address}})
    second.spawn()
    assert second.wait(15) != 0
    assert first.address in second.errors()


def test_standard_error_is_json_when_it_is_no_terminal(make_agent):
    agent = make_agent().start()
    agent.terminate()
    records = agent.log_records()
    assert records and all({"level", "message"} <= record.keys() for record in records)


class TestTermination:
    def test_delivers_what_was_written_before_it(self, make_agent, bulk_receiver, pod_logs):
        log = ContainerLog(pod_logs)
        agent = make_agent({"logs": container_logs(pod_logs, elasticsearch(bulk_receiver.url))})
        agent.start()
        bulk_receiver.delay = 0.2
        log.write(20_000)
        log.finish_partials()
        status, seconds = agent.terminate(DRAIN_LIMIT)
        assert status == 0 and seconds < DRAIN_LIMIT
        assert bulk_receiver.field_counts().keys() == log.expected.keys()
        assert bulk_receiver.count() == len(log.expected)

    def test_flushes_samples(self, make_agent, remote_write_receiver, scrape_target):
        agent = make_agent({
            "scrape_configs": [static_job("library", scrape_target.address)],
            "remote_write": [{"url": remote_write_receiver.remote_write_url}],
        }).start()
        time.sleep(3)
        status, _ = agent.terminate()
        sent = [value for _, value in remote_write_receiver.samples("scrape_sequence_total")]
        assert status == 0 and sent == [float(number) for _, number in scrape_target.served]
        assert remote_write_receiver.stale == [], "stale markers would leave gaps in an update"

    def test_ends_in_time_when_the_receiver_says_nothing(
        self, make_agent, bulk_receiver, pod_logs,
    ):
        log = ContainerLog(pod_logs)
        agent = make_agent({"logs": container_logs(pod_logs, elasticsearch(bulk_receiver.url))})
        agent.start()
        bulk_receiver.fault_for = lambda body: Fault.hang(90)
        log.write(100)
        log.finish_partials()
        wait_until(lambda: bulk_receiver.requests >= 1, 20, "a request that hangs")
        agent.terminate(DRAIN_LIMIT)
        bulk_receiver.fault_for = None
        agent.start()
        wait_until(lambda: bulk_receiver.field_counts().keys() == log.expected.keys(), 40,
                   "the records in the next life")

    def test_is_quick_when_there_is_nothing_to_drain(self, make_agent):
        status, seconds = make_agent().start().terminate()
        assert status == 0 and seconds < 10


class TestReload:
    def config(self, bulk_receiver, pod_logs, **extra):
        return {"logs": container_logs(pod_logs, elasticsearch(bulk_receiver.url)), **extra}

    def test_takes_a_new_configuration_without_losing_a_record(
        self, make_agent, bulk_receiver, remote_write_receiver, scrape_target, pod_logs,
    ):
        log = ContainerLog(pod_logs)
        agent = make_agent(self.config(bulk_receiver, pod_logs)).start()
        log.write(2000)
        agent.configure(self.config(
            bulk_receiver, pod_logs,
            scrape_configs=[static_job("library", scrape_target.address)],
            remote_write=[{"url": remote_write_receiver.remote_write_url}],
        ))
        agent.reload()
        log.write(2000)
        log.finish_partials()
        wait_until(lambda: remote_write_receiver.samples("scrape_sequence_total"), 30,
                   "samples of the new target")
        wait_until(lambda: bulk_receiver.field_counts().keys() == log.expected.keys(), 30,
                   "every record")
        assert bulk_receiver.count() == len(log.expected)
        assert agent.metric(CONFIG_RELOAD_SUCCESSFUL) == 1

    @pytest.mark.parametrize("bad", ["scrape_configs: [", "no_such_key: 1\n"])
    def test_refuses_a_bad_one_and_goes_on_with_the_old(
        self, make_agent, bulk_receiver, pod_logs, bad,
    ):
        log = ContainerLog(pod_logs)
        good = self.config(bulk_receiver, pod_logs)
        agent = make_agent(good).start()
        assert agent.metric(CONFIG_RELOAD_SUCCESSFUL) == 1
        agent.configure(bad)
        agent.reload()
        wait_until(lambda: agent.metric(CONFIG_RELOAD_SUCCESSFUL) == 0, 20, "the refusal")
        assert str(agent.config_path) in agent.errors()
        ready = agent.get("/-/ready")
        assert ready.status in (200, 503) and "configuration" in ready.text.lower()
        text = log.record("after the refusal")
        wait_until(lambda: bulk_receiver.field_counts()[text] == 1, 20, "the next record")
        agent.configure(good)
        agent.reload()
        wait_until(lambda: agent.metric(CONFIG_RELOAD_SUCCESSFUL) == 1, 20, "the good one")
        assert agent.get("/-/ready").status == 200

    def test_an_edited_file_is_taken_without_a_signal(
        self, make_agent, bulk_receiver, remote_write_receiver, scrape_target, pod_logs,
    ):
        agent = make_agent(self.config(bulk_receiver, pod_logs)).start()
        agent.configure(self.config(
            bulk_receiver, pod_logs,
            scrape_configs=[static_job("library", scrape_target.address)],
            remote_write=[{"url": remote_write_receiver.remote_write_url}],
        ))
        wait_until(lambda: remote_write_receiver.samples("scrape_sequence_total"), 60,
                   "samples of the new target")

    def test_questions_are_answered_while_a_large_one_is_read(self, make_agent):
        """An agent that answers no probe for as long as it reads is killed by its kubelet."""
        job = static_job("library", "127.0.0.1:1")
        job["relabel_configs"] = [
            {
                "source_labels": ["__address__"], "action": "keep",
                "regex": f"(a{number}|b{number}.*c{{1,9}}[a-z]+d)+x{{2,30}}|.*",
            }
            for number in range(20_000)
        ]
        agent = make_agent({"scrape_configs": [job]}).start()
        reloads = []
        asking = threading.Thread(
            target=lambda: reloads.append(agent.get("/-/reload", method="POST", timeout=60)),
        )
        asking.start()
        answered = 0
        while asking.is_alive():
            assert agent.get("/-/healthy").status == 200
            answered += asking.is_alive()
            time.sleep(0.01)
        asking.join()
        assert reloads[0].status == 200
        assert answered >= 5


class NotifySocket:
    """The socket that systemd listens on for a service's state."""

    def __init__(self, path):
        self.path = path
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(path))
        self.socket.settimeout(0.2)
        self.states = []

    def poll(self):
        """All states so far, each `NAME=value`."""
        while True:
            try:
                self.states += self.socket.recv(4096).decode().split("\n")
            except socket.timeout:
                return self.states


def test_systemd_hears_of_readiness_watchdog_and_stopping(make_agent, tmp_path):
    # Socket paths are short by nature, and pytest's folders are not.
    path = f"/tmp/martlet-notify-{os.getpid()}.sock"
    try:
        systemd = NotifySocket(path)
        agent = make_agent(environment={"NOTIFY_SOCKET": path, "WATCHDOG_USEC": "2000000"})
        agent.start()
        wait_until(lambda: "READY=1" in systemd.poll(), 20, "READY=1")
        wait_until(lambda: systemd.poll().count("WATCHDOG=1") >= 3, 20, "WATCHDOG=1")
        agent.terminate()
        assert "STOPPING=1" in systemd.poll()
        assert systemd.states.index("READY=1") < systemd.states.index("STOPPING=1")
    finally:
        os.unlink(path)


def test_a_stopped_agent_misses_its_watchdog(make_agent, tmp_path):
    path = f"/tmp/martlet-notify-stopped-{os.getpid()}.sock"
    try:
        systemd = NotifySocket(path)
        agent = make_agent(environment={"NOTIFY_SOCKET": path, "WATCHDOG_USEC": "2000000"})
        agent.start()
        wait_until(lambda: "WATCHDOG=1" in systemd.poll(), 20, "WATCHDOG=1")
        agent.freeze()
        systemd.poll()
        seen = len(systemd.states)
        time.sleep(3)
        assert len(systemd.poll()) == seen
        agent.thaw()
    finally:
        os.unlink(path)


def test_a_prometheus_configuration_is_valid_as_it_stands(make_agent, scrape_target):
    agent = make_agent()
    agent.configure(f"""\
global:
  scrape_interval: 1s
  evaluation_interval: 15s
rule_files: [alerts.yml]
scrape_configs:
  - job_name: 'library'
    static_configs:
      - targets: ['{scrape_target.address}']
# the only line that is not Prometheus's: tests run side by side
server: {{listen: "{agent.address}"}}
""")
    agent.start()
    wait_until(lambda: scrape_target.served, 20, "a scrape")
    assert "rule_files" in agent.errors(), "a key that is not honoured is named"

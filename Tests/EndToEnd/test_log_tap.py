"""Records as they pass: by the API and by `martlet tap`, without holding delivery up."""

import json
import socket
import subprocess
import threading
import urllib.request

import pytest

from agent import binary, command
from container_log import ContainerLog
from sink_configuration import container_logs, elasticsearch
from waiting import wait_until

TAPS = "martlet_log_taps"
LIMIT = 4


@pytest.fixture
def agent(make_agent, bulk_receiver, pod_logs):
    return make_agent({
        "logs": container_logs(pod_logs, elasticsearch(bulk_receiver.url)),
    }).start()


class Tap:
    """One client of `/api/v1/tap`; its lines as they come."""

    def __init__(self, agent, query=""):
        self.answer = urllib.request.urlopen(f"{agent.url}/api/v1/tap{query}", timeout=60)
        self.lines = []
        self.ended = False
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self):
        try:
            for line in self.answer:
                self.lines.append(line.decode().rstrip("\n"))
        except (OSError, ValueError, AttributeError):
            pass  # closed by the test
        self.ended = True

    def documents(self):
        return [json.loads(line) for line in list(self.lines)]


def raw_tap(agent, query=""):
    """A client that reads nothing."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.connect(("127.0.0.1", agent.port))
    client.sendall(f"GET /api/v1/tap{query} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    return client


def test_it_shows_what_the_sink_gets(agent, bulk_receiver, pod_logs):
    log = ContainerLog(pod_logs)
    log.record("before")
    wait_until(lambda: bulk_receiver.count() == 1, 30, "what was there before")
    tap = Tap(agent)
    wait_until(lambda: agent.metric(TAPS) == 1, 10, "the tap")
    log.write(500)
    log.finish_partials()
    log.record("the last one")
    wait_until(lambda: bulk_receiver.field_counts().keys() == log.expected.keys(), 30, "delivery")
    wait_until(lambda: len(tap.lines) == len(log.expected) - 1, 30, "the records")
    delivered = {json.dumps(document, sort_keys=True) for document in bulk_receiver.documents()
                 if document["log"] != "before"}
    assert {json.dumps(document, sort_keys=True) for document in tap.documents()} == delivered


def test_it_shows_what_was_asked_for(agent, pod_logs):
    logs = [ContainerLog(pod_logs, pod=pod) for pod in ("web-1", "web-2", "db-1")]
    tap = Tap(agent, "?namespace=shop&pod=web-*&stream=stderr&match=err.r&limit=4&format=text")
    wait_until(lambda: agent.metric(TAPS) == 1, 10, "the tap")
    for log in logs:
        log.record("an error", stream="stdout")
        log.record("an error ", stream="stderr")
        log.record("all well", stream="stderr")
        log.record("an errur", stream="stderr")
    wait_until(lambda: tap.ended, 30, "the end after four records")
    assert sorted(line.split(" ", 3)[1:] for line in tap.lines) == [
        [f"shop/{pod}/app", "stderr", text]
        for pod in ("web-1", "web-2") for text in ("an error ", "an errur")
    ]
    for query in ("stream=x", "limit=0", "match=(", "format=x", "fields=x"):
        assert agent.get(f"/api/v1/tap?{query}").status == 400


def test_a_client_that_reads_nothing_holds_nobody_up(agent, bulk_receiver, pod_logs):
    log = ContainerLog(pod_logs)
    client = raw_tap(agent)
    wait_until(lambda: agent.metric(TAPS) == 1, 10, "the tap")
    for _ in range(40):
        for number in range(500):
            log.line("stdout", "F", f"{number} " + "x" * 1000)
        log.record()
    wait_until(lambda: bulk_receiver.count() == 40 * 501, 60, "delivery beside the tap")
    wait_until(
        lambda: agent.metric("martlet_log_tap_missed_records_total") > 0, 30, "missed records")
    client.close()
    wait_until(lambda: agent.metric(TAPS) == 0, 30, "the end of the tap")


def test_few_may_look_on_at_a_time(agent, pod_logs):
    clients = [raw_tap(agent) for _ in range(LIMIT)]
    wait_until(lambda: agent.metric(TAPS) == LIMIT, 10, "all taps")
    assert agent.get("/api/v1/tap").status == 429
    # A client that goes is noticed though no record passes.
    clients[0].close()
    wait_until(lambda: agent.metric(TAPS) == LIMIT - 1, 10, "a place that is free")
    for client in clients[1:]:
        client.close()


def test_the_agent_stops_while_somebody_looks_on(agent, bulk_receiver, pod_logs):
    log = ContainerLog(pod_logs)
    tap = Tap(agent)
    log.record("one")
    wait_until(lambda: len(tap.lines) == 1, 30, "the record")
    agent.terminate()
    assert agent.wait(20) == 0
    wait_until(lambda: tap.ended, 10, "the end of the tap")
    assert len(tap.lines) == 1


def test_the_command_prints_records(agent, pod_logs):
    log = ContainerLog(pod_logs)
    process = subprocess.Popen(
        [str(binary()), "tap", "--address", agent.address, "--container", "app", "--limit", "2",
         "--match", "wanted"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )
    try:
        wait_until(lambda: agent.metric(TAPS) == 1, 20, "the tap")
        for text in ("wanted 1", "other", "wanted 2"):
            log.record(text)
        out, errors = process.communicate(timeout=30)
    finally:
        process.kill()
    assert process.returncode == 0, errors
    assert [line.split(" ", 1)[1] for line in out.splitlines()] == [
        "shop/web-5d9c7/app stdout wanted 1", "shop/web-5d9c7/app stdout wanted 2"]


def test_the_command_says_what_is_wrong(agent):
    result = command("tap", "--address", agent.address, "--match", "(")
    assert result.returncode == 1 and "match" in result.stderr
    agent.kill()
    result = command("tap", "--address", agent.address)
    assert result.returncode == 1 and agent.address in result.stderr

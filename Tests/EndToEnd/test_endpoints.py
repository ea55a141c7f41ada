"""What the agent serves over HTTP, and to whom it says no."""

import gzip
import http.client
import socket

import pytest

from container_log import ContainerLog
from http_receiver import Fault
from sink_configuration import container_logs, elasticsearch, static_job
from waiting import wait_until


@pytest.fixture
def agent(make_agent):
    return make_agent().start()


def test_health_and_readiness(agent):
    assert agent.get("/-/healthy").status == 200
    assert agent.get("/-/ready").status == 200


def test_an_unknown_path_is_not_found(agent):
    assert agent.get("/no/such/path").status == 404


@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_metrics_are_only_read(agent, method):
    assert agent.get("/metrics", method=method).status == 405


def test_head_has_no_body(agent):
    answer = agent.get("/metrics", method="HEAD")
    assert answer.status == 200 and answer.body == b""


def test_metrics_are_compressed_for_those_who_accept_it(agent):
    answer = agent.get("/metrics", {"Accept-Encoding": "gzip"})
    assert answer.headers.get("Content-Encoding") in (None, "gzip")
    if answer.headers.get("Content-Encoding") == "gzip":
        assert b"node_load1" in gzip.decompress(answer.body)


def test_one_connection_serves_many_requests(agent):
    connection = http.client.HTTPConnection("127.0.0.1", agent.port, timeout=10)
    for _ in range(20):
        connection.request("GET", "/-/healthy")
        response = connection.getresponse()
        response.read()
        assert response.status == 200
    connection.close()


@pytest.mark.parametrize("request_bytes", [
    b"\x16\x03\x01\x02\x00garbage\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nA: " + b"a" * 1_000_000 + b"\r\n\r\n",
    b"GET /" + b"a" * 1_000_000 + b" HTTP/1.1\r\n\r\n",
    b"POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n" + b"b" * 100_000,
    b"GET / HTTP/9.9\r\n\r\n",
    b"",
], ids=["tls", "long header", "long path", "long body", "version", "nothing"])
def test_hostile_requests_leave_it_serving(agent, request_bytes):
    with socket.create_connection(("127.0.0.1", agent.port), timeout=10) as connection:
        try:
            connection.sendall(request_bytes)
            connection.shutdown(socket.SHUT_WR)
            connection.settimeout(10)
            while connection.recv(65536):
                pass
        except OSError:
            pass
    assert agent.get("/-/healthy").status == 200


def test_idle_connections_do_not_keep_others_out(agent):
    held = [socket.create_connection(("127.0.0.1", agent.port), timeout=10) for _ in range(200)]
    try:
        assert agent.get("/-/healthy").status == 200
    finally:
        for connection in held:
            connection.close()


class TestPage:
    def test_is_self_contained_html(self, agent):
        answer = agent.get("/")
        assert answer.status == 200
        assert answer.headers["Content-Type"].startswith("text/html")
        assert "Martlet" in answer.text and "</html>" in answer.text
        assert 'src="http' not in answer.text and 'href="http' not in answer.text.replace(
            'href="https://github.com', "")

    def test_shows_what_is_collected_and_where_it_goes(
        self, make_agent, bulk_receiver, remote_write_receiver, scrape_target, pod_logs,
    ):
        log = ContainerLog(pod_logs)
        agent = make_agent({
            "scrape_configs": [static_job("library", scrape_target.address)],
            "remote_write": [{"url": remote_write_receiver.remote_write_url}],
            "logs": container_logs(pod_logs, elasticsearch(bulk_receiver.url)),
        }).start()
        log.record()
        wait_until(lambda: bulk_receiver.count() == 1, 20, "the record")
        wait_until(lambda: scrape_target.served, 20, "a scrape")
        page = agent.get("/").text
        for part in ("library", scrape_target.address, remote_write_receiver.url, "es",
                     bulk_receiver.url, "containers", "meminfo", log.pod):
            assert part in page, f"{part!r} is not on the page"

    def test_shows_what_is_wrong(self, make_agent, bulk_receiver, pod_logs):
        log = ContainerLog(pod_logs)
        agent = make_agent({
            "logs": container_logs(pod_logs, elasticsearch(bulk_receiver.url)),
        }).start()
        bulk_receiver.fault_for = lambda body: Fault.answer(503)
        log.record()
        wait_until(lambda: "503" in agent.get("/").text, 30, "the page to show the sink's error")

    def test_never_shows_a_secret_or_takes_markup_from_data(self, make_agent, pod_logs):
        agent = make_agent({
            "remote_write": [{
                "url": "http://someone:hunter2@127.0.0.1:9/write",
                "name": "<script>alert(1)</script>",
            }],
        }).start()
        page = agent.get("/").text
        assert "hunter2" not in page and "<script>alert" not in page
        assert "hunter2" not in agent.get("/metrics").text

"""Targets that misbehave: each is down with a reason, and the good one beside them loses nothing."""

import socket
import threading

import pytest

from exposition_server import OPENMETRICS, TEXT, Drip, ExpositionServer, gzip_bomb
from waiting import free_port, wait_until


class RawTarget:
    """Answers every connection with the same bytes, over and over if it is to be endless."""

    def __init__(self, head, endless=None):
        self.port = free_port()
        self.address = f"127.0.0.1:{self.port}"
        self.head = head
        self.endless = endless
        self._listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection):
        with connection:
            try:
                connection.recv(65536)
                connection.sendall(self.head)
                while self.endless:
                    connection.sendall(self.endless)
            except OSError:
                pass

    def stop(self):
        self._listener.close()


RAW = {
    "endless body": RawTarget(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n", b'a{b="c"} 1\n' * 5000,
    ),
    "endless line": RawTarget(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\na{b=\"", b"x" * 65536,
    ),
    "endless head": RawTarget(b"HTTP/1.1 200 OK\r\n", b"X-Field: value\r\n" * 1000),
    "not HTTP": RawTarget(b"\x15\x03\x01\x00\x02\x02\x28"),
    "cut in the middle": RawTarget(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 4000\r\n\r\na 1\nb 2\n"
    ),
    "closed at once": RawTarget(b""),
}


@pytest.fixture
def server():
    server = ExpositionServer().start()
    yield server
    server.stop()


def faults(server):
    """Path by what is wrong."""
    server.serve("/garbage", bytes(range(255, -1, -1)) * 40)
    server.serve("/html", "<html><body>hello</body></html>\n", "text/html")
    server.serve("/no-type", "a 1\n", None)
    server.serve("/no-eof", "# TYPE a counter\na_total 1\n", OPENMETRICS)
    server.serve("/after-eof", "# TYPE a counter\na_total 1\n# EOF\na_total 2\n", OPENMETRICS)
    server.serve("/half-line", 'a 1\nb{c="d', TEXT)
    server.serve("/not-protobuf", b"\xff" * 100, "application/vnd.google.protobuf;"
                 "proto=io.prometheus.client.MetricFamily;encoding=delimited")
    server.serve("/not-utf8", b'a{b="\xff\xfe"} 1\n')
    bomb = gzip_bomb(300)
    server.bodies["/bomb"] = lambda: bomb
    server.bodies["/slow"] = Drip(30)
    server.bodies["/not-gzip"] = lambda: (
        200, {"Content-Type": TEXT, "Content-Encoding": "gzip"}, b"this is not gzip",
    )
    server.bodies["/error"] = lambda: (500, {"Content-Type": TEXT}, b"a 1\n")
    return [path for path in server.bodies]


def test_bad_targets_are_down_with_a_reason_and_disturb_nobody(
    make_agent, remote_write_receiver, scrape_target, server,
):
    paths = faults(server)
    job = {"scrape_interval": "2s", "scrape_timeout": "1500ms", "body_size_limit": "50MB"}
    agent = make_agent({
        "scrape_configs": [
            {"job_name": "good", "scrape_interval": "1s", "scrape_timeout": "1s",
             "static_configs": [{"targets": [scrape_target.address]}]},
            *({"job_name": path, "metrics_path": path, **job,
               "static_configs": [{"targets": [server.address]}]} for path in paths),
            *({"job_name": name, **job, "static_configs": [{"targets": [target.address]}]}
              for name, target in RAW.items()),
        ],
        "self_scrape": False,
        "remote_write": [{"url": remote_write_receiver.remote_write_url}],
    }).start()
    bad = set(paths) | set(RAW)

    def states():
        targets = agent.get("/api/v1/targets").json()["data"]["activeTargets"]
        return {target["scrapePool"]: target for target in targets}

    wait_until(
        lambda: all(target["health"] != "unknown" for target in states().values()),
        60, "all to have been scraped",
    )
    assert {name for name, target in states().items() if target["health"] == "up"} == {"good"}
    peak = 0
    scraped = len(scrape_target.served)
    while len(scrape_target.served) < scraped + 10:
        peak = max(peak, agent.resident_bytes())
        wait_until(lambda: len(scrape_target.served) > scraped, 20, "another scrape")
    for name, target in states().items():
        if name in bad:
            assert target["health"] == "down" and target["lastError"], name
            print(f"{name}: {target['lastError']}")
    # The good target's every scrape is there.
    last = len(scrape_target.served)
    wait_until(lambda: any(value >= last for _, value in
                           remote_write_receiver.samples("scrape_sequence_total")),
               30, "the last sample")
    got = [value for _, value in remote_write_receiver.samples("scrape_sequence_total")]
    assert got == [float(n) for n in range(1, len(got) + 1)]
    # Nothing of a bad body was sent but the synthetic series.
    for series in remote_write_receiver.series:
        labels = dict(series)
        if labels["job"] in bad:
            assert labels["__name__"] in ("up", *(
                f"scrape_{name}" for name in (
                    "duration_seconds", "samples_scraped", "samples_post_metric_relabeling",
                    "series_added",
                )
            )), labels
    ups = {dict(series)["job"]: samples for series, samples in
           remote_write_receiver.series.items() if dict(series)["__name__"] == "up"}
    assert {value for name in bad for _, value in ups[name]} == {0.0}
    assert peak < 200 << 20, f"{peak >> 20} MiB resident"
    assert remote_write_receiver.malformed == []

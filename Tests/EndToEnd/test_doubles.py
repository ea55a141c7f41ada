"""The test doubles themselves: a receiver that counts wrongly would prove nothing."""

import gzip
import http.client
import json
import re
import time
import urllib.request

import pytest
import snappy

from bulk_receiver import BulkReceiver, MalformedBulk, parse_bulk
from container_log import ContainerLog
from exposition import Exposition, peer_differences
from http_receiver import Fault
from remote_write_receiver import decode

# One series up{job="x"} = 1 at 1700000000000 ms, from the remote write 1.0 message tables.
ONE_SAMPLE = bytes.fromhex(
    "0a2c0a0e0a085f5f6e616d655f5f120275700a080a036a6f62120178121009000000000000f03f1080d095ffbc31"
)


def bulk(*pairs):
    return b"".join(json.dumps(line).encode() + b"\n" for pair in pairs for line in pair)


def post(receiver, body, path="/_bulk", headers=None):
    connection = http.client.HTTPConnection("127.0.0.1", receiver.port, timeout=5)
    try:
        connection.request(
            "POST", path, body, {"Content-Type": "application/x-ndjson", **(headers or {})},
        )
        response = connection.getresponse()
        return response.status, response.headers, response.read()
    finally:
        connection.close()


def create(text, identifier=None, index="logs-2023.11.14"):
    metadata = {"_index": index} | ({"_id": identifier} if identifier else {})
    return {"create": metadata}, {"log": text}


class TestBulkReceiver:
    def test_counts_deliveries_and_answers_per_item(self, bulk_receiver):
        body = bulk(create("one", "a"), create("two", "b"), create("one", "a"))
        status, headers, answer = post(bulk_receiver, body)
        reply = json.loads(answer)
        assert status == 200 and headers["X-Elastic-Product"] == "Elasticsearch"
        assert [item["create"]["status"] for item in reply["items"]] == [201, 201, 409]
        assert reply["errors"] is True
        assert bulk_receiver.field_counts() == {"one": 2, "two": 1}
        assert bulk_receiver.conflicts == 1 and len(bulk_receiver.stored) == 2

    def test_reads_gzip_and_the_index_of_the_path(self, bulk_receiver):
        body = gzip.compress(bulk(({"index": {}}, {"log": "packed"})))
        status, _, _ = post(bulk_receiver, body, "/logs/_bulk", {"Content-Encoding": "gzip"})
        assert status == 200
        assert bulk_receiver.field_counts() == {"packed": 1}
        assert next(iter(bulk_receiver.stored))[0] == "logs"

    def test_shrinks_the_answer_to_filter_path(self, bulk_receiver):
        bulk_receiver.item_status = lambda document: (400, "document_parsing_exception")
        path = "/_bulk?filter_path=errors,items.*.status,items.*.error"
        _, _, answer = post(bulk_receiver, bulk(create("bad")), path)
        item = json.loads(answer)["items"][0]["create"]
        assert item["status"] == 400 and set(item) == {"status", "error"}
        assert bulk_receiver.count() == 0

    @pytest.mark.parametrize("body", [
        b'{"create":{"_index":"a"}}\n{"log":"no final newline"}',
        b'{"create":{"_index":"a"}}\n{"log":"an action without document"}\n{"create":{}}\n',
        b'{"create":{"_index":"a"}}\n{"log": broken}\n',
        b'{"create":{}}\n{"log":"no index"}\n',
    ])
    def test_refuses_broken_framing(self, body):
        with pytest.raises(MalformedBulk):
            parse_bulk(body)

    def test_injects_faults_in_order_then_recovers(self, bulk_receiver):
        bulk_receiver.faults.extend([
            Fault.answer(429, Retry_After=7), Fault.close(), Fault.close_midway(),
            Fault.not_http(),
        ])
        status, headers, _ = post(bulk_receiver, bulk(create("x")))
        assert (status, headers["Retry-After"]) == (429, "7")
        for _ in range(3):
            with pytest.raises((http.client.HTTPException, ConnectionError)):
                post(bulk_receiver, bulk(create("x")))
        assert bulk_receiver.count() == 0
        assert post(bulk_receiver, bulk(create("x")))[0] == 200
        assert bulk_receiver.requests == 5 and bulk_receiver.count() == 1

    def test_goes_down_and_comes_back_on_its_port(self):
        receiver = BulkReceiver().start()
        held = http.client.HTTPConnection("127.0.0.1", receiver.port, timeout=5)
        held.request("GET", "/")
        assert held.getresponse().read()
        receiver.stop()
        with pytest.raises(OSError):
            post(receiver, bulk(create("x")))
        receiver.start()
        assert post(receiver, bulk(create("x")))[0] == 200
        receiver.stop()
        held.close()


class TestRemoteWriteReceiver:
    HEADERS = {
        "Content-Encoding": "snappy", "Content-Type": "application/x-protobuf",
        "X-Prometheus-Remote-Write-Version": "0.1.0", "User-Agent": "test/1",
    }

    def test_decodes_the_published_vector(self):
        assert decode(ONE_SAMPLE) == [
            ({"__name__": "up", "job": "x"}, [(1700000000000, 1.0, False)]),
        ]

    def test_stores_by_series(self, remote_write_receiver):
        body = snappy.compress(ONE_SAMPLE)
        assert post(remote_write_receiver, body, "/api/v1/write", self.HEADERS)[0] == 204
        assert remote_write_receiver.samples("up", job="x") == [(1700000000000, 1.0)]
        assert remote_write_receiver.samples("up", job="y") == []

    def test_refuses_what_the_protocol_forbids(self, remote_write_receiver):
        for body, headers in (
            (ONE_SAMPLE, self.HEADERS),
            (snappy.compress(ONE_SAMPLE[:-3]), self.HEADERS),
            (snappy.compress(ONE_SAMPLE), {**self.HEADERS, "Content-Encoding": "gzip2"}),
        ):
            assert post(remote_write_receiver, body, "/api/v1/write", headers)[0] == 400
        assert len(remote_write_receiver.malformed) == 3


class TestContainerLog:
    LINE = re.compile(r"(\S+) (stdout|stderr) ([PF]) (.*)", re.DOTALL)

    def test_expects_exactly_the_joined_records(self, pod_logs):
        log = ContainerLog(pod_logs)
        for _ in range(4):
            log.write(500)
            log.rename()
            log.write(50)
            log.reopen()
        log.finish_partials()
        joined, held, lines = [], {"stdout": "", "stderr": ""}, 0
        for path in [*log.rotated, log.path]:
            for line in path.read_text().split("\n")[:-1]:
                _, stream, tag, text = self.LINE.fullmatch(line).groups()
                lines += 1
                held[stream] += text
                if tag == "F":
                    joined.append(held[stream])
                    held[stream] = ""
        assert lines == log.lines >= 2200
        assert len(joined) == len(set(joined)) < lines
        assert set(joined) == set(log.expected)

    def test_compresses_like_the_kubelet(self, pod_logs):
        log = ContainerLog(pod_logs)
        log.record("before")
        plain = log.rename()
        log.reopen()
        log.compress_oldest()
        assert not plain.exists()
        assert b"before" in gzip.decompress((plain.parent / (plain.name + ".gz")).read_bytes())


class TestPeerComparison:
    TYPES = "# TYPE jobs_total counter\n# TYPE node_load1 gauge\n# TYPE size gauge\n"

    def differences(self, ours):
        before = Exposition(self.TYPES + 'jobs_total{cpu="0",x=""} 10\nnode_load1 100\nsize 5\n')
        after = Exposition(self.TYPES + 'jobs_total{cpu="0",x=""} 12\nnode_load1 110\nsize 5\n')
        return peer_differences(before, Exposition(self.TYPES + ours), after)

    def test_accepts_values_between_the_two_readings(self):
        assert self.differences('jobs_total{cpu="0",new="1"} 11\nnode_load1 150\nsize 5\n') == []

    def test_names_what_differs(self):
        assert len(self.differences('jobs_total{cpu="0"} 13\nnode_load1 1000\nsize 6\n')) == 3
        assert len(self.differences('jobs_total{cpu="1"} 11\nnode_load1 100\n')) == 2

    def test_a_real_peer_agrees_with_itself(self, node_exporter):
        first = node_exporter.metrics()
        time.sleep(0.2)
        second = node_exporter.metrics()
        third = node_exporter.metrics()
        skip = lambda name: name.startswith("node_scrape_")  # noqa: E731
        assert peer_differences(first, second, third, skip) == []
        assert len(first.samples) > 100


def test_prometheus_stores_what_is_written_to_it(prometheus):
    milliseconds = int(time.time() * 1000)
    varint = bytearray()
    value = milliseconds
    while value > 0x7F:
        varint.append(value & 0x7F | 0x80)
        value >>= 7
    varint.append(value)
    body = snappy.compress(ONE_SAMPLE[:-6] + bytes(varint))
    request = urllib.request.Request(
        prometheus.remote_write_url, body, TestRemoteWriteReceiver.HEADERS,
    )
    with urllib.request.urlopen(request, timeout=10) as response:
        assert response.status == 204
    labels = frozenset({"__name__": "up", "job": "x"}.items())
    assert prometheus.raw_samples("up") == {labels: [(milliseconds / 1000, 1.0)]}

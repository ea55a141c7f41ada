"""Native histograms: the same protobuf target scraped by Prometheus and by the agent.

Debian's Prometheus asks for protobuf when its feature `native-histograms` is on; what it stores must
be what the agent sends to another one. The bodies are those of `Tests/Recording/record.py`.
"""

import base64
import json

import pytest
import yaml

from exposition_server import ExpositionServer
from prometheus_server import PrometheusServer
from waiting import wait_until

PROTOBUF = (
    "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited"
)
BODY = b"".join(map(base64.b64decode, (
    # gauge
    "YAoKYnVpbGRfaW5mbxITSG93IGl0IHdhcyAiYnVpbHQiLhgBIjsKFQoEcGF0aBINZXhhbXBsZS5jb20veAoH"
    "CgNzdW0SAAoOCgd2ZXJzaW9uEgMxCjISCQkAAAAAAADwPw==",
    # counter
    "WQoRYWxsb2NfYnl0ZXNfdG90YWwSBkJ5dGVzLhgAIjMaMQkAAAAAMJk3QRImCgYKAXoSATEKBgoBYRIBMhEA"
    "AAAAAAAoQBoLCI+KoocGELuimG8qBWJ5dGVz",
    # histogram
    "wAEKAWgSBUJvdGguGAQisQE6rgEIEhEAAAAAAADgPxoLCAIRAAAAAAAA4L8aMwgEEQAAAAAAANC/GiYKDgoI"
    "dHJhY2VfaWQSAmExETMzMzMzM9O/GgsIk4qihwYQ8/WCRhomCAwRAAAAAAAA8D8aGQoOCgh0cmFjZV9pZBIC"
    "YjIRzczMzMzM7D8oBjGDLVWxL8fVNzgCSgUIwwIQAUoECC4QBFACUAZQA1ABUAJiBQjBAhABYgQIEBADaAJo"
    "BGgDaAA=",
    # gauge_histogram
    "ugEKAmdoGAUisQE6rgEIEhEAAAAAAADgPxoLCAIRAAAAAAAA4L8aMwgEEQAAAAAAANC/GiYKDgoIdHJhY2Vf"
    "aWQSAmExETMzMzMzM9O/GgsIk4qihwYQ8/WCRhomCAwRAAAAAAAA8D8aGQoOCgh0cmFjZV9pZBICYjIRzczM"
    "zMzM7D8oBjGDLVWxL8fVNzgCSgUIwwIQAUoECC4QBFACUAZQA1ABUAJiBQjBAhABYgQIEBADaAJoBGgDaAA=",
    # float_histogram
    "nAIKAmZoGAQikwI6kAIRAAAAAAAA4D8aEhEAAAAAAADgvyEAAAAAAAAAQBo6EQAAAAAAANC/GiYKDgoIdHJh"
    "Y2VfaWQSAmExETMzMzMzM9O/GgsIk4qihwYQ8/WCRiEAAAAAAAAQQBotEQAAAAAAAPA/GhkKDgoIdHJhY2Vf"
    "aWQSAmIyEc3MzMzMzOw/IQAAAAAAAChAIQAAAAAAgDJAKAYxgy1VsS/H1TdBAAAAAAAABEBKBQjDAhABSgQI"
    "LhAEWQAAAAAAAPA/WQAAAAAAABBAWQAAAAAAAABAWQAAAAAAAPA/WQAAAAAAAABAYgUIwQIQAWIECBAQA3EA"
    "AAAAAADwP3EAAAAAAAAIQHEAAAAAAADwP3EAAAAAAADwPw==",
    # gauge_float_histogram
    "nQIKA2dmaBgFIpMCOpACEQAAAAAAAOA/GhIRAAAAAAAA4L8hAAAAAAAAAEAaOhEAAAAAAADQvxomCg4KCHRy"
    "YWNlX2lkEgJhMREzMzMzMzPTvxoLCJOKoocGEPP1gkYhAAAAAAAAEEAaLREAAAAAAADwPxoZCg4KCHRyYWNl"
    "X2lkEgJiMhHNzMzMzMzsPyEAAAAAAAAoQCEAAAAAAIAyQCgGMYMtVbEvx9U3QQAAAAAAAARASgUIwwIQAUoE"
    "CC4QBFkAAAAAAADwP1kAAAAAAAAQQFkAAAAAAAAAQFkAAAAAAADwP1kAAAAAAAAAQGIFCMECEAFiBAgQEANx"
    "AAAAAAAA8D9xAAAAAAAACEBxAAAAAAAA8D9xAAAAAAAA8D8=",
    # classic
    "hgEKAWMSCENsYXNzaWMuGAQidTpzCK8BESo25nXEIUs/GgsIAhFpHVVNEHU/vxosCAQRLUMc6+I2Cj8aHwoH"
    "CgJpZBIBNxHxaOOItfgEPxoLCJGKoocGEPP1gkYaHwgQEQAAAAAAACRAGhIKBwoCaWQSATgRAAAAAAAAIkAo"
    "ADEAAAAAAAAAAA==",
    # two
    "bwoDdHdvGAQiMgoKCgNmb28SA2JhcjokCAURMzMzMzMzKEAaCwgCEZqZmZmZmfE/KAZiBAgQEAJoBGgCIjIK"
    "CgoDZm9vEgNiYXo6JAgGETMzMzMzMypAGgsIARGamZmZmZnxPygGYgQIEBACaAJoCA==",
    # summary
    "XwoLcnBjX3NlY29uZHMSCExhdGVuY3kuGAIiRAoMCgdzZXJ2aWNlEgF4IjQIhgIRAAAAAAAA0D8aEgkAAAAA"
    "AADgPxE6jDDijnmlPhoSCQAAAAAAAPA/EQAAAAAAAPh/",
    # no_quantiles
    "FwoEYmFyZRgCIg0iCwgqEQAAAAAAAPg/",
    # native_exemplars
    "kwIKAm5lGAQiigI6hwIIEhEAAAAAAADgPxoLCAIRAAAAAAAA4L8aMwgEEQAAAAAAANC/GiYKDgoIdHJhY2Vf"
    "aWQSAmExETMzMzMzM9O/GgsIk4qihwYQ8/WCRhomCAwRAAAAAAAA8D8aGQoOCgh0cmFjZV9pZBICYjIRzczM"
    "zMzM7D8oBjGDLVWxL8fVNzgCSgUIwwIQAUoECC4QBFACUAZQA1ABUAJiBQjBAhABYgQIEBADaAJoBGgDaACC"
    "AR8KBwoCaWQSATER9ihcj8L12L8aCwiTiqKHBhDz9YJGggESCgcKAmlkEgEyEY/C9Shcj9K/ggEfCgcKAmlk"
    "EgEzEaRwPQrXo+C/GgsImIqihwYQ86LlSg==",
)))
PATH = "/protobuf"


@pytest.fixture
def target():
    server = ExpositionServer().start()
    server.serve(PATH, BODY, PROTOBUF)
    yield server
    server.stop()


@pytest.fixture
def make_prometheus(tmp_path):
    made = []

    def make(scrape_configs):
        folder = tmp_path / f"prometheus-{len(made)}"
        folder.mkdir()
        text = yaml.safe_dump(scrape_configs, default_flow_style=True).strip()
        made.append(PrometheusServer(folder, text, features="native-histograms"))
        return made[-1].start()

    yield make
    for server in made:
        server.kill()
        server.print_tail()


def held(server):
    """{labels: value or histogram} of what the target has said."""
    values = {}
    for series in server.query('{job="native",__name__!~"scrape_.*"}'):
        labels = json.dumps(series["metric"], sort_keys=True)
        values[labels] = series["value"][1] if "value" in series else series["histogram"][1]
    return values


def job(address, **keys):
    return {
        "job_name": "native", "metrics_path": PATH, "scrape_interval": "1s", "scrape_timeout": "1s",
        "static_configs": [{"targets": [address]}], **keys,
    }


def test_both_hold_the_same_histograms(make_agent, make_prometheus, target):
    reference = make_prometheus([job(target.address)])
    receiver = make_prometheus([])
    make_agent({
        "scrape_configs": [job(target.address, scrape_native_histograms=True)],
        "self_scrape": False,
        "remote_write": [{
            "url": receiver.remote_write_url, "send_native_histograms": True,
            "queue_config": {"batch_send_deadline": "500ms"},
        }],
    }).start()

    def settled():
        both = held(reference), held(receiver)
        return all(any('"up"' in labels for labels in values) for values in both) and both

    theirs, ours = wait_until(settled, 60, "both to have scraped")
    differences = [
        f"{key}: theirs {theirs.get(key)}, ours {ours.get(key)}"
        for key in sorted(theirs.keys() | ours.keys()) if theirs.get(key) != ours.get(key)
    ]
    print(*differences, sep="\n")
    assert not differences
    assert sum(isinstance(value, dict) for value in ours.values()) == 7, ours

"""Every layout of records reaches Elasticsearch as documents of valid JSON under the right names."""

import pytest

from agent import NODE_NAME
from container_log import POD_UID, ContainerLog
from sink_configuration import container_logs, elasticsearch
from waiting import wait_until


def at(document, path):
    """What stands at a path of keys."""
    for key in path:
        document = document[key]
    return document


LAYOUTS = {
    "kubernetes": {
        ("log",): "hi \"there\"", ("stream",): "stderr", ("kubernetes", "pod_name"): "web-5d9c7",
        ("kubernetes", "namespace_name"): "shop", ("kubernetes", "container_name"): "app",
        ("kubernetes", "pod_id"): POD_UID, ("kubernetes", "host"): NODE_NAME,
    },
    "flat": {
        ("message",): "hi \"there\"", ("stream",): "stderr", ("pod",): "web-5d9c7",
        ("namespace",): "shop", ("container",): "app", ("pod_uid",): POD_UID,
        ("node",): NODE_NAME,
    },
    "ecs": {
        ("message",): "hi \"there\"", ("stream",): "stderr", ("log", "offset"): 0,
        ("kubernetes", "pod", "name"): "web-5d9c7", ("kubernetes", "pod", "uid"): POD_UID,
        ("kubernetes", "namespace"): "shop", ("kubernetes", "container", "name"): "app",
        ("kubernetes", "node", "name"): NODE_NAME, ("host", "name"): NODE_NAME,
        ("orchestrator", "type"): "kubernetes", ("ecs", "version"): "8.11.0",
    },
    "otel": {
        ("body", "text"): "hi \"there\"", ("attributes", "log.iostream"): "stderr",
        ("resource", "attributes", "k8s.pod.name"): "web-5d9c7",
        ("resource", "attributes", "k8s.pod.uid"): POD_UID,
        ("resource", "attributes", "k8s.namespace.name"): "shop",
        ("resource", "attributes", "k8s.container.name"): "app",
        ("resource", "attributes", "k8s.container.restart_count"): 0,
        ("resource", "attributes", "k8s.node.name"): NODE_NAME,
    },
}
PATHS = {"ecs": ("log", "file", "path"), "otel": ("attributes", "log.file.path")}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_documents_have_the_names_of_their_layout(make_agent, bulk_receiver, pod_logs, layout):
    log = ContainerLog(pod_logs)
    log.record("hi \"there\"", stream="stderr")
    log.raw(b"no header\n")
    sink = elasticsearch(bulk_receiver.url, fields=layout)
    make_agent({"logs": container_logs(pod_logs, sink)}).start()
    wait_until(lambda: bulk_receiver.count() == 2, 30, "both records")
    assert bulk_receiver.malformed == []
    first, broken = bulk_receiver.documents()
    assert {path: at(first, path) for path in LAYOUTS[layout]} == LAYOUTS[layout]
    if layout in PATHS:
        assert at(first, PATHS[layout]) == str(log.path)
    time = first["timestamp" if layout == "flat" else "@timestamp"]
    assert time.endswith("Z") and len(time) == len("2023-11-14T22:13:20.123456789Z")
    marked = broken["attributes"] if layout == "otel" else broken
    assert marked["parse_error"] is True
    if layout == "flat":
        assert not any(isinstance(value, (dict, list)) or "." in key
                       for key, value in first.items())

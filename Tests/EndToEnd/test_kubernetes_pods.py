"""What the cluster says of this node's pods: on /metrics/pods, and on every record of their logs."""

import json
import time
import uuid

import pytest

from agent import command
from cluster_objects import NODE, event, namespace, node, pod, replica_set
from container_log import POD_UID, ContainerLog
from exposition import Exposition
from kubernetes_configuration import own_cluster, pods_known
from sink_configuration import container_logs, elasticsearch
from waiting import wait_until


@pytest.fixture
def cluster(api_server):
    objects = api_server.objects
    objects.put("nodes", node())
    objects.put("namespaces", namespace("shop"))
    objects.put("replicasets", replica_set("web-5d9c7", "web", "shop"))
    return api_server


@pytest.fixture
def options(cluster, tmp_path):
    return {"kubernetes": own_cluster(cluster.client_options(tmp_path))}


def web(**keywords):
    return pod("web-5d9c7", "shop", uid=POD_UID, owner=("ReplicaSet", "web-5d9c7"),
               labels={"app": "web", "tier": "front"}, **keywords)


def test_the_command_line_shows_them_without_an_agent(martlet, cluster, options, tmp_path):
    cluster.objects.put("pods", web(ip="10.244.0.7"))
    config = tmp_path / "martlet.yaml"
    config.write_text(json.dumps(options))
    shown = Exposition(command("metrics", "pods", "--config", config).stdout)
    assert shown.value("kube_pod_status_phase", pod="web-5d9c7", phase="Running") == 1
    assert shown.value("kube_node_info", node=NODE) == 1


def test_pods_and_the_node_are_shown_as_kube_state_metrics_does(make_agent, cluster, options):
    cluster.objects.put("pods", web(ip="10.244.0.7"))
    cluster.objects.put("pods", pod("waiting", "shop", ip="", phase="Pending"))
    cluster.objects.put("pods", pod("elsewhere", "shop", node="other"))
    agent = make_agent(options).start()
    wait_until(lambda: pods_known(agent) == ["waiting", "web-5d9c7"], 15, "this node's pods")
    shown = agent.metrics("/metrics/pods")
    place = {"namespace": "shop", "pod": "web-5d9c7", "uid": POD_UID}
    info, = shown.matching("kube_pod_info", **place)
    assert info.labels == {
        **place, "host_ip": "10.99.0.1", "pod_ip": "10.244.0.7", "node": NODE,
        "created_by_kind": "ReplicaSet", "created_by_name": "web-5d9c7", "priority_class": "",
        "host_network": "false",
    }
    container = {**place, "container": "app"}
    assert shown.value("kube_pod_container_status_restarts_total", **container) == 2
    assert shown.value("kube_pod_status_phase", **place, phase="Running") == 1
    assert shown.value("kube_pod_status_phase", **place, phase="Pending") == 0
    assert shown.value("kube_pod_status_ready", **place, condition="true") == 1
    assert shown.value("kube_pod_owner", **place) == 1
    assert shown.value(
        "kube_pod_container_resource_requests", **container, resource="cpu", unit="core",
    ) == 0.25
    assert shown.value(
        "kube_pod_container_resource_limits", **container, resource="memory", unit="byte",
    ) == 128 << 20
    reason, = shown.matching("kube_pod_container_status_waiting_reason", pod="waiting")
    assert reason.labels["reason"] == "ContainerCreating"
    assert shown.value("kube_node_status_condition", node=NODE, condition="Ready", status="true") == 1
    assert shown.value(
        "kube_node_status_allocatable", node=NODE, resource="cpu", unit="core",
    ) == 1.9
    assert shown.types["kube_pod_container_status_restarts_total"] == "counter"
    cluster.objects.update("pods", "waiting", "shop", lambda item: item["status"].update(
        phase="Failed", reason="Evicted",
    ))
    wait_until(
        lambda: agent.metrics("/metrics/pods").total(
            "kube_pod_status_reason", pod="waiting", reason="Evicted",
        ) == 1, 5, "the pod's eviction",
    )


def test_the_recorded_cluster_is_shown(make_agent, api_server, fixtures, tmp_path):
    api_server.objects.load(fixtures / "kubernetes/discovery")
    options = own_cluster(api_server.client_options(tmp_path), node_name="node1")
    agent = make_agent({"kubernetes": options}).start()
    here = sorted(item["metadata"]["name"] for item in api_server.objects.all("pods")
                  if item["spec"].get("nodeName") == "node1")
    wait_until(lambda: pods_known(agent) == here, 15, "the pods of the recorded node")
    shown = agent.metrics("/metrics/pods")
    assert shown.matching("kube_node_info", node="node1")
    phases = {sample.labels["pod"]: sample.labels["phase"]
              for sample in shown.matching("kube_pod_status_phase") if sample.value == 1}
    assert phases == {item["metadata"]["name"]: item["status"]["phase"]
                      for item in api_server.objects.all("pods") if item["spec"].get("nodeName")}


def documents(receiver):
    with receiver.lock:
        return {document["log"]: document for document in receiver.stored.values()}


def test_records_have_the_pods_names(make_agent, cluster, options, bulk_receiver, pod_logs):
    cluster.objects.put("pods", web(ip="10.244.0.7"))
    agent = make_agent({
        **options, "logs": container_logs(pod_logs, elasticsearch(bulk_receiver.url)),
    }).start()
    wait_until(lambda: pods_known(agent), 15, "the pod")
    log = ContainerLog(pod_logs)
    text = log.record("hello")
    wait_until(lambda: text in documents(bulk_receiver), 15, "the record")
    found = documents(bulk_receiver)[text]["kubernetes"]
    assert found["labels"] == {"app": "web", "tier": "front"}
    assert (found["namespace_name"], found["pod_name"]) == ("shop", "web-5d9c7")
    assert (found["workload_kind"], found["workload_name"]) == ("Deployment", "web")
    assert found["pod_ip"] == "10.244.0.7"
    assert found["container_image"] == "registry.example.org/app:1"


def test_a_new_pods_first_line_is_named_within_two_seconds(
    make_agent, cluster, options, bulk_receiver, pod_logs,
):
    cluster.objects.put("pods", pod("other"))
    agent = make_agent({
        **options, "logs": container_logs(pod_logs, elasticsearch(bulk_receiver.url)),
    }).start()
    wait_until(lambda: pods_known(agent), 15, "the first pod")
    log = ContainerLog(pod_logs)
    begin = time.monotonic()
    text = log.record("first words")  # the file is there before the API tells of the pod
    time.sleep(0.3)
    cluster.objects.put("pods", web())
    wait_until(lambda: text in documents(bulk_receiver), 10, "the record", interval=0.02)
    assert time.monotonic() - begin < 2
    assert documents(bulk_receiver)[text]["kubernetes"]["labels"]["app"] == "web"


def test_a_deleted_pods_last_lines_are_named(
    make_agent, cluster, options, bulk_receiver, pod_logs,
):
    cluster.objects.put("pods", web())
    agent = make_agent({
        **options, "logs": container_logs(pod_logs, elasticsearch(bulk_receiver.url)),
    }).start()
    wait_until(lambda: pods_known(agent), 15, "the pod")
    log = ContainerLog(pod_logs)
    cluster.objects.delete("pods", "web-5d9c7", "shop")
    wait_until(lambda: pods_known(agent) == [], 10, "the pod's end")
    text = log.record("last words")
    wait_until(lambda: text in documents(bulk_receiver), 15, "the record")
    assert documents(bulk_receiver)[text]["kubernetes"]["labels"]["app"] == "web"


def test_events_of_this_nodes_pods_are_records(make_agent, cluster, options, bulk_receiver):
    here, elsewhere = web(), pod("elsewhere", "shop", node="other", uid=str(uuid.uuid4()))
    cluster.objects.put("pods", here)
    cluster.objects.put("pods", elsewhere)
    agent = make_agent({**options, "logs": {
        "sources": [{"name": "events", "type": "kubernetes_events"}],
        "sinks": [elasticsearch(bulk_receiver.url)],
    }}).start()
    wait_until(lambda: pods_known(agent), 15, "the pod")
    for name, item, reason in (("a", here, "BackOff"), ("b", elsewhere, "Unrelated")):
        about = {"kind": "Pod", "namespace": "shop", "name": item["metadata"]["name"],
                 "uid": item["metadata"]["uid"]}
        cluster.objects.put("events", event(f"{name}.17a", reason, about, "shop"))
    cluster.objects.put("events", event("n.17b", "NodeNotReady", {"kind": "Node", "name": NODE}))
    texts = lambda: json.dumps(list(bulk_receiver.stored.values()))
    wait_until(lambda: "BackOff" in texts() and "NodeNotReady" in texts(), 20, "the events")
    assert "Unrelated" not in texts()

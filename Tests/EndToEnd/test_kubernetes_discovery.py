"""Targets found in a cluster: those that Prometheus found there, and what vmagent agrees to."""

import json
from collections import Counter

import pytest
import yaml

from cluster_objects import NODE, node, pod
from kubernetes_configuration import (
    discovered, in_order, instances, job, own_cluster, recorded_jobs, without_job_labels,
)
from victoria_metrics import VMAgent
from waiting import wait_until

# What vmagent sets beside endpoints, and Prometheus only on services.
_ONLY_OF_VMAGENT = {"__meta_kubernetes_service_cluster_ip", "__meta_kubernetes_service_type"}


@pytest.fixture
def expected(fixtures):
    path = fixtures / "kubernetes/discovery/prometheus-discovered.json"
    return {
        name: [without_job_labels(labels) for labels in targets]
        for name, targets in json.loads(path.read_text()).items()
    }


@pytest.fixture
def recorded_cluster(api_server, fixtures):
    """The API server with the recorded objects."""
    api_server.objects.load(fixtures / "kubernetes/discovery")
    return api_server


def count(targets):
    return {name: len(found) for name, found in targets.items()}


def test_every_role_finds_what_prometheus_found(
    make_agent, recorded_cluster, fixtures, tmp_path, expected,
):
    options = recorded_cluster.client_options(tmp_path)
    agent = make_agent({
        "kubernetes": {"node_name": "node1", "source": "none", "start_jitter": "0s"},
        "scrape_configs": recorded_jobs(
            fixtures, options, scope="everywhere", scrape_interval="1h",
        ),
    }).start()
    wait_until(lambda: count(discovered(agent)) == count(expected), 20, "all targets")
    found = discovered(agent)
    for name in expected:
        assert in_order(found[name]) == in_order(expected[name]), name
    # Eight jobs share their watches: one for each resource and selector.
    watched = Counter((w.resource, w.namespace, w.query.get("labelSelector"))
                      for w in recorded_cluster.open_watches())
    assert watched and set(watched.values()) == {1}, watched
    assert {verb for verb in (r.verb for r in recorded_cluster.requests)} <= {"list", "watch"}


def test_objects_that_change_change_the_targets(make_agent, api_server, tmp_path):
    objects = api_server.objects
    objects.put("pods", pod("a", ip="10.244.0.1", port=8080))
    objects.put("pods", pod("b", ip="", port=8080, phase="Pending"))
    agent = make_agent({
        "kubernetes": own_cluster(api_server.client_options(tmp_path)),
        "scrape_configs": [job("pods")],
    }).start()
    addresses = lambda: sorted(found["__address__"] for found in discovered(agent, "pods"))
    wait_until(lambda: addresses() == ["10.244.0.1:8080"], 10, "the first pod")
    objects.put("pods", pod("b", ip="10.244.0.2", port=8080))
    wait_until(lambda: addresses() == ["10.244.0.1:8080", "10.244.0.2:8080"], 5, "the second pod")
    objects.delete("pods", "a")
    wait_until(lambda: addresses() == ["10.244.0.2:8080"], 5, "the first pod's end")
    assert agent.metric("prometheus_sd_kubernetes_events_total", role="pod", event="add") >= 2
    assert agent.metric("prometheus_sd_kubernetes_events_total", role="pod", event="delete") == 1


def test_by_default_only_this_nodes_pods_are_targets(make_agent, api_server, tmp_path):
    objects = api_server.objects
    objects.put("nodes", node(NODE))
    objects.put("nodes", node("other"))
    objects.put("pods", pod("here", ip="10.244.0.1", port=80))
    objects.put("pods", pod("there", node="other", ip="10.244.1.1", port=80))
    agent = make_agent({
        "kubernetes": own_cluster(api_server.client_options(tmp_path)),
        "scrape_configs": [
            job("here"), job("nodes", "node"), job("all", scope="everywhere"),
        ],
    }).start()
    wait_until(lambda: len(instances(agent, "all")) == 2, 10, "every node's pods")
    wait_until(lambda: instances(agent, "here") == ["10.244.0.1:80"], 10, "this node's pod")
    assert instances(agent, "nodes") == [NODE]
    # What other nodes run is not even asked for, but by the job that wants it.
    selectors = {r.query.get("fieldSelector") for r in api_server.open_watches("pods")}
    assert f"spec.nodeName={NODE}" in selectors


def test_vmagent_agrees(recorded_cluster, fixtures, tmp_path, expected):
    """The recorded targets are held against a second program that asks the same server.

    This vmagent is older than some labels: what it does set has to be the same.
    """
    options = recorded_cluster.client_options(tmp_path)
    config = tmp_path / "scrape.yml"
    config.write_text(yaml.safe_dump({"scrape_configs": recorded_jobs(fixtures, options)}))
    agent = VMAgent(tmp_path, "http://127.0.0.1:1/", config)
    try:
        agent.start()
        # It does not know of a further port of a pod behind endpoints that has no name.
        wanted = {**count(expected), "endpoints": 11, "endpointslice": 11}
        wait_until(lambda: count(discovered(agent)) == wanted, 30, "vmagent's targets")
        found = discovered(agent)
    finally:
        agent.kill()
    for name, targets in found.items():
        for labels in targets:
            assert any(agree(labels, other) for other in expected[name]), (name, labels)


def agree(labels, other):
    """Whether all that vmagent says of a target is what Prometheus says of that one."""
    names = labels.keys() - _ONLY_OF_VMAGENT
    if "__meta_kubernetes_node_name" not in other:
        # A further port of a pod behind endpoints: only vmagent adds the node's labels to it.
        names = {name for name in names if not name.startswith("__meta_kubernetes_node_")}
    # It sets some labels to nothing that Prometheus leaves out, which is the same.
    return all(other.get(name, "") == labels[name] for name in names)

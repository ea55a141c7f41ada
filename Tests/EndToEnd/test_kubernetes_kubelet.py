"""The node's kubelet as the source of its pods: by choice, and where the API server refuses."""

import time

import pytest

from cluster_objects import NODE, node, pod
from kubernetes_configuration import own_cluster, pods_known, warnings_of
from waiting import wait_until


@pytest.fixture
def cluster(api_server):
    api_server.objects.put("nodes", node())
    api_server.objects.put("pods", pod("first"))
    api_server.objects.put("pods", pod("elsewhere", node="other"))
    return api_server


@pytest.fixture
def kubelet_options(kubelet):
    return {"url": kubelet.url, "poll_interval": "1s"}


@pytest.fixture
def make_member(make_agent, cluster, kubelet_options, tmp_path):
    """Makes agents that may ask the API server and, with the same token, the kubelet."""

    def make(**keys):
        options = cluster.client_options(tmp_path)
        return make_agent({
            "kubernetes": own_cluster(options, **{"kubelet": kubelet_options, **keys}),
        })

    return make


def knows(agent, *names, timeout=15):
    wait_until(lambda: pods_known(agent) == sorted(names), timeout, f"exactly {names} to be known")


def test_the_kubelet_alone_is_enough(make_agent, cluster, kubelet, kubelet_options, tmp_path):
    (tmp_path / "kubelet-token").write_text(kubelet.access.issue())
    agent = make_agent({"kubernetes": {
        "node_name": NODE, "source": "kubelet", "start_jitter": "0s", "kubelet": {
            **kubelet_options,
            "authorization": {"credentials_file": str(tmp_path / "kubelet-token")},
            "tls_config": {"ca_file": str(cluster.authority.ca_path)},
        },
    }}).start()
    knows(agent, "first")
    cluster.objects.put("pods", pod("second"))
    knows(agent, "first", "second")
    kubelet.status = 500
    time.sleep(3)
    assert pods_known(agent) == ["first", "second"]
    cluster.objects.delete("pods", "first")
    kubelet.status = 200
    knows(agent, "second")
    assert cluster.requests == []


def test_a_pod_that_cannot_be_read_costs_itself(make_member, cluster, kubelet):
    broken = pod("broken")
    broken["spec"]["containers"] = 3
    # The others are before and after it.
    for item in (pod("a"), broken, pod("z")):
        cluster.objects.put("pods", item)
    agent = make_member(source="kubelet").start()
    knows(agent, "a", "first", "z")
    cluster.objects.delete("pods", "first")
    knows(agent, "a", "z")
    assert agent.metric("martlet_kubernetes_objects_unreadable_total", resource="pods") >= 1


class TestAuto:
    def test_the_kubelet_is_asked_where_pods_are_forbidden(self, make_member, cluster, kubelet):
        cluster.access.forbid("pods")
        agent = make_member().start()
        knows(agent, "first")
        assert warnings_of(agent, "pods")
        cluster.objects.put("pods", pod("second"))
        knows(agent, "first", "second")
        # The API server is not beset, and still asked for what it does tell.
        assert len(cluster.asked(resource="pods")) <= 3
        assert cluster.open_watches("nodes")
        assert {request.status for request in kubelet.requests} == {200}

    def test_the_kubelet_is_asked_while_the_api_server_is_away(self, make_member, cluster, kubelet):
        cluster.stop()
        agent = make_member().start()
        knows(agent, "first", timeout=40)
        cluster.start()
        wait_until(lambda: cluster.open_watches("pods"), 60, "the API server's watch")
        cluster.objects.put("pods", pod("second"))
        knows(agent, "first", "second", timeout=5)
        # The watch tells of everything; the kubelet is left alone.
        time.sleep(1.5)
        before = len(kubelet.requests)
        time.sleep(3)
        assert len(kubelet.requests) == before

    def test_the_kubelet_is_left_alone_where_the_api_server_tells(
        self, make_member, cluster, kubelet,
    ):
        agent = make_member().start()
        knows(agent, "first")
        time.sleep(3)
        assert kubelet.requests == []

    def test_where_both_refuse_both_are_named(self, make_member, cluster, kubelet):
        cluster.access.forbid("pods")
        kubelet.status = 403
        agent = make_member().start()
        wait_until(lambda: warnings_of(agent, "nodes/pods"), 20, "a warning of the kubelet")
        assert warnings_of(agent, "list, watch")
        assert agent.get("/-/ready").status == 200
        kubelet.status = 200
        knows(agent, "first")

"""An object of the cluster that is far larger than any server should hold costs itself and nothing else."""

import pytest

from cluster_objects import node, pod
from kubernetes_configuration import own_cluster, pods_known
from waiting import wait_until

HUGE_BYTES = 50 << 20
# Above what an agent has at rest, by less than the object's size.
PEAK_BYTES = 64 << 20


def huge_pod(name="huge"):
    return pod(name, annotations={"example.org/note": "x" * HUGE_BYTES})


@pytest.fixture
def cluster(api_server):
    api_server.objects.put("nodes", node())
    api_server.objects.put("pods", pod("first"))
    return api_server


@pytest.fixture
def make_member(make_agent, cluster, tmp_path):
    def make(**keys):
        return make_agent({"kubernetes": own_cluster(cluster.client_options(tmp_path), **keys)})

    return make


def knows(agent, *names):
    wait_until(lambda: pods_known(agent) == sorted(names), 60, f"exactly {names} to be known")


def check_left_out(agent):
    assert agent.metric("martlet_kubernetes_objects_unreadable_total", resource="pods") >= 1
    assert agent.peak_bytes() < PEAK_BYTES


def test_in_a_watch(make_member, cluster):
    agent = make_member().start()
    knows(agent, "first")
    lists = len(cluster.asked("list"))
    cluster.objects.put("pods", huge_pod())
    cluster.objects.put("pods", pod("second"))
    knows(agent, "first", "second")
    cluster.objects.delete("pods", "huge")
    cluster.objects.put("pods", pod("third"))
    knows(agent, "first", "second", "third")
    assert len(cluster.asked("list")) == lists
    check_left_out(agent)


@pytest.mark.parametrize("initial_events", ["served", "refused"], ids=["initial events", "list"])
def test_from_the_start(make_member, cluster, initial_events):
    cluster.initial_events = initial_events
    cluster.objects.put("pods", huge_pod())
    cluster.objects.put("pods", pod("then"))
    agent = make_member().start()
    knows(agent, "first", "then")
    # What follows comes by the watch, as always.
    wait_until(lambda: cluster.open_watches("pods"), 15, "the watch")
    cluster.objects.put("pods", pod("second"))
    knows(agent, "first", "second", "then")
    assert len(cluster.asked("list", "pods")) <= 1
    check_left_out(agent)


def test_in_the_kubelets_answer(make_member, cluster, kubelet):
    cluster.objects.put("pods", huge_pod())
    cluster.objects.put("pods", pod("then"))
    agent = make_member(source="kubelet", kubelet={
        "url": kubelet.url, "poll_interval": "1s",
    }).start()
    knows(agent, "first", "then")
    cluster.objects.delete("pods", "first")
    knows(agent, "then")
    check_left_out(agent)


def test_one_that_grows_and_goes_is_forgotten(make_member, cluster):
    agent = make_member().start()
    knows(agent, "first")
    cluster.objects.put("pods", huge_pod("first"))
    cluster.objects.delete("pods", "first")
    cluster.objects.put("pods", pod("second"))
    knows(agent, "second")

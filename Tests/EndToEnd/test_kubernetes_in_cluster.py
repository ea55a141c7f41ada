"""The agent as in a pod: all it is told of its cluster is its environment and its service account."""

import socket
import time

import pytest

from api_server import APIServer
from cluster_objects import NODE, membership, node, pod, scraped_pod
from kubernetes_configuration import pods_known, warnings_of
from service_account import ServiceAccount
from waiting import wait_until

RENEWED = "system:serviceaccount:martlet:renewed"


@pytest.fixture
def cluster(api_server):
    return filled(api_server)


@pytest.fixture
def account(cluster, tmp_path):
    """The service account of the agent's pod."""
    return account_of(cluster, tmp_path)


@pytest.fixture
def make_in_pod(make_agent, cluster, account):
    """Makes agents that run as in a pod of `cluster`."""
    return lambda config=None, **keys: in_pod(make_agent, cluster, account, config, **keys)


def filled(server):
    server.objects.put("nodes", node())
    server.objects.put("pods", pod("first"))
    server.objects.put("pods", pod("elsewhere", node="other"))
    return server


def account_of(server, folder):
    account = ServiceAccount(
        folder / "account", token=server.access.issue(), ca=server.authority.ca_path.read_text(),
        namespace="martlet",
    )
    if problem := account.problem():
        pytest.skip(f"no mount namespace of its own for a process here: {problem}")
    return account


def in_pod(make_agent, server, account, config=None, **keys):
    return make_agent(
        {**(config or {}), "kubernetes": {"start_jitter": "0s", **keys}}, wrapper=account.wrapper,
        environment={
            "KUBERNETES_SERVICE_HOST": server.host, "KUBERNETES_SERVICE_PORT": str(server.port),
            "NODE_NAME": NODE,
        },
    )


def knows(agent, *names, timeout=15):
    wait_until(lambda: pods_known(agent) == sorted(names), timeout, f"exactly {names} to be known")


def test_nothing_needs_to_be_configured(make_in_pod, cluster):
    agent = make_in_pod().start()
    knows(agent, "first")
    assert {request.user for request in cluster.requests} == {
        "system:serviceaccount:martlet:martlet",
    }
    watch, = cluster.open_watches("pods")
    assert watch.query["fieldSelector"] == f"spec.nodeName={NODE}"
    assert warnings_of(agent, "kubernetes") == []


def test_annotated_pods_are_scraped(make_in_pod, cluster, scrape_target, remote_write_receiver):
    cluster.objects.put("pods", scraped_pod("annotated", scrape_target, namespace="shop"))
    agent = make_in_pod({
        "global": {"scrape_interval": "1s", "scrape_timeout": "1s"},
        "remote_write": [{"url": remote_write_receiver.remote_write_url}],
    }).start()
    place = {"job": "kubernetes-pods", "namespace": "shop", "pod": "annotated", "node": NODE}
    arrived = lambda: remote_write_receiver.samples("scrape_sequence_total", **place)
    wait_until(lambda: len(arrived()) >= 3, 20, "three scrapes of the pod")
    targets = agent.get("/api/v1/targets?state=active&scrapePool=kubernetes-pods").json()
    assert [target["labels"]["pod"] for target in targets["data"]["activeTargets"]] == ["annotated"]


def test_the_pods_own_namespace_is_that_of_the_other_agents(make_in_pod, cluster, scrape_target):
    cluster.objects.put("endpointslices", membership("martlet", [(NODE, "10.99.0.1", True)]))
    agent = make_in_pod({"scrape_configs": [{
        "job_name": "shared", "scope": "cluster", "static_configs": [
            {"targets": [scrape_target.address]},
        ],
    }]}, agents={"service": "martlet"}).start()
    watch, = wait_until(lambda: cluster.open_watches("endpointslices"), 10, "the members' watch")
    assert watch.namespace == "martlet"
    active = lambda: agent.get("/api/v1/targets?state=active").json()["data"]["activeTargets"]
    wait_until(active, 10, "the target of no node")


def test_a_renewed_token_is_used_at_the_next_request(make_in_pod, cluster, account):
    agent = make_in_pod().start()
    knows(agent, "first")
    old = account.token
    account.renew(token=cluster.access.issue(RENEWED))
    cluster.access.revoke(old)
    begin = time.monotonic()
    cluster.end_watches()
    cluster.objects.put("pods", pod("second"))
    knows(agent, "first", "second", timeout=5)
    assert {request.user for request in cluster.asked(since=begin)} == {RENEWED}


@pytest.mark.parametrize("is_told_first", [True, False], ids=["file first", "server first"])
def test_another_authority_is_trusted_once_the_file_says_so(
    make_in_pod, cluster, account, authority_of, is_told_first,
):
    agent = make_in_pod().start()
    knows(agent, "first")
    successor = authority_of("successor")
    steps = [
        lambda: account.renew(ca=successor.ca_path.read_text()),
        lambda: cluster.use_certificate_of(successor),
    ]
    first, second = steps if is_told_first else reversed(steps)
    first()
    cluster.stop()
    cluster.objects.put("pods", pod("second"))
    begin = time.monotonic()
    cluster.start()
    # Neither side is taken at the other's word.
    wait_until(lambda: warnings_of(agent, "certificate"), 20, "the warning")
    assert pods_known(agent) == ["first"]
    assert cluster.asked(since=begin) == []
    second()
    knows(agent, "first", "second", timeout=60)


def test_a_token_that_vanishes_and_comes_back_costs_no_pod(make_in_pod, cluster, account):
    agent = make_in_pod().start()
    knows(agent, "first")
    token = account.token
    account.renew(token=None)
    begin = time.monotonic()
    cluster.end_watches()
    wait_until(lambda: warnings_of(agent, "serviceaccount/token"), 20, "a warning of the file")
    assert pods_known(agent) == ["first"]
    # Who can't show a token asks nothing.
    assert cluster.asked(since=begin) == []
    account.renew(token=token)
    cluster.objects.put("pods", pod("second"))
    knows(agent, "first", "second", timeout=60)
    assert not warnings_of(agent, token)


def test_a_pod_without_a_token_says_so_and_does_the_rest(make_in_pod, account, cluster):
    account.renew(token=None, ca=None, namespace=None)
    agent = make_in_pod().start()
    wait_until(lambda: warnings_of(agent, "serviceaccount"), 20, "a warning of the files")
    assert agent.metrics("/metrics/node").names("node_")
    assert cluster.requests == []


def test_the_server_may_have_an_ipv6_address(make_agent, authority_of, tmp_path):
    if not has_ipv6_loopback():
        pytest.skip("no ::1 on this machine")
    server = filled(APIServer(authority_of("cluster"), host="::1")).start()
    try:
        agent = in_pod(make_agent, server, account_of(server, tmp_path)).start()
        knows(agent, "first")
        assert {request.headers["Host"] for request in server.requests} == {
            f"[::1]:{server.port}",
        }
    finally:
        server.stop()


def has_ipv6_loopback():
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True

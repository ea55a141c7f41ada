"""The agent and the API server: what it asks for, how often, and what it does when answers go wrong."""

import time
from collections import Counter

import pytest

import api_status
from agent import REPOSITORY
from api_faults import APIFault
from cluster_objects import NODE, namespace, node, pod, replica_set, scraped_pod
from kubernetes_configuration import job, own_cluster, pods_known, warnings_of
from kustomization import render
from waiting import wait_until


@pytest.fixture
def cluster(api_server):
    """A cluster of one node with one pod, `first`, of a deployment."""
    objects = api_server.objects
    objects.put("nodes", node())
    objects.put("namespaces", namespace("default"))
    objects.put("replicasets", replica_set("web-6d4", "web"))
    objects.put("pods", pod("first", owner=("ReplicaSet", "web-6d4")))
    objects.put("pods", pod("elsewhere", node="other"))
    return api_server


@pytest.fixture
def make_member(make_agent, cluster, tmp_path):
    """Makes agents of the cluster; keywords go to the `kubernetes` block."""

    def make(config=None, **keys):
        options = cluster.client_options(tmp_path)
        return make_agent({"kubernetes": own_cluster(options, **keys), **(config or {})})

    return make


def knows(agent, *names, timeout=15):
    wait_until(lambda: pods_known(agent) == sorted(names), timeout, f"exactly {names} to be known")


class TestWhatIsAskedFor:
    def test_one_list_at_the_most_and_one_watch_of_a_resource(self, make_member, cluster):
        jobs = [job(f"pods-{n}") for n in range(10)] + [job("nodes", "node")]
        agent = make_member({"scrape_configs": jobs}).start()
        knows(agent, "first")
        wait_until(lambda: cluster.open_watches("nodes"), 10, "the watch of the node")
        time.sleep(2)
        lists = Counter(request.resource for request in cluster.asked("list"))
        watches = Counter(request.resource for request in cluster.open_watches())
        assert watches["pods"] == watches["nodes"] == 1
        assert max([*lists.values(), *watches.values()]) == 1, (lists, watches)
        selectors = {w.resource: w.query.get("fieldSelector") for w in cluster.open_watches()}
        assert selectors["pods"] == f"spec.nodeName={NODE}"
        assert selectors["nodes"] == f"metadata.name={NODE}"
        assert {request.verb for request in cluster.requests} <= {"list", "watch", "get"}
        for request in cluster.requests:
            assert request.headers["User-Agent"].startswith("martlet/")
            if request.resource in ("replicasets", "jobs"):
                assert request.is_metadata_only, request
        shown = agent.metrics()
        assert shown.total("martlet_kubernetes_requests_total") == len(cluster.requests)

    def test_nothing_is_asked_for_at_rest(self, make_member, cluster):
        agent = make_member().start()
        knows(agent, "first")
        time.sleep(2)
        before = len(cluster.requests)
        time.sleep(10)
        # Changes come by the watch that is there.
        cluster.objects.put("pods", pod("second"))
        knows(agent, "first", "second", timeout=2)
        assert len(cluster.requests) == before
        # A watch that the server ends in order goes on where it was, without a list.
        lists = len(cluster.asked("list"))
        cluster.end_watches("pods")
        wait_until(lambda: len(cluster.open_watches("pods")) == 1, 5, "the next watch")
        cluster.objects.delete("pods", "first")
        knows(agent, "second", timeout=2)
        assert len(cluster.asked("list")) == lists

    def test_an_annotated_pod_is_scraped_within_two_seconds(
        self, make_member, cluster, scrape_target,
    ):
        # The pod's time in the interval is not waited for. Nothing is scraped for no receiver.
        agent = make_member({
            "global": {"scrape_interval": "10m"}, "remote_write": [{"url": "http://127.0.0.1:9/"}],
        }).start()
        knows(agent, "first")
        # What comes sooner was there before the agent, as far as it can tell.
        time.sleep(16)
        begin = time.monotonic()
        cluster.objects.put("pods", scraped_pod("annotated", scrape_target))
        wait_until(lambda: scrape_target.served, 5, "the first scrape", interval=0.02)
        assert time.monotonic() - begin < 2
        active = agent.get("/api/v1/targets?state=active").json()["data"]["activeTargets"]
        assert [target["labels"]["pod"] for target in active
                if target["scrapePool"] == "kubernetes-pods"] == ["annotated"]

    def test_the_rules_of_the_manifests_are_enough(self, make_member, cluster):
        roles = render(REPOSITORY / "manifests").values()
        cluster.access.rules = [
            rule for role in roles if role["kind"] == "ClusterRole" for rule in role["rules"]
        ]
        jobs = [job(role, role, scope="everywhere") for role in (
            "pod", "node", "service", "endpoints", "endpointslice", "ingress",
        )]
        jobs[0]["kubernetes_sd_configs"][0]["attach_metadata"] = {"node": True, "namespace": True}
        agent = make_member({"scrape_configs": jobs}, namespaces=True).start()
        knows(agent, "first")
        wanted = {"pods", "nodes", "namespaces", "services", "endpoints", "endpointslices", "ingresses"}
        wait_until(
            lambda: {w.resource for w in cluster.open_watches()} >= wanted, 15, "all watches",
        )
        wait_until(lambda: cluster.asked("get", "replicasets"), 10, "the owner's owner")
        assert [request for request in cluster.requests if request.status == 403] == []

    @pytest.mark.parametrize("initial_events", ["served", "refused", "ignored"])
    def test_servers_old_and_new_tell_the_same(self, make_member, cluster, initial_events):
        cluster.initial_events = initial_events
        cluster.page_size = 2
        names = [f"pod-{n}" for n in range(7)]
        for name in names:
            cluster.objects.put("pods", pod(name))
        agent = make_member().start()
        # One that ignores the question is given a minute before it is asked for lists.
        knows(agent, "first", *names, timeout=90)
        cluster.objects.delete("pods", "pod-3")
        cluster.objects.put("pods", pod("late"))
        knows(agent, "first", "late", *(name for name in names if name != "pod-3"))


class TestAccess:
    def test_a_renewed_token_is_used_without_a_restart(self, make_member, cluster, tmp_path):
        agent = make_member().start()
        knows(agent, "first")
        path = tmp_path / "token"
        old = path.read_text()
        path.write_text(cluster.access.issue("system:serviceaccount:martlet:renewed"))
        cluster.access.revoke(old)
        begin = time.monotonic()
        cluster.end_watches()
        wait_until(lambda: cluster.open_watches("pods"), 10, "the watch with the new token")
        cluster.objects.put("pods", pod("second"))
        knows(agent, "first", "second")
        users = {request.user for request in cluster.open_watches()}
        assert users == {"system:serviceaccount:martlet:renewed"}
        assert len([r for r in cluster.asked(since=begin) if r.status == 401]) <= 2

    def test_an_expired_token_is_survived(self, make_member, cluster, tmp_path):
        agent = make_member().start()
        knows(agent, "first")
        cluster.access.revoke((tmp_path / "token").read_text())
        begin = time.monotonic()
        cluster.end_watches()
        wait_until(
            lambda: len([r for r in cluster.asked(since=begin) if r.status == 401]) >= 3, 20,
            "refusals",
        )
        # What is known stays, and the server is not beset.
        assert pods_known(agent) == ["first"]
        assert len(cluster.asked("watch", "pods", since=begin)) <= 2 + (time.monotonic() - begin) / 0.8
        assert warnings_of(agent, "Unauthorized")
        assert not warnings_of(agent, (tmp_path / "token").read_text())
        (tmp_path / "token").unlink()  # a file that vanishes is no worse
        time.sleep(1)
        (tmp_path / "token").write_text(cluster.access.issue())
        cluster.objects.put("pods", pod("second"))
        knows(agent, "first", "second", timeout=60)

    def test_what_is_forbidden_is_named_once_and_the_rest_works(self, make_member, cluster):
        for resource in ("nodes", "replicasets", "services"):
            cluster.access.forbid(resource)
        agent = make_member({"scrape_configs": [job("services", "service")]}).start()
        knows(agent, "first")
        wait_until(lambda: warnings_of(agent, "services"), 15, "the warning")
        time.sleep(5)
        told = warnings_of(agent, 'resources: [nodes]')
        assert len(told) == 1, told
        assert "list, watch" in str(told[0])
        # It is not asked for over and over.
        for resource in ("nodes", "replicasets", "services"):
            assert len(cluster.asked(resource=resource)) <= 3, resource
        cluster.objects.put("pods", pod("second"))
        knows(agent, "first", "second", timeout=2)

    def test_another_authority_needs_its_file(
        self, make_agent, cluster, authority_of, tmp_path,
    ):
        options = cluster.client_options(tmp_path)
        ca = tmp_path / "ca.crt"
        ca.write_bytes(cluster.authority.ca_path.read_bytes())
        options["tls_config"] = {"ca_file": str(ca)}
        agent = make_agent({"kubernetes": own_cluster(options)}).start()
        knows(agent, "first")
        cluster.use_certificate_of(authority_of("successor"))
        cluster.restart(0.2)
        cluster.objects.put("pods", pod("second"))
        wait_until(lambda: warnings_of(agent, "certificate"), 20, "the warning")
        assert pods_known(agent) == ["first"]
        ca.write_bytes(cluster.authority.ca_path.read_bytes())
        knows(agent, "first", "second", timeout=60)

    def test_a_kubeconfig_file_names_server_and_certificate(
        self, make_agent, cluster, tmp_path,
    ):
        certificate, key = cluster.authority.issue("node-agent")
        kubeconfig = tmp_path / "kubeconfig"
        kubeconfig.write_text(f"""
apiVersion: v1
kind: Config
current-context: test
contexts: [{{name: test, context: {{cluster: here, user: agent}}}}]
clusters: [{{name: here, cluster: {{server: "{cluster.url}", certificate-authority: {cluster.authority.ca_path}}}}}]
users: [{{name: agent, user: {{client-certificate: {certificate}, client-key: {key}}}}}]
""")
        agent = make_agent({"kubernetes": own_cluster({}, kubeconfig_file=str(kubeconfig))}).start()
        knows(agent, "first")
        assert {request.user for request in cluster.requests} == {"node-agent"}


class TestTrouble:
    @pytest.mark.parametrize("by_status", [False, True], ids=["ERROR event", "HTTP 410"])
    def test_a_version_that_is_too_old_leads_to_one_new_list(self, make_member, cluster, by_status):
        cluster.gone_by_status = by_status
        cluster.objects.put("pods", pod("second"))
        agent = make_member().start()
        knows(agent, "first", "second")
        begin = time.monotonic()
        with cluster.objects.lock:
            cluster.cut_watches("pods", in_an_event=False)
            cluster.objects.watches = [
                watch for watch in cluster.objects.watches if watch.resource.plural != "pods"
            ]
            cluster.objects.delete("pods", "first")
            cluster.objects.put("pods", pod("third"))
            cluster.objects.compact()
        knows(agent, "second", "third", timeout=20)
        assert len(cluster.asked("list", "pods", since=begin)) <= 1

    def test_a_restart_of_the_server_costs_no_target(self, make_member, cluster):
        agent = make_member({"scrape_configs": [job("pods")]}).start()
        knows(agent, "first")
        cluster.stop()
        cluster.objects.put("pods", pod("meanwhile"))
        time.sleep(3)
        assert pods_known(agent) == ["first"]
        assert agent.get("/-/ready").status == 200
        cluster.start()
        knows(agent, "first", "meanwhile", timeout=40)

    @pytest.mark.parametrize("fault", [
        APIFault.busy(1), APIFault.garbage(), APIFault.cut(), APIFault.close(), APIFault.hang(1),
        APIFault.status(api_status.status(500, "InternalError", "etcd is away")),
        APIFault.status(api_status.status(503, "ServiceUnavailable", "starting")),
        APIFault.status({"code": 502, "kind": None, "message": [1, {}]}),
    ], ids=["429", "garbage", "cut", "closed", "hung", "500", "503", "no Status"])
    def test_a_start_among_faults_succeeds_after_them(self, make_member, cluster, fault):
        cluster.fail(fault, times=3)
        cluster.fail(fault, "list", times=1)
        agent = make_member().start()
        knows(agent, "first", timeout=40)

    def test_retry_after_is_kept(self, make_member, cluster):
        cluster.fail(APIFault.busy(4), resource="pods")
        agent = make_member().start()
        knows(agent, "first", timeout=30)
        first, second = cluster.asked(resource="pods")[:2]
        assert first.status == 429 and second.time - first.time >= 4

    def test_watches_that_break_in_an_event_go_on(self, make_member, cluster):
        agent = make_member().start()
        knows(agent, "first")
        for number in range(3):
            wait_until(lambda: cluster.open_watches("pods"), 15, "a watch")
            cluster.cut_watches("pods")
            cluster.objects.put("pods", pod(f"cut-{number}"))
        knows(agent, "first", "cut-0", "cut-1", "cut-2", timeout=30)

    @pytest.mark.parametrize("piece", [
        b'{"type":"SURPRISE","object":{"metadata":{"name":"x"}}}\n',
        b'{"type":"ADDED","object":{}}\n',
        b'{"type":"ADDED"}\n',
        b'{"type":"MODIFIED","object":{"metadata":null,"spec":3,"status":[]}}\n',
        b'{"type":"BOOKMARK","object":{"metadata":{}}}\n',
        b'{"type":"ERROR","object":{"kind":"Status","code":500,"message":"bad day"}}\n',
        b'not json at all\n',
        b'{"type":"ADDED","object":{"metadata":{"na\xff\xfe":"x"}}}\n',
        b'[' * 100_000 + b'\n',
        b'\n\n\n',
    ], ids=["type", "empty", "no object", "wrong types", "bookmark", "error", "text", "bytes",
            "deep", "blank"])
    def test_nonsense_on_a_watch_costs_nothing_else(self, make_member, cluster, piece):
        agent = make_member().start()
        knows(agent, "first")
        cluster.send_bytes(piece, "pods")
        cluster.objects.put("pods", pod("second"))
        knows(agent, "first", "second", timeout=30)

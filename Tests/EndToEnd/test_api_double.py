"""The simulated API server itself: one that answers otherwise than a real one would prove nothing."""

import gzip
import http.client
import json
import ssl
import threading

import pytest

import api_status
from api_faults import APIFault
from api_resources import RESOURCES, BadSelector, Selector
from cluster_objects import membership, node, pod
from kubelet_server import KubeletServer
from waiting import wait_until

METADATA_ONLY = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=1,application/json"


class Client:
    """A client that trusts the server's CA."""

    def __init__(self, server, token=None):
        self.server = server
        self.token = token or server.access.issue()
        self.context = ssl.create_default_context(cafile=server.authority.ca_path)

    def open(self, path, **headers):
        connection = http.client.HTTPSConnection(
            "127.0.0.1", self.server.port, timeout=10, context=self.context,
        )
        connection.request("GET", path, headers={
            "Authorization": f"Bearer {self.token}",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        })
        return connection.getresponse()

    def get(self, path, **headers):
        """(status, parsed body)."""
        with self.open(path, **headers) as answer:
            return answer.status, json.loads(answer.read())

    def names(self, query, path="/api/v1/pods"):
        status, body = self.get(f"{path}?{query}")
        assert status == 200, body
        return sorted(item["metadata"]["name"] for item in body["items"])


@pytest.fixture
def client(api_server):
    return Client(api_server)


def events(answer):
    return [json.loads(line) for line in answer.read().splitlines()]


def recorded(fixtures, name):
    return json.loads((fixtures / "kubernetes/api" / name).read_text())


class TestLists:
    def test_pages_are_of_one_moment(self, api_server, client):
        for number in range(5):
            api_server.objects.put("pods", pod(f"p{number}"))
        _, first = client.get("/api/v1/pods?limit=2")
        assert first["kind"] == "PodList" and first["metadata"]["remainingItemCount"] == 3
        assert "kind" not in first["items"][0]
        api_server.objects.delete("pods", "p3")
        api_server.objects.put("pods", pod("p9"))
        _, rest = client.get(f"/api/v1/pods?limit=9&continue={first['metadata']['continue']}")
        assert [item["metadata"]["name"] for item in rest["items"]] == ["p2", "p3", "p4"]
        assert rest["metadata"]["resourceVersion"] == first["metadata"]["resourceVersion"]
        assert client.names("") == ["p0", "p1", "p2", "p4", "p9"]

    def test_a_page_that_is_too_old_is_gone_as_recorded(self, api_server, client, fixtures):
        api_server.objects.put("pods", pod("a"))
        api_server.objects.put("pods", pod("b"))
        _, first = client.get("/api/v1/pods?limit=1")
        api_server.objects.compact()
        status, gone = client.get(f"/api/v1/pods?limit=1&continue={first['metadata']['continue']}")
        expected = recorded(fixtures, "expired-continue.json")
        assert status == 410
        again = gone["metadata"]["continue"]
        assert gone == {**expected, "metadata": {"continue": again}}
        assert client.names(f"continue={again}") == ["b"]

    def test_selectors(self, api_server, client):
        api_server.objects.put("pods", pod("a", node="n1", labels={"app": "web", "tier": "x"}))
        api_server.objects.put("pods", pod("b", node="n2", labels={"app": "db"}))
        api_server.objects.put("pods", pod("c", "shop", node="n1", phase="Pending", labels={}))
        assert client.names("fieldSelector=spec.nodeName%3Dn1") == ["a", "c"]
        assert client.names("fieldSelector=spec.nodeName!=n1,status.phase=Running") == ["b"]
        assert client.names("fieldSelector=metadata.namespace=shop") == ["c"]
        assert client.names("", "/api/v1/namespaces/shop/pods") == ["c"]
        assert client.names("labelSelector=app%20in%20(web,db),tier") == ["a"]
        assert client.names("labelSelector=app%20notin%20(web)") == ["b", "c"]
        assert client.names("labelSelector=!app") == ["c"]
        assert client.names("labelSelector=app=db") == ["b"]
        assert client.names("labelSelector=app!%3Ddb") == ["a", "c"]
        with pytest.raises(BadSelector):
            Selector(RESOURCES["pods"], None, "app in web", "")

    def test_metadata_alone(self, api_server, client, fixtures):
        api_server.objects.put("pods", pod("a"))
        _, body = client.get("/api/v1/pods", Accept=METADATA_ONLY)
        expected = recorded(fixtures, "pods-metadata-only.json")
        assert (body["kind"], body["apiVersion"]) == (expected["kind"], expected["apiVersion"])
        assert body["items"][0].keys() == expected["items"][0].keys()

    def test_large_lists_are_compressed_for_who_takes_it(self, api_server, client):
        big = pod("big", annotations={"text": "x" * 300_000})
        api_server.objects.put("pods", big)
        with client.open("/api/v1/pods", Accept_Encoding="gzip") as answer:
            assert answer.headers["Content-Encoding"] == "gzip"
            body = json.loads(gzip.decompress(answer.read()))
        assert len(body["items"][0]["metadata"]["annotations"]["text"]) == 300_000
        assert client.get("/api/v1/pods")[1] == body

    def test_a_version_of_the_future(self, api_server, client):
        status, body = client.get("/api/v1/pods?resourceVersion=99999999")
        assert status == 504
        assert body["details"]["causes"][0]["reason"] == "ResourceVersionTooLarge"


class TestWatches:
    def test_tells_of_what_fits_the_selector(self, api_server, client):
        objects = api_server.objects
        objects.put("pods", pod("a", node="n1"))
        version = objects.version
        objects.put("pods", pod("a", node="n1", phase="Pending"))
        answer = client.open(
            f"/api/v1/pods?watch=1&resourceVersion={version}&fieldSelector=spec.nodeName%3Dn1",
        )
        wait_until(lambda: api_server.open_watches("pods"), 5, "the watch")
        objects.put("pods", pod("b", node="n2"))
        objects.put("nodes", node())
        objects.put("pods", pod("b", node="n1"))
        objects.put("pods", pod("b", node="n2"))
        objects.delete("pods", "a")
        api_server.end_watches()
        told = [(event["type"], event["object"]["metadata"]["name"]) for event in events(answer)]
        assert told == [("MODIFIED", "a"), ("ADDED", "b"), ("DELETED", "b"), ("DELETED", "a")]
        wait_until(lambda: not api_server.open_watches(), 5, "the watch's end")

    def test_initial_events_end_with_a_bookmark_as_recorded(self, api_server, client, fixtures):
        api_server.objects.put("pods", pod("a"))
        query = ("watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan"
                 "&allowWatchBookmarks=true&timeoutSeconds=1")
        with client.open(f"/api/v1/pods?{query}") as answer:
            added, bookmark = events(answer)
        assert (added["type"], added["object"]["kind"]) == ("ADDED", "Pod")
        lines = (fixtures / "kubernetes/api/watch-initial-events.jsonl").read_text().splitlines()
        expected = next(json.loads(line) for line in lines if "BOOKMARK" in line)
        expected["object"]["metadata"]["resourceVersion"] = str(api_server.objects.version)
        assert bookmark == expected
        api_server.initial_events = "refused"
        assert client.get(f"/api/v1/pods?{query}")[0] == 422
        api_server.initial_events = "ignored"
        with client.open(f"/api/v1/pods?{query}") as answer:
            assert [event["type"] for event in events(answer)] == ["ADDED"]

    def test_a_version_that_is_too_old_as_recorded(self, api_server, client, fixtures):
        api_server.objects.compact()
        with client.open("/api/v1/pods?watch=1&resourceVersion=1") as answer:
            told = events(answer)
        line = (fixtures / "kubernetes/api/watch-too-old.jsonl").read_text()
        assert told == [json.loads(line.replace("(320)", f"({api_server.objects.oldest})"))]
        api_server.gone_by_status = True
        assert client.get("/api/v1/pods?watch=1&resourceVersion=1")[0] == 410

    def test_bookmarks_come_to_who_allows_them(self, api_server, client):
        api_server.bookmark_interval = 0.1
        with client.open(
            "/api/v1/nodes?watch=1&resourceVersion=1000&timeoutSeconds=1&allowWatchBookmarks=true",
        ) as answer:
            told = events(answer)
        assert told and {event["type"] for event in told} == {"BOOKMARK"}
        with client.open("/api/v1/nodes?watch=1&resourceVersion=1000&timeoutSeconds=1") as answer:
            assert events(answer) == []

    def test_faults_of_open_watches(self, api_server, client):
        path = "/api/v1/pods?watch=1&resourceVersion=1000"
        answer = client.open(path)
        wait_until(api_server.watches, 5, "the watch")
        api_server.send_event("SURPRISE", {}, "pods")
        api_server.cut_watches("pods")
        with pytest.raises(http.client.IncompleteRead) as cut:
            answer.read()
        first, second = cut.value.partial.splitlines()
        assert json.loads(first) == {"type": "SURPRISE", "object": {}}
        with pytest.raises(ValueError):
            json.loads(second)
        silent = client.open(path)
        wait_until(api_server.watches, 5, "the watch")
        api_server.silence_watches()
        api_server.objects.put("pods", pod("unheard"))
        silent.fp.raw._sock.settimeout(0.5)
        with pytest.raises(TimeoutError):
            silent.read(1)
        assert len(api_server.open_watches("pods")) == 1


class TestAccess:
    def test_errors_as_recorded(self, api_server, client, fixtures):
        shared = Client(api_server, api_server.access.issue("system:serviceaccount:monitoring:agent"))
        api_server.access.forbid("pods")
        status, body = shared.get("/api/v1/pods")
        expected = json.dumps(recorded(fixtures, "forbidden.json")).replace("secrets", "pods")
        assert (status, body) == (403, json.loads(expected))
        api_server.access.allow("pods")
        assert shared.get("/api/v1/pods")[0] == 200
        for name, path, code in (
            ("notfound.json", "/api/v1/namespaces/default/pods/nope", 404),
            ("badrequest.json", "/api/v1/pods?fieldSelector=spec.bogus%3D1", 400),
        ):
            assert shared.get(path) == (code, recorded(fixtures, name))
        api_server.access.revoke(shared.token)
        assert shared.get("/api/v1/pods") == (401, recorded(fixtures, "unauthorized.json"))
        api_server.access.allows_anonymous = True
        shared.token = None
        with shared.open("/api/v1/pods", Authorization="") as answer:
            assert json.loads(answer.read()) == recorded(fixtures, "anonymous.json")

    def test_tokens_expire(self, api_server):
        client = Client(api_server, api_server.access.issue(lifetime=0.3))
        assert client.get("/api/v1/pods")[0] == 200
        wait_until(lambda: client.get("/api/v1/pods")[0] == 401, 5, "the token's end")

    def test_certificates_name_their_user(self, api_server):
        client = Client(api_server)
        client.context.load_cert_chain(*api_server.authority.issue("jane"))
        with client.open("/api/v1/pods", Authorization="") as answer:
            assert answer.status == 200
        assert api_server.requests[-1].user == "jane"

    def test_roles(self, api_server, client):
        api_server.access.rules = [{"apiGroups": [""], "resources": ["pods"], "verbs": ["list"]}]
        assert client.get("/api/v1/pods")[0] == 200
        assert client.get("/api/v1/pods?watch=1")[0] == 403
        assert client.get("/api/v1/nodes")[0] == 403


class TestFaults:
    def test_come_once_to_what_they_are_for(self, api_server, client):
        api_server.fail(APIFault.busy(3), "list", "pods")
        assert client.get("/api/v1/nodes")[0] == 200
        with client.open("/api/v1/pods") as answer:
            assert (answer.status, answer.headers["Retry-After"]) == (429, "3")
        assert client.get("/api/v1/pods")[0] == 200
        api_server.fail(APIFault.close(), times=2)
        for _ in range(2):
            with pytest.raises((http.client.HTTPException, OSError)):
                client.get("/api/v1/pods")
        api_server.fail(APIFault.cut(), "list")
        with pytest.raises(http.client.IncompleteRead):
            client.get("/api/v1/pods")
        api_server.fail(APIFault.status(api_status.status(500, "InternalError", "etcd is away")))
        assert client.get("/api/v1/pods")[0] == 500
        assert [request.status for request in api_server.asked("list", "pods")][-1] == 500

    def test_restarts_on_its_port_with_its_objects(self, api_server, client, authority_of):
        api_server.objects.put("pods", pod("a"))
        held = client.open("/api/v1/pods?watch=1&resourceVersion=1000")
        wait_until(api_server.watches, 5, "the watch")
        threading.Timer(0.1, api_server.restart, [0.1]).start()
        with pytest.raises((http.client.HTTPException, OSError)):
            held.read()
        wait_until(lambda: client.names("") == ["a"], 5, "the server's return")
        api_server.use_certificate_of(authority_of("other"))
        with pytest.raises(ssl.SSLCertVerificationError):
            client.get("/api/v1/pods")


def test_the_kubelet_shows_pods_to_who_has_a_token(api_server, fixtures):
    kubelet = KubeletServer(api_server.authority, lambda: api_server.objects.all("pods")).start()
    try:
        api_server.objects.put("pods", pod("a"))
        client = Client(kubelet)
        status, body = client.get("/pods")
        assert (status, body["kind"], body["metadata"]) == (200, "PodList", {})
        assert [item["metadata"]["name"] for item in body["items"]] == ["a"]
        kubelet.access.revoke(client.token)
        with client.open("/pods") as answer:
            text = (fixtures / "kubernetes/kubelet/unauthorized.txt").read_bytes()
            assert (answer.status, answer.read()) == (401, text)
    finally:
        kubelet.stop()


def test_membership_has_one_endpoint_a_member():
    slice_ = membership("martlet", [("n1", "127.0.0.1", True), ("n2", "127.0.0.2", False)])
    assert [item["conditions"]["ready"] for item in slice_["endpoints"]] == [True, False]

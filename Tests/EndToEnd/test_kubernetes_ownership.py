"""Several agents of one cluster: what is of no node is scraped once, by one of them."""

import time

import pytest

from cluster_objects import membership, node
from exposition_server import ExpositionServer
from kubernetes_configuration import own_cluster
from waiting import wait_until

TARGETS = 24
NODES = ["n1", "n2", "n3"]
HOLD_DOWN = 1.0
# An address of loopback would be each agent's own; this one is reached through a proxy.
ADDRESS = "shop.example:8080"


@pytest.fixture
def targets():
    server = ExpositionServer().start()
    for number in range(TARGETS):
        server.serve(f"http://{ADDRESS}/{number}", f"number {number}\n")
    yield server
    server.stop()


@pytest.fixture
def make_fleet(make_agent, api_server, targets, tmp_path):
    """Starts an agent for each node, all of them ready members of the service `martlet`."""
    options = api_server.client_options(tmp_path)

    def make(names=NODES):
        for name in names:
            api_server.objects.put("nodes", node(name))
        announce(api_server, names)
        return {name: make_agent({
            "kubernetes": own_cluster(
                options, node_name=name, source="none",
                agents={"service": "martlet", "namespace": "martlet", "hold_down": f"{HOLD_DOWN:g}s"},
            ),
            "scrape_configs": [{
                "job_name": "shared", "scope": "cluster",
                "scrape_interval": "1s", "scrape_timeout": "1s", "proxy_url": targets.url,
                "static_configs": [
                    {"targets": [ADDRESS], "labels": {"__metrics_path__": f"/{number}"}}
                    for number in range(TARGETS)
                ],
            }],
        }).start() for name in names}

    return make


def announce(api_server, ready, unready=()):
    """Says who is a ready member, and who is one that isn't ready."""
    api_server.objects.put("endpointslices", membership("martlet", [
        (name, f"10.99.0.{place}", name in ready)
        for place, name in enumerate([*ready, *unready], 1)
    ]))


def owned(agent):
    """The paths of the targets that an agent scrapes."""
    answer = agent.get("/api/v1/targets?state=active&scrapePool=shared").json()
    return {"/" + target["scrapeUrl"].rsplit("/", 1)[1] for target in answer["data"]["activeTargets"]}


def shares(fleet):
    return {name: owned(agent) for name, agent in fleet.items()}


def is_divided(fleet):
    """Whether every target has exactly one owner."""
    found = list(shares(fleet).values())
    return sum(map(len, found)) == TARGETS == len(set.union(*found))


def test_each_target_is_scraped_once_in_the_cluster(make_fleet, api_server, targets):
    fleet = make_fleet()
    wait_until(lambda: is_divided(fleet), 20, "one owner a target")
    assert all(len(share) >= 2 for share in shares(fleet).values()), "an agent has next to nothing"
    # Membership is watched, never written, by one watch of one Service's slices an agent.
    watches = api_server.open_watches("endpointslices")
    assert len(watches) == len(fleet)
    assert {watch.namespace for watch in watches} == {"martlet"}
    assert {watch.query["labelSelector"] for watch in watches} == {
        "kubernetes.io/service-name=martlet",
    }
    assert {request.verb for request in api_server.requests} <= {"list", "watch", "get"}
    with targets.lock:
        before = dict(targets.scrapes)
    time.sleep(4)
    with targets.lock:
        after = dict(targets.scrapes)
    scrapes = [after[path] - before.get(path, 0) for path in after]
    assert len(scrapes) == TARGETS and all(3 <= count <= 5 for count in scrapes), scrapes


def test_the_api_says_who_scrapes_the_others(make_fleet):
    fleet = make_fleet()
    wait_until(lambda: is_divided(fleet), 20, "one owner a target")
    owners = {path: name for name, share in shares(fleet).items() for path in share}
    data = fleet["n1"].get("/api/v1/targets?state=elsewhere&scrapePool=shared").json()["data"]
    told = {
        target["discoveredLabels"]["__metrics_path__"]: target["owner"]
        for target in data["elsewhereTargets"]
    }
    assert data["elsewhereTargetCounts"] == {"shared": len(told)}
    assert told == {path: name for path, name in owners.items() if name != "n1"}


def test_targets_move_when_their_agent_goes_and_come_back(make_fleet, api_server):
    fleet = make_fleet()
    wait_until(lambda: is_divided(fleet), 20, "one owner a target")
    before = shares(fleet)
    fleet["n2"].terminate()
    gone = before.pop("n2")
    rest = {name: agent for name, agent in fleet.items() if name != "n2"}
    announce(api_server, ["n1", "n3"], unready=["n2"])
    wait_until(lambda: is_divided(rest), 20, "the targets' move")
    # Only what was its own has moved.
    for name, share in shares(rest).items():
        assert share >= before[name] and share - before[name] <= gone
    fleet["n2"].start()
    announce(api_server, NODES)
    wait_until(lambda: shares(fleet) == {**before, "n2": gone}, 40, "the old division")


def test_an_agent_that_is_away_for_a_moment_keeps_its_targets(make_fleet, api_server):
    fleet = make_fleet()
    wait_until(lambda: is_divided(fleet), 20, "one owner a target")
    before = shares(fleet)
    announce(api_server, ["n1", "n3"], unready=["n2"])
    time.sleep(HOLD_DOWN / 3)
    announce(api_server, NODES)
    time.sleep(HOLD_DOWN * 2)
    assert shares(fleet) == before


def test_a_lost_api_server_moves_nothing(make_fleet, api_server):
    fleet = make_fleet()
    wait_until(lambda: is_divided(fleet), 20, "one owner a target")
    before = shares(fleet)
    api_server.stop()
    time.sleep(3)
    assert shares(fleet) == before
    api_server.start()
    announce(api_server, ["n1", "n3"])
    rest = {name: agent for name, agent in fleet.items() if name != "n2"}
    wait_until(lambda: is_divided(rest), 40, "the targets' move")
    # Each agent hears of it when its own wait is over: n2 may be the last, and lets go then.
    wait_until(lambda: owned(fleet["n2"]) == set(), 40, "the one that left to let go")

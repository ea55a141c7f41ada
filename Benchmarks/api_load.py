"""What agents ask a Kubernetes API server for, at start and at rest, counted by the server.

usage: api_load.py [--agents 1,10] [--minutes 15] [--nodes 5000] [--pods 30]

Real agents, each of a node of its own, ask the simulated API server of the end-to-end tests, which
writes down every request. What a cluster of --nodes would ask for is multiplied from that: agents
don't know of each other, so their requests add up.
"""

import argparse
import random
import sys
import time
from collections import Counter

from measuring import CORES, DATA, HERE, Program, free_port, martlet, table

sys.path.insert(0, str(HERE.parent / "Tests/EndToEnd"))
from api_server import APIServer  # noqa: E402
from certificates import Authority  # noqa: E402
from cluster_objects import namespace, node, pod, replica_set  # noqa: E402

# The part of an object that a server sends and nobody uses; about what a real pod has of it.
MANAGED_FIELDS = [{
    "manager": "kubelet", "operation": "Update", "apiVersion": "v1", "fieldsType": "FieldsV1",
    "fieldsV1": {f"f:field{number}": {"f:value": {}} for number in range(120)},
}]
# The start counts as over, and what comes after it as rest.
START_SECONDS = 60


def node_name(number):
    return f"node-{number:04d}"


def fill(objects, nodes, pods):
    objects.put("namespaces", namespace("default"))
    for number in range(nodes):
        objects.put("nodes", node(node_name(number)))
        for place in range(pods):
            # Three pods of a Deployment on a node.
            owner = f"app-{number:04d}-{place // 3:02d}"
            if place % 3 == 0:
                objects.put("replicasets", replica_set(owner, owner.rsplit("-", 1)[0]))
            labels = {"app": owner, "pod-template-hash": owner.rsplit("-", 1)[1]}
            item = pod(f"{owner}-{place}", node=node_name(number), labels=labels,
                       owner=("ReplicaSet", owner))
            item["metadata"]["managedFields"] = MANAGED_FIELDS
            objects.put("pods", item)


def configuration(server, token, number):
    folder = DATA / f"api-load-{number}"
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / "martlet.yaml"
    config.write_text(f"""\
server: {{listen: "127.0.0.1:{free_port()}"}}
kubernetes:
  node_name: {node_name(number)}
  source: api
  api_server: {server.url}
  authorization: {{credentials_file: {token}}}
  tls_config: {{ca_file: {server.authority.ca_path}}}
logs: {{state_dir: {folder / 'state'}, sources: []}}
""")
    return config


def measure(agents, minutes, pods):
    """Runs the agents; returns the server's record and how many changes a node had."""
    server = APIServer(Authority(DATA / "authority")).start()
    fill(server.objects, agents, pods)
    token = DATA / "api-token"
    token.write_text(server.access.issue())
    programs = []
    changes = 0
    try:
        for number in range(agents):
            config = configuration(server, token, number)
            programs.append(Program([martlet(), "run", "--config", config], CORES[-1], f"agent-{number}"))
        begin = time.monotonic()
        end = begin + minutes * 60
        while time.monotonic() < end:
            time.sleep(10)
            # One change of one pod a node every ten seconds, as restarts and probes make.
            for number in range(agents):
                place = random.randrange(pods)
                name = f"app-{number:04d}-{place // 3:02d}-{place}"
                server.objects.update("pods", name, change=restart)
            changes += 1
        for program in programs:
            program.check()
    finally:
        for program in programs:
            program.__exit__()
        server.stop()
    return server, begin, changes


def restart(item):
    item["status"]["containerStatuses"][0]["restartCount"] += 1


def report(server, begin, agents, minutes, options):
    start, rest = Counter(), Counter()
    for request in server.requests:
        key = (request.verb, request.resource)
        (start if request.time < begin + START_SECONDS else rest)[key] += 1
    hours = (minutes * 60 - START_SECONDS) / 3600
    table(
        f"{agents} agent(s), {options.pods} pods a node, {minutes:g} minutes: requests an agent",
        ["verb and resource", "at start", "an hour at rest"],
        [[" ".join(key), start[key] / agents, rest[key] / agents / hours]
         for key in sorted(start | rest)],
    )
    watched = [r for r in server.requests if r.verb == "watch" and r.resource == "pods"]
    events = sum(request.events for request in watched)
    sent = sum(request.bytes_sent for request in watched)
    jitter = 10.0
    per_start, per_hour = start.total() / agents, rest.total() / agents / hours
    open_watches = len({key for key in start if key[0] == "watch"})
    table(
        f"{options.nodes} nodes, computed from it",
        ["what", "value"],
        [["requests a second, all agents started at once", per_start * options.nodes / jitter],
         ["requests a second, at rest", per_hour * options.nodes / 3600],
         ["open watches", open_watches * options.nodes],
         ["bytes an event of a pod", sent / max(events, 1)]],
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--agents", default="1,10")
    parser.add_argument("--minutes", type=float, default=15)
    parser.add_argument("--nodes", type=int, default=5000)
    parser.add_argument("--pods", type=int, default=30)
    options = parser.parse_args()
    if options.minutes * 60 <= START_SECONDS:
        raise SystemExit(f"--minutes: more than {START_SECONDS / 60:g}")
    for agents in map(int, options.agents.split(",")):
        print(f"==> {agents} agent(s) for {options.minutes:g} minutes")
        server, begin, _ = measure(agents, options.minutes, options.pods)
        report(server, begin, agents, options.minutes, options)


if __name__ == "__main__":
    main()

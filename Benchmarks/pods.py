"""What an agent's memory comes to with the pods of its node, from none to more than a node may have.

usage: pods.py [--counts 0,30,110,500] [--samples 50] [--seconds 30]

The pods are made after recorded ones, below MARTLET_FIXTURES, and come from the simulated API server
of the end-to-end tests. Of each count there are three runs: in the first the pods are known and nothing
more; in the second there is a receiver, so that their states are scraped in memory and sent (kube_pod_*);
in the third the job kubernetes-pods finds them all, too, and they answer on addresses of loopback,
127.2.0.1 upward.
"""

import argparse
import copy
import hashlib
import json
import os
import re
import sys
import time
import uuid
from pathlib import Path

from measuring import DATA, HERE, SUBJECT_CORE, Program, Receiver, free_port, martlet, table
from targets import exposition, metrics, total

sys.path.insert(0, str(HERE.parent / "Tests/EndToEnd"))
from api_server import APIServer  # noqa: E402
from certificates import Authority  # noqa: E402
from cluster_objects import NODE, node, replica_set  # noqa: E402

MODES = ["known", "and their states sent", "and scraped"]
# A pod that takes longer to be known, or to be a target, is not coming.
PATIENCE_SECONDS = 60


def models():
    """The recorded pods that run and have an address of their own."""
    folder = os.environ.get("MARTLET_FIXTURES")
    if not folder:
        raise SystemExit("MARTLET_FIXTURES is not set: recorded pods are not available")
    listed = json.loads((Path(folder) / "kubernetes/discovery/pods.json").read_text())
    return [item for item in listed["items"] if item["status"]["phase"] == "Running"
            and not item["spec"].get("hostNetwork")]


def identifier(number):
    return str(uuid.uuid5(uuid.NAMESPACE_DNS, str(number)))


def digest(text):
    return hashlib.sha256(str(text).encode()).hexdigest()


def pod(model, number, port):
    """One pod after `model`, with the labels and annotations that a chart gives."""
    item = copy.deepcopy(model)
    app = f"{item['metadata']['labels']['app']}-{number // 3:03d}"
    template = digest(app)[:10]
    address = f"127.2.{number // 250}.{number % 250 + 1}"
    metadata, status = item["metadata"], item["status"]
    metadata.update(
        name=f"{app}-{template}-{digest(number)[:5]}", namespace=f"team-{number // 3 % 12:02d}",
        uid=identifier(number),
        ownerReferences=[{
            "apiVersion": "apps/v1", "kind": "ReplicaSet", "name": f"{app}-{template}",
            "uid": identifier(app), "controller": True, "blockOwnerDeletion": True,
        }],
    )
    metadata.setdefault("labels", {}).update({
        "app": app, "pod-template-hash": template, "app.kubernetes.io/name": app,
        "app.kubernetes.io/instance": f"{app}-production", "app.kubernetes.io/version": "2.14.3",
        "app.kubernetes.io/component": "backend", "app.kubernetes.io/part-of": "storefront",
        "app.kubernetes.io/managed-by": "Helm", "helm.sh/chart": "storefront-2.14.3",
    })
    metadata["annotations"] = {
        **(metadata.get("annotations") or {}), "checksum/config": digest(app),
        "kubectl.kubernetes.io/restartedAt": "2026-11-24T10:00:00Z",
        "prometheus.io/scrape": "true", "prometheus.io/port": str(port),
        "prometheus.io/path": "/metrics",
    }
    item["spec"]["nodeName"] = NODE
    status.update(podIP=address, podIPs=[{"ip": address}])
    for container in status["containerStatuses"] + status.get("initContainerStatuses", []):
        container["containerID"] = f"containerd://{digest((number, container['name']))}"
    return item


def fill(objects, recorded, count, port):
    objects.put("nodes", node())
    for number in range(count):
        item = pod(recorded[number // 3 % len(recorded)], number, port)
        objects.put("pods", item)
        owner = item["metadata"]["ownerReferences"][0]["name"]
        objects.put("replicasets", replica_set(
            owner, owner.rsplit("-", 1)[0], item["metadata"]["namespace"],
        ))


def configuration(server, token, receiver, mode):
    own = free_port()
    sinks = [f'{{url: "{receiver.url}/api/v1/write"}}'] if mode > 0 else []
    config = DATA / "pods.yaml"
    config.write_text(f"""\
server: {{listen: "127.0.0.1:{own}"}}
global: {{scrape_interval: 15s}}
remote_write: [{", ".join(sinks)}]
kubernetes:
  node_name: {NODE}
  source: api
  start_jitter: 0s
  pod_annotations: {str(mode == 2).lower()}
  api_server: {server.url}
  authorization: {{credentials_file: {token}}}
  tls_config: {{ca_file: {server.authority.ca_path}}}
logs: {{state_dir: {DATA / 'state-pods'}, sources: []}}
""")
    return config, f"http://127.0.0.1:{own}"


def wait_for_all(count, is_scraped, url):
    """Waits until every pod is known, and has been scraped where it is to be."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        known = re.search(
            r'^martlet_kubernetes_objects{[^}]*resource="pods"[^}]*} (\S+)$',
            metrics(f"{url}/metrics/agent"), re.M,
        )
        up = targets_up(url)
        if known and float(known[1]) == count and (not is_scraped or up == count):
            return up
        time.sleep(1)
    raise SystemExit(f"{count} pods were not known and scraped in {PATIENCE_SECONDS} s: {known}, {up}")


def targets_up(url):
    active = json.loads(metrics(f"{url}/api/v1/targets?state=active"))["data"]["activeTargets"]
    return sum(target["health"] == "up" for target in active
               if target["scrapePool"] == "kubernetes-pods")


def measure(server, token, receiver, count, mode, seconds):
    config, url = configuration(server, token, receiver, mode)
    name = f"pods-{count}-{mode}"
    with Program([martlet(), "run", "--config", config], SUBJECT_CORE, name) as agent:
        agent.wait_for(f"{url}/metrics/agent")
        wait_for_all(count, mode == 2, url)
        time.sleep(seconds)
        agent.check()
        at_rest = [agent.memory(key) for key in ("VmRSS", "RssAnon", "VmHWM")]
        # Who scrapes the pods' states makes the agent write them all down.
        text = metrics(f"{url}/metrics/pods") if count else ""
        series = sum(not line.startswith("#") for line in text.splitlines())
        failures = total(metrics(f"{url}/metrics/agent"), "martlet_scrape_failures_total")
        row = [count, MODES[mode], int(failures), *at_rest, series, agent.memory("RssAnon")]
    return row


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--counts", default="0,30,110,500")
    parser.add_argument("--samples", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=30)
    options = parser.parse_args()
    recorded = models()
    DATA.mkdir(exist_ok=True)
    served = DATA / "pods.prom"
    served.write_text(exposition(options.samples))
    rows = []
    with Receiver(served) as receiver:
        for count in map(int, options.counts.split(",")):
            server = APIServer(Authority(DATA / "authority")).start()
            token = DATA / "api-token"
            token.write_text(server.access.issue())
            fill(server.objects, recorded, count, receiver.port)
            for mode, what in enumerate(MODES):
                print(f"==> {count} pods, {what}")
                rows.append(measure(server, token, receiver, count, mode, options.seconds))
            server.stop()
    table(
        f"Pods of a node, {options.seconds:g} s at rest; {options.samples} samples a scrape",
        ["pods", "are", "failed scrapes", "VmRSS MB", "of which anonymous", "VmHWM MB",
         "series of /metrics/pods", "anonymous MB once it was asked for"],
        rows,
    )


if __name__ == "__main__":
    main()

"""How an agent is told of the simulated cluster, and what it says of the targets it found there."""

import json

import yaml

from cluster_objects import NODE
from exposition import Exposition

# Labels of a discovered target that its job sets, or that only a recording has.
_OF_THE_JOB = {
    "__metrics_path__", "__scheme__", "__scrape_interval__", "__scrape_timeout__", "job", "__source",
    "__always_scrape_classic_histograms__", "__convert_classic_histograms_to_nhcb__",
    "__scrape_native_histograms__",
}


def own_cluster(options, **extra):
    """The `kubernetes` block of an agent whose own cluster `options` describe; no start is delayed."""
    return {"node_name": NODE, "start_jitter": "0s", **options, **extra}


def job(name, role="pod", **keys):
    """A job that finds its targets in the agent's own cluster; keys of the discovery go by `sd`."""
    discovery = {"role": role, **keys.pop("sd", {})}
    return {
        "job_name": name, "scrape_interval": "1s", "scrape_timeout": "1s",
        "kubernetes_sd_configs": [discovery], **keys,
    }


def recorded_jobs(fixtures, options, **extra):
    """The jobs of the recorded prometheus.yml, asking the server that `options` describe.

    All that was discovered stays on the targets: two that are alike after relabeling would be one.
    """
    path = fixtures / "kubernetes/discovery/prometheus.yml"
    jobs = yaml.safe_load(path.read_text())["scrape_configs"]
    for one in jobs:
        one.update(extra)
        one.setdefault("relabel_configs", []).append(
            {"action": "labelmap", "regex": "__meta_kubernetes_(.+)"},
        )
        for discovery in one["kubernetes_sd_configs"]:
            for key in ("api_server", "authorization", "tls_config"):
                discovery.pop(key)
            discovery.update(options)
    return jobs


def discovered(program, job_name=None):
    """The labels of each target, active or dropped, before relabeling, by job; `program` has `get`."""
    data = program.get("/api/v1/targets").json()["data"]
    found = {}
    for target in data["activeTargets"] + data["droppedTargets"]:
        labels = target["discoveredLabels"]
        found.setdefault(labels["job"], []).append(without_job_labels(labels))
    return found if job_name is None else found.get(job_name, [])


def without_job_labels(labels):
    """What discovery said; an empty label is the same as none."""
    return {name: value for name, value in labels.items() if value and name not in _OF_THE_JOB}


def in_order(targets):
    """Targets in an order of their own, so that lists of them can be compared."""
    return sorted(sorted(labels.items()) for labels in targets)


def instances(agent, pool):
    """The `instance` of each active target of a job."""
    answer = agent.get(f"/api/v1/targets?state=active&scrapePool={pool}").json()
    return sorted(target["labels"]["instance"] for target in answer["data"]["activeTargets"])


def pods_known(agent):
    """The names of the pods that the agent knows of."""
    answer = agent.get("/metrics/pods")
    if answer.status != 200:
        return None
    samples = Exposition(answer.text).matching("kube_pod_info")
    return sorted(sample.labels["pod"] for sample in samples)


def warnings_of(agent, text):
    """Warnings and errors that the agent logged which hold `text`, anywhere in them."""
    return [record for record in agent.log_records()
            if record["level"] in ("warning", "error") and text in json.dumps(record)]

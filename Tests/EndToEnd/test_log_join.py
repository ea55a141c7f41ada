"""Stack traces become one record each, as rules and pods' annotations say."""

import pytest

from cluster_objects import node, pod
from container_log import POD_UID, ContainerLog
from kubernetes_configuration import own_cluster
from sink_configuration import container_logs, elasticsearch
from waiting import wait_until

TRACE = [
    "Traceback (most recent call last):",
    '  File "/app/shop.py", line 10, in sell',
    "    return stock[item]",
    "KeyError: 'pear'",
]


def logs_with(pod_logs, receiver, **join):
    logs = container_logs(pod_logs, elasticsearch(receiver.url))
    logs["rules"] = [{"match": {"namespaces": ["shop"]}, "join": join}] if join else []
    return logs


def write(log, lines):
    for line in lines:
        log.line("stderr", "F", line)
        log.line("stdout", "F", f"beside {log.lines}")
    log.raw(b"")


def texts(receiver):
    return [d["log"] for d in receiver.documents() if d["stream"] == "stderr"]


@pytest.mark.parametrize("mode", ["python", "auto"])
def test_a_trace_cut_by_a_rotation_is_one_record(make_agent, bulk_receiver, pod_logs, mode):
    log = ContainerLog(pod_logs)
    logs = logs_with(pod_logs, bulk_receiver, mode=mode, timeout="5s")
    agent = make_agent({"logs": logs}).start()
    write(log, ["ready", *TRACE[:2]])
    log.rename()
    log.reopen()
    write(log, [*TRACE[2:], "ready again"])
    expected = {"ready", "\n".join(TRACE), "ready again"}
    wait_until(lambda: set(texts(bulk_receiver)) >= expected, 30, "the joined record")
    assert sorted(texts(bulk_receiver)) == sorted(expected)
    status, _ = agent.terminate()
    assert status == 0


def test_a_kill_in_the_middle_of_a_trace_does_not_tear_it(make_agent, bulk_receiver, pod_logs):
    log = ContainerLog(pod_logs)
    logs = logs_with(pod_logs, bulk_receiver, mode="python", timeout="60s")
    agent = make_agent({"logs": logs}).start()
    write(log, ["ready", *TRACE[:2]])
    wait_until(lambda: "ready" in texts(bulk_receiver), 30, "what went before")
    agent.kill()
    write(log, [*TRACE[2:], "ready again"])
    agent.start()
    wait_until(lambda: "\n".join(TRACE) in texts(bulk_receiver), 30, "the joined record")
    assert set(texts(bulk_receiver)) <= {"ready", "\n".join(TRACE), "ready again"}


def test_a_pod_asks_for_it_by_an_annotation(
    make_agent, bulk_receiver, pod_logs, api_server, tmp_path,
):
    log = ContainerLog(pod_logs)
    api_server.objects.put("nodes", node())
    item = pod("web-5d9c7", "shop", uid=POD_UID)
    item["metadata"]["annotations"] = {"martlet.dev/join": "python"}
    api_server.objects.put("pods", item)
    options = {"kubernetes": own_cluster(api_server.client_options(tmp_path))}
    make_agent({**options, "logs": logs_with(pod_logs, bulk_receiver)}).start()
    write(log, ["ready", *TRACE])
    wait_until(lambda: "\n".join(TRACE) in texts(bulk_receiver), 30, "the joined record")

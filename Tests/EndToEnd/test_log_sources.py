"""Log files beside those of containers: Docker's, by patterns of paths, audit logs, in volumes."""

import json
from datetime import datetime, timezone

from self_metrics import LOG_FILE_ERRORS, LOG_LOST_BYTES, LOG_MALFORMED_LINES
from sink_configuration import container_logs, elasticsearch
from waiting import wait_until

POD_UID = "7a4b0c1e-52b1-4c5e-9d57-0f6a8f5b2c11"
CONTAINER_ID = "0123456789abcdef" * 4


def logs_of(receiver, *sources):
    return {"sources": list(sources), "sinks": [elasticsearch(receiver.url)]}


def arrive(receiver, texts):
    wait_until(lambda: set(texts) <= receiver.field_counts().keys(), 30, f"{texts}")
    assert receiver.field_counts().keys() == set(texts)
    assert set(receiver.field_counts().values()) == {1}


def docker_line(text, stream="stdout", second=20):
    """As dockerd's json-file driver writes it: Go's escapes, and the time in nanoseconds."""
    log = json.dumps(text, ensure_ascii=False)
    for plain, escaped in (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026")):
        log = log.replace(plain, escaped)
    return f'{{"log":{log},"stream":"{stream}","time":"2026-11-23T01:30:{second}.123456789Z"}}\n'


def test_a_node_with_docker(make_agent, bulk_receiver, pod_logs, tmp_path):
    target = tmp_path / "docker" / CONTAINER_ID / f"{CONTAINER_ID}-json.log"
    target.parent.mkdir(parents=True)
    folder = pod_logs / f"shop_web-1_{POD_UID}" / "app"
    folder.mkdir(parents=True)
    (folder / "0.log").symlink_to(target)
    target.write_text(
        docker_line("first\n") + docker_line("in two ") + docker_line("oops\n", "stderr")
        + docker_line("pieces\n") + docker_line('<a href="x">&\\ "🦜\n') + '{"log":"torn\n'
    )
    agent = make_agent({"logs": container_logs(pod_logs, elasticsearch(bulk_receiver.url))}).start()
    texts = ["first", "oops", "in two pieces", '<a href="x">&\\ "🦜', '{"log":"torn']
    arrive(bulk_receiver, texts)
    assert agent.metric(LOG_MALFORMED_LINES) == 1
    target.rename(target.with_name(target.name + ".1"))
    target.write_text(docker_line("after the rotation\n"))
    arrive(bulk_receiver, texts + ["after the rotation"])
    document = next(document for document in bulk_receiver.documents() if document["log"] == "oops")
    assert document["stream"] == "stderr"
    assert document["@timestamp"].startswith("2026-11-23T01:30:20.123")
    assert document["kubernetes"]["container_name"] == "app"
    assert document["kubernetes"]["pod_id"] == POD_UID


def test_whole_paths_by_patterns(make_agent, bulk_receiver, tmp_path):
    root = tmp_path / "log"
    for name in ("a.log", "app/b.log", "app/x/y/c.log", "app/skip/d.log", "app/x/debug.log", "e.txt"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(f"{name}\n")
    (root / "app" / "loop").symlink_to("..")
    source = {
        "name": "files", "type": "file", "include": [f"{root}/*.log", f"{root}/app/**/*.log"],
        "exclude": ["debug.log", f"{root}/app/skip/**"],
    }
    agent = make_agent({"logs": logs_of(bulk_receiver, source)}).start()
    texts = ["a.log", "app/b.log", "app/x/y/c.log"]
    arrive(bulk_receiver, texts)
    (root / "app" / "late" / "z").mkdir(parents=True)
    (root / "app" / "late" / "z" / "f.log").write_text("late\n")
    arrive(bulk_receiver, texts + ["late"])
    assert agent.metric(LOG_LOST_BYTES) == 0


def test_audit_events_keep_their_time_and_their_text(make_agent, bulk_receiver, tmp_path):
    path = tmp_path / "audit.log"
    event = json.dumps({
        "kind": "Event", "apiVersion": "audit.k8s.io/v1", "level": "RequestResponse",
        "verb": "create", "requestObject": {"stageTimestamp": "1999-01-01T00:00:00Z"},
        "requestReceivedTimestamp": "2026-11-23T01:30:20.000001Z",
        "stageTimestamp": "2026-11-23T01:30:21.000000Z",
    }, separators=(",", ":"))
    large = json.dumps({
        "requestObject": {"data": "x" * 700_000},
        "requestReceivedTimestamp": "2026-11-23T01:30:22.000002Z",
    }, separators=(",", ":"))
    path.write_text(f"{event}\n{large}\nno event\n")
    source = {"name": "audit", "type": "audit", "include": [str(path)]}
    agent = make_agent({"logs": logs_of(bulk_receiver, source)}).start()
    arrive(bulk_receiver, [event, large, "no event"])
    times = {document["log"]: document["@timestamp"] for document in bulk_receiver.documents()}
    assert times[event].startswith("2026-11-23T01:30:20.000001")
    assert times[large].startswith("2026-11-23T01:30:22.000002")
    assert abs((datetime.now(timezone.utc)
                - datetime.fromisoformat(times["no event"][:19] + "+00:00")).total_seconds()) < 300
    assert agent.metric(LOG_MALFORMED_LINES) == 1
    # lumberjack, which API servers rotate with, puts the time before the ending.
    path.rename(tmp_path / "audit-2026-11-23T01-30-23.000.log")
    path.write_text('{"stageTimestamp":"2026-11-23T01:30:24Z"}\n')
    wait_until(lambda: bulk_receiver.count() == 4, 30, "the event after the rotation")


def test_defaults_of_sources_that_are_not_there_are_quiet(make_agent, bulk_receiver):
    agent = make_agent({
        "logs": logs_of(bulk_receiver, {"name": "audit", "type": "audit"}),
    }).start()
    assert agent.metric(LOG_FILE_ERRORS) == 0
    assert "not there" not in agent.errors()


def test_files_in_a_volume(make_agent, bulk_receiver, tmp_path):
    volume = tmp_path / "kubelet" / POD_UID / "volumes" / "kubernetes.io~empty-dir" / "logs"
    volume.mkdir(parents=True)
    (volume / "app.log").write_text("from the volume\n")
    source = {"name": "volumes", "type": "pod_volumes", "path": str(tmp_path / "kubelet")}
    make_agent({"logs": logs_of(bulk_receiver, source)}).start()
    arrive(bulk_receiver, ["from the volume"])

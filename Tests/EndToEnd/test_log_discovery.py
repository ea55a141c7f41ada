"""Files are found and followed where the kernel can't, or doesn't, tell of changes."""

import subprocess
from pathlib import Path

import pytest

from container_log import ContainerLog, timestamp
from self_metrics import LOG_FILE_ERRORS, LOG_WATCH_OVERFLOWS, LOG_WATCHING
from sink_configuration import container_logs, elasticsearch
from waiting import wait_until

# Where changes are not heard of, folders are listed each five seconds and open files looked at four
# times a second; the rest is for a busy machine.
INTERVAL = 5
SLACK = 10
QUEUE = Path("/proc/sys/fs/inotify/max_queued_events")


def arrives(receiver, text, timeout=INTERVAL + SLACK):
    wait_until(lambda: receiver.field_counts()[text] == 1, timeout, f"{text!r}")


def in_user_namespace(limit, value):
    """What starts a program in a user namespace of its own, with a limit of inotify in it."""
    script = f'echo {value} > /proc/sys/user/{limit} && exec "$@"'
    wrapper = ("unshare", "--user", "--map-root-user", "sh", "-c", script, "sh")
    tried = subprocess.run([*wrapper, "true"], capture_output=True, text=True)
    if tried.returncode != 0:
        pytest.skip(f"no limits of inotify can be set here: {tried.stderr.strip()}")
    return wrapper


def set_limit(agent, limit, value):
    """Changes a limit of the agent's namespace."""
    subprocess.run(
        ["nsenter", "--user", "--preserve-credentials", "--target", str(agent.pid),
         "sh", "-c", f"echo {value} > /proc/sys/user/{limit}"],
        check=True, capture_output=True, text=True,
    )


@pytest.mark.parametrize("limit, value", [("max_inotify_watches", 3), ("max_inotify_instances", 0)])
def test_no_room_for_watches(make_agent, bulk_receiver, pod_logs, limit, value):
    logs = [ContainerLog(pod_logs, pod=f"web-{number}") for number in range(10)]
    agent = make_agent(
        {"logs": container_logs(pod_logs, elasticsearch(bulk_receiver.url))},
        wrapper=in_user_namespace(limit, value),
    ).start()
    for number, log in enumerate(logs):
        arrives(bulk_receiver, log.record(f"first of {number}"))
    for number, log in enumerate(logs):
        arrives(bulk_receiver, log.record(f"second of {number}"))
    late = ContainerLog(pod_logs, pod="late-1")
    arrives(bulk_receiver, late.record("of a pod that came later"))
    late.rename()
    late.record("before the new file")
    late.reopen()
    late.record("after a rotation")
    arrives(bulk_receiver, "before the new file")
    arrives(bulk_receiver, "after a rotation")
    assert agent.metric(LOG_WATCHING) == 0
    told = [record for record in agent.log_records() if "can be watched" in record["message"]]
    assert len(told) == 1 and "fs.inotify" in told[0]["remedy"]
    assert agent.metric(LOG_FILE_ERRORS) == 0


def test_room_for_watches_again(make_agent, bulk_receiver, pod_logs):
    logs = [ContainerLog(pod_logs, pod=f"web-{number}") for number in range(10)]
    agent = make_agent(
        {"logs": container_logs(pod_logs, elasticsearch(bulk_receiver.url))},
        wrapper=in_user_namespace("max_inotify_watches", 3),
    ).start()
    wait_until(lambda: agent.metrics().matching(LOG_WATCHING), 30, "the count")
    wait_until(lambda: agent.metric(LOG_WATCHING) == 0, 30, "the trouble")
    set_limit(agent, "max_inotify_watches", 10000)
    wait_until(lambda: agent.metric(LOG_WATCHING) == 1, 30, "every folder to be watched")
    for number, log in enumerate(logs):
        arrives(bulk_receiver, log.record(f"of {number}"), 2 + SLACK)


def test_more_changes_than_the_kernel_tells_of(make_agent, bulk_receiver, pod_logs):
    # The next look at everything would be an hour away.
    source = {
        "name": "containers", "type": "kubernetes", "path": str(pod_logs), "rescan_interval": "1h",
    }
    agent = make_agent({
        "logs": {"sources": [source], "sinks": [elasticsearch(bulk_receiver.url)]},
    }).start()
    logs = [ContainerLog(pod_logs, pod=f"web-{number}") for number in range(2)]
    for log in logs:
        arrives(bulk_receiver, log.record(f"first of {log.pod}"))
    agent.freeze()
    # The same change twice in a row is told of once: so the files take turns.
    for _ in range(int(QUEUE.read_text()) // 2 + 100):
        for log in logs:
            log.raw(b"")
            log.raw(f"{timestamp()} stdout F one of many\n".encode())
    late = ContainerLog(pod_logs, pod="late-1")
    late.record("of a pod that nobody told of")
    agent.thaw()
    arrives(bulk_receiver, "of a pod that nobody told of")
    assert agent.metric(LOG_WATCH_OVERFLOWS) >= 1
    assert agent.metric(LOG_WATCHING) == 1


def test_many_rotations_while_nobody_looks(make_agent, bulk_receiver, pod_logs):
    agent = make_agent(
        {"logs": container_logs(pod_logs, elasticsearch(bulk_receiver.url))},
    ).start()
    log = ContainerLog(pod_logs)
    arrives(bulk_receiver, log.record())
    agent.freeze()
    for _ in range(6):
        log.write(200)
        log.rename()
        log.write(50)
        log.reopen()
    log.write(100)
    log.finish_partials()
    agent.thaw()
    wait_until(lambda: bulk_receiver.count() >= len(log.expected), 60, "every record")
    assert bulk_receiver.field_counts() == dict.fromkeys(log.expected, 1)


@pytest.fixture
def silent_folder(tmp_path):
    """A mounted folder, and the one beneath it: what is changed beneath is told of by nobody."""
    lower, empty, mounted = (tmp_path / name for name in ("lower", "empty", "mounted"))
    for folder in (lower, empty, mounted):
        folder.mkdir()
    (lower / "pods").mkdir()
    tried = subprocess.run(
        ["mount", "-t", "overlay", "overlay", "-o", f"lowerdir={lower}:{empty}", mounted],
        capture_output=True, text=True,
    )
    if tried.returncode != 0:
        pytest.skip(f"no overlay can be mounted here: {tried.stderr.strip()}")
    yield lower / "pods", mounted / "pods"
    subprocess.run(["umount", "--lazy", mounted], check=True)


def test_a_file_system_that_tells_nothing(make_agent, bulk_receiver, silent_folder):
    beneath, mounted = silent_folder
    source = {
        "name": "containers", "type": "kubernetes", "path": str(mounted), "rescan_interval": "2s",
    }
    agent = make_agent({
        "logs": {"sources": [source], "sinks": [elasticsearch(bulk_receiver.url)]},
    })
    log = ContainerLog(beneath)
    log.record("there before")
    agent.start()
    arrives(bulk_receiver, "there before")
    # The kernel has taken every watch, and none of them will ever say anything.
    wait_until(lambda: agent.metric(LOG_WATCHING) == 1, 10, "the watches")
    for number in range(3):
        arrives(bulk_receiver, log.record(f"line {number}"))
    late = ContainerLog(beneath, pod="late-1")
    arrives(bulk_receiver, late.record("a pod that came later"))
    # Names that an overlay has looked up stay what they were, so that no rotation can be seen here.
    log.path.rename(log.path.with_name("0.log.20261123-022240"))
    arrives(bulk_receiver, log.record("to the file that was renamed"))
    assert set(bulk_receiver.field_counts().values()) == {1}
    # It holds files of the mount open.
    agent.kill()

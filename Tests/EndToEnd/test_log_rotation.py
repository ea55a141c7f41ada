"""100 000 lines through rotations and crashes: every record arrives, duplicates are bounded."""

import gzip
import os
import resource
import time
from datetime import datetime, timezone

import pytest

from agent import NODE_NAME
from container_log import POD_UID, ContainerLog
from http_receiver import Fault
from self_metrics import LOG_OPEN_FILES, LOG_RESENT_RECORDS
from sink_configuration import container_logs, elasticsearch
from waiting import wait_until

LINES = 100_000
CHUNKS = 20
ROTATE_AFTER = {2, 6, 10, 13, 17}
KILL_IN = {8, 13}


def rotate(log, receiver, lines):
    """A rotation as the kubelet does it; `lines` go to the renamed file before the reopen."""
    # The older rotated file is compressed and deleted only now, and seconds after its last line
    # in reality: so here once its records have arrived.
    if log.rotated and log.expected.keys() <= receiver.field_counts().keys():
        log.compress_oldest()
    log.rename()
    log.write(lines)
    log.finish_partials()
    time.sleep(0.05)
    log.reopen()


def kill_in_flight(agent, receiver, log, lines, accepted):
    """SIGKILL while the receiver has a request whose answer the agent will never see.

    An `accepted` request shows whether duplicates are bounded and counted; one that is not shows
    whether a position moves before it is confirmed.
    """
    seen = receiver.requests
    if accepted:
        receiver.delay = 1.0
    else:
        receiver.fault_for = lambda body: Fault.hang(1.0)
    log.write(lines)
    wait_until(lambda: receiver.requests > seen, 30, "a request to be in flight")
    agent.kill()
    time.sleep(1.5)
    receiver.delay = 0.0
    receiver.fault_for = None


@pytest.mark.long
def test_nothing_is_lost_and_duplicates_are_bounded(make_agent, bulk_receiver, pod_logs):
    log = ContainerLog(pod_logs)
    agent = make_agent({"logs": container_logs(pod_logs, elasticsearch(bulk_receiver.url))})
    agent.start()
    resent_by_the_dead = 0
    kills = 0
    for chunk in range(CHUNKS):
        tail = 100 if chunk in ROTATE_AFTER else 0
        if chunk in KILL_IN:
            resent_by_the_dead += agent.metric(LOG_RESENT_RECORDS)
            kill_in_flight(
                agent, bulk_receiver, log, LINES // CHUNKS - tail, accepted=kills == 0,
            )
            kills += 1
        else:
            log.write(LINES // CHUNKS - tail)
        if chunk in ROTATE_AFTER:
            rotate(log, bulk_receiver, tail)
        if chunk in KILL_IN:
            agent.start()
        time.sleep(0.5)
    assert kills == 2 and log.lines >= LINES and log.rotated, "the test did not do its own work"
    log.finish_partials()

    wait_until(lambda: log.expected.keys() <= bulk_receiver.field_counts().keys(), 90,
               "every record to arrive")
    time.sleep(2)
    counts = bulk_receiver.field_counts()
    assert counts.keys() == log.expected.keys(), "records that nobody wrote arrived"
    assert bulk_receiver.malformed == []

    duplicates = sum(counts.values()) - len(counts)
    largest = max(bulk_receiver.batches)
    assert duplicates <= kills * largest, f"{duplicates} duplicates, largest batch {largest}"
    resent = resent_by_the_dead + agent.metric(LOG_RESENT_RECORDS)
    assert resent >= duplicates, f"{duplicates} duplicates, but only {resent:.0f} counted"
    assert resent <= kills * largest
    print(f"{len(counts)} records, {duplicates} duplicates, {resent:.0f} counted as sent again")

    for document in bulk_receiver.documents():
        assert document["stream"] == log.expected[document["log"]]
        assert document["kubernetes"].items() >= {
            "namespace_name": "shop", "pod_name": "web-5d9c7", "pod_id": POD_UID,
            "container_name": "app", "host": NODE_NAME,
        }.items()
        at = datetime.fromisoformat(document["@timestamp"][:19] + "+00:00")
        assert abs((datetime.now(timezone.utc) - at).total_seconds()) < 300
    indices = {index for index, _ in bulk_receiver.stored}
    assert all(datetime.strptime(index, "logs-%Y.%m.%d") for index in indices)
    assert len(indices) <= 2


def test_a_file_deleted_while_open_is_read_to_its_end(make_agent, bulk_receiver, pod_logs):
    log = ContainerLog(pod_logs)
    agent = make_agent({"logs": container_logs(pod_logs, elasticsearch(bulk_receiver.url))})
    agent.start()
    log.record("first")
    wait_until(lambda: bulk_receiver.count() == 1, 20, "the first record")
    bulk_receiver.stop()
    log.write(2000)
    log.finish_partials()
    wait_until(lambda: agent.metric(LOG_OPEN_FILES) >= 1, 20, "the file to be held open")
    log.path.unlink()
    time.sleep(1)
    bulk_receiver.start()
    wait_until(lambda: log.expected.keys() == bulk_receiver.field_counts().keys(), 60,
               "the rest of the deleted file")


def test_files_that_were_there_before_are_read_from_their_beginning(
    make_agent, bulk_receiver, pod_logs,
):
    logs = [ContainerLog(pod_logs, pod=f"pod-{number}", seed=number) for number in range(20)]
    for log in logs:
        log.write(50)
        log.finish_partials()
    agent = make_agent({"logs": container_logs(pod_logs, elasticsearch(bulk_receiver.url))})
    agent.start()
    expected = {text for log in logs for text in log.expected}
    wait_until(lambda: bulk_receiver.field_counts().keys() == expected, 30, "every file's records")
    late = ContainerLog(pod_logs, pod="pod-late")
    text = late.record("a pod that came later")
    wait_until(lambda: bulk_receiver.field_counts()[text] == 1, 30, "the new pod's record")


def test_an_orderly_restart_sends_nothing_twice(make_agent, bulk_receiver, pod_logs):
    log = ContainerLog(pod_logs)
    agent = make_agent({"logs": container_logs(pod_logs, elasticsearch(bulk_receiver.url))})
    for _ in range(3):
        agent.start()
        log.write(500)
        status, _ = agent.terminate()
        assert status == 0
        log.write(500)
    agent.start()
    log.finish_partials()
    wait_until(lambda: log.expected.keys() == bulk_receiver.field_counts().keys(), 30,
               "every record to arrive")
    assert bulk_receiver.count() == len(log.expected), "an orderly stop led to duplicates"


def test_a_record_split_by_a_rotation_is_joined(make_agent, bulk_receiver, pod_logs):
    log = ContainerLog(pod_logs)
    agent = make_agent({"logs": container_logs(pod_logs, elasticsearch(bulk_receiver.url))})
    agent.start()
    first = log.record("before")
    log.line("stdout", "P", "begun in one file, ")
    log.rename()
    log.reopen()
    log.line("stdout", "F", "ended in the next")
    last = log.record("after")
    expected = {first, "begun in one file, ended in the next", last}
    wait_until(lambda: bulk_receiver.field_counts().keys() >= expected, 30, "the joined record")
    assert bulk_receiver.field_counts().keys() == expected


def test_the_folder_of_symbolic_links_serves_as_well(make_agent, bulk_receiver, pod_logs, tmp_path):
    log = ContainerLog(pod_logs)
    links = tmp_path / "containers"
    links.mkdir()
    link = links / f"{log.pod}_{log.namespace}_{log.container}-{'0123456789abcdef' * 4}.log"
    link.symlink_to(log.path)
    agent = make_agent({"logs": container_logs(links, elasticsearch(bulk_receiver.url))})
    agent.start()
    log.write(200)
    log.rename()
    log.write(20)
    log.finish_partials()
    log.reopen()
    log.write(200)
    log.finish_partials()
    wait_until(lambda: log.expected.keys() == bulk_receiver.field_counts().keys(), 30,
               "every record to arrive")
    kubernetes = bulk_receiver.documents()[0]["kubernetes"]
    assert kubernetes["pod_name"] == log.pod
    assert kubernetes["namespace_name"] == log.namespace
    assert kubernetes["container_name"] == log.container


def rotate_while_frozen(agent, log, rotations):
    """Rotations, each with what the kubelet does to older files, while the agent stands still."""
    agent.freeze()
    for old in log.path.parent.glob("*.gz"):
        old.unlink()
    for _ in range(rotations):
        log.rename()
        log.reopen()
        log.compress_oldest()
        log.write(50)
        log.finish_partials()


def test_what_was_compressed_while_the_agent_stood_still_is_read(
    make_agent, bulk_receiver, pod_logs,
):
    """New files get the inodes of those that were deleted meanwhile, which the agent has read."""
    log = ContainerLog(pod_logs)
    agent = make_agent({"logs": container_logs(pod_logs, elasticsearch(bulk_receiver.url))}).start()
    log.record()
    for number in range(8):
        rotate_while_frozen(agent, log, 3)
        agent.thaw()
        wait_until(
            lambda: log.expected.keys() <= bulk_receiver.field_counts().keys(), 20,
            f"every record after standing still for the time {number}",
        )
    doubled = [text for text, count in bulk_receiver.field_counts().items() if count > 1]
    assert not doubled


@pytest.mark.parametrize("begun", ["", "line 1"])
@pytest.mark.parametrize("is_compressed", [False, True])
def test_a_truncated_file_is_copied_and_truncated_again_while_the_agent_stands_still(
    make_agent, bulk_receiver, tmp_path, begun, is_compressed,
):
    """What a file holds after its truncation is newer than the copy, whatever it held before."""
    path = tmp_path / "logs" / "app.log"
    path.parent.mkdir()
    path.write_text("line 0\n")
    source = {"name": "files", "type": "file", "include": [f"{path.parent}/*.log"]}
    agent = make_agent(
        {"logs": {"sources": [source], "sinks": [elasticsearch(bulk_receiver.url)]}},
    ).start()
    wait_until(lambda: bulk_receiver.field_counts(), 20, "the first line")
    path.write_text("")
    wait_until(lambda: "was truncated" in agent.errors(), 20, "the truncation to be seen")
    with path.open("a") as file:
        file.write(begun)
        file.flush()
        time.sleep(0.5)
        agent.freeze()
        file.write("".join(f"line {number}\n" for number in range(1, 100))[len(begun):])
        file.flush()
        copy = path.read_bytes()
        path.with_name("app.log.1").write_bytes(copy)
        if is_compressed:
            path.with_name("app.log.1.gz").write_bytes(gzip.compress(copy))
            path.with_name("app.log.1").unlink()
        file.truncate(0)
        file.write("".join(f"line {number}\n" for number in range(100, 200)))
    agent.thaw()
    wait_until(lambda: len(bulk_receiver.field_counts()) == 200, 20, "every line")
    lines = [document["log"] for document in bulk_receiver.documents()]
    assert lines == [f"line {number}" for number in range(200)]


@pytest.mark.parametrize("spare", [1, 2, 3])
def test_what_was_compressed_is_read_once_files_can_be_opened_again(
    make_agent, bulk_receiver, pod_logs, spare,
):
    log = ContainerLog(pod_logs)
    logs = container_logs(pod_logs, elasticsearch(bulk_receiver.url))
    logs["sources"][0]["rescan_interval"] = "1s"
    agent = make_agent({"logs": logs}).start()
    log.record()
    wait_until(lambda: bulk_receiver.field_counts().keys() == log.expected.keys(), 20, "the first")
    rotate_while_frozen(agent, log, 4)
    soft, hard = resource.prlimit(agent.pid, resource.RLIMIT_NOFILE)
    # Enough to list a folder, and to follow some of the compressed files.
    numbers = {int(name) for name in os.listdir(f"/proc/{agent.pid}/fd")}
    free = sorted(set(range(len(numbers) + spare)) - numbers)
    resource.prlimit(agent.pid, resource.RLIMIT_NOFILE, (free[spare - 1] + 1, hard))
    agent.thaw()
    time.sleep(3)
    assert bulk_receiver.field_counts().keys() < log.expected.keys(), "no file could be opened"
    resource.prlimit(agent.pid, resource.RLIMIT_NOFILE, (soft, hard))
    wait_until(
        lambda: log.expected.keys() <= bulk_receiver.field_counts().keys(), 20, "every record",
    )
    assert set(bulk_receiver.field_counts().values()) == {1}

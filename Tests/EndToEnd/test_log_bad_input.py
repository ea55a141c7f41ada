"""Log files at their worst: one error and one counter each, and the container next door goes on."""

import os
import socket
import threading
import time

import pytest

from container_log import ContainerLog, timestamp
from log_ledger import entries, lost
from self_metrics import (
    LOG_FILE_ERRORS, LOG_MALFORMED_LINES, LOG_OPEN_FILES, LOG_TRUNCATED_RECORDS,
)
from sink_configuration import elasticsearch
from waiting import wait_until

MEGABYTE = 1 << 20
# What one record may have at most, where nothing else is said.
LONGEST = MEGABYTE
# An agent with two sources and a sink, whatever the files hold.
MEMORY = 100 * MEGABYTE


class Neighbour:
    """A container that writes as one should, whose records must not wait for anybody else's."""

    def __init__(self, folder, receiver):
        self.log = ContainerLog(folder, pod="neighbour-1")
        self.receiver = receiver

    def flows(self, timeout=10):
        text = self.log.record(f"neighbour {self.log.lines}")
        wait_until(lambda: self.receiver.field_counts()[text] == 1, timeout, "the neighbour's record")


@pytest.fixture
def plain(tmp_path):
    folder = tmp_path / "plain"
    folder.mkdir()
    return folder


@pytest.fixture
def neighbour(pod_logs, bulk_receiver):
    return Neighbour(pod_logs, bulk_receiver)


@pytest.fixture
def configuration(bulk_receiver, pod_logs, plain):
    common = {"rotate_wait": "1s", "rescan_interval": "1s"}
    sources = [
        {"name": "containers", "type": "kubernetes", "path": str(pod_logs), **common},
        {"name": "plain", "type": "file", "include": [f"{plain}/**/*.log"], **common},
    ]
    return {"logs": {"sources": sources, "sinks": [elasticsearch(bulk_receiver.url)]}}


@pytest.fixture
def agent(make_agent, configuration, neighbour):
    agent = make_agent(configuration).start()
    neighbour.flows(30)
    return agent


def texts(receiver):
    return {text for text in receiver.field_counts() if not text.startswith("neighbour ")}


def check_whole(agent, receiver, size, **selection):
    """Every byte of a file is in the ledger, and nothing of it is under way."""
    def settled():
        found = entries(agent, **selection)
        return found and found[0]["pending"]["bytes"] == 0 and found[0]["read"]["bytes"] == size
    wait_until(settled, 30, f"{size} bytes in the ledger; now {entries(agent, **selection)}")
    assert receiver.malformed == []
    return entries(agent, **selection)[0]


def test_lines_without_a_byte(agent, bulk_receiver, neighbour, pod_logs, plain):
    log = ContainerLog(pod_logs)
    log.raw(f"{timestamp()} stdout F \n\n{timestamp()} stdout P \n{timestamp()} stdout F \n".encode())
    log.record("after")
    (plain / "empty.log").write_bytes(b"")
    (plain / "lines.log").write_bytes(b"\n\nafter, too\n\n")
    wait_until(lambda: bulk_receiver.field_counts()[""] == 6, 30, "six records without a byte")
    wait_until(lambda: texts(bulk_receiver) == {"", "after", "after, too"}, 30, "the others")
    assert agent.metric(LOG_MALFORMED_LINES) == 1
    check_whole(agent, bulk_receiver, log.path.stat().st_size, pod=log.pod)
    neighbour.flows()


def test_a_line_of_64_megabytes(agent, bulk_receiver, neighbour, pod_logs, plain):
    log = ContainerLog(pod_logs)
    log.line("stdout", "F", "huge " + "z" * (64 * MEGABYTE))
    with open(plain / "a.log", "wb") as file:
        file.write(b"plain " + b"z" * (64 * MEGABYTE) + b"\n")
    log.record("after")
    neighbour.flows()
    wait_until(lambda: len(texts(bulk_receiver)) == 3, 60, "both lines, and the one after")
    assert all(len(text) == LONGEST for text in texts(bulk_receiver) - {"after"})
    assert agent.metric(LOG_TRUNCATED_RECORDS) == 2
    for size, selection in (
        (log.path.stat().st_size, {"pod": log.pod}),
        ((plain / "a.log").stat().st_size, {"path": str(plain / "a.log")}),
    ):
        entry = check_whole(agent, bulk_receiver, size, **selection)
        assert entry["lost"]["cut"]["bytes"] == 64 * MEGABYTE + entry_head(selection) - LONGEST
    assert agent.peak_bytes() < MEMORY


def entry_head(selection):
    """Bytes of the long line before its many letters, without what its format puts before it."""
    return len("huge ") if "pod" in selection else len("plain ")


@pytest.mark.parametrize("kind", ["container", "plain"])
def test_a_file_without_a_line_end(agent, bulk_receiver, neighbour, pod_logs, plain, kind):
    log = ContainerLog(pod_logs)
    path = log.path if kind == "container" else plain / "a.log"
    head = f"{timestamp()} stdout F ".encode() if kind == "container" else b""
    with open(path, "ab") as file:
        file.write(head)
        for number in range(200):
            file.write(b"z" * MEGABYTE)
            file.flush()
            if number % 50 == 25:
                neighbour.flows()
    size = path.stat().st_size
    selection = {"pod": log.pod} if kind == "container" else {"path": str(path)}
    wait_until(lambda: entries(agent, **selection)[0]["read"]["bytes"] == size, 60, "all is read")
    neighbour.flows()
    assert agent.peak_bytes() < MEMORY
    # Nothing ends the line but the file's end.
    assert texts(bulk_receiver) == set()
    path.unlink()
    wait_until(lambda: texts(bulk_receiver) == {"z" * LONGEST}, 30, "what a record may have of it")
    entry = check_whole(agent, bulk_receiver, size, **selection)
    assert lost(entry, "bytes") == entry["lost"]["cut"]["bytes"] == 200 * MEGABYTE - LONGEST
    assert agent.metric(LOG_TRUNCATED_RECORDS) == 1
    assert agent.peak_bytes() < MEMORY


def test_bytes_that_are_no_text(agent, bulk_receiver, neighbour, pod_logs, plain):
    log = ContainerLog(pod_logs)
    # A hole, as a truncation under a writer leaves it, longer than memory may be.
    os.truncate(log.path, 256 * MEGABYTE)
    log.raw(f"{timestamp()} stdout F behind a hole\n".encode())
    log.raw(f"{timestamp()} stdout F nul \0 inside\n".encode())
    (plain / "a.log").write_bytes(bytes(range(1, 256)).replace(b"\n", b"") + b"\n\0\0\0\n\xff\n")
    neighbour.flows()
    wait_until(lambda: {"behind a hole", "nul \0 inside", "\ufffd", ""} <= texts(bulk_receiver), 60,
               "what is behind the hole, and the others")
    assert len(texts(bulk_receiver)) == 5
    # Every byte that is ASCII is there as it was.
    assert any(bytes(range(1, 128)).replace(b"\n", b"").decode() in text
               for text in texts(bulk_receiver))
    entry = check_whole(agent, bulk_receiver, log.path.stat().st_size, pod=log.pod)
    assert entry["filtered"]["bytes"] == 256 * MEGABYTE
    assert agent.metric(LOG_MALFORMED_LINES) == 0
    assert agent.peak_bytes() < MEMORY


@pytest.mark.parametrize("time, is_sound", [
    ("1677-09-22T00:00:00Z", True), ("2262-04-11T00:00:00.999999999Z", True),
    ("1969-12-31T23:59:59.999999999Z", True), ("2026-11-23T23:59:60Z", True),
    ("2026-11-23T01:30:00.123456789012345Z", True), ("2026-11-23T01:30:00.1+23:59", True),
    ("1677-01-01T00:00:00Z", False), ("2262-04-13T00:00:00Z", False),
    ("0000-00-00T00:00:00Z", False), ("9999-12-31T23:59:59.999999999Z", False),
    ("99999-12-31T23:59:59Z", False), ("-2026-11-23T01:30:00Z", False),
    ("2026-13-01T00:00:00Z", False), ("2026-11-32T00:00:00Z", False),
    ("2026-11-23T24:00:00Z", False), ("2026-11-23T01:60:00Z", False),
    ("2026-11-23T01:30:61Z", False), ("2026-11-23T01:30:00.Z", False),
    ("2026-11-23T01:30:00+24:00", False), ("2026-11-23T01:30:00", False),
    ("18446744073709551616", False),
])
def test_a_time_out_of_range(agent, bulk_receiver, neighbour, pod_logs, time, is_sound):
    log = ContainerLog(pod_logs)
    log.raw(f"{time} stdout F what was said\n".encode())
    # A line that can't be taken apart is delivered as it is.
    expected = "what was said" if is_sound else f"{time} stdout F what was said"
    wait_until(lambda: texts(bulk_receiver) == {expected}, 30, f"{expected!r}")
    assert agent.metric(LOG_MALFORMED_LINES) == (0 if is_sound else 1)
    (document,) = [one for one in bulk_receiver.documents() if one["log"] == expected]
    if is_sound:
        assert document["@timestamp"][:4] in (time[:4], "2026", "2027")
    neighbour.flows()


@pytest.mark.parametrize("tags, text", [
    ("X", "unknown"), ("F:later:things", "extended"), ("FULL", "no letter"), ("p", "small"),
    ("PF", "neither"),
])
def test_unknown_tags_end_a_record(agent, bulk_receiver, neighbour, pod_logs, tags, text):
    """As in the kubelet: every first tag but `P` says that the record ends here."""
    log = ContainerLog(pod_logs)
    log.raw(f"{timestamp()} stdout P:later begun, \n".encode())
    log.raw(f"{timestamp()} stdout {tags} {text}\n".encode())
    wait_until(lambda: texts(bulk_receiver) == {f"begun, {text}"}, 30, "the joined record")
    assert agent.metric(LOG_MALFORMED_LINES) == 0
    neighbour.flows()


def test_what_may_not_be_read_is_read_once_it_may(
    make_agent, configuration, bulk_receiver, neighbour, pod_logs, plain,
):
    # Without these rights, root reads no more than its files' modes say.
    rights = "-dac_override,-dac_read_search"
    wrapper = ("setpriv", f"--bounding-set={rights}", f"--inh-caps={rights}")
    agent = make_agent(configuration, wrapper=wrapper if os.geteuid() == 0 else ()).start()
    neighbour.flows(30)
    # Everything is locked before it comes to its place.
    log = ContainerLog(plain.parent / "elsewhere")
    log.record("in a locked container")
    log.directory.chmod(0)
    container = pod_logs / log.directory.relative_to(plain.parent / "elsewhere")
    log.directory.parent.rename(container.parent)
    secret = plain / "secret.log"
    hidden = plain / "secret"
    hidden.write_text("in a locked file\n")
    hidden.chmod(0)
    hidden.rename(secret)
    locked = plain / "locked"
    hidden.mkdir()
    (hidden / "b.log").write_text("in a locked folder\n")
    hidden.chmod(0)
    hidden.rename(locked)
    for source, errors in (("plain", 2), ("containers", 1)):
        wait_until(lambda: agent.metric(LOG_FILE_ERRORS, source=source) >= errors, 30, "errors")
    neighbour.flows()
    assert texts(bulk_receiver) == set()
    told = [record for record in agent.log_records() if "can't be read" in record["message"]]
    assert {record["path"] for record in told} == {str(secret), str(locked), str(container)}
    assert all("ermission denied" in record["error"] for record in told), told
    assert len(told) == 3, "told again and again"
    for path in (secret, locked, container):
        path.chmod(0o755)
    expected = {"in a locked file", "in a locked folder", "in a locked container"}
    wait_until(lambda: texts(bulk_receiver) == expected, 30, "what may be read now")


def test_files_that_come_and_go(agent, bulk_receiver, neighbour, pod_logs, plain):
    stop = threading.Event()

    def churn():
        number = 0
        while not stop.is_set():
            path = plain / f"{number}.log"
            path.write_text(f"brief {number}\n")
            pod = pod_logs / f"shop_brief-{number}_uid-{number}"
            (pod / "app").mkdir(parents=True)
            (pod / "app" / "0.log").write_text(f"{timestamp()} stdout F brief pod {number}\n")
            path.unlink()
            (pod / "app" / "0.log").unlink()
            (pod / "app").rmdir()
            pod.rmdir()
            number += 1

    writer = threading.Thread(target=churn)
    writer.start()
    try:
        for _ in range(20):
            neighbour.flows()
    finally:
        stop.set()
        writer.join()
    counts = bulk_receiver.field_counts()
    assert all(count == 1 for count in counts.values()), "records came twice"
    wait_until(lambda: agent.metric(LOG_OPEN_FILES) == 1, 60, "what is gone to be let go of")
    assert agent.metric(LOG_FILE_ERRORS) == 0, agent.errors()
    descriptors = len(os.listdir(f"/proc/{agent.pid}/fd"))
    assert descriptors < 100, f"{descriptors} descriptors are open"


def test_links_that_lead_nowhere_and_everywhere(agent, bulk_receiver, neighbour, plain):
    (plain / "self.log").symlink_to("self.log")
    (plain / "a.log").symlink_to("b.log")
    (plain / "b.log").symlink_to("a.log")
    (plain / "gone.log").symlink_to("nowhere.log")
    (plain / "up").symlink_to("..")
    (plain / "here").symlink_to(".")
    deep = plain / "deep"
    deep.mkdir()
    (deep / "back").symlink_to("../deep")
    (deep / "real.log").write_text("behind the loops\n")
    (plain / "chain-0.log").symlink_to("deep/real.log")
    for number in range(50):
        (plain / f"chain-{number + 1}.log").symlink_to(f"chain-{number}.log")
    wait_until(lambda: texts(bulk_receiver) == {"behind the loops"}, 30, "the one real line")
    wait_until(lambda: agent.metric(LOG_FILE_ERRORS) >= 3, 30, "the errors")
    neighbour.flows()
    assert bulk_receiver.field_counts()["behind the loops"] == 1
    told = [record for record in agent.log_records() if "can't be read" in record["message"]]
    assert {str(plain / name) for name in ("self.log", "a.log", "b.log")} <= {
        record["path"] for record in told}
    # A path is told of once, however often it is looked at; `here` may be a second way to each.
    assert len(told) == len({record["path"] for record in told}) < 60


def test_what_takes_the_name_of_a_file_that_is_read(agent, bulk_receiver, neighbour, pod_logs):
    def make_socket(path):
        # The path of a socket may have 108 bytes, so it is named from its folder.
        here = os.getcwd()
        os.chdir(path.parent)
        try:
            with socket.socket(socket.AF_UNIX) as listener:
                listener.bind(path.name)
        finally:
            os.chdir(here)

    kinds = {
        "fifo": os.mkfifo, "socket": make_socket, "folder": os.mkdir,
        "device": lambda path: path.symlink_to("/dev/zero"),
        "loop": lambda path: path.symlink_to(path.name),
    }
    logs = {kind: ContainerLog(pod_logs, pod=f"{kind}-1") for kind in kinds}
    for kind, log in logs.items():
        log.record(f"before, {kind}")
    wait_until(lambda: len(texts(bulk_receiver)) == len(kinds), 30, "the first records")
    for kind, log in logs.items():
        log.record(f"the last line, {kind}")
        log.path.unlink()
        kinds[kind](log.path)
        neighbour.flows()
    wait_until(lambda: len(texts(bulk_receiver)) == 2 * len(kinds), 30, "the last lines")
    wait_until(lambda: agent.metric(LOG_FILE_ERRORS) >= 4, 30, "the errors")
    # A folder in a file's place is none of ours; everything else is an error.
    told = [record["path"] for record in agent.log_records()
            if "can't be read" in record["message"]]
    assert sorted(told) == sorted(str(log.path) for kind, log in logs.items() if kind != "folder")
    for kind, log in logs.items():
        log.path.rmdir() if kind == "folder" else log.path.unlink()
        log.reopen()
        log.record(f"a file again, {kind}")
    wait_until(lambda: len(texts(bulk_receiver)) == 3 * len(kinds), 30, "the new files' records")
    neighbour.flows()
    assert set(bulk_receiver.field_counts().values()) == {1}

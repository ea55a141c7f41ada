"""The kernel's log: what others write into it, restarts, and what is overwritten."""

import os
import time
import uuid

import pytest

from log_ledger import entries
from sink_configuration import elasticsearch
from waiting import wait_until

DEVICE = "/dev/kmsg"


def say(text, priority=6):
    """Writes one record: it shows once its line has ended, or the next one has begun."""
    descriptor = os.open(DEVICE, os.O_WRONLY)
    try:
        os.write(descriptor, f"<{priority}>{text}\n".encode())
    finally:
        os.close(descriptor)


@pytest.fixture
def tag():
    """What marks this test's records; the machine's own are in between."""
    try:
        os.close(os.open(DEVICE, os.O_RDONLY | os.O_NONBLOCK))
        say("martlet: a test begins", priority=7)
    except OSError as error:
        pytest.skip(f"{DEVICE} can't be read and written here: {error}")
    return f"martlet-{uuid.uuid4().hex[:12]}"


@pytest.fixture
def start(make_agent, bulk_receiver):
    def start(**extra):
        source = {"name": "kernel", "type": "kernel", **extra}
        return make_agent({
            "logs": {"sources": [source], "sinks": [elasticsearch(bulk_receiver.url)]},
        }).start()
    return start


def tagged(receiver, tag):
    """The documents whose text has the tag, in order of arrival."""
    return [document for document in receiver.documents() if tag in document.get("log", "")]


def arrive(receiver, tag, count):
    wait_until(lambda: len(tagged(receiver, tag)) >= count, 30, f"{count} records of the kernel")
    found = [document["log"] for document in tagged(receiver, tag)]
    assert len(found) == count
    return found


def test_records_before_and_after_the_start(start, bulk_receiver, tag):
    say(f"{tag} before", priority=3)
    agent = start()
    arrive(bulk_receiver, tag, 1)
    begin = time.time()
    # From user space the facility is 1: the kernel lets nobody else speak as itself.
    say(f"{tag} after", priority=4)
    assert arrive(bulk_receiver, tag, 2) == [f"{tag} before", f"{tag} after"]
    before, after = tagged(bulk_receiver, tag)
    assert (before["PRIORITY"], after["PRIORITY"]) == ("3", "4")
    assert after["SYSLOG_FACILITY"] == "1"
    written = time.strptime(after["@timestamp"][:19], "%Y-%m-%dT%H:%M:%S")
    assert abs(begin - time.mktime(written) + time.timezone) < 120
    entry, = entries(agent)
    assert entry["lost"] == {} or not any(count["records"] for count in entry["lost"].values())


def test_line_ends_and_bytes_that_are_no_text(start, bulk_receiver, tag):
    descriptor = os.open(DEVICE, os.O_WRONLY)
    os.write(descriptor, f"<6>{tag} one\ntwo ".encode() + b"\xc3\xa9 \xff \\x41\n")
    os.close(descriptor)
    start()
    assert arrive(bulk_receiver, tag, 1) == [f"{tag} one\ntwo é \ufffd \\x41"]


def test_less_grave_records_are_left_out(start, bulk_receiver, tag):
    say(f"{tag} grave", priority=2)
    say(f"{tag} chatter", priority=7)
    say(f"{tag} notable", priority=5)
    agent = start(priority="notice")
    assert arrive(bulk_receiver, tag, 2) == [f"{tag} grave", f"{tag} notable"]
    entry, = entries(agent)
    assert entry["filtered"]["bytes"] > 0


def test_a_restart_goes_on_where_it_was(start, bulk_receiver, tag):
    say(f"{tag} 0")
    agent = start()
    arrive(bulk_receiver, tag, 1)
    agent.terminate()
    say(f"{tag} 1")
    agent.start()
    arrive(bulk_receiver, tag, 2)
    agent.kill()
    say(f"{tag} 2")
    agent.start()
    wait_until(lambda: len({d["log"] for d in tagged(bulk_receiver, tag)}) == 3, 30, "the third")
    # Nothing was under way when it was killed but perhaps the confirmation of the second.
    assert len(tagged(bulk_receiver, tag)) <= 4
    assert entries(agent)[0]["lost"].get("expired", {"records": 0})["records"] == 0


def test_what_is_overwritten_while_a_sink_is_down_is_expired(start, bulk_receiver, tag):
    """The buffer is a ring: a sink that is away for too long misses its oldest records."""
    say(f"{tag} first")
    agent = start()
    arrive(bulk_receiver, tag, 1)
    agent.terminate()
    filler = "x" * 900
    written = 0
    while _oldest_is_there(tag) and written < 64 << 20:
        for number in range(500):
            say(f"{tag} {filler} {number}")
        written += 500 * len(filler)
    if _oldest_is_there(tag):
        pytest.skip("the kernel's buffer is too large to be filled here")
    # Then a few more, which are overwritten unread.
    for number in range(200):
        say(f"{tag} {filler} more {number}")
    agent.start()
    say(f"{tag} last")
    wait_until(lambda: any(document["log"] == f"{tag} last"
                           for document in tagged(bulk_receiver, tag)), 60, "the newest record")
    entry, = entries(agent)
    assert entry["lost"]["expired"]["records"] > 0


def _oldest_is_there(tag):
    """Whether the record `TAG first` is in the buffer still."""
    descriptor = os.open(DEVICE, os.O_RDONLY | os.O_NONBLOCK)
    try:
        while True:
            try:
                if f"{tag} first".encode() in os.read(descriptor, 8192):
                    return True
            except BlockingIOError:
                return False
            except BrokenPipeError:
                continue
    finally:
        os.close(descriptor)


def test_another_boot_is_another_log(make_agent, bulk_receiver, tag, tmp_path):
    """Numbers begin anew with every start of the machine; its id says which one it is."""
    procfs = tmp_path / "proc"
    boot_id = procfs / "sys/kernel/random/boot_id"
    boot_id.parent.mkdir(parents=True)
    boot_id.write_text(f"{uuid.uuid4()}\n")
    say(f"{tag} of this boot")
    source = {"name": "kernel", "type": "kernel"}
    agent = make_agent({
        "host": {"procfs": str(procfs)},
        "logs": {"sources": [source], "sinks": [elasticsearch(bulk_receiver.url)]},
    }).start()
    arrive(bulk_receiver, tag, 1)
    agent.terminate()
    agent.start()
    say(f"{tag} of the same")
    arrive(bulk_receiver, tag, 2)
    agent.terminate()
    boot_id.write_text(f"{uuid.uuid4()}\n")
    agent.start()
    arrive(bulk_receiver, tag, 4)

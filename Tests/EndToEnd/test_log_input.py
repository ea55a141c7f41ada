"""Log files that are not as they should be: told once, counted, and the rest goes on."""

import json
import subprocess
import time

import pytest

from agent import NODE_NAME
from container_log import ContainerLog, timestamp
from self_metrics import (
    LOG_CHECKPOINT_ERRORS, LOG_FILE_ERRORS, LOG_MALFORMED_LINES, LOG_TRUNCATED_RECORDS,
)
from sink_configuration import container_logs, elasticsearch
from waiting import wait_until

MEGABYTE = 1 << 20


@pytest.fixture
def log(pod_logs):
    return ContainerLog(pod_logs)


@pytest.fixture
def agent(make_agent, bulk_receiver, pod_logs):
    sink = elasticsearch(bulk_receiver.url)
    return make_agent({"logs": container_logs(pod_logs, sink)}).start()


def arrives(receiver, text):
    wait_until(lambda: receiver.field_counts()[text] >= 1, 30, f"{text!r}")


def test_an_unreadable_file_is_named_and_the_others_are_read(agent, bulk_receiver, log, pod_logs):
    folder = pod_logs / "shop_broken-1_0e7d1c52-98f6-43d1-8b61-3f0a5d0b7c10" / "app"
    folder.mkdir(parents=True)
    # Root may read anything, but nobody can open a link that leads to itself.
    (folder / "0.log").symlink_to("0.log")
    arrives(bulk_receiver, log.record("from the readable file"))
    wait_until(lambda: agent.metric(LOG_FILE_ERRORS) >= 1, 20, "the file error to be counted")
    assert 1 <= agent.errors().count("broken-1") <= 5


def test_a_line_of_ten_megabytes_is_cut_and_counted(agent, bulk_receiver, log):
    log.record("before")
    log.line("stdout", "F", "huge " + "z" * (10 * MEGABYTE))
    arrives(bulk_receiver, log.record("after"))
    assert agent.metric(LOG_TRUNCATED_RECORDS) == 1
    cut = [text for text in bulk_receiver.field_counts() if text.startswith("huge ")]
    assert len(cut) == 1 and 1000 < len(cut[0]) < 10 * MEGABYTE
    assert agent.resident_bytes() < 150 * MEGABYTE


def test_partial_lines_without_end_are_bounded(agent, bulk_receiver, log):
    log.record("before")
    for _ in range(640):
        log.line("stdout", "P", "p" * 16384)
    log.line("stdout", "F", "end")
    arrives(bulk_receiver, log.record("after"))
    assert agent.metric(LOG_TRUNCATED_RECORDS) == 1
    assert agent.resident_bytes() < 150 * MEGABYTE


def test_invalid_utf8_arrives_as_replacement_characters(agent, bulk_receiver, log):
    log.raw(f"{timestamp()} stdout F ".encode() + b"caf\xe9 \xf0\x9f\x92 \xc0\xaf end\n")
    arrives(bulk_receiver, log.record("after"))
    text = next(text for text in bulk_receiver.field_counts() if text.startswith("caf"))
    assert "\ufffd" in text and text.endswith(" end")
    assert bulk_receiver.malformed == []


def test_a_character_split_between_partial_lines_is_joined(agent, bulk_receiver, log):
    encoded = "ünïcode ✓".encode()
    cut = encoded.index("✓".encode()) + 1
    log.raw(f"{timestamp()} stdout P ".encode() + encoded[:cut] + b"\n")
    log.raw(f"{timestamp()} stdout F ".encode() + encoded[cut:] + b"\n")
    arrives(bulk_receiver, "ünïcode ✓")


@pytest.mark.parametrize("line", [
    "no header at all",
    "2026-11-23T01:30:00Z stdout",
    "2026-11-23T01:30:00Z stdsomething F wrong stream",
    "yesterday stdout F wrong time",
    "{\"looks\": \"like json\"",
])
def test_a_line_in_no_known_format_is_delivered_as_it_is(agent, bulk_receiver, log, line):
    log.record("before")
    log.raw(line.encode() + b"\n")
    arrives(bulk_receiver, log.record("after"))
    assert any(line in (text or "") for text in bulk_receiver.field_counts())
    assert agent.metric(LOG_MALFORMED_LINES) == 1


def test_every_kind_of_character_survives(agent, bulk_receiver, log):
    texts = [
        "quotes \" and \\ and /", "tab\there", "bell\x07 and escape\x1b[0m and nul\x00end",
        "   leading and trailing   ", "", "emoji 🦜 and \u2028 separator", "{\"json\": [1, 2]}",
    ]
    for text in texts:
        log.record(text)
    wait_until(lambda: set(texts) <= bulk_receiver.field_counts().keys(), 30, "every text")
    assert bulk_receiver.field_counts().keys() == set(texts)


def test_a_truncated_file_is_read_from_its_new_beginning(agent, bulk_receiver, log):
    log.write(200)
    log.finish_partials()
    wait_until(lambda: log.expected.keys() == bulk_receiver.field_counts().keys(), 30, "the first")
    log.path.write_bytes(b"")  # copytruncate: the writer appends, so it goes on at 0
    arrives(bulk_receiver, log.record("after the truncation"))


def test_the_console_sink_prints_one_json_object_a_record(make_agent, pod_logs, log):
    agent = make_agent({
        "logs": container_logs(pod_logs, {"name": "out", "type": "console"}),
    }).start()
    log.write(500)
    log.finish_partials()
    wait_until(lambda: len(agent.output().splitlines()) >= len(log.expected), 30, "every record")
    documents = [json.loads(line) for line in agent.output().splitlines()]
    assert {document["log"] for document in documents} == log.expected.keys()
    assert documents[0]["kubernetes"]["host"] == NODE_NAME


def test_a_full_disk_under_the_checkpoints_stops_nothing(make_agent, bulk_receiver, pod_logs, log):
    agent = make_agent({
        "logs": container_logs(pod_logs, elasticsearch(bulk_receiver.url)),
    })
    agent.state_folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", agent.state_folder],
        capture_output=True, text=True,
    )
    if mounted.returncode != 0:
        pytest.skip(f"a small file system cannot be mounted here: {mounted.stderr.strip()}")
    try:
        agent.start()
        arrives(bulk_receiver, log.record("before"))
        filler = agent.state_folder / "filler"
        with open(filler, "wb", buffering=0) as file:
            with pytest.raises(OSError):
                while True:
                    file.write(b"f" * 1024)
        # The file's last page has room for a few checkpoints more: go on until it is full as well.
        deadline = time.monotonic() + 60
        while agent.metric(LOG_CHECKPOINT_ERRORS) < 1 and time.monotonic() < deadline:
            log.write(50)
            log.finish_partials()
            wait_until(lambda: log.expected.keys() == bulk_receiver.field_counts().keys(), 30,
                       "every record with a full disk")
        assert agent.metric(LOG_CHECKPOINT_ERRORS) >= 1
        complaints = [line for line in agent.errors().splitlines() if "no space left" in line.lower()]
        assert 1 <= len(complaints) <= 5
        filler.unlink()
        arrives(bulk_receiver, log.record("after"))
        status, _ = agent.terminate()
        assert status == 0
        seen = bulk_receiver.count()
        agent.start()
        arrives(bulk_receiver, log.record("the next life"))
        assert bulk_receiver.count() == seen + 1, "the checkpoint was not written once it could be"
    finally:
        agent.kill()
        subprocess.run(["umount", agent.state_folder], check=True)

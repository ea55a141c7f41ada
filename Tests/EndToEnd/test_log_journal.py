"""Journals: what is selected of them, how their entries look, rotation and restarts."""

import threading

import pytest

from journal_agent import arrive, descriptors, losses
from journal_files import BOOT_ID, JournalWriter, service, texts
from log_ledger import entries
from self_metrics import LOG_FILE_ERRORS, LOG_JOURNAL_HELD_UP, LOG_TRUNCATED_RECORDS
from waiting import wait_until


MIXED = [
    service("kubelet", "from the kubelet"),
    service("init", "Started the kubelet", _PID="1", UNIT="kubelet.service",
            _SYSTEMD_UNIT="init.scope", SYSLOG_IDENTIFIER="systemd"),
    service("crio", "from CRI-O", PRIORITY="3"),
    service("crio", "debugging", PRIORITY="7"),
    service("init", "a process crashed", _UID="0", OBJECT_SYSTEMD_UNIT="crio.service",
            _SYSTEMD_UNIT="init.scope", PRIORITY="2", SYSLOG_IDENTIFIER="systemd-coredump"),
    service("session", "sudo: who?", SYSLOG_IDENTIFIER="sudo", _TRANSPORT="syslog", PRIORITY="5"),
    {"MESSAGE": "eth0: link is up", "_TRANSPORT": "kernel", "PRIORITY": "6",
     "SYSLOG_IDENTIFIER": "kernel", "_HOSTNAME": "node-1"},
]


@pytest.mark.parametrize("selection, expected", [
    ({"units": ["kubelet"]}, [0, 1]),
    ({"units": "crio.service"}, [2, 3, 4]),
    ({"units": ["kubelet", "crio"], "priority": "err"}, [2, 4]),
    ({"matches": ["_TRANSPORT=kernel"]}, [6]),
    ({"matches": ["_TRANSPORT=kernel", "_TRANSPORT=syslog", "PRIORITY=5"]}, [5]),
    ({"identifiers": ["sudo", "systemd"]}, [1, 5]),
    ({"identifiers": "systemd-coredump", "units": ["crio"]}, [4]),
    ({"priority": "notice"}, [2, 4, 5]),
    ({}, range(7)),
], ids=str)
def test_selections(read_journal, journal, bulk_receiver, selection, expected):
    journal.append(MIXED)
    read_journal(**selection)
    wanted = [MIXED[index]["MESSAGE"] for index in expected]
    arrive(bulk_receiver, wanted)
    # The next ones that are selected come, and none that was left out before.
    journal.append([{**entry, "MESSAGE": entry["MESSAGE"] + ", again"} for entry in MIXED])
    arrive(bulk_receiver, wanted + [text + ", again" for text in wanted])


def test_fields_have_the_journals_names(read_journal, journal, bulk_receiver):
    journal.append([
        service("kubelet", "all there is", PRIORITY="4", CODE_LINE="7", MESSAGE_ID="ab" * 16),
        {"PRIORITY": "3", "_COMM": "quiet"},
    ])
    read_journal(fields=["_SYSTEMD_UNIT", "_PID", "PRIORITY", "_COMM", "CODE_LINE", "_BOOT_ID"])
    wait_until(lambda: bulk_receiver.count() == 2, 30, "two records")
    documents = {document.get("log"): document for document in bulk_receiver.documents()}
    document = documents["all there is"]
    assert document["_SYSTEMD_UNIT"] == "kubelet.service"
    assert document["_PID"] == "812"
    assert document["PRIORITY"] == "4"
    assert document["CODE_LINE"] == "7"
    assert document["_BOOT_ID"] == BOOT_ID
    assert "MESSAGE_ID" not in document
    assert "MESSAGE" not in document
    # An entry without a message is a record without a body.
    silent, = (document for text, document in documents.items() if not text)
    assert silent["_COMM"] == "quiet"


def test_times_are_those_of_the_sender(read_journal, journal, bulk_receiver):
    journal.append([
        service("app", "sent", _SOURCE_REALTIME_TIMESTAMP="1700000000123456",
                __REALTIME_TIMESTAMP="1700000001000000"),
        service("app", "received", __REALTIME_TIMESTAMP="1700000002000007"),
    ])
    read_journal()
    arrive(bulk_receiver, ["sent", "received"])
    times = {document["log"]: document["@timestamp"] for document in bulk_receiver.documents()}
    assert times["sent"].startswith("2023-11-14T22:13:20.123456")
    assert times["received"].startswith("2023-11-14T22:13:22.000007")


def test_values_of_every_kind(read_journal, journal, bulk_receiver):
    large = "".join(f"{number:07d}\n" for number in range(40_000))
    strange = {
        "MESSAGE": b"caf\xe9 \x00 \xff", "BINARY": bytes(range(256)), "EMPTY": "",
        "TWICE": ["one", "two"], "LONG": "x" * 100_000, "SYSLOG_IDENTIFIER": "strange",
    }
    journal.append(["in\nthree\nlines", large, strange, service("app", "", PRIORITY="nonsense")])
    agent = read_journal(fields="*")
    wait_until(lambda: bulk_receiver.count() == 4, 30, "four records")
    documents = bulk_receiver.documents()
    assert documents[0]["log"] == "in\nthree\nlines"
    assert documents[1]["log"] == large
    assert documents[2]["log"] == "caf\ufffd \x00 \ufffd"
    assert documents[2]["BINARY"].startswith("\x00\x01\x02")
    assert documents[2]["EMPTY"] == ""
    assert documents[2]["TWICE"] == "one"
    assert documents[2]["LONG"] == "x" * 8192
    assert documents[3]["log"] == ""
    assert agent.metric(LOG_TRUNCATED_RECORDS) == 1
    entry, = entries(agent)
    assert entry["delivered"]["records"] == 4
    assert entry["lost"]["cut"]["bytes"] == 100_000 - 8192


@pytest.mark.parametrize("algorithm", ["XZ", "LZ4", "ZSTD", "NONE"])
def test_compressed_values(read_journal, journal, bulk_receiver, algorithm, tmp_path):
    journal.live = JournalWriter(
        journal.folder / "system.journal", {"SYSTEMD_JOURNAL_COMPRESS": algorithm})
    text = "all work and no play " * 5000
    journal.append([text, service("app", "after it", NOTE=text[:5000])])
    read_journal(fields=["NOTE"])
    arrive(bulk_receiver, [text, "after it"])
    assert bulk_receiver.documents()[1]["NOTE"] == text[:5000]


def test_messages_above_the_limit_are_cut(read_journal, journal, bulk_receiver):
    journal.append(["é" * 4000, "short"])
    agent = read_journal(max_line_bytes=1025)
    arrive(bulk_receiver, ["é" * 512, "short"])
    entry, = entries(agent)
    assert entry["lost"]["cut"]["bytes"] == 8000 - 1024
    assert agent.metric(LOG_TRUNCATED_RECORDS) == 1


def test_rotations_while_it_is_written(read_journal, journal, bulk_receiver):
    expected = texts("before", 5)
    journal.append(expected)
    agent = read_journal()
    for turn in range(12):
        journal.append(texts(f"turn {turn}", 40))
        expected += texts(f"turn {turn}", 40)
        if turn % 2:
            arrive(bulk_receiver, expected)
        journal.rotate()
    journal.append(["the last"])
    arrive(bulk_receiver, expected + ["the last"])
    # Two for the file that is written, none for what was set aside.
    wait_until(lambda: len(descriptors(agent)) <= 2, 30, "old files to be closed")
    assert losses(agent) == {}
    assert agent.metric(LOG_FILE_ERRORS) == 0


def test_users_journals_are_read_in_order_with_the_systems(
        read_journal, journal, bulk_receiver, tmp_path):
    """journald numbers the entries of all files that it writes side by side in one sequence."""
    journal.append(["1"])
    user = JournalWriter(tmp_path / "aside" / "user-1000.journal")
    user.append(["2", "3"])
    user.follow(journal.live.sequence, 1)
    system = JournalWriter(tmp_path / "aside" / "more.journal")
    system.append(["4"])
    journal.rotate()
    system.follow(user.sequence, 3)
    user.path = user.path.rename(journal.folder / user.path.name)
    journal.live = system
    system.path = system.path.rename(journal.folder / "system.journal")
    agent = read_journal()
    arrive(bulk_receiver, ["1", "2", "3", "4"])
    assert [document["log"] for document in bulk_receiver.documents()] == ["1", "2", "3", "4"]
    assert losses(agent) == {}


def test_killed_again_and_again(read_journal, journal, bulk_receiver):
    """At most what was under way at the moment comes twice; nothing is missing."""
    bulk_receiver.delay = 0.02
    expected = texts("first", 3000)
    journal.append(expected)
    agent = read_journal()
    written = threading.Event()

    def write():
        for turn in range(15):
            journal.append(texts(f"turn {turn}", 200))
            if turn % 4 == 3:
                journal.rotate()
        journal.append(["the last"])
        written.set()

    writer = threading.Thread(target=write)
    writer.start()
    kills = 0
    while not written.wait(0.5) and kills < 8:
        agent.kill()
        kills += 1
        agent.start()
    writer.join()
    expected += [text for turn in range(15) for text in texts(f"turn {turn}", 200)] + ["the last"]
    wait_until(lambda: set(expected) <= bulk_receiver.field_counts().keys(), 60, "every entry")
    counts = bulk_receiver.field_counts()
    assert counts.keys() == set(expected)
    twice = sum(count - 1 for count in counts.values())
    assert twice <= kills * max(bulk_receiver.batches)
    assert bulk_receiver.conflicts + bulk_receiver.updates == 0 or twice
    assert losses(agent) == {}


def test_reading_begins_where_it_is_told(read_journal, journal, bulk_receiver):
    journal.append(["old"])
    agent = read_journal(read_from="end")
    wait_until(lambda: entries(agent), 30, "the journal to be found")
    journal.append(["new"])
    arrive(bulk_receiver, ["new"])


def test_entries_in_a_second(read_journal, journal, bulk_receiver):
    expected = texts("entry", 120)
    journal.append(expected)
    agent = read_journal(entries_per_second=40)
    arrive(bulk_receiver, expected)
    first, last = bulk_receiver.arrivals[0][0], bulk_receiver.arrivals[-1][0]
    assert last - first > 1.5
    assert agent.metric(LOG_JOURNAL_HELD_UP) > 0

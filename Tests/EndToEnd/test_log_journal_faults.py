"""Journals that are vacuumed, moved, damaged or cut short while they are read."""

import ctypes
import os
import pwd
import random
import shutil
import struct

import pytest

from journal_agent import arrive, descriptors, journal_logs, losses
from journal_files import MACHINE_ID, Journal, JournalWriter, dated, service, texts
from self_metrics import LOG_FILE_ERRORS, LOG_OPEN_FILES, SINK_REQUEST_FAILURES
from sink_configuration import elasticsearch
from waiting import wait_until

# Of fallocate(2).
KEEP_SIZE, PUNCH_HOLE = 1, 2


def vacuum(path, way):
    """Deletes a file as journald does; others that have it open don't keep its blocks."""
    descriptor = os.open(path, os.O_RDWR)
    path.unlink()
    if way == "punch":
        size = ctypes.c_long(os.fstat(descriptor).st_size)
        done = ctypes.CDLL(None, use_errno=True).fallocate(
            descriptor, PUNCH_HOLE | KEEP_SIZE, ctypes.c_long(0), size)
        assert done == 0, os.strerror(ctypes.get_errno())
    elif way == "truncate":
        os.ftruncate(descriptor, 0)
    os.close(descriptor)


def test_files_that_are_vacuumed_unread(read_journal, journal, bulk_receiver):
    """The oldest files go while a sink is down; what was in them is told of."""
    for turn in range(4):
        journal.append(texts(f"file {turn}", 30))
        journal.rotate()
    journal.append(["live"])
    bulk_receiver.stop()
    agent = read_journal()
    wait_until(lambda: agent.metric(SINK_REQUEST_FAILURES) > 0, 30, "a failure")
    # The request under way is kept; the first file is open still, and read on.
    journal.archives[0].path.unlink()
    journal.archives[1].path.unlink()
    bulk_receiver.start()
    wait_until(lambda: "live" in bulk_receiver.field_counts(), 60, "the last entry")
    counts = bulk_receiver.field_counts()
    assert set(counts.values()) == {1}
    gone = 121 - len(counts)
    assert set(texts("file 2", 30)) | set(texts("file 3", 30)) <= counts.keys()
    assert losses(agent) == ({"expired": gone} if gone else {})


def test_vacuumed_between_two_lives(read_journal, journal, bulk_receiver):
    for turn in range(4):
        journal.append(texts(f"file {turn}", 30))
        if turn < 3:
            journal.rotate()
    agent = read_journal()
    wait_until(lambda: bulk_receiver.count() == 120, 30, "what was there first")
    agent.terminate()
    for turn in range(4, 7):
        journal.rotate()
        journal.append(texts(f"file {turn}", 30))
    for archive in journal.archives[:5]:
        archive.path.unlink()
    agent.start()
    wait_until(lambda: bulk_receiver.count() == 120 + 60, 30, "what is left")
    assert losses(agent) == {"expired": 30}
    assert not {"file 4 0", "file 4 29"} & bulk_receiver.field_counts().keys()


def test_a_file_that_is_deleted_while_it_is_read(read_journal, journal, bulk_receiver):
    """It stays open until it is read; its place on the disk is free after that."""
    expected = [f"{number} " + "x" * 2000 for number in range(6000)]
    journal.append(expected)
    journal.rotate()
    journal.append(["after it"])
    bulk_receiver.delay = 1.0
    agent = read_journal()
    wait_until(lambda: bulk_receiver.count(), 30, "the first entries")
    journal.archives[0].path.unlink()
    assert bulk_receiver.count() < len(expected)
    bulk_receiver.delay = 0.0
    arrive(bulk_receiver, expected + ["after it"])
    assert losses(agent) == {}
    wait_until(lambda: not any(path.endswith("(deleted)") for path in descriptors(agent)), 30,
               "the deleted file to be closed")


def test_the_whole_journal_vanishes_and_another_comes(read_journal, journal, bulk_receiver):
    journal.append(texts("one", 10))
    agent = read_journal()
    arrive(bulk_receiver, texts("one", 10))
    shutil.rmtree(journal.folder)
    wait_until(lambda: descriptors(agent) == [], 30, "the files to be closed")
    other = Journal(journal.folder)
    other.append(texts("another", 10))
    arrive(bulk_receiver, texts("one", 10) + texts("another", 10))
    assert losses(agent) == {}


def test_both_folders_and_every_machine(make_agent, bulk_receiver, tmp_path):
    """Volatile and persistent files, those of other machines, and files beside the folders."""
    run, var = tmp_path / "run", tmp_path / "var"
    Journal(run / MACHINE_ID).append(["volatile"])
    Journal(run / "not-a-machine").append(["not one"])
    Journal(run / f"{MACHINE_ID}.namespace").append(["of a namespace"])
    config = journal_logs("", elasticsearch(bulk_receiver.url))
    source, = config["logs"]["sources"]
    del source["path"]
    source["paths"] = [f"{var}/", str(run)]
    make_agent(config).start()
    arrive(bulk_receiver, ["volatile"])
    Journal(var / MACHINE_ID).append(["persistent"])
    Journal(var / ("ab" * 16)).append(["of another machine"])
    JournalWriter(var / "remote.journal").append(["beside"])
    arrive(bulk_receiver, ["volatile", "persistent", "of another machine", "beside"])


@pytest.mark.parametrize("is_down", [False, True], ids=["read", "unread"])
def test_a_volatile_journal_is_moved_to_the_disk(make_agent, bulk_receiver, tmp_path, is_down):
    """`journalctl --flush` writes every entry down again, in a sequence of its own."""
    run, var = Journal(tmp_path / "run" / MACHINE_ID), Journal(tmp_path / "var" / MACHINE_ID)
    moved = [dated(service("app", text), 1000 + number)
             for number, text in enumerate(texts("moved", 40))]
    run.append(moved)
    config = journal_logs("", elasticsearch(bulk_receiver.url))
    source, = config["logs"]["sources"]
    del source["path"]
    source["paths"] = [str(tmp_path / "var"), str(tmp_path / "run")]
    agent = make_agent(config).start()
    arrive(bulk_receiver, texts("moved", 40))
    if is_down:
        bulk_receiver.stop()
        run.append([dated(service("app", "the last in memory"), 1040)])
        moved.append(dated(service("app", "the last in memory"), 1040))
        wait_until(lambda: agent.metric(SINK_REQUEST_FAILURES) > 0, 30, "a failure")
    var.append(moved[:20])
    wait_until(lambda: agent.metric(LOG_OPEN_FILES) == 2, 30, "the persistent file to be seen")
    var.append(moved[20:])
    shutil.rmtree(run.folder)
    var.append([dated(service("app", "on disk"), 2000)])
    if is_down:
        bulk_receiver.start()
    arrive(bulk_receiver, [entry["MESSAGE"] for entry in moved] + ["on disk"])
    assert losses(agent) == {}


def break_entry(writer, number):
    """Makes nonsense of the entry of that number, and of everything behind it."""
    data = bytearray(writer.path.read_bytes())
    position, = struct.unpack_from("<Q", data, 88)
    last, = struct.unpack_from("<Q", data, 136)
    is_broken = False
    while position <= last:
        size, = struct.unpack_from("<Q", data, position + 8)
        if data[position] == 3:
            found, = struct.unpack_from("<Q", data, position + 16)
            is_broken = is_broken or found == number
        if is_broken:
            data[position:position + 8] = b"\xee" * 8
        position += (size + 7) & ~7
    writer.path.write_bytes(data)


def test_damaged_files_take_only_their_entries_along(read_journal, journal, bulk_receiver):
    for name in ("good", "broken", "cut", "empty", "zero"):
        journal.append(texts(name, 50))
        journal.rotate()
    journal.append(["live"])
    _, broken, cut, empty, zero = journal.archives
    break_entry(broken, broken.head + 20)
    os.truncate(cut.path, cut.path.stat().st_size // 2)
    os.truncate(empty.path, 0)
    zero.path.write_bytes(bytes(4096))
    (journal.folder / "text.journal").write_text("this is not a journal\n" * 100)
    (journal.folder / "system@1.journal~").write_bytes(os.urandom(10_000))
    (journal.folder / "fifo.journal").mkdir()
    os.mkfifo(journal.folder / "pipe.journal")
    agent = read_journal()
    wait_until(lambda: "live" in bulk_receiver.field_counts(), 60, "the last entry")
    counts = bulk_receiver.field_counts()
    assert set(counts.values()) == {1}
    assert set(texts("good", 50)) <= counts.keys()
    assert set(texts("broken", 20)) <= counts.keys()
    lost = losses(agent)
    assert sum(lost.values()) + len(counts) == 251
    assert lost["unreadable"] >= 30
    assert agent.metric(LOG_FILE_ERRORS) >= 6


@pytest.mark.parametrize("selection", [{}, {"units": ["app"]}], ids=str)
def test_a_file_that_is_cut_short_while_it_is_read(read_journal, journal, bulk_receiver, selection):
    """The pages that are mapped are gone: SIGBUS would end a program that does nothing about it."""
    first = [f"{number} " + os.urandom(1000).hex() for number in range(8000)]
    journal.append(first)
    journal.rotate()
    journal.append(texts("live", 5))
    bulk_receiver.delay = 1.0
    agent = read_journal(**selection)
    wait_until(lambda: bulk_receiver.count(), 30, "the first entries")
    size = journal.archives[0].path.stat().st_size
    os.truncate(journal.archives[0].path, size // 2)
    assert bulk_receiver.count() < 3000
    bulk_receiver.delay = 0.0
    wait_until(lambda: "live 4" in bulk_receiver.field_counts(), 60, "the file after it")
    assert agent.is_running()
    counts = bulk_receiver.field_counts()
    assert counts.keys() <= set(first) | set(texts("live", 5)), "something was made up"
    assert set(counts.values()) == {1}
    missing = len(first) + 5 - len(counts)
    assert missing > 0
    assert losses(agent) == {"unreadable": missing}
    assert agent.metric(LOG_FILE_ERRORS) == 1
    assert "is damaged" in agent.errors()


@pytest.mark.parametrize("way", ["punch", "truncate"])
@pytest.mark.parametrize("selection", [{}, {"units": ["app"]}], ids=str)
def test_a_file_that_journald_vacuums_while_it_is_read(
        read_journal, journal, bulk_receiver, selection, way):
    """It frees the blocks of files that others have open: they read as zeros, or end."""
    first = [f"{number} " + os.urandom(1000).hex() for number in range(8000)]
    journal.append(first)
    path = journal.rotate().path
    journal.append(texts("live", 5))
    bulk_receiver.delay = 1.0
    agent = read_journal(**selection)
    wait_until(lambda: bulk_receiver.count(), 30, "the first entries")
    vacuum(path, way)
    assert bulk_receiver.count() < 3000
    bulk_receiver.delay = 0.0
    wait_until(lambda: "live 4" in bulk_receiver.field_counts(), 60, "the file after it")
    counts = bulk_receiver.field_counts()
    assert counts.keys() <= set(first) | set(texts("live", 5)), "something was made up"
    assert set(counts.values()) == {1}
    assert losses(agent) == {"expired": len(first) + 5 - len(counts)}
    assert agent.metric(LOG_FILE_ERRORS) == 0


def test_the_live_file_is_cut_to_nothing_and_begun_again(read_journal, journal, bulk_receiver):
    journal.append(texts("one", 5))
    agent = read_journal()
    arrive(bulk_receiver, texts("one", 5))
    os.truncate(journal.live.path, 0)
    wait_until(lambda: agent.metric(LOG_FILE_ERRORS) > 0, 30, "an error")
    journal.live.path.unlink()
    journal.live = None
    journal.append(texts("two", 5))
    arrive(bulk_receiver, texts("one", 5) + texts("two", 5))


@pytest.mark.parametrize("seed", range(3))
def test_whatever_happens_every_entry_is_accounted_for(read_journal, journal, bulk_receiver, seed):
    """Rotation, vacuuming, damage and a sink that comes and goes, in an order made of the seed."""
    choose = random.Random(seed)
    written = texts("first", 20)
    journal.append(written)
    agent = read_journal()
    is_down = False
    for turn in range(40):
        action = choose.choice(["append", "append", "append", "rotate", "vacuum", "cut", "sink"])
        archives = [archive for archive in journal.archives if archive.path.exists()]
        if action == "append":
            more = [f"turn {turn}: {text} " + choose.randbytes(300).hex()
                    for text in texts("entry", choose.randint(1, 400))]
            journal.append(more)
            written += more
        elif action == "rotate" and journal.live:
            journal.rotate()
        elif action == "vacuum" and archives:
            vacuum(archives[0].path, choose.choice(["punch", "truncate", "unlink"]))
        elif action == "cut" and archives:
            archive = choose.choice(archives)
            os.truncate(archive.path, choose.randrange(archive.path.stat().st_size))
        elif action == "sink":
            bulk_receiver.start() if is_down else bulk_receiver.stop()
            is_down = not is_down
    journal.append(["the last"])
    written.append("the last")
    if is_down:
        bulk_receiver.start()
    wait_until(lambda: "the last" in bulk_receiver.field_counts(), 60, "the last entry")
    counts = bulk_receiver.field_counts()
    assert counts.keys() <= set(written), "something was made up"
    lost = losses(agent)
    assert lost.keys() <= {"expired", "unreadable"}
    assert len(counts) + sum(lost.values()) == len(written), f"{lost}"
    # A request that is under way when the sink goes may have arrived already.
    twice = sum(count - 1 for count in counts.values())
    assert twice <= 20 * max(bulk_receiver.batches)


def test_an_unreadable_folder(tmp_path, make_agent, bulk_receiver):
    """Without root's powers over files, as in a pod that lacks DAC_READ_SEARCH."""
    if os.geteuid() != 0:
        pytest.skip("needs root, to give a folder to somebody else")
    root = tmp_path / "journal"
    readable, closed = Journal(root / MACHINE_ID), Journal(root / ("ab" * 16))
    readable.append(["readable"])
    closed.append(["closed"])
    os.chown(closed.folder, pwd.getpwnam("nobody").pw_uid, -1)
    closed.folder.chmod(0o700)
    agent = make_agent(
        journal_logs(root, elasticsearch(bulk_receiver.url)),
        wrapper=["setpriv", "--bounding-set=-dac_override,-dac_read_search"],
    ).start()
    arrive(bulk_receiver, ["readable"])
    assert agent.metric(LOG_FILE_ERRORS) == 1
    assert "systemd-journal" in agent.errors()
    closed.folder.chmod(0o755)
    arrive(bulk_receiver, ["readable", "closed"])

"""Samples that a receiver does not take for a while wait on disk: through stops, kills and damage."""

import time

import pytest

from self_metrics import REMOTE_SAMPLES_FAILED
from sink_configuration import static_job
from waiting import wait_until


def config(receiver, target, **disk_queue):
    return {
        "scrape_configs": [static_job("library", target.address)],
        "self_scrape": False,
        "remote_write": [{
            "name": "there", "url": receiver.remote_write_url, "remote_timeout": "2s",
            "queue_config": {
                "batch_send_deadline": "500ms", "max_backoff": "1s",
                "disk_queue": {"spill_after": "1s", **disk_queue},
            },
        }],
    }


def sequence(receiver):
    return [value for _, value in receiver.samples("scrape_sequence_total")]


def scrape(target, count):
    """Waits until the target was scraped that often again."""
    wanted = len(target.served) + count
    wait_until(lambda: len(target.served) >= wanted, count * 3 + 20, f"{count} more scrapes")


def newest_arrives(receiver, target):
    now = len(target.served)
    wait_until(lambda: any(value > now for value in sequence(receiver)), 40, "newer samples")


def queue_files(agent):
    return [path for path in (agent.state_folder / "remote_write").rglob("*") if path.is_file()]


def segments(agent):
    """The files that hold samples, the oldest first."""
    return sorted(path for path in queue_files(agent) if path.stat().st_size > 200)


def test_nothing_is_written_while_the_receiver_keeps_up(
    make_agent, remote_write_receiver, scrape_target,
):
    agent = make_agent(config(remote_write_receiver, scrape_target)).start()
    scrape(scrape_target, 8)
    newest_arrives(remote_write_receiver, scrape_target)
    assert segments(agent) == []


def test_a_backlog_survives_a_stop_and_arrives_in_order(
    make_agent, remote_write_receiver, scrape_target,
):
    agent = make_agent(config(remote_write_receiver, scrape_target)).start()
    newest_arrives(remote_write_receiver, scrape_target)
    remote_write_receiver.stop()
    scrape(scrape_target, 6)
    assert agent.metric("martlet_remote_write_disk_blocks") > 0
    status, seconds = agent.terminate()
    assert status == 0
    before = len(scrape_target.served)
    assert segments(agent), "nothing was kept on disk"

    remote_write_receiver.start()
    agent.start()
    newest_arrives(remote_write_receiver, scrape_target)
    got = sequence(remote_write_receiver)
    # One scrape may have been under way when the agent was told to stop.
    missing = set(range(1, int(max(got)) + 1)) - set(map(int, got))
    assert missing <= {before}
    assert got == sorted(set(got)), "out of order, or twice"
    assert agent.metric(REMOTE_SAMPLES_FAILED) == 0
    wait_until(lambda: segments(agent) == [], 20, "the files to be let go of")


def test_a_kill_during_an_outage_loses_no_more_than_what_had_not_been_spilled(
    make_agent, remote_write_receiver, scrape_target,
):
    agent = make_agent(config(remote_write_receiver, scrape_target)).start()
    newest_arrives(remote_write_receiver, scrape_target)
    remote_write_receiver.stop()
    scrape(scrape_target, 12)
    agent.kill()
    killed_at = len(scrape_target.served)
    remote_write_receiver.start()
    agent.start()
    newest_arrives(remote_write_receiver, scrape_target)
    got = sorted(set(sequence(remote_write_receiver)))
    missing = sorted(set(range(1, int(max(got)) + 1)) - set(map(int, got)))
    # What was in memory: the batch deadline and spill_after, and a scrape that was under way.
    assert all(killed_at - 4 <= number <= killed_at for number in missing), missing


@pytest.mark.parametrize("damage", ["cut", "flip", "garbage", "header"])
def test_a_damaged_file_costs_no_more_than_what_is_damaged(
    make_agent, remote_write_receiver, scrape_target, damage,
):
    agent = make_agent(config(remote_write_receiver, scrape_target)).start()
    newest_arrives(remote_write_receiver, scrape_target)
    remote_write_receiver.stop()
    scrape(scrape_target, 10)
    agent.terminate()
    (*_, path) = segments(agent)
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    if damage == "cut":
        del content[-20:]
    elif damage == "flip":
        content[middle] ^= 0x10
    elif damage == "garbage":
        content += b"\xde\xad\xbe\xef" * 300
    else:
        content[0] ^= 0xFF
    path.write_bytes(content)
    outage = len(scrape_target.served)

    remote_write_receiver.start()
    agent.start()
    newest_arrives(remote_write_receiver, scrape_target)
    got = sequence(remote_write_receiver)
    assert got == sorted(set(got)), "out of order, or twice"
    missing = set(range(1, int(max(got)) + 1)) - set(map(int, got)) - {outage}
    assert len(missing) <= (0 if damage == "garbage" else 3), missing
    assert remote_write_receiver.malformed == []
    damaged = agent.metric("martlet_remote_write_disk_damaged_bytes_total")
    assert damaged > 0
    assert "damaged" in agent.errors()


def test_a_folder_that_cannot_be_written_costs_only_the_disk(
    make_agent, remote_write_receiver, scrape_target,
):
    agent = make_agent(config(remote_write_receiver, scrape_target))
    agent.state_folder.mkdir(parents=True)
    # A file where the folder belongs; root may write into any folder.
    (agent.state_folder / "remote_write").write_text("in the way")
    agent.start()
    newest_arrives(remote_write_receiver, scrape_target)
    remote_write_receiver.stop()
    scrape(scrape_target, 4)
    remote_write_receiver.start()
    newest_arrives(remote_write_receiver, scrape_target)
    got = sequence(remote_write_receiver)
    assert got == [float(n) for n in range(1, len(got) + 1)]
    complaints = [line for line in agent.errors().splitlines() if "remote_write" in line
                  and '"level":"error"' in line]
    assert 1 <= len(complaints) <= 3


def test_the_disk_is_bounded_and_the_oldest_go_first(
    make_agent, remote_write_receiver, scrape_target,
):
    """With room for three scrapes that do not compress, the oldest are dropped and counted."""
    import random

    from prometheus_client import Gauge

    wide = Gauge("wide", "Much text.", ["text"], registry=scrape_target.registry)
    generator = random.Random(1)
    for number in range(800):
        wide.labels(text=f"{number}-{generator.getrandbits(1600):x}").set(number)
    settings = config(remote_write_receiver, scrape_target, max_bytes="1MiB")
    settings["remote_write"][0]["queue_config"]["max_pending_bytes"] = "2MiB"
    agent = make_agent(settings).start()
    newest_arrives(remote_write_receiver, scrape_target)
    remote_write_receiver.stop()
    scrape(scrape_target, 12)
    dropped = agent.metric("prometheus_remote_storage_samples_dropped_total", remote_name="there")
    assert dropped > 0, "nothing was dropped although the bound was passed"
    used = sum(path.stat().st_size for path in queue_files(agent))
    assert used <= (1 << 20) + (1 << 16), f"{used} bytes on disk"
    outage_end = len(scrape_target.served)
    remote_write_receiver.start()
    newest_arrives(remote_write_receiver, scrape_target)
    got = sequence(remote_write_receiver)
    assert got == sorted(set(got))
    # What is missing is one run in the middle, and it is the oldest of the outage.
    missing = sorted(set(range(1, int(max(got)) + 1)) - set(map(int, got)))
    assert missing and missing == list(range(missing[0], missing[-1] + 1))
    assert missing[-1] < outage_end - 2
    time.sleep(1)
    total = agent.metric("prometheus_remote_storage_samples_dropped_total", remote_name="there")
    assert total >= len(missing) * 800

"""The recorded rotation of a real kubelet, which reuses an inode within three seconds."""

import time

import pytest

from container_log import POD_UID
from log_ledger import entries, lost
from rotation_timeline import TimelineReplay, read_timeline
from self_metrics import LOG_OPEN_FILES
from sink_configuration import elasticsearch
from waiting import wait_until


@pytest.fixture
def timeline(fixtures):
    return read_timeline(fixtures / "kubernetes" / "node" / "rotation-timeline.txt")


@pytest.fixture
def replay(pod_logs):
    return TimelineReplay(pod_logs / f"shop_web-5d9c7_{POD_UID}" / "app")


@pytest.fixture
def agent(make_agent, bulk_receiver, pod_logs):
    # An inode is free again once nobody holds its file open: so it is let go of quickly here.
    source = {
        "name": "containers", "type": "kubernetes", "path": str(pod_logs), "rotate_wait": "1s",
    }
    return make_agent({"logs": {"sources": [source], "sinks": [elasticsearch(bulk_receiver.url)]}})


def play(replay, moments):
    """At the recorded pace."""
    for before, moment in zip(moments, moments[1:]):
        time.sleep((moment.at - before.at).total_seconds())
        replay.go_to(moment)


def check(replay, receiver):
    wait_until(lambda: receiver.count() >= len(replay.expected), 90, "every record")
    counts = receiver.field_counts()
    assert counts.keys() == set(replay.expected)
    assert set(counts.values()) == {1}, "records were sent twice"
    assert replay.reused or replay.missed, "the timeline reuses no inode"
    if not replay.reused:
        pytest.skip(f"every record once, but the file system gave no inode again: {replay.missed}")


def test_every_record_arrives_once(agent, bulk_receiver, replay, timeline):
    agent.start()
    *most, last = timeline
    play(replay, most)
    wait_until(lambda: bulk_receiver.count() == len(replay.expected), 90, "what was written so far")
    wait_until(lambda: agent.metric(LOG_OPEN_FILES) == 1, 30, "the rotated file to be let go of")
    replay.go_to(last)
    replay.record()
    check(replay, bulk_receiver)

    def settled():
        (entry,) = entries(agent)
        return entry["lag_bytes"] == 0 and entry["pending"]["bytes"] == 0

    wait_until(settled, 30, "everything to be confirmed")
    (entry,) = entries(agent)
    assert entry["read"]["bytes"] == entry["delivered"]["bytes"] == replay.bytes
    assert lost(entry) == 0


@pytest.mark.parametrize("away", [(3, 6), (4, 8), (7, 8)])
def test_the_agent_is_away_for_a_part_of_it(agent, bulk_receiver, replay, timeline, away):
    begin, end = away
    agent.start()
    play(replay, timeline[:begin + 1])
    wait_until(lambda: bulk_receiver.count() == len(replay.expected), 90, "what was written so far")
    status, _ = agent.terminate()
    assert status == 0
    play(replay, timeline[begin:end + 1])
    agent.start()
    if end < len(timeline) - 1:
        play(replay, timeline[end:-1])
        wait_until(lambda: agent.metric(LOG_OPEN_FILES) == 1, 90, "the rotated file to be let go of")
        replay.go_to(timeline[-1])
    replay.record()
    check(replay, bulk_receiver)

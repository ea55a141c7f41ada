"""Twenty thousand log files, in one folder and of two thousand pods, at the start and at rest."""

import resource
import time
from pathlib import Path

import pytest

from container_log import POD_UID, timestamp
from self_metrics import LOG_FILES_LEFT_OUT, LOG_OPEN_FILES
from sink_configuration import elasticsearch
from waiting import wait_until

# What an agent needs besides log files; where no more may be open, there are so many fewer files.
OTHER_DESCRIPTORS = 300
FILES = min(20_000, resource.getrlimit(resource.RLIMIT_NOFILE)[1] - OTHER_DESCRIPTORS)
# Seconds from the start, on a machine that has other work as well.
FIRST_RECORD = 30
ALL_RECORDS = 120
# At rest: a share of one core, and bytes of the agent and for each file, before anybody asked for
# metrics: those of so many containers take much memory of their own.
IDLE_SHARE = 0.05
AGENT_BYTES = 30 << 20
FILE_BYTES = 5 << 10


def write_one_folder(root):
    root.mkdir()
    for number in range(FILES):
        (root / f"{number}.log").write_text(f"record {number}\n")
    return {"name": "many", "type": "file", "include": [f"{root}/*.log"]}


def write_pods(root):
    for number in range(FILES):
        folder = root / f"shop_pod-{number // 10}_{POD_UID}" / f"container-{number % 10}"
        folder.mkdir(parents=True)
        (folder / "0.log").write_text(f"{timestamp()} stdout F record {number}\n")
    return {"name": "many", "type": "kubernetes", "path": str(root)}


def processor_seconds(agent):
    fields = Path(f"/proc/{agent.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / 100


@pytest.mark.long
@pytest.mark.parametrize("write", [write_one_folder, write_pods])
def test_twenty_thousand_files(make_agent, bulk_receiver, tmp_path, write):
    source = write(tmp_path / "many")
    agent = make_agent({"logs": {"sources": [source], "sinks": [elasticsearch(bulk_receiver.url)]}})
    begin = time.monotonic()
    agent.start()
    wait_until(lambda: bulk_receiver.count() > 0, FIRST_RECORD, "the first record", interval=0.01)
    first = time.monotonic() - begin
    wait_until(lambda: bulk_receiver.count() >= FILES, ALL_RECORDS, "every file's record")
    every = time.monotonic() - begin
    counts = bulk_receiver.field_counts()
    assert len(counts) == FILES and set(counts.values()) == {1}
    spent, begin = processor_seconds(agent), time.monotonic()
    time.sleep(20)
    share = (processor_seconds(agent) - spent) / (time.monotonic() - begin)
    resident = agent.resident_bytes()
    # One more line is not looked for among all the others.
    path = next((tmp_path / "many").rglob("*.log"))
    written = time.monotonic()
    with open(path, "a") as file:
        file.write(f"{timestamp()} stdout F one more\n")
    wait_until(lambda: bulk_receiver.count() > FILES, 10, "one more line", interval=0.01)
    delay = time.monotonic() - written
    print(f"{FILES} files: first record after {first:.2f} s, all after {every:.2f} s, "
          f"one more after {delay:.2f} s; {share:.1%} of a core and {resident >> 20} MiB at rest")
    assert share < IDLE_SHARE
    assert resident < AGENT_BYTES + FILES * FILE_BYTES
    assert agent.metric(LOG_OPEN_FILES) == FILES
    assert agent.metric(LOG_FILES_LEFT_OUT) == 0

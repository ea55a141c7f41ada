"""What tests of journals ask of the agent that reads them."""

import os
from pathlib import Path

from log_ledger import entries
from waiting import wait_until


def journal_logs(folder, *sinks, **extra):
    """A `logs` block that reads the journal in `folder`."""
    source = {"name": "system", "type": "journal", "path": str(folder), **extra}
    return {"logs": {"sources": [source], "sinks": list(sinks)}}


def arrive(receiver, expected, timeout=60):
    """Waits for these texts; each is there once, and no other."""
    wait_until(lambda: receiver.count() >= len(expected), timeout, f"{len(expected)} records")
    counts = receiver.field_counts()
    assert counts.keys() == set(expected)
    assert set(counts.values()) == {1}


def losses(agent):
    """What the journal's ledger has lost, by reason, once nothing is pending."""
    wait_until(lambda: all(entry["pending"]["records"] == 0 for entry in entries(agent)), 30,
               "nothing to be pending")
    return {reason: count["records"] for entry in entries(agent)
            for reason, count in entry["lost"].items() if count["records"]}


def descriptors(agent):
    """Files of the journal that the agent has open, deleted ones too."""
    found = []
    for link in Path(f"/proc/{agent.pid}/fd").iterdir():
        try:
            found.append(os.readlink(link))
        except FileNotFoundError:
            continue  # Closed meanwhile.
    return [path for path in found if ".journal" in path]

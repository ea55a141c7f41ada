"""The agent's own account, read again and again: it must add up, and what it lost is kept."""

import threading
from collections import Counter

PARTS = ("delivered", "filtered", "limited", "pending")


class Ledger:
    """Reads `/api/v1/ledger`; losses are added up over all lives of the agent."""

    def __init__(self, agent, fail):
        self._agent = agent
        self._fail = fail
        self._lock = threading.Lock()
        self._before = Counter()  # (sink, pod or path, reason) -> bytes lost in earlier lives
        self._now = Counter()
        self._records = Counter()  # the same in records, of this life
        self.rows = []

    def read(self):
        """Reads it once; raises OSError where the agent does not answer."""
        rows = self._agent.get("/api/v1/ledger", timeout=10).json()["data"]
        lost, records = Counter(), Counter()
        for row in rows:
            self._check(row, f"{_name(row)} at {row['sink']}")
            for file in row["files"]:
                self._check(file, f"{file['path']} at {row['sink']}")
            for reason, count in row["lost"].items():
                key = row["sink"], _name(row), reason
                lost[key] += count["bytes"]
                records[key] += count["records"]
        with self._lock:
            self.rows = rows
            # What a container has lost is forgotten some minutes after its last file.
            self._now |= lost
            self._records |= records
        return rows

    def end_life(self):
        """The agent has stopped: its next life counts from nothing."""
        with self._lock:
            self._before += self._now
            self._now, self._records = Counter(), Counter()

    def lost(self):
        """(sink, pod or path, reason) -> bytes, of all lives."""
        with self._lock:
            return self._before + self._now

    def records_lost(self, sink, reason):
        """In this life of the agent."""
        with self._lock:
            return sum(
                count for (at, _, why), count in self._records.items() if (at, why) == (sink, reason)
            )

    def is_settled(self):
        """Whether nothing is pending and everything that was written is confirmed."""
        return all(
            row["pending"] == {"bytes": 0, "records": 0} and row["lag_bytes"] == 0
            for row in self.read()
        )

    def _check(self, account, what):
        for unit in ("bytes", "records"):
            accounted = sum(account[part][unit] for part in PARTS)
            accounted += sum(count[unit] for count in account["lost"].values())
            if accounted != account["read"][unit]:
                self._fail(
                    f"the ledger of {what} does not add up in {unit}: "
                    f"read {account['read'][unit]}, accounted {accounted}: {account}"
                )


def _name(row):
    """The pod, or the file of one that is in none."""
    return row["pod"] or row.get("path") or row["container"]

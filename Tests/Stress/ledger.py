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
        self.rows = []

    def read(self):
        """Reads it once; raises OSError where the agent does not answer."""
        rows = self._agent.get("/api/v1/ledger", timeout=10).json()["data"]
        lost = Counter()
        for row in rows:
            self._check(row, f"{row['pod'] or row['container']} at {row['sink']}")
            for file in row["files"]:
                self._check(file, f"{file['path']} at {row['sink']}")
            for reason, count in row["lost"].items():
                lost[row["sink"], row["pod"] or row["container"], reason] += count["bytes"]
        with self._lock:
            self.rows = rows
            for key, value in lost.items():
                self._now[key] = max(self._now[key], value)
        return rows

    def end_life(self):
        """The agent has stopped: its next life counts from nothing."""
        with self._lock:
            self._before += self._now
            self._now = Counter()

    def lost(self):
        """(sink, pod or path, reason) -> bytes, of all lives."""
        with self._lock:
            return self._before + self._now

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

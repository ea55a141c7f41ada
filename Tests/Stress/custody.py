"""Which files may be taken away, and when the agent may be stopped.

A file without a name lives only as long as the agent holds it open. So a file that has not arrived
everywhere is deleted only while the agent has it open, and the agent is not stopped before such
files have arrived: what nobody could save says nothing of the agent.
"""

import contextlib
import os
import threading
import time


class Custody:
    """Stands between those who delete files and those who stop the agent."""

    def __init__(self, sinks):
        self._sinks = sinks
        self._lock = threading.Lock()
        self._agent = None  # the process while it runs and is ready
        self._is_stopping = False
        self._held = []

    def has_arrived(self, file):
        """Whether every sink has all that stands in the file."""
        for sink in self._sinks:
            with sink.lock:
                for stream, count in file.until.items():
                    if sink.arrivals.stream(file.writer, stream).complete < count:
                        return False
        return True

    @contextlib.contextmanager
    def removing(self, *files):
        """Gives whether the files may be removed now; the agent is not stopped meanwhile."""
        with self._lock:
            due = [file for file in files if not self.has_arrived(file)]
            allowed = not due
            if due and self._agent is not None and not self._is_stopping:
                opened = self._open_files()
                allowed = all(file.key in opened for file in due)
                if allowed:
                    self._held += due
            yield allowed

    def started(self, agent):
        with self._lock:
            self._agent = agent
            self._is_stopping = False

    @contextlib.contextmanager
    def stopping(self, timeout):
        """Gives whether the agent may be stopped: nothing is left that only it holds."""
        self._is_stopping = True
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            with self._lock:
                self._held = [file for file in self._held if not self.has_arrived(file)]
                if not self._held:
                    self._agent = None
                    break
            time.sleep(0.1)
        try:
            yield self._agent is None
        finally:
            self._is_stopping = False

    def held(self):
        with self._lock:
            return list(self._held)

    def _open_files(self):
        opened = set()
        folder = f"/proc/{self._agent.pid}/fd"
        with contextlib.suppress(OSError):
            for name in os.listdir(folder):
                with contextlib.suppress(OSError):
                    status = os.stat(f"{folder}/{name}")
                    opened.add((status.st_dev, status.st_ino))
        return opened

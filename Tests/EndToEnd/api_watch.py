"""One open watch of the simulated API server."""

import json
import queue
import select
import time

from api_objects import partial

# How long an idle watch waits before it looks whether the client has gone.
_LOOK_INTERVAL = 0.2


class Watch:
    """What one client watches, and what it has still to be told. A test may put in bytes of its own."""

    def __init__(self, record, resource, selector, is_partial):
        self.record = record
        self.resource = resource
        self.is_silent = False  # the connection stays open, nothing comes any more
        self._selector = selector
        self._is_partial = is_partial
        self._pieces = queue.SimpleQueue()

    def offer(self, change):
        """Tells of a change if it concerns this watch."""
        event = change.event(self._selector)
        if event is not None:
            self.send_event(event[0], self._shown(event[1]))

    def add_initial(self, item):
        self.send_event("ADDED", self._shown(item))

    def send_event(self, kind, item):
        self.send(event_line(kind, item))
        self.record.events += 1

    def send_bookmark(self, version, ends_initial_events=False):
        metadata = {"resourceVersion": str(version)}
        if ends_initial_events:
            metadata["annotations"] = {"k8s.io/initial-events-end": "true"}
        item = {"metadata": metadata}
        if self.resource.kind == "Pod":
            item |= {"spec": {"containers": None}, "status": {}}
        self.send(event_line("BOOKMARK", self._shown(item)))

    def send(self, piece):
        """Sends raw bytes, whatever they are."""
        self._pieces.put(piece)

    def cut(self, after=b""):
        """Closes the connection, in the middle of what is sent."""
        self._pieces.put((after,))

    def end(self):
        """Ends the answer as the server's own time-out does."""
        self._pieces.put(None)

    def run(self, connection, write, seconds, bookmark):
        """Sends until the watch ends; True if it ended in order. `bookmark()` is called when it is
        time for one: it returns the seconds until the next."""
        deadline = time.monotonic() + seconds
        next_bookmark = time.monotonic() + bookmark(None)
        while True:
            if select.select([connection], [], [], 0)[0]:
                return False  # the client has gone: it has nothing else to say
            if not self.is_silent:
                if time.monotonic() >= deadline:
                    return True
                if time.monotonic() >= next_bookmark:
                    next_bookmark = time.monotonic() + bookmark(self)
            try:
                piece = self._pieces.get(timeout=_LOOK_INTERVAL)
            except queue.Empty:
                continue
            if self.is_silent:
                continue
            if piece is None:
                return True
            if isinstance(piece, tuple):
                write(piece[0])
                return False
            write(piece)

    def _shown(self, item):
        if self._is_partial:
            return partial(item)
        return {"kind": self.resource.kind, "apiVersion": self.resource.api_version, **item}


def event_line(kind, item):
    """One event as it goes over the wire."""
    return json.dumps({"type": kind, "object": item}, separators=(",", ":")).encode() + b"\n"


def half(line):
    """The first half of an event, for what is cut in the middle."""
    return line[: len(line) // 2]

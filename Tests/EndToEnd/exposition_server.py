"""A scrape target whose answers a test writes itself, well-formed or not."""

import gzip
import time

from http_receiver import HTTPReceiver

TEXT = "text/plain; version=0.0.4; charset=utf-8"
OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"


class ExpositionServer(HTTPReceiver):
    """Serves `bodies[path]`, a pair of content type and bytes, or what a function of no arguments
    returns; records the fields of each request."""

    def __init__(self):
        super().__init__()
        self.bodies = {}
        self.scrapes = {}  # path -> how often it was asked for

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    def serve(self, path, body, content_type=TEXT):
        self.bodies[path] = (content_type, body.encode() if isinstance(body, str) else body)

    def handle_get(self, path):
        path = path.split("?")[0]
        with self.lock:
            self.scrapes[path] = self.scrapes.get(path, 0) + 1
            found = self.bodies.get(path)
        if callable(found):
            return found()
        if found is None:
            return 404, {}, b"nothing here"
        content_type, body = found
        return 200, {"Content-Type": content_type} if content_type else {}, body


def gzip_bomb(megabytes):
    """An answer that inflates to that much from a thousandth of it."""
    body = gzip.compress(b"a" * (megabytes << 20), 9)
    return 200, {"Content-Type": TEXT, "Content-Encoding": "gzip"}, body


class Drip:
    """A body that comes a byte at a time and never ends in time."""

    def __init__(self, seconds):
        self.seconds = seconds

    def __call__(self):
        time.sleep(self.seconds)
        return 200, {"Content-Type": TEXT}, b"late 1\n"

"""Scrape targets served by the real client library, prometheus_client."""

import threading
import time

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, make_wsgi_app
from wsgiref.simple_server import WSGIRequestHandler, make_server

from waiting import free_port


class _QuietHandler(WSGIRequestHandler):
    def log_message(self, *arguments):
        pass


class ScrapeTarget:
    """A target whose `scrape_sequence` says which scrape a sample came from.

    Beside it: constants of every type, so that a wrong value is seen at once.
    """

    def __init__(self):
        self.port = free_port()
        self.address = f"127.0.0.1:{self.port}"
        self.registry = CollectorRegistry()
        self.sequence = Counter("scrape_sequence", "Scrapes so far.", registry=self.registry)
        self.served = []  # (seconds of the wall clock, sequence number)
        constant = Gauge("constant_value", "Always the same.", ["text"], registry=self.registry)
        constant.labels(text='quotes " and \\ and ünïcode').set(123.456)
        constant.labels(text="negative").set(-1e-09)
        constant.labels(text="infinite").set(float("inf"))
        histogram = Histogram(
            "request_seconds", "Ten requests.", buckets=(0.1, 1, 10), registry=self.registry,
        )
        for seconds in (0.05, 0.05, 0.5, 0.5, 0.5, 5, 5, 5, 5, 50):
            histogram.observe(seconds)
        self._application = make_wsgi_app(self.registry)
        self._server = None

    def _serve(self, environment, start_response):
        self.sequence.inc()
        self.served.append((time.time(), len(self.served) + 1))
        return self._application(environment, start_response)

    def start(self):
        self._server = make_server(
            "127.0.0.1", self.port, self._serve, handler_class=_QuietHandler,
        )
        threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True,
        ).start()
        return self

    def stop(self):
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

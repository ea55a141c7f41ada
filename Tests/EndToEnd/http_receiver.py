"""A threaded HTTP server for tests that can misbehave on demand, go down and come back."""

import gzip
import socket
import threading
import time
from collections import deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from waiting import free_port


class Fault:
    """One wrong answer. A receiver takes the next from its queue for each request with a body."""

    def __init__(self, kind, status=500, headers=None, body=b"", seconds=0.0):
        self.kind = kind
        self.status = status
        self.headers = headers or {}
        self.body = body
        self.seconds = seconds

    @classmethod
    def answer(cls, status, body=b'{"error":"injected"}', **headers):
        """An HTTP error; the request's content is not accepted."""
        headers = {name.replace("_", "-"): str(value) for name, value in headers.items()}
        return cls("answer", status=status, headers=headers, body=body)

    @classmethod
    def garbage(cls):
        """Success by status, nonsense by content; the request's content is not accepted."""
        return cls("answer", status=200, body=b"\x00\xff<html>}}not what was asked for{{")

    @classmethod
    def hang(cls, seconds):
        """Says nothing for that long, then closes."""
        return cls("hang", seconds=seconds)

    @classmethod
    def close(cls):
        """Closes without a word."""
        return cls("close")

    @classmethod
    def close_midway(cls):
        """Announces a long answer, sends a few bytes of it and closes."""
        return cls("close_midway")

    @classmethod
    def not_http(cls):
        """Bytes that are not HTTP at all."""
        return cls("not_http")


class Listener(ThreadingHTTPServer):
    """A threaded server that knows its open connections, so that it can cut them."""

    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, address, handler, receiver):
        self.receiver = receiver
        self.connections = set()
        self.lock = threading.Lock()
        super().__init__(address, handler)

    def process_request(self, request, client_address):
        request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self.lock:
            self.connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request):
        with self.lock:
            self.connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request, client_address):
        pass  # a client that was killed in the middle of a request is part of the tests

    def cut_connections(self):
        with self.lock:
            open_now = list(self.connections)
        for connection in open_now:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


class ReceiverHandler(BaseHTTPRequestHandler):
    """Answers as its server's receiver says."""

    protocol_version = "HTTP/1.1"
    timeout = 120

    def log_message(self, *arguments):
        pass

    def read_body(self):
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            pieces = []
            while True:
                size = int(self.rfile.readline().split(b";")[0], 16)
                pieces.append(self.rfile.read(size))
                self.rfile.readline()
                if size == 0:
                    break
            body = b"".join(pieces)
        else:
            length = int(self.headers.get("Content-Length", 0))
            body = self.rfile.read(length)
            if len(body) != length:
                raise ConnectionError("the client left in the middle of a request")
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        return body

    def respond(self, status, headers, body):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD" and status != 204:
            self.wfile.write(body)

    def do_GET(self):
        self.respond(*self.server.receiver.handle_get(self.path))

    do_HEAD = do_GET

    def do_POST(self):
        receiver = self.server.receiver
        body = self.read_body()
        fault = receiver.next_fault(self, body)
        if receiver.delay:
            time.sleep(receiver.delay)
        if fault is None:
            self.respond(*receiver.handle_post(self.path, self.headers, body))
        elif fault.kind == "answer":
            self.respond(fault.status, fault.headers, fault.body)
        else:
            self.close_connection = True
            if fault.kind == "hang":
                time.sleep(fault.seconds)
            elif fault.kind == "close_midway":
                self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 4096\r\n\r\n{\"took\":")
            elif fault.kind == "not_http":
                self.wfile.write(b"\x15\x03\x01 this is not HTTP\r\n\r\n")

    do_PUT = do_POST


class HTTPReceiver:
    """Base of the receivers: life cycle, faults, delay and a log of when requests came.

    Subclasses implement `handle_get(path)` and `handle_post(path, headers, body)`, both
    returning (status, headers, body).
    """

    handler = ReceiverHandler

    def __init__(self):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.lock = threading.RLock()
        self.faults = deque()
        self.fault_for = None
        self.delay = 0.0
        self.arrivals = []  # (monotonic seconds, fault or None) of every POST
        self._server = None

    def start(self):
        """Begins to listen, on the same port each time."""
        self._server = Listener(("127.0.0.1", self.port), self.handler, self)
        threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True,
        ).start()
        return self

    def stop(self):
        """Goes down: refuses new connections, cuts open ones."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server.cut_connections()
            self._server = None

    def next_fault(self, handler, body):
        """The fault for this request: a queued one, else what `fault_for(body)` says."""
        with self.lock:
            if self.faults:
                fault = self.faults.popleft()
            else:
                fault = self.fault_for(body) if self.fault_for else None
            self.arrivals.append((time.monotonic(), fault))
        return fault

    @property
    def requests(self):
        with self.lock:
            return len(self.arrivals)
